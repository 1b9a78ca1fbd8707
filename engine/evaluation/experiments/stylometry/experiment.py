"""Experiment 2: whose games are these? (arXiv 2502.14998, table 1)

A routing vector is fitted to some games of a player whom the experiment pretends not to know, and
the known players' are ranked by their cosines. Two vectors come from the same scores
(``engine.style.prior``): the style that plays, compared as centred logits, and the signature, which
is made to tell players apart and knows openings only. So without each game's first 15 moves, which
give most players away, the style alone is asked. Beside both two ways that need no network.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from engine.analysis.identification import (
    Calibration,
    calibrate,
    confidences_of,
    cosines,
    cosines_from,
    signature_cosines,
)
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, Result, Series, Table, Target
from engine.evaluation.experiments.stylometry.baselines import habit_likeness, opening_likeness
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.measures.game_scores import game_blocks
from engine.evaluation.targets import judge
from engine.games.rating_groups import is_rating_group
from engine.position.phases import OPENING_PLIES
from engine.style.style import Routing
from engine.training.splits import Split

_HELD_OUT = (Split.VALIDATION, Split.TEST)
_WELL_KNOWN_GAMES = 1000
Ranks = npt.NDArray[np.int64]
Likeness = npt.NDArray[np.float64]


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
    likeness: Likeness

    @property
    def ranks(self) -> Ranks:
        """Candidates ahead of the right one, int64 (Q,)."""
        own = self.likeness[np.arange(len(self.truth)), self.truth]
        ranks: Ranks = (self.likeness > own[:, None]).sum(axis=1)
        return ranks

    def among(self, candidates: npt.NDArray[np.int64]) -> "Asked":
        """Return the queries whose right candidate is among some, against these alone."""
        place = {int(candidate): number for number, candidate in enumerate(candidates)}
        kept = np.array([int(one) in place for one in self.truth])
        truth = np.array([place[int(one)] for one in self.truth[kept]], dtype=np.int64)
        return Asked(truth, self.likeness[kept][:, candidates])


class Stylometry:
    """Finding players by their games."""

    name = "stylometry"
    title = "Recognising players"

    def run(self, context: Context) -> Result:
        """Measure; see ``Experiment``."""
        settings = _settings(context)
        seen = _Seen(context, settings)
        unseen = _Unseen(context, settings) if _unseen_names(context, settings) else None
        return _result(context, settings, seen, unseen)


def _settings(context: Context) -> Settings:
    return context.pick(
        smoke=Settings(
            sizes=(1, 2),
            seen=4,
            well_known=4,
            unseen=4,
            unseen_queries=3,
            unseen_gallery_games=2,
            baseline_games=10,
        ),
        small=Settings(
            sizes=(10, 30, 100),
            seen=100,
            well_known=200,
            unseen=120,
            unseen_queries=120,
            unseen_gallery_games=100,
            baseline_games=200,
        ),
        full=Settings(
            sizes=(10, 30, 100),
            seen=1000,
            well_known=200,
            unseen=1000,
            unseen_queries=1000,
            unseen_gallery_games=100,
            baseline_games=1000,
        ),
    )


def _blocks_of(sizes: Sequence[int]) -> list[int]:
    """Return the games by which each size exceeds the one before."""
    return [int(size) for size in np.diff((0, *sizes))]


def _shuffled(context: Context, name: str, splits: Sequence[Split] | None) -> npt.NDArray[np.int64]:
    games = context.games_of(name, splits)
    order = np.random.default_rng((context.seed, len(name), len(games))).permutation(len(games))
    return games[order]


class _Seen:
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
            and len(context.games_of(name, _HELD_OUT)) >= most
        ]
        if len(known) < 2:
            raise StylemateError(
                f"Fewer than two players of the model have {most} held-out games in this store."
            )
        self.eligible = len(known)
        random = np.random.default_rng(context.seed)
        self.names = sorted(str(name) for name in random.permutation(known)[: settings.seen])
        self.games = [_shuffled(context, name, _HELD_OUT) for name in self.names]
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
            if players[number].games >= _WELL_KNOWN_GAMES and not is_rating_group(name)
        ]
        asked = [number for number in known if number in set(self.truth.tolist())]
        others = [number for number in known if number not in set(asked)]
        return np.array(sorted((asked + others)[: self.settings.well_known]), dtype=np.int64)


def _unseen_names(context: Context, settings: Settings) -> list[str]:
    needed = settings.unseen_gallery_games + settings.sizes[-1]
    names = [name for name in context.unseen if len(context.games_of(name)) >= needed]
    return sorted(names)[: settings.unseen] if len(names) >= 2 else []


class _Unseen:
    """Players the model never trained on, known by some of their games, asked for by others."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self.context, self.settings = context, settings
        self.names = _unseen_names(context, settings)
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


def _result(context: Context, settings: Settings, seen: _Seen, unseen: _Unseen | None) -> Result:
    most, middle = settings.sizes[-1], settings.sizes[-2]
    figures: dict[str, Estimate | float] = {}
    seen_rows: list[tuple[Cell, ...]] = []
    hits: dict[tuple[str, bool], list[Estimate]] = {}
    asked: dict[tuple[str, int, bool], Asked] = {}

    def ask(name: str, openings: bool, method: Callable[[int], Asked]) -> None:
        for size in settings.sizes:
            found = asked[name, size, openings] = method(size)
            seen_rows.append((name, _words(openings), size, *_ranks(found, context.seed)))
            hits.setdefault((name, openings), []).append(_top(found, 1, context.seed))

    ask("signature", True, seen.by_signature)
    for openings in (True, False):
        ask("style", openings, partial(seen.by_style, openings=openings))
        ask("habits", openings, partial(seen.by_habits, openings=openings))
    ask("openings", True, seen.by_openings)
    best = "signature"
    well_known = seen.well_known()
    late = asked["style", most, False].among(well_known)
    late_habits = asked["habits", most, False].among(well_known)
    over_habits = bootstrap_mean(
        100.0 * ((late.ranks == 0).astype(float) - (late_habits.ranks == 0)), context.seed
    )
    universe = len(seen.candidates)
    of = f"{len(seen.names)} players asked for among {universe:,}"
    figures["seen_100"] = _top(asked[best, most, True], 1, context.seed)
    figures["seen_30"] = _top(asked[best, middle, True], 1, context.seed)
    figures["well_known_from_ply_30"] = _top(late, 1, context.seed)
    figures["all_from_ply_30"] = _top(asked["style", most, False], 1, context.seed)
    figures["openings_100"] = _top(asked["openings", most, True], 1, context.seed)
    targets: list[Target] = [
        judge("stylometry_seen_100", figures["seen_100"], of, universe >= 2600),
        judge("stylometry_seen_30", figures["seen_30"], of, universe >= 2600),
        judge(
            "stylometry_from_ply_30",
            figures["well_known_from_ply_30"],
            f"{len(late.truth)} players asked for among {len(well_known)} with "
            f"{_WELL_KNOWN_GAMES:,} games or more",
            len(well_known) >= 200,
        ),
        judge("stylometry_from_ply_30_over_habits", over_habits, "the same players and games"),
    ]
    scale, confidence = _calibrated(context, settings, seen)
    tables = [
        Table(
            "Known players",
            ("by", "moves", "games", "first, %", "among ten, %", "mean reciprocal rank"),
            tuple(seen_rows),
            f"{of}; {seen.eligible} had {most} held-out games.",
        ),
        Table(
            f"Known players, without openings, among {len(well_known)} with most games",
            ("by", "games", "first, %", "among ten, %", "mean reciprocal rank"),
            tuple(
                (name, size, *_ranks(asked[name, size, False].among(well_known), context.seed))
                for name in ("style", "habits")
                for size in settings.sizes
            ),
        ),
        confidence,
    ]
    if unseen is not None:
        ways: tuple[tuple[str, bool, Callable[[int], Asked]], ...] = (
            ("signature", True, unseen.by_signature),
            ("style", True, partial(unseen.by_style, openings=True)),
            ("style", False, partial(unseen.by_style, openings=False)),
        )
        rows = [
            (name, _words(openings), size, *_ranks(way(size), context.seed))
            for name, openings, way in ways
            for size in settings.sizes
        ]
        found = unseen.by_signature(most)
        figures["unseen_100"] = _top(found, 1, context.seed)
        note = (
            f"{len(unseen.truth)} players asked for among {len(unseen.names)}, each known by "
            f"{settings.unseen_gallery_games} other games"
        )
        enough = len(unseen.names) >= 100
        targets.append(judge("stylometry_unseen_100", figures["unseen_100"], note, enough))
        tables.append(
            Table(
                "Players the model never trained on",
                ("by", "moves", "games", "first, %", "among ten, %", "mean reciprocal rank"),
                tuple(rows),
                note + ".",
            )
        )
    plot = Plot(
        "line",
        "Players found by their games",
        "games",
        "found first, %",
        tuple(
            Series.of(f"{name}, {_words(openings)}", settings.sizes, found_hits)
            for (name, openings), found_hits in hits.items()
        ),
    )
    return Result(
        title="Recognising players",
        words=(
            "A style is fitted to games that nobody told the model about, and all known players "
            "are ranked by how well it fits them. Openings give most people away, and the "
            "signature knows nothing else; without each game's first 15 moves the style has to "
            "do, and it shows how much of a style lies in the middlegame."
        ),
        settings=asdict(settings),
        figures=figures,
        tables=tuple(tables),
        plots=(plot,),
        targets=tuple(targets),
        data={"scale": [asdict(one) for one in scale]},
    )


def _words(openings: bool) -> str:
    return "all" if openings else "from move 16"


def _top(found: Asked, count: int, seed: int) -> Estimate:
    return bootstrap_mean(100.0 * (found.ranks < count), seed)


def _ranks(found: Asked, seed: int) -> tuple[Estimate, Estimate, Estimate]:
    reciprocal = bootstrap_mean(1 / (1.0 + found.ranks), seed)
    return _top(found, 1, seed), _top(found, 10, seed), reciprocal


def _calibrated(
    context: Context, settings: Settings, seen: _Seen
) -> tuple[list[Calibration], Table]:
    """Return scales of confidence, and how well those of one half of the players fit the other."""
    space = context.space
    scale: list[Calibration] = []
    rows: list[tuple[Cell, ...]] = []
    place = np.arange(len(seen.names))
    for size in settings.sizes:
        styles = seen.signatures(size)
        halves = (place % 2 == 0, place % 2 == 1)
        stated, right = [], []
        for own, other in (halves, halves[::-1]):
            if own.sum() < 2:
                continue
            learnt = calibrate(styles[own], seen.truth[own], space, size)
            found = confidences_of(styles[other], space, learnt.sharpness)
            best = found.argmax(axis=1)
            stated += found.max(axis=1).tolist()
            right += (best == seen.truth[other]).astype(float).tolist()
        scale.append(calibrate(styles, seen.truth, space, size))
        if stated:
            difference = np.array(stated) - np.array(right)
            rows.append(
                (
                    size,
                    bootstrap_mean(100 * np.array(stated), context.seed),
                    bootstrap_mean(100 * np.array(right), context.seed),
                    bootstrap_mean(100 * difference, context.seed),
                )
            )
    table = Table(
        "Is the stated confidence honest?",
        ("games", "stated for the first, %", "first was right, %", "stated too high by, points"),
        tuple(rows),
        "The scale is learnt from one half of the players and judged on the other.",
    )
    return scale, table


EXPERIMENT = Stylometry()
