"""Networks that are made up, and the exact worth of small positions by trying everything."""

import chess
import numpy as np
import torch
from torch import Tensor, nn

from engine.play.ending import outcome
from engine.play.engine import Policy
from engine.play.inference import playable_moves
from engine.play.shared_network import SharedNetwork
from engine.position.moves import POLICY_SIZE


class Clueless(nn.Module):
    """Likes all moves alike and thinks every position even; counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.nothing = nn.Parameter(torch.zeros(1))
        self.asked = 0

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor]:
        self.asked += len(planes)
        return torch.zeros(len(planes), POLICY_SIZE), torch.zeros(len(planes), 1)


class MaterialCounter(Clueless):
    """Judges by material alone: the tangent of a tenth of the pawns ahead."""

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor]:
        logits, _ = super().forward(planes)
        worth = torch.tensor([1.0, 3.0, 3.0, 5.0, 9.0, 0.0])
        men = planes[:, :12].sum((2, 3))
        return logits, torch.tanh(0.1 * (men[:, :6] - men[:, 6:]) @ worth)[:, None]


def clueless() -> SharedNetwork:
    return SharedNetwork(Clueless())


def even(board: chess.Board) -> Policy:
    """Return the policy that likes all moves alike."""
    moves, _ = playable_moves(board)
    return Policy(tuple(moves), np.full(len(moves), 1 / len(moves)), (0.0, 1.0, 0.0), 0.0)


def exhausted(board: chess.Board, plies: int) -> float:
    """Return the worth for the side to move by trying everything, 0 beyond some plies."""
    end = outcome(board)
    if end is not None:
        return 0.0 if end.winner is None else 1.0 if end.winner == board.turn else -1.0
    if plies == 0:
        return 0.0
    best = -1.0
    for move in list(board.legal_moves):
        board.push(move)
        best = max(best, -exhausted(board, plies - 1))
        board.pop()
        if best == 1:
            break
    return best
