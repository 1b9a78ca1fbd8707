"""How well predictors match the moves of players, position by position, on any device.

Predictors are compared on the same positions; legal moves are found there and then, so that a large
sample needs no room for its masks. Figures are means per player first: intervals come from
resampling players, and nobody counts more for having played more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from engine.evaluation.context import Context
from engine.position.legal import legal_moves
from engine.position.packed import REPEATED
from engine.training.data import Batch, TrainingPositions
from engine.training.loop import autocast
from engine.training.sampling import fixed_sample
from engine.training.splits import Split
from engine.training.validation import OPENING_PLIES

HELD_OUT = (Split.VALIDATION, Split.TEST)
Values = npt.NDArray[np.float64]
Predictor = Callable[[Tensor, Tensor], Tensor]
"""Returns policy logits (N, 1858) for planes (N, 112, 8, 8) of players (N,), by their places."""
_BATCH = 2048
_NO_FILE = 8
_RIGHTS = REPEATED - 1


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

    @property
    def late(self) -> Tensor:
        """Positions, bool (N,), after the first ten plies."""
        return self.positions.packed.plies[self.rows] >= OPENING_PLIES

    def chosen(self, mask: Tensor) -> "Sample":
        """Return the positions of a mask (N,)."""
        return Sample(self.positions, self.rows[mask], self.players[mask], self.count)


@dataclass(frozen=True, slots=True)
class Match:
    """What one predictor made of a sample.

    Attributes:
        sample: the positions.
        hits: bool (N,), whether the likeliest legal move was played.
        losses: float32 (N,), cross-entropy over the legal moves in nats.
    """

    sample: Sample
    hits: Tensor
    losses: Tensor

    def top1(self, late: bool = False) -> Values:
        """Return the share of moves matched in %, float64 (players,), nan without positions."""
        return 100 * self._by_player(self.hits.double(), late)

    def cross_entropy(self, late: bool = False) -> Values:
        """Return the mean cross-entropy, float64 (players,), nan without positions."""
        return self._by_player(self.losses.double(), late)

    def _by_player(self, values: Tensor, late: bool) -> Values:
        counted = self.sample.late if late else torch.ones_like(self.hits)
        return means_by_player(values[counted], self.sample.players[counted], self.sample.count)


def means_by_player(values: Tensor, players: Tensor, count: int) -> Values:
    """Return means of values (N,) by player (N,), float64 (count,); nan for none."""
    sums = torch.zeros(count, dtype=torch.float64, device=values.device)
    sums.index_add_(0, players, values.double())
    counts = torch.bincount(players, minlength=count).double()
    means: Values = (sums / counts.masked_fill(counts == 0, torch.nan)).cpu().numpy()
    return means


def held_out_sample(context: Context, names: Sequence[str], each: int) -> Sample:
    """Return at most ``each`` held-out positions of every player, drawn by the context's seed."""
    drawn = [
        fixed_sample(rows, each, context.seed) for rows in context.rows_of_players(names, HELD_OUT)
    ]
    return sample_of(context.positions, drawn)


def sample_of(positions: TrainingPositions, rows: Sequence[Tensor]) -> Sample:
    """Return the positions of several players, int64 rows of each."""
    counts = torch.tensor([len(each) for each in rows], device=positions.device)
    places = torch.arange(len(rows), device=positions.device)
    players = places.repeat_interleave(counts)
    return Sample(positions, torch.cat([*rows]), players, len(rows))


@torch.no_grad()
def match(sample: Sample, predictors: Mapping[str, Predictor]) -> dict[str, Match]:
    """Score predictors on the same positions."""
    count, device = len(sample.rows), sample.rows.device
    matches = {
        name: Match(
            sample,
            torch.empty(count, dtype=torch.bool, device=device),
            torch.empty(count, dtype=torch.float32, device=device),
        )
        for name in predictors
    }
    for first in range(0, count, _BATCH):
        part = slice(first, min(first + _BATCH, count))
        rows, players = sample.rows[part], sample.players[part]
        batch = sample.positions.batch(rows)
        illegal = ~legal_masks(sample.positions, rows)
        for name, predict in predictors.items():
            logits = _logits(predict, batch, players).masked_fill(illegal, -torch.inf)
            matches[name].hits[part] = logits.argmax(1) == batch.policy
            matches[name].losses[part] = functional.cross_entropy(
                logits, batch.policy, reduction="none"
            )
    return matches


def _logits(predict: Predictor, batch: Batch, players: Tensor) -> Tensor:
    planes = batch.planes.contiguous(memory_format=torch.channels_last)
    with autocast(planes.device, "auto"):
        return predict(planes, players).float()


def legal_masks(positions: TrainingPositions, rows: Tensor) -> Tensor:
    """Return the legal moves of positions, bool (N, 1858), on their device."""
    packed = positions.packed
    squares, rights = packed.squares(rows), packed.flags[rows] & _RIGHTS
    files = _en_passant_files(positions, rows, squares)
    black = (packed.plies[rows] & 1).bool()
    masks: Tensor | None = None
    for side in (False, True):
        chosen = black == side
        found = legal_moves(squares[chosen], rights[chosen], files[chosen], side).mask
        if masks is None:
            masks = torch.zeros(len(rows), found.shape[1], dtype=torch.bool, device=rows.device)
        masks[chosen] = found
    assert masks is not None
    return masks


def _en_passant_files(positions: TrainingPositions, rows: Tensor, squares: Tensor) -> Tensor:
    """Return the file, int64 (N,), of a pawn that has just moved two squares; 8 for none."""
    before = torch.where(positions.packed.plies[rows] > 0, rows - 1, rows)
    codes = positions.moves[before].long() & 0xFFFF
    origin, target = codes & 63, codes >> 6 & 63
    man = squares.gather(1, target[:, None])[:, 0]
    is_pawn = (man == 1) | (man == 7)
    two_squares = is_pawn & ((origin - target).abs() == 16) & (before != rows)
    return torch.where(two_squares, target & 7, torch.full_like(target, _NO_FILE))
