"""Natural-gradient steps for a table of styles, each row at its own pace.

A style is moved by few of the positions in a batch, and by each of them only a little: plain Adam
with one rate moves rows at random, or not at all. Here every row keeps a Gaussian posterior, as in
recursive least squares: with n positions seen, Fisher matrix F of one position and a prior of
standard deviation s, its precision is n F + I / s^2, and a batch moves the row by that precision's
inverse times the sum of its gradients. Early positions were read by adapters that have changed
since, so n counts half: a row is then about a weighted average of what all positions said, later
ones weighing more. F is shared by all rows (Amari, 1998, "Natural gradient works efficiently in
learning").
"""

import torch
from torch import Tensor, nn

_REMEMBERED_STEPS = 50
"""The Fisher matrix is averaged over about so many steps."""
_STEPS_PER_DECOMPOSITION = 10
_STALE = 0.5
"""Weight of a position that was seen, against one just read."""


class NaturalRows(nn.Module):
    """What the steps of a table of styles need to remember; buffers, so that checkpoints hold it.

    Args:
        rows: number of styles.
        size: numbers of a style, heads x modules.
        spread: standard deviation of the prior, in logits.
        longest_step: bound on the norm of one row's step, in logits.
    """

    seen: Tensor
    fisher: Tensor
    updates: Tensor
    values: Tensor
    vectors: Tensor

    def __init__(
        self, rows: int, size: int, spread: float = 1.0, longest_step: float = 1.0
    ) -> None:
        super().__init__()
        self.spread, self.longest_step = spread, longest_step
        self.register_buffer("seen", torch.zeros(rows))
        self.register_buffer("fisher", torch.zeros(size, size))
        self.register_buffer("updates", torch.zeros((), dtype=torch.int64))
        self.register_buffer("values", torch.zeros(size))
        self.register_buffer("vectors", torch.zeros(size, size))

    def remember(self, rows: Tensor, positions: float) -> None:
        """Take rows (int64) for learnt from so many positions already."""
        self.seen[rows] = positions

    @torch.no_grad()
    def step(self, styles: Tensor, row: Tensor, scores: Tensor) -> None:
        """Move the styles of a batch, in place.

        Args:
            styles: float32 (rows, heads, modules).
            row: int64 (N,), the style of each position.
            scores: (N, heads, modules), gradient of each position's log-likelihood by its style.
        """
        flat = scores.flatten(1).float()
        self._learn_fisher(flat)
        self.seen.index_add_(0, row, torch.ones_like(row, dtype=self.seen.dtype))
        moved, place = torch.unique(row, return_inverse=True)
        total = flat.new_zeros(len(moved), flat.shape[1]).index_add_(0, place, flat)
        precision = _STALE * self.seen[moved, None] * self.values + 1 / self.spread**2
        step = ((total @ self.vectors) / precision) @ self.vectors.T
        norm = step.norm(dim=1, keepdim=True).clamp_min(1e-12)
        step *= (self.longest_step / norm).clamp_max(1.0)
        styles[moved] += step.view(-1, *styles.shape[1:])

    def _learn_fisher(self, scores: Tensor) -> None:
        self.updates += 1
        weight = max(1 / _REMEMBERED_STEPS, 1 / int(self.updates))
        self.fisher.lerp_(scores.T @ scores / len(scores), weight)
        # Its eigenvectors change slowly, and finding them takes as long as a small batch.
        if int(self.updates) % _STEPS_PER_DECOMPOSITION == 1:
            values, vectors = torch.linalg.eigh(self.fisher.double())
            self.values.copy_(values.clamp_min(0))
            self.vectors.copy_(vectors)
