"""How well predictors match the moves played: top-1 and cross-entropy over the legal moves.

The one scorer of validations and experiments. Predictors are compared on the same positions; legal
moves are found there and then, so that a large sample needs no room for its masks. Figures by
player let intervals come from resampling players, so that nobody counts more for having played
more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from engine.position.phases import BOOK_PLIES, from_ply
from engine.training.data import Batch, TrainingPositions
from engine.training.options import Precision
from engine.training.precision import autocast

Values = npt.NDArray[np.float64]
Predictor = Callable[[Tensor, Tensor], Tensor]
"""Returns policy logits (N, 1858) for planes (N, 112, 8, 8) of players (N,), by their places."""
_BATCH = 2048


@dataclass(frozen=True, slots=True)
class Sample:
    """Positions of players, on the device of the games.

    Attributes:
        positions: the games.
        rows: int64 (N,).
        players: int64 (N,), who moves, as a place among ``count`` players.
        count: number of players; some may have no positions.
    """

    positions: TrainingPositions
    rows: Tensor
    players: Tensor
    count: int

    @classmethod
    def of_movers(cls, positions: TrainingPositions, rows: Tensor) -> "Sample":
        """Return positions, int64 (N,), in which players are places in ``positions.players``."""
        return cls(positions, rows, positions.movers(rows), len(positions.players))

    @classmethod
    def of_players(cls, positions: TrainingPositions, rows: Sequence[Tensor]) -> "Sample":
        """Return the positions of several players, int64 rows of each."""
        counts = torch.tensor([len(each) for each in rows], device=positions.device)
        places = torch.arange(len(rows), device=positions.device)
        return cls(positions, torch.cat([*rows]), places.repeat_interleave(counts), len(rows))

    @property
    def plies(self) -> Tensor:
        """Number of moves, int (N,), that were played before each position."""
        return self.positions.packed.plies[self.rows]

    def chosen(self, mask: Tensor) -> "Sample":
        """Return the positions of a mask (N,)."""
        return Sample(self.positions, self.rows[mask], self.players[mask], self.count)

    def batches(self) -> Iterator[tuple[Batch, slice]]:
        """Yield the positions in batches with their places in the sample."""
        for first in range(0, len(self.rows), _BATCH):
            part = slice(first, min(first + _BATCH, len(self.rows)))
            yield self.positions.batch(self.rows[part]), part


@dataclass(frozen=True, slots=True)
class MoveMatch:
    """What one predictor made of a sample.

    Attributes:
        sample: the positions.
        hits: bool (N,), whether the likeliest legal move was played.
        losses: float32 (N,), cross-entropy over the legal moves in nats.
    """

    sample: Sample
    hits: Tensor
    losses: Tensor

    def chosen(self, mask: Tensor) -> "MoveMatch":
        """Return the same of the positions of a mask (N,)."""
        return MoveMatch(self.sample.chosen(mask), self.hits[mask], self.losses[mask])

    def from_ply(self, ply: int) -> "MoveMatch":
        """Return the same of the positions from a ply on."""
        return self.chosen(self.sample.plies >= ply)

    def top1(self) -> Values:
        """Return the share of moves matched in %, float64 (players,), nan without positions."""
        return 100 * means_by_player(self.hits, self.sample.players, self.sample.count)

    def cross_entropy(self) -> Values:
        """Return the mean cross-entropy, float64 (players,), nan without positions."""
        return means_by_player(self.losses, self.sample.players, self.sample.count)

    def figures(self, prefix: str = "") -> dict[str, float]:
        """Return means over positions: top-1 (share) and cross-entropy (nats), all and later."""
        found = {}
        for ply in (0, BOOK_PLIES):
            part = self.from_ply(ply)
            found[from_ply(f"{prefix}top1", ply)] = float(part.hits.float().mean())
            found[from_ply(f"{prefix}cross_entropy", ply)] = float(part.losses.mean())
        return found


def means_by_player(values: Tensor, players: Tensor, count: int) -> Values:
    """Return means of values (N,) by player (N,), float64 (count,); nan for none."""
    sums = torch.zeros(count, dtype=torch.float64, device=values.device)
    sums.index_add_(0, players, values.double())
    counts = torch.bincount(players, minlength=count).double()
    means: Values = (sums / counts.masked_fill(counts == 0, torch.nan)).cpu().numpy()
    return means


@torch.no_grad()
def match_moves(
    sample: Sample, predictors: Mapping[str, Predictor], precision: Precision = Precision.AUTO
) -> dict[str, MoveMatch]:
    """Score predictors on the same positions.

    Args:
        sample: the positions.
        predictors: by name.
        precision: in which they compute; losses are taken in float32.
    """
    count, device = len(sample.rows), sample.rows.device
    matches = {
        name: MoveMatch(
            sample,
            torch.empty(count, dtype=torch.bool, device=device),
            torch.empty(count, dtype=torch.float32, device=device),
        )
        for name in predictors
    }
    for batch, part in sample.batches():
        illegal = ~sample.positions.legal_masks(sample.rows[part])
        planes = batch.planes.contiguous(memory_format=torch.channels_last)
        for name, predict in predictors.items():
            with autocast(device, precision):
                logits = predict(planes, sample.players[part])
            logits = logits.float().masked_fill(illegal, -torch.inf)
            matches[name].hits[part] = logits.argmax(1) == batch.policy
            matches[name].losses[part] = functional.cross_entropy(
                logits, batch.policy, reduction="none"
            )
    return matches
