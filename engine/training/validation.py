"""Move matching on held-out positions: top-1 and cross-entropy over the legal moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import chess
import numpy as np
import torch
from torch import Tensor

from engine.position.moves import decode_move, legal_mask
from engine.training.data import Batch, TrainingPositions

OPENING_PLIES = 10
"""Positions with at least this many moves before them are reported on their own."""
_BATCH = 2048


def legal_masks(positions: TrainingPositions, rows: Tensor) -> Tensor:
    """Return the legal-move masks, bool (N, 1858) on the CPU, of some positions."""
    codes = positions.moves
    plies = positions.packed.plies[rows].tolist()
    masks = np.empty((len(rows), len(legal_mask(chess.Board()))), dtype=bool)
    for place, (row, ply) in enumerate(zip(rows.tolist(), plies, strict=True)):
        board = chess.Board()
        for code in codes[row - ply : row].tolist():
            board.push(decode_move(code & 0xFFFF))
        masks[place] = legal_mask(board)
    return torch.from_numpy(masks)


@dataclass(frozen=True, slots=True)
class ValidationSample:
    """Held-out positions with their legal moves; who moves is in ``players``."""

    positions: TrainingPositions
    rows: Tensor  # int64 (N,)
    masks: Tensor  # bool (N, 1858)
    late: Tensor  # bool (N,), at least OPENING_PLIES moves were played before

    @classmethod
    def of(cls, positions: TrainingPositions, rows: Tensor) -> "ValidationSample":
        masks = legal_masks(positions, rows).to(positions.device)
        return cls(positions, rows, masks, positions.packed.plies[rows] >= OPENING_PLIES)

    def batches(self) -> Iterator[tuple[Batch, slice]]:
        """Yield the positions in batches with their places in the sample."""
        for first in range(0, len(self.rows), _BATCH):
            part = slice(first, min(first + _BATCH, len(self.rows)))
            yield self.positions.batch(self.rows[part]), part

    def match(self, predict: Callable[[Batch], Tensor]) -> "MoveMatch":
        """Score a predictor that gives policy logits (N, 1858) for a batch."""
        hits = torch.empty(len(self.rows), dtype=torch.bool, device=self.rows.device)
        losses = torch.empty(len(self.rows), dtype=torch.float32, device=self.rows.device)
        for batch, part in self.batches():
            logits = predict(batch).float().masked_fill(~self.masks[part], float("-inf"))
            hits[part] = logits.argmax(1) == batch.policy
            losses[part] = torch.nn.functional.cross_entropy(logits, batch.policy, reduction="none")
        return MoveMatch(hits, losses, self.late)


@dataclass(frozen=True, slots=True)
class MoveMatch:
    """Per-position results of a predictor."""

    hits: Tensor  # bool (N,)
    losses: Tensor  # float32 (N,), nats over legal moves
    late: Tensor  # bool (N,)

    def figures(self, prefix: str = "") -> dict[str, float]:
        """Return top-1 (share) and cross-entropy (nats), all plies and ply >= 10."""
        return {
            f"{prefix}top1": float(self.hits.float().mean()),
            f"{prefix}cross_entropy": float(self.losses.mean()),
            f"{prefix}top1_late": float(self.hits[self.late].float().mean()),
            f"{prefix}cross_entropy_late": float(self.losses[self.late].mean()),
        }
