"""What the opponent thinks: its likeliest moves, its chances, and arrows for them."""

from collections.abc import Iterable
from dataclasses import dataclass

import chess

from engine.play.engine import Engine, Policy
from ui.board.drawing import Arrow, side_by_side
from ui.shared.game import Game, board_after

CANDIDATES_SHOWN = 5
ARROWS_SHOWN = 4
LEAST_ARROW = 0.04
"""Less likely moves get no arrow: it would only be clutter."""
LEAST_SHIFT = 0.01
"""A move whose chance changes by less has not changed to anybody's eye."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A move the opponent considers.

    Attributes:
        move: the move.
        san: the same in standard algebraic notation.
        probability: how often the style would play it, 0 to 1.
        played: this is the move that was played there.
    """

    move: chess.Move
    san: str
    probability: float
    played: bool


@dataclass(frozen=True, slots=True)
class Expectation:
    """The result that the style expects.

    Attributes:
        white: chance that White wins.
        draw: chance of a draw.
        black: chance that Black wins.
    """

    white: float
    draw: float
    black: float

    def of(self, color: chess.Color) -> float:
        """Return the chance that a colour wins."""
        return self.white if color == chess.WHITE else self.black


@dataclass(frozen=True, slots=True)
class Thinking:
    """The opponent's view of one position.

    Attributes:
        count: number of moves after which the position stands.
        turn: the colour that moves there.
        candidates: the likeliest moves, likeliest first, with the one played last if it is rare.
        expectation: the result expected there.
    """

    count: int
    turn: chess.Color
    candidates: tuple[Candidate, ...]
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class MoveShift:
    """A move that a pushed style plays more or less often than the style as it is.

    Attributes:
        san: the move in standard algebraic notation.
        before: how often the style as it is would play it, 0 to 1.
        after: how often the pushed style would.
    """

    san: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class MoveShifts:
    """What pushing a style changes in one position.

    Attributes:
        falls: the move that it plays less often than before by most.
        rises: the move that it plays more often by most.
        favourites: the move liked best before and after, in standard algebraic notation.
    """

    falls: MoveShift
    rises: MoveShift
    favourites: tuple[str, str]

    @property
    def is_visible(self) -> bool:
        """Whether anything changes by as much as a percentage shows."""
        return max(self.falls.before - self.falls.after, self.rises.after - self.rises.before) >= (
            LEAST_SHIFT
        )


def shifts(board: chess.Board, before: Policy, after: Policy) -> MoveShifts:
    """Return what changes between two policies of one position."""
    then = dict(zip(before.moves, before.probabilities.tolist(), strict=True))
    now = dict(zip(after.moves, after.probabilities.tolist(), strict=True))
    falls = min(then, key=lambda move: now[move] - then[move])
    rises = max(then, key=lambda move: now[move] - then[move])
    return MoveShifts(
        MoveShift(board.san(falls), then[falls], now[falls]),
        MoveShift(board.san(rises), then[rises], now[rises]),
        (board.san(before.moves[0]), board.san(after.moves[0])),
    )


def think(engine: Engine, game: Game, count: int) -> Thinking | None:
    """Return an engine's view of the position after ``count`` moves, None if no move is left."""
    board = board_after(game, count)
    if not any(board.legal_moves):
        return None
    policy = engine.policy(board)
    played = game.moves[count] if count < game.length else None
    return Thinking(
        count, board.turn, candidates(board, policy, played), expectation(board.turn, policy)
    )


def candidates(
    board: chess.Board, policy: Policy, played: chess.Move | None
) -> tuple[Candidate, ...]:
    """Return the likeliest moves; the played one takes the last place if it is not among them."""
    top = policy.top(CANDIDATES_SHOWN)
    if played is not None and played not in [move for move, _ in top]:
        top = [*top[: CANDIDATES_SHOWN - 1], (played, policy.probability(played))]
    return tuple(
        Candidate(move, board.san(move), probability, move == played) for move, probability in top
    )


def expectation(turn: chess.Color, policy: Policy) -> Expectation:
    """Return the chances of a policy from White's side."""
    win, draw, loss = policy.wdl
    return Expectation(win, draw, loss) if turn == chess.WHITE else Expectation(loss, draw, win)


def count_of_last_reply(game: Game) -> int | None:
    """Return after how many moves the opponent thought about the reply now on screen.

    None when it has not moved yet up to the position on screen.
    """
    first = chess.Board(game.start).turn
    for count in reversed(range(game.shown)):
        mover = first if count % 2 == 0 else not first
        if mover != game.person:
            return count
    return None


def arrows(considered: Iterable[Candidate]) -> tuple[Arrow, ...]:
    """Return an arrow for each candidate that is likely enough, the likeliest last (on top)."""
    drawn = [
        Arrow(c.move.from_square, c.move.to_square, c.probability)
        for c in considered
        if c.probability >= LEAST_ARROW
    ]
    return side_by_side(drawn[ARROWS_SHOWN - 1 :: -1])
