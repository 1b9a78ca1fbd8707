"""Which positions a step trains on: a function of the seed and the step alone."""

import torch
from torch import Tensor

from engine.training.distributed import Peers


class EpochSampler:
    """Draws every position once before any is drawn again, in an order of the seed."""

    def __init__(self, rows: Tensor, seed: int) -> None:
        self.rows, self.seed = rows, seed
        self._epoch = -1
        self._order = rows

    def draw(self, step: int, count: int, peers: Peers) -> Tensor:
        """Return this process's rows, int64 (count,), of a step."""
        first = (step * peers.count + peers.rank) * count
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
    """Draws a player in proportion to its positions ** balance, then one of its positions."""

    def __init__(self, rows: Tensor, groups: Tensor, balance: float, seed: int) -> None:
        order = torch.argsort(groups, stable=True)
        self.rows, self.seed = rows[order], seed
        counts = torch.bincount(groups)
        self.begins = counts.cumsum(0) - counts
        self.counts = counts
        self.cumulative = (counts.double() ** balance * (counts > 0)).cumsum(0)

    def draw(self, step: int, count: int, peers: Peers) -> Tensor:
        """Return this process's rows, int64 (count,), of a step."""
        generator = torch.Generator(self.rows.device)
        generator.manual_seed(self.seed * 1009 + step)
        shape, device = (2, count * peers.count), self.rows.device
        # All processes draw all rows, so that how many there are makes no difference.
        uniform = torch.rand(shape, generator=generator, device=device, dtype=torch.float64)
        uniform = uniform[:, peers.rank * count :][:, :count]
        group = torch.searchsorted(self.cumulative, uniform[0] * self.cumulative[-1], right=True)
        group = group.clamp(max=len(self.counts) - 1)
        within = (uniform[1] * self.counts[group]).long()
        return self.rows[self.begins[group] + within].long()


def fixed_sample(rows: Tensor, count: int, seed: int) -> Tensor:
    """Return a random but fixed part of some rows, in ascending order."""
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(rows), generator=generator)[:count].sort().values
    return rows[chosen.to(rows.device)].long()
