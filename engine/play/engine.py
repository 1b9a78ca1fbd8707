"""The one socket every opponent fits: two methods, shared by the app, protocols and tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import chess
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False, slots=True)
class Policy:
    """What an engine would play in one position, best move first.

    Attributes:
        moves: every legal move, in order of falling probability.
        probabilities: float64 (len(moves),), summing to 1.
        wdl: chances of win, draw and loss for the side to move, summing to 1. A scalar value head
            says nothing about draws: its value v becomes ((1 + v) / 2, 0, (1 - v) / 2).
        value: win minus loss, in [-1, 1]: the very output of a scalar value head.
    """

    moves: tuple[chess.Move, ...]
    probabilities: npt.NDArray[np.float64]
    wdl: tuple[float, float, float]
    value: float

    def top(self, count: int) -> list[tuple[chess.Move, float]]:
        """Return the ``count`` likeliest moves with their probabilities."""
        return [
            (move, float(probability))
            for move, probability in zip(
                self.moves[:count], self.probabilities[:count], strict=True
            )
        ]

    def probability(self, move: chess.Move) -> float:
        """Return the probability of a move, 0 if it is not legal here."""
        try:
            return float(self.probabilities[self.moves.index(move)])
        except ValueError:
            return 0.0


AskPolicies: TypeAlias = Callable[[Sequence[chess.Board]], list[Policy]]
"""Returns the policy for each board, of one style."""


class Engine(Protocol):
    """Something that plays chess.

    Both methods read the history from the board's move stack, leave the board as it is, and raise
    ``StylemateError`` when the game on the board is over.
    """

    def policy(self, board: chess.Board) -> Policy:
        """Return the probability of every legal move and the chances of the side to move."""
        ...

    def play(self, board: chess.Board) -> chess.Move:
        """Return a legal move."""
        ...
