"""Players who are asked for by some of their games, among those who are known by others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.identification import cosines, cosines_from, signature_cosines
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiments.stylometry.baselines import (
    Likenesses,
    habit_likeness,
    opening_likeness,
)
from engine.evaluation.measures.game_scores import game_blocks
from engine.evaluation.measures.held_out import HELD_OUT
from engine.games.rating_groups import is_rating_group
from engine.position.phases import OPENING_PLIES
from engine.style.style import Routing
from engine.training.splits import Split

WELL_KNOWN_GAMES = 1000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much to measure."""

    # games of a query, smallest first
    sizes: tuple[int, ...]
    # players who are asked for, among those with enough held-out games
    seen: int
    # well-known players (1,000 games) among whom those without openings are looked for as well
    well_known: int
    # players the model never trained on: candidates, and those asked for
    unseen: int
    unseen_queries: int
    unseen_gallery_games: int
    # games of each candidate from which the baselines learn, at most
    baseline_games: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries against candidates.

    Attributes:
        names: of the queries.
        truth: int64 (Q,), the right candidate of each.
        likeness: float64 (Q, candidates).
    """

    truth: npt.NDArray[np.int64]
    likeness: Likenesses

    @property
    def ranks(self) -> npt.NDArray[np.int64]:
        """Candidates ahead of the right one, int64 (Q,)."""
        own = self.likeness[np.arange(len(self.truth)), self.truth]
        ranks: npt.NDArray[np.int64] = (self.likeness > own[:, None]).sum(axis=1)
        return ranks

    def among(self, candidates: npt.NDArray[np.int64]) -> "Asked":
        """Return the queries whose right candidate is among some, against these alone."""
        place = {int(candidate): number for number, candidate in enumerate(candidates)}
        kept = np.array([int(one) in place for one in self.truth])
        truth = np.array([place[int(one)] for one in self.truth[kept]], dtype=np.int64)
        return Asked(truth, self.likeness[kept][:, candidates])


def _blocks_of(sizes: Sequence[int]) -> list[int]:
    """Return the games by which each size exceeds the one before."""
    return [int(size) for size in np.diff((0, *sizes))]


def _shuffled(context: Context, name: str, splits: Sequence[Split] | None) -> npt.NDArray[np.int64]:
    games = context.games_of(name, splits)
    order = np.random.default_rng((context.seed, len(name), len(games))).permutation(len(games))
    return games[order]


class Seen:
    """Known players, asked for by games that no style was learnt from."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self.context, self.settings = context, settings
        space = context.space
        unseen = set(context.unseen)
        self.candidates = list(space.names[: len(space.population)])
        most = settings.sizes[-1]
        known = [
            name
            for name in self.candidates
            if name not in unseen
            and not is_rating_group(name)
            and len(context.games_of(name, HELD_OUT)) >= most
        ]
        if len(known) < 2:
            raise StylemateError(
                f"Fewer than two players of the model have {most} held-out games in this store."
            )
        self.eligible = len(known)
        random = np.random.default_rng(context.seed)
        self.names = sorted(str(name) for name in random.permutation(known)[: settings.seen])
        self.games = [_shuffled(context, name, HELD_OUT) for name in self.names]
        self.blocks = game_blocks(
            context, "stylometry/seen", self.names, self.games, _blocks_of(settings.sizes), (0, 0.5)
        )
        row = {name: number for number, name in enumerate(self.candidates)}
        self.truth = np.array([row[name] for name in self.names], dtype=np.int64)

    def signatures(self, size: int) -> Routing:
        return self.blocks.signatures(self.context.space.prior, self._blocks(size))

    def by_signature(self, size: int) -> Asked:
        return Asked(self.truth, signature_cosines(self.signatures(size), self.context.space))

    def by_style(self, size: int, openings: bool = True) -> Asked:
        space = self.context.space
        styles, _ = self.blocks.styles(space.prior, self._blocks(size), openings)
        return Asked(self.truth, cosines(styles, space)[:, : len(self.candidates)])

    def _blocks(self, size: int) -> slice:
        return slice(0, self.settings.sizes.index(size) + 1)

    def by_openings(self, size: int) -> Asked:
        known, asked = self._baseline_games(size)
        return Asked(
            self.truth, opening_likeness(self.context, self.candidates, known, self.names, asked)
        )

    def by_habits(self, size: int, openings: bool = True) -> Asked:
        known, asked = self._baseline_games(size)
        from_ply = 0 if openings else OPENING_PLIES
        return Asked(
            self.truth,
            habit_likeness(self.context, self.candidates, known, self.names, asked, from_ply),
        )

    def _baseline_games(
        self, size: int
    ) -> tuple[list[npt.NDArray[np.int64]], list[npt.NDArray[np.int64]]]:
        most = self.settings.baseline_games
        known = [_shuffled(self.context, name, (Split.TRAIN,))[:most] for name in self.candidates]
        return known, [games[:size] for games in self.games]

    def well_known(self) -> npt.NDArray[np.int64]:
        """Return candidates with many games, those asked for first among them, ascending."""
        players = self.context.space.players
        known = [
            number
            for number, name in enumerate(self.candidates)
            if players[number].games >= WELL_KNOWN_GAMES and not is_rating_group(name)
        ]
        asked = [number for number in known if number in set(self.truth.tolist())]
        others = [number for number in known if number not in set(asked)]
        return np.array(sorted((asked + others)[: self.settings.well_known]), dtype=np.int64)


def unseen_names(context: Context, settings: Settings) -> list[str]:
    needed = settings.unseen_gallery_games + settings.sizes[-1]
    names = [name for name in context.unseen if len(context.games_of(name)) >= needed]
    return sorted(names)[: settings.unseen] if len(names) >= 2 else []


class UnseenQueries:
    """Players the model never trained on, known by some of their games, asked for by others."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self.context, self.settings = context, settings
        self.names = unseen_names(context, settings)
        games = [_shuffled(context, name, None) for name in self.names]
        known = settings.unseen_gallery_games
        self.gallery = game_blocks(
            context, "stylometry/unseen-known", self.names, games, [known], (0.5, 0.8)
        )
        asked = settings.unseen_queries
        self.queries = game_blocks(
            context,
            "stylometry/unseen-asked",
            self.names[:asked],
            [own[known:] for own in games[:asked]],
            _blocks_of(settings.sizes),
            (0.8, 0.95),
        )
        self.truth = np.arange(len(self.queries.names))

    def by_signature(self, size: int) -> Asked:
        prior = self.context.space.prior
        gallery = self.gallery.signatures(prior, slice(None))
        queries = self.queries.signatures(prior, self._blocks(size))
        flat = (each.reshape(len(each), -1).astype(np.float64) for each in (queries, gallery))
        return Asked(self.truth, np.inner(*flat))

    def by_style(self, size: int, openings: bool) -> Asked:
        space = self.context.space
        gallery, _ = self.gallery.styles(space.prior, slice(None), openings)
        queries, _ = self.queries.styles(space.prior, self._blocks(size), openings)
        return Asked(self.truth, cosines_from(queries, gallery, space.average))

    def _blocks(self, size: int) -> slice:
        return slice(0, self.settings.sizes.index(size) + 1)
