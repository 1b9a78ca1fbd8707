"""One position under a slider: the chances of its moves at every place of the slider."""

from collections.abc import Sequence
from dataclasses import dataclass

import chess
import numpy as np
import numpy.typing as npt

from engine.play.inference import MergedNetworks, evaluate_styles
from engine.style.style import Routing, steer

Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Sweep:
    """What a style would play in one position as it is pushed along an attribute.

    Attributes:
        amounts: numbers of steps.
        moves: every legal move, in the order of the board's legal moves.
        chances: float64 (amounts, moves), each row summing to 1.
    """

    amounts: tuple[float, ...]
    moves: tuple[chess.Move, ...]
    chances: Probabilities

    def leading(self, count: int) -> list[int]:
        """Return the moves that are among the ``count`` likeliest at any amount, as indices.

        The one with the highest chance anywhere comes first.
        """
        top = np.argsort(-self.chances, axis=1, kind="stable")[:, :count]
        best = self.chances.max(axis=0)
        return sorted({int(move) for move in top.ravel()}, key=lambda move: -best[move])

    def expected(self, values: npt.NDArray[np.float32]) -> Probabilities:
        """Return the expected value at each amount (amounts,) of moves' values (moves,)."""
        return np.asarray(self.chances @ np.asarray(values, dtype=np.float64))


def sweep(
    networks: MergedNetworks,
    board: chess.Board,
    z: Routing,
    delta: Routing,
    amounts: Sequence[float],
) -> Sweep:
    """Evaluate one position for every place of a slider, in one batch.

    Args:
        networks: the model.
        board: the position; its history is used, and it is left as it is.
        z: float32 (heads, modules), the style at amount 0.
        delta: float32 (heads, modules), one step.
        amounts: numbers of steps.

    Raises:
        StylemateError: the game is over, or the board is not of standard chess.
    """
    styles = np.stack([steer(z, delta, amount) for amount in amounts])
    policies = evaluate_styles(networks, board, styles)
    moves = tuple(board.legal_moves)
    chances = [[policy.probability(move) for move in moves] for policy in policies]
    return Sweep(tuple(amounts), moves, np.array(chances))
