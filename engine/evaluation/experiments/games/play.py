"""The games of every cell, a lot at a time, and what its style costs in predicting people.

Every cell meets the same opponent, the unpushed style, in the same fixtures: half of its games
begin freely, half from openings that people played, each with both colours; equal games get equal
draws.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.attributes.game_figures import GameFigures, game_figures
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiments.games.cells import GameCell
from engine.evaluation.measures.game_attributes import fast_precision, game_progress
from engine.evaluation.measures.human_moves import HumanMatch, human_match
from engine.play.fixtures import Contestant, Fixture, OpeningMoves, PlayedGames, PlayRules, duel
from engine.play.selfplay import play_games
from engine.progress import TellCount
from engine.style.recipe import AVERAGE
from engine.style.style import Routing, stacked
from engine.training.move_match import Sample
from engine.training.splits import Split, split_of_games

_FREE, _COMMON, _BOOK = 41, 42, 43


@dataclass(frozen=True, kw_only=True)
class GameSettings:
    """How much is played, and how."""

    # of each cell, a multiple of 4; half of them free, half from common openings
    games: int
    # plies of the common openings
    opening_plies: int = 8
    # plies after which a game is a draw
    longest: int = 300
    # 1 plays each move as often as the style would
    temperature: float = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class CellGames:
    """The games of one cell: the first half free, the second half from common openings.

    Attributes:
        games: as they were played.
        as_black: bool (G,), whether the cell's style had Black.
    """

    games: PlayedGames
    as_black: npt.NDArray[np.bool_]

    def figures(self) -> GameFigures:
        """Return what the cell's side did in each game."""
        return game_figures(self.games, self.as_black)


def common_openings(context: Context, settings: GameSettings) -> list[OpeningMoves]:
    """Return different beginnings of held-out games, one for every two games from an opening.

    They depend on the games of the store alone, so that any model starts from the same ones.

    Raises:
        StylemateError: the store holds too few different ones.
    """
    games, plies = context.games, settings.opening_plies
    held_out = split_of_games(games.game_ids) != int(Split.TRAIN)
    numbers = np.flatnonzero(held_out & (np.diff(games.offsets) > plies))
    wanted = settings.games // 4
    found: dict[OpeningMoves, None] = {}
    for number in np.random.default_rng((context.seed, _BOOK)).permutation(numbers):
        begin = games.offsets[number]
        found[tuple(games.moves[begin : begin + plies].tolist())] = None
        if len(found) == wanted:
            return list(found)
    raise StylemateError(
        f"The store's held-out games have {len(found)} different openings; {wanted} are needed. "
        "Ingest more games."
    )


def cell_games(
    context: Context,
    name: str,
    cells: Sequence[GameCell],
    settings: GameSettings,
    book: Sequence[OpeningMoves],
    span: tuple[float, float],
) -> list[CellGames]:
    """Return the games of a lot's cells, played or taken up from an earlier run."""
    field = context.space.style(AVERAGE).z
    styles = [context.space.style(cell.recipe).z for cell in cells]
    fixtures = [
        fixture
        for number in range(1, len(cells) + 1)
        for fixture in _fixtures(context.seed, number, settings.games, book)
    ]
    tell = game_progress(context, span, len(fixtures), name)
    identity = {"styles": _digest([field, *styles]), "book": _book_digest(book)}
    found = context.cached(
        f"games/played/{name}",
        lambda: _play(context, [field, *styles], fixtures, settings, tell),
        asdict(settings) | identity,
    )
    played = PlayedGames(**found)
    has_white = np.array([fixture.white > 0 for fixture in fixtures])
    parts = np.split(np.arange(len(fixtures)), len(cells))
    return [CellGames(played.take(part), ~has_white[part]) for part in parts]


def _fixtures(
    seed: int, contestant: int, games: int, book: Sequence[OpeningMoves]
) -> list[Fixture]:
    free = duel(contestant, 0, games // 2, (seed, _FREE))
    return free + duel(contestant, 0, games // 2, (seed, _COMMON), book)


def _play(
    context: Context,
    styles: Sequence[Routing],
    fixtures: Sequence[Fixture],
    settings: GameSettings,
    tell: TellCount,
) -> dict[str, npt.NDArray[Any]]:
    played = play_games(
        context.model,
        [Contestant(z, settings.temperature) for z in styles],
        fixtures,
        PlayRules(longest=settings.longest),
        precision=fast_precision(context),
        progress=tell,
    )
    return {
        "moves": played.moves,
        "offsets": played.offsets,
        "results": played.results,
        "terminations": played.terminations,
    }


def cell_costs(
    context: Context,
    name: str,
    cells: Sequence[GameCell],
    sample: Sample,
) -> list[HumanMatch]:
    """Return how each cell's style predicts people's moves, in the order of the cells."""
    styles = [context.space.style(cell.recipe).z for cell in cells]

    def measure() -> dict[str, npt.NDArray[np.float64]]:
        context.progress(0.0, f"{name}: predicting people's moves")
        found = human_match(context, sample, styles)
        return {"top1": found.top1, "cross_entropy": found.cross_entropy}

    identity = {"styles": _digest(styles), "positions": len(sample.rows), "players": sample.count}
    found = context.cached(f"games/cost/{name}", measure, identity)
    return [
        HumanMatch(top1[None], losses[None])
        for top1, losses in zip(found["top1"], found["cross_entropy"], strict=True)
    ]


def _digest(styles: Sequence[Routing]) -> str:
    # To four digits: the same style made on another machine differs in the last ones.
    rounded = np.round(stacked(styles).astype(np.float64), 4) + 0.0
    return hashlib.blake2b(rounded.tobytes(), digest_size=8).hexdigest()


def _book_digest(book: Sequence[OpeningMoves]) -> str:
    return hashlib.blake2b(np.array(book, dtype=np.uint16).tobytes(), digest_size=8).hexdigest()
