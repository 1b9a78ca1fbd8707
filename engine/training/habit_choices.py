"""What players had to choose from, and what they chose, by the backbone's chances.

Of each position the moves that the backbone gives some chance are compared; a move it thinks all
but impossible is an accident more often than a choice, and leaving such positions out is fair,
because what is left is a choice among the moves that are compared.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.attributes.move_properties import LegalMoveList, move_properties
from engine.model.backbone import Backbone
from engine.style.habits import HABIT_KEYS
from engine.training.data import TrainingPositions
from engine.training.options import Precision
from engine.training.precision import autocast
from engine.training.tilt import Choices

LEAST_CHANCE = 0.002
"""Chance, by the backbone, of moves that are compared."""
_BATCH = 512


def read_choices(
    backbone: Backbone,
    positions: TrainingPositions,
    rows: Tensor,
    precision: Precision = Precision.AUTO,
) -> tuple[Choices, npt.NDArray[np.bool_]]:
    """Read what was to choose from in positions, and what was chosen.

    Args:
        backbone: the reference, on the positions' device.
        positions: games.
        rows: int64 (N,).

    Returns:
        The choices, with ``HABIT_KEYS`` in own units, of those positions in which the move played
        was one of several that the backbone gives ``LEAST_CHANCE``; and which those are, bool (N,).
    """
    kept = np.zeros(len(rows), dtype=np.bool_)
    values, chances, counts, played = [], [], [], []
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        found = _likely_moves(backbone, positions, part, precision)
        chosen, listed, log_chance, place = found
        kept[first : first + len(part)] = chosen.cpu().numpy()
        own = move_properties(positions.packed, part[chosen], listed)
        values.append(np.concatenate((own, log_chance[:, None]), axis=1))
        chances.append(log_chance)
        counts.append(np.bincount(listed.rows.cpu().numpy(), minlength=int(chosen.sum())))
        played.append(place)
    count = np.concatenate([np.zeros(0, dtype=np.int64), *counts])
    starts = np.cumsum(count) - count
    size = len(HABIT_KEYS)
    choices = Choices(
        starts,
        np.concatenate([np.zeros((0, size), dtype=np.float32), *values]),
        np.concatenate([np.zeros(0, dtype=np.float32), *chances]),
        starts + np.concatenate([np.zeros(0, dtype=np.int64), *played]),
    )
    return choices, kept


@torch.inference_mode()
def _likely_moves(
    backbone: Backbone, positions: TrainingPositions, rows: Tensor, precision: Precision
) -> tuple[Tensor, LegalMoveList, npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return which of N positions are choices, bool (N,); of those the moves that are compared,
    the logarithms of their chances, and which of a position's moves was played.
    """
    batch = positions.batch(rows)
    planes = batch.planes.contiguous(memory_format=torch.channels_last)
    with autocast(positions.device, precision):
        logits = backbone(planes)[0].float()
    legal = positions.legal_masks(rows)
    log_chance = logits.masked_fill(~legal, -torch.inf).log_softmax(1)
    likely = legal & (log_chance >= float(np.log(LEAST_CHANCE)))
    chosen = likely.gather(1, batch.policy[:, None])[:, 0] & (likely.sum(1) > 1)
    likely, log_chance, policy = likely[chosen], log_chance[chosen], batch.policy[chosen]
    row, index = likely.nonzero(as_tuple=True)
    before = likely.cumsum(1).gather(1, policy[:, None])[:, 0] - 1
    listed = LegalMoveList(row, index)
    return chosen, listed, log_chance[row, index].cpu().numpy(), before.cpu().numpy()
