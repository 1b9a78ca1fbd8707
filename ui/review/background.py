"""The long parts of a review, as they run in the background.

Nothing here touches ``st``: it runs in threads of its own, and reports to its job.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import chess

from engine.analysis.game_judges import NetworkJudge, StockfishJudge, find_stockfish
from engine.analysis.game_review import Judge, Review, boards_of, review_game
from engine.analysis.style_likeness import Likeness, likeness
from engine.errors import StylemateError
from engine.play.engine import Policy
from engine.play.opponents import OpponentRegistry
from engine.style.presets import available_presets
from engine.style.recipe import AVERAGE, Recipe
from engine.style.recipe_parser import parse_recipe
from ui.shared.jobs import Job


@dataclass(frozen=True, slots=True)
class GameLine:
    """The moves of a game.

    Attributes:
        start: FEN of the first position.
        moves: of both sides.
    """

    start: str
    moves: tuple[chess.Move, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A game that was gone through.

    Attributes:
        search: by the network's search.
        stockfish: by Stockfish, None where it is not installed or failed.
        note: why it failed, for people; empty if it did not.
    """

    search: Review
    stockfish: Review | None = None
    note: str = ""

    @property
    def best(self) -> Review:
        """The stronger judge's review, which says what counts as a mistake."""
        return self.stockfish or self.search


@dataclass(frozen=True, slots=True)
class Answers:
    """What a style would have played, and how like styles the moves are.

    Attributes:
        policies: the style's view of every position of the game; None where no move was left.
        own: by colour, how like the style its moves are.
        others: by colour and name, the same for the players to compare with.
        white: what each position is worth to White at first glance, -1 to 1.
    """

    policies: tuple[Policy | None, ...]
    own: Mapping[chess.Color, Likeness]
    others: Mapping[chess.Color, Mapping[str, Likeness]]
    white: tuple[float, ...]


def judge_game(line: GameLine, registry: OpponentRegistry, job: Job[Judged]) -> Judged:
    """Go through a game with the search, and with Stockfish where it is installed."""
    average = registry.space.style(parse_recipe(AVERAGE))
    program = find_stockfish()
    parts = 1 if program is None else 2
    search = _reviewed(line, NetworkJudge(registry.networks, average), job, 0, parts)
    if program is None:
        return Judged(search)
    try:
        with StockfishJudge(program) as stockfish:
            return Judged(search, _reviewed(line, stockfish, job, 1, parts))
    except StylemateError as error:
        job.report(1.0)  # a job that was stopped ends here
        return Judged(search, note=str(error))


def _reviewed(line: GameLine, by: Judge, job: Job[Judged], part: int, parts: int) -> Review:
    job.report(part / parts, f"{by.name} looks at each position …")
    return review_game(line.start, line.moves, by, lambda share: job.report((part + share) / parts))


def answers(
    line: GameLine, recipe: Recipe, registry: OpponentRegistry, job: Job[Answers]
) -> Answers:
    """Ask a style, and the players to compare with, about every position of a game."""
    boards = boards_of(line.start, line.moves)
    names = [preset.player for preset in available_presets(registry.space)]
    own = _asked(boards, recipe, registry)
    others = {}
    for place, name in enumerate([*names, AVERAGE]):
        job.report(place / (len(names) + 1), "Asking the players …")
        others[name] = _asked(boards, parse_recipe(name), registry)
    return Answers(
        own,
        {color: _likeness("", own, line, color) for color in chess.COLORS},
        {
            color: {name: _likeness(name, asked, line, color) for name, asked in others.items()}
            for color in chess.COLORS
        },
        tuple(_white(board, policy) for board, policy in zip(boards, own, strict=True)),
    )


def _white(board: chess.Board, policy: Policy | None) -> float:
    ended = -1.0 if board.is_check() else 0.0
    value = ended if policy is None else policy.value
    return value if board.turn == chess.WHITE else -value


def _asked(
    boards: Sequence[chess.Board], recipe: Recipe, registry: OpponentRegistry
) -> tuple[Policy | None, ...]:
    style = registry.space.style(recipe.style)
    open_ = [count for count, board in enumerate(boards) if any(board.legal_moves)]
    policies: list[Policy | None] = [None] * len(boards)
    for first in range(0, len(open_), _AT_ONCE):
        batch = open_[first : first + _AT_ONCE]
        for count, policy in zip(
            batch, registry.networks.evaluate(style, [boards[c] for c in batch]), strict=True
        ):
            policies[count] = policy
    return tuple(policies)


_AT_ONCE = 64
"""Positions in one forward pass."""


def _likeness(
    name: str, policies: Sequence[Policy | None], line: GameLine, color: chess.Color
) -> Likeness:
    first = chess.Board(line.start).turn
    chosen = [
        (policy, move)
        for count, (policy, move) in enumerate(zip(policies, line.moves, strict=False))
        if policy is not None and (first if count % 2 == 0 else not first) == color
    ]
    return likeness(name, [policy for policy, _ in chosen], [move for _, move in chosen])
