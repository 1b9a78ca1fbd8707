"""A game between two engines that is measured as it is played."""

from collections.abc import Mapping
from dataclasses import dataclass

import chess

from engine.attributes.moves import move_attributes
from engine.play.ending import Ending, ending_by_rule, undecided
from engine.play.engine import Engine

LONGEST = 400
"""Half-moves after which a game is left undecided."""


@dataclass(frozen=True, slots=True)
class MeasuredMove:
    """A move that was played.

    Attributes:
        move: the move.
        san: the same in standard algebraic notation.
        color: who played it.
        values: its attributes by key, each in its own unit.
    """

    move: chess.Move
    san: str
    color: chess.Color
    values: Mapping[str, float]


class Exhibition:
    """A game that two engines play, one move at a time."""

    def __init__(self, white: Engine, black: Engine) -> None:
        """Set the pieces up.

        Args:
            white, black: who plays; both may be the same.
        """
        self._engines = {chess.WHITE: white, chess.BLACK: black}
        self._board = chess.Board()
        self._moves: list[MeasuredMove] = []

    @property
    def moves(self) -> tuple[MeasuredMove, ...]:
        """What was played so far."""
        return tuple(self._moves)

    @property
    def ending(self) -> Ending | None:
        """How the game ended, None while it goes on."""
        found = ending_by_rule(self._board)
        if found is None and len(self._moves) >= LONGEST:
            return undecided(f"Left undecided after {LONGEST // 2} moves each.")
        return found

    def board(self, count: int | None = None) -> chess.Board:
        """Return the position after a number of moves (all by default), with its history."""
        board = chess.Board()
        for played in self._moves[:count]:
            board.push(played.move)
        return board

    def step(self) -> MeasuredMove | None:
        """Play one move and return it, None when the game is over.

        Raises:
            StylemateError: an engine cannot play.
        """
        if self.ending is not None:
            return None
        board = self._board
        move = self._engines[board.turn].play(board)
        legal, values = move_attributes(board)
        place = legal.index(move)
        played = MeasuredMove(
            move,
            board.san(move),
            board.turn,
            {key: float(column[place]) for key, column in values.items()},
        )
        board.push(move)
        self._moves.append(played)
        return played


def running_means(
    moves: tuple[MeasuredMove, ...], color: chess.Color, key: str
) -> list[tuple[int, float]]:
    """Return the mean so far of an attribute over one side's moves.

    Returns:
        After each of the side's moves: the number of half-moves played, and the mean in the
        attribute's own unit.
    """
    points: list[tuple[int, float]] = []
    total = 0.0
    for count, played in enumerate(moves, start=1):
        if played.color == color:
            total += played.values[key]
            points.append((count, total / (len(points) + 1)))
    return points
