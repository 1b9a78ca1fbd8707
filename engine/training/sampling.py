"""Which positions a step trains on: a function of the seed and the step alone."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.training.ranks import Ranks


class EpochSampler:
    """Draws every position once before any is drawn again, in an order of the seed."""

    def __init__(self, rows: Tensor, seed: int) -> None:
        self.rows, self.seed = rows, seed
        self._epoch = -1
        self._order = rows

    def draw(self, step: int, count: int, ranks: Ranks) -> Tensor:
        """Return this process's rows, int64 (count,), of a step."""
        first = (step * ranks.count + ranks.rank) * count
        places = torch.arange(first, first + count, device=self.rows.device)
        epochs = places // len(self.rows)
        low, high = int(epochs[0]), int(epochs[-1])
        parts = [
            self._permutation(epoch)[places[epochs == epoch] % len(self.rows)]
            for epoch in range(low, high + 1)
        ]
        return self.rows[torch.cat(parts).long()].long()

    def _permutation(self, epoch: int) -> Tensor:
        if epoch != self._epoch:
            generator = torch.Generator(self.rows.device).manual_seed(self.seed * 1009 + epoch)
            self._order = torch.randperm(
                len(self.rows), generator=generator, device=self.rows.device, dtype=torch.int32
            )
            self._epoch = epoch
        return self._order


class BalancedSampler:
    """Draws a player in proportion to its positions ** balance, then one of its positions.

    Args:
        rows: int (N,), positions.
        groups: int64 (N,), the player of each.
        balance: 1 draws positions evenly, 0 players.
        seed: of the order.
        shares: bool masks of players, each with the share of all draws that these are to get.
    """

    def __init__(
        self,
        rows: Tensor,
        groups: Tensor,
        balance: float,
        seed: int,
        shares: Sequence[tuple[Tensor, float]] = (),
    ) -> None:
        order = torch.argsort(groups, stable=True)
        self.rows, self.seed = rows[order], seed
        counts = torch.bincount(groups)
        self.begins = counts.cumsum(0) - counts
        self.counts = counts
        weights = counts.double() ** balance * (counts > 0)
        self.cumulative = _with_shares(weights, shares).cumsum(0)

    def draw(self, step: int, count: int, ranks: Ranks) -> Tensor:
        """Return this process's rows, int64 (count,), of a step."""
        generator = torch.Generator(self.rows.device)
        generator.manual_seed(self.seed * 1009 + step)
        shape, device = (2, count * ranks.count), self.rows.device
        # All processes draw all rows, so that how many there are makes no difference.
        uniform = torch.rand(shape, generator=generator, device=device, dtype=torch.float64)
        uniform = uniform[:, ranks.rank * count :][:, :count]
        group = torch.searchsorted(self.cumulative, uniform[0] * self.cumulative[-1], right=True)
        group = group.clamp(max=len(self.counts) - 1)
        within = (uniform[1] * self.counts[group]).long()
        return self.rows[self.begins[group] + within].long()


def _with_shares(weights: Tensor, shares: Sequence[tuple[Tensor, float]]) -> Tensor:
    """Return weights of which some parts, where they are not empty, sum to given shares."""
    free = torch.ones_like(weights, dtype=torch.bool)
    scaled, rest = weights.clone(), 1.0
    for mask, share in shares:
        mask = mask[: len(weights)].to(weights.device)
        total = weights[mask].sum()
        if total > 0:
            scaled[mask] = weights[mask] * (share / total)
            free &= ~mask
            rest -= share
    if shares and free.any():
        scaled[free] = weights[free] * (max(rest, 0.0) / weights[free].sum().clamp_min(1e-12))
    return scaled


def fixed_sample(rows: Tensor, count: int, seed: int) -> Tensor:
    """Return a random but fixed part of some rows, in ascending order."""
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(rows), generator=generator)[:count].sort().values
    return rows[chosen.to(rows.device)].long()
