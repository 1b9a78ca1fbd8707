"""Going through a game: what each position was worth, and which moves threw something away.

A judge gives every position of the game a best move and a value. A move cost its side what lies
between the value of the position and that of the position after it. What counts as inaccuracy,
mistake and blunder are the steps that Lichess uses (lila, modules/tree/src/main/Advice.scala):
a tenth, two and three tenths of winning chances on the scale from -1 to 1.
"""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Protocol

import chess

from engine.errors import StylemateError
from engine.play.ending import outcome

_CLAIMED = {chess.Termination.THREEFOLD_REPETITION, chess.Termination.FIFTY_MOVES}


class Mistake(Enum):
    """How bad a move was that threw something away."""

    INACCURACY = ("?!", "inaccuracy", 0.1)
    MISTAKE = ("?", "mistake", 0.2)
    BLUNDER = ("??", "blunder", 0.3)

    def __init__(self, sign: str, word: str, least: float) -> None:
        self.sign = sign
        self.word = word
        self.least = least


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of a position.

    Attributes:
        best: the best move; None where the game is over.
        value: what the position is worth to the side to move, from -1, a sure loss, to 1.
        mate: half-moves to a mate that is certain, for either side; None where none is.
    """

    best: chess.Move | None
    value: float
    mate: int | None = None


class Judge(Protocol):
    """Something that values positions.

    Attributes:
        name: what people call it.
        at_once: how many positions it takes in hand beside one another, each in a thread.
    """

    name: str
    at_once: int

    def verdict(self, board: chess.Board) -> Verdict:
        """Return what a position, with the history on its board, is worth. It is not over."""
        ...


@dataclass(frozen=True, slots=True)
class JudgedMove:
    """A move of the game.

    Attributes:
        color: who made it.
        san: the move in standard algebraic notation.
        best: the judge's move in the same notation.
        was_best: whether both are one.
        cost: what it threw away, 0 to 2 on the scale of values.
        mistake: how bad that was; None where it was not.
    """

    color: chess.Color
    san: str
    best: str
    was_best: bool
    cost: float
    mistake: Mistake | None


@dataclass(frozen=True, slots=True)
class Review:
    """A game that a judge has gone through.

    Attributes:
        judge: its name.
        white: what each position was worth to White, -1 to 1, the first and the last included.
        best: the judge's move in each position; None where the game was over.
        moves: the moves, one fewer than positions.
    """

    judge: str
    white: tuple[float, ...]
    best: tuple[chess.Move | None, ...]
    moves: tuple[JudgedMove, ...]

    def count(self, color: chess.Color, mistake: Mistake) -> int:
        """Return how many of a side's moves were so bad."""
        return sum(move.color == color and move.mistake is mistake for move in self.moves)

    def mean_cost(self, color: chess.Color) -> float | None:
        """Return the share of a whole point that a side's moves cost on average, 0 to 1.

        None where it made none.
        """
        costs = [move.cost / 2 for move in self.moves if move.color == color]
        return sum(costs) / len(costs) if costs else None


def mistake_of(cost: float) -> Mistake | None:
    """Return how bad a move was that cost so much."""
    found = [mistake for mistake in Mistake if cost >= mistake.least - 1e-9]
    return found[-1] if found else None


def boards_of(start: str, moves: Sequence[chess.Move]) -> list[chess.Board]:
    """Return every position of a game with its history, the first and the last included.

    Raises:
        StylemateError: a move is not legal.
    """
    board = chess.Board(start)
    boards = [board.copy()]
    for move in moves:
        if not board.is_legal(move):
            raise StylemateError(f"The move {move.uci()} is not legal in '{board.fen()}'.")
        board.push(move)
        boards.append(board.copy())
    return boards


def review_game(
    start: str,
    moves: Sequence[chess.Move],
    judge: Judge,
    report: Callable[[float], None] = lambda share: None,
) -> Review:
    """Go through a game.

    Args:
        start: FEN of the first position.
        moves: of the game.
        judge: values each position once.
        report: told the share that is done; what it raises ends the review.

    Raises:
        StylemateError: a move is not legal, or the judge failed.
    """
    boards = boards_of(start, moves)
    verdicts: list[Verdict] = []
    with closing(_verdicts(boards, judge)) as waiting:
        for verdict in waiting:
            report(len(verdicts) / len(boards))
            verdicts.append(verdict())
    judged = [
        _judged(boards[count], move, verdicts[count], verdicts[count + 1])
        for count, move in enumerate(moves)
    ]
    white = tuple(
        verdict.value if board.turn == chess.WHITE else -verdict.value
        for board, verdict in zip(boards, verdicts, strict=True)
    )
    return Review(judge.name, white, tuple(verdict.best for verdict in verdicts), tuple(judged))


def _verdicts(
    boards: Sequence[chess.Board], judge: Judge
) -> Generator[Callable[[], Verdict], None, None]:
    """Yield, for each position in turn, what waits for its verdict."""

    def verdict(count: int) -> Verdict:
        board = boards[count]
        return _ended(board, is_last=count == len(boards) - 1) or judge.verdict(board)

    if judge.at_once == 1:
        yield from (partial(verdict, count) for count in range(len(boards)))
        return
    pool = ThreadPoolExecutor(judge.at_once)
    try:
        for future in [pool.submit(verdict, count) for count in range(len(boards))]:
            yield future.result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _judged(board: chess.Board, move: chess.Move, before: Verdict, after: Verdict) -> JudgedMove:
    was_best = before.best is None or before.best == move
    cost = 0.0 if was_best else max(before.value + after.value, 0.0)
    best = move if before.best is None else before.best
    return JudgedMove(
        board.turn, board.san(move), board.san(best), was_best, cost, mistake_of(cost)
    )


def _ended(board: chess.Board, is_last: bool) -> Verdict | None:
    """Return the verdict of the rules where they end the game.

    A repetition or fifty moves after which people played on have not ended it.
    """
    found = outcome(board)
    if found is None or (found.termination in _CLAIMED and not is_last):
        return None
    if found.winner is None:
        return Verdict(None, 0.0)
    return Verdict(None, 1.0 if found.winner == board.turn else -1.0, 0)
