"""Scores: how the log-likelihood of the moves played changes with the style that predicts them.

Sums of scores are all that a fit by natural gradient needs to know of any number of games, and they
add up: those of ten games and of ninety others are those of the hundred. A batch never mixes two
sums, so a style does not depend on who is fitted beside it.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from engine.model.style_model import StyleModel
from engine.position.phases import SIGNATURE_PLIES
from engine.training.data import TrainingPositions
from engine.training.options import Precision
from engine.training.precision import autocast

BATCH = 512


def score_sum(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    z: Tensor,
    precision: Precision = Precision.AUTO,
) -> tuple[Tensor, float]:
    """Return the sum of the scores of some positions in one style, and of their losses.

    Args:
        model: it is only read, and may be in use elsewhere.
        positions: games, on the model's device.
        rows: int64 (N,), positions whose moves count.
        z: float32 (heads, modules), where to take the gradient, on the same device.

    Returns:
        float32 (heads, modules), gradient of the log-likelihood of the moves played; and their
        cross-entropy over all moves, in nats, summed.
    """
    total, loss = torch.zeros_like(z), 0.0
    for part in torch.split(rows, BATCH):
        leaf = z.detach().requires_grad_(True)
        losses = cross_entropies(model, positions, part, leaf, precision)
        (gradient,) = torch.autograd.grad(losses.sum(), leaf)
        total -= gradient
        loss += float(losses.detach().sum())
    return total, loss


def single_scores(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    z: Tensor,
    precision: Precision = Precision.AUTO,
) -> Iterator[Tensor]:
    """Yield the scores of positions one by one, float32 (n, heads, modules), batch after batch."""
    for part in torch.split(rows, BATCH):
        leaf = z.detach().expand(len(part), -1, -1).clone().requires_grad_(True)
        losses = cross_entropies(model, positions, part, leaf, precision)
        (gradient,) = torch.autograd.grad(losses.sum(), leaf)
        yield -gradient


@torch.no_grad()
def losses_at(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    z: Tensor,
    precision: Precision = Precision.AUTO,
) -> Tensor:
    """Return ``cross_entropies`` of any number of positions in one style, without gradients."""
    parts = torch.split(rows, BATCH)
    return torch.cat([cross_entropies(model, positions, part, z, precision) for part in parts])


def cross_entropies(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    z: Tensor,
    precision: Precision = Precision.AUTO,
) -> Tensor:
    """Return the cross-entropy over all moves, nats (N,), of the moves played.

    ``z`` is (heads, modules) for all positions or (N, heads, modules).
    """
    batch = positions.batch(rows)
    planes = batch.planes.contiguous(memory_format=torch.channels_last)
    with autocast(positions.device, precision):
        logits = model(planes, z)[0]
    return functional.cross_entropy(logits.float(), batch.policy, reduction="none")


def split_by_game(positions: TrainingPositions, rows: Tensor) -> Sequence[Tensor]:
    """Return the rows of each game in which there are any, games ascending."""
    ordered = rows.sort().values
    counts = torch.unique_consecutive(positions.games[ordered], return_counts=True)[1]
    return torch.split(ordered, counts.tolist())


def by_phase(positions: TrainingPositions, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Return the rows of a game's first plies and the later ones; see ``StylePrior``."""
    first = positions.packed.plies[rows] < SIGNATURE_PLIES
    return rows[first], rows[~first]
