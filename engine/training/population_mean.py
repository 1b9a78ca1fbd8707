"""The mean style of a population: where the sum of all players' scores is 0."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.files import read_tensors, write_tensors
from engine.model.style_model import StyleModel
from engine.position.phases import SIGNATURE_PLIES
from engine.style.style import Routing, centred
from engine.training.data import TrainingPositions
from engine.training.score_vectors import losses_at, single_scores

_MEAN_STEPS = 2
_LONGEST_STEP = 1.0
_STEP_LENGTHS = (1.0, 0.25, 0.06)
"""Parts of a natural-gradient step that are tried, the longest first."""
_DAMPING = 1e-2


def mean_style(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    start: Routing,
    steps: int = _MEAN_STEPS,
) -> tuple[Routing, npt.NDArray[np.float64]]:
    """Return the one style that predicts some positions best, and the Fisher matrices there.

    Args:
        rows: int64, positions of all players alike.
        start: float32 (heads, modules), such as the style that was trained for the population, or
            the mean of trained styles. Averaging logits does not average what players do, so a few
            natural-gradient steps may better it.
        steps: how many are tried. The quadratic behind them holds nearby only, and what they learn
            from half of the positions has to hold for the others: a step that does not lower their
            loss is shortened, and not taken if that does not help either.

    Returns:
        float32 (heads, modules), centred, and float64 (2, D, D), of one position of the first and
        of the later plies; see ``StylePrior``.
    """
    z = torch.from_numpy(np.array(start, dtype=np.float32)).to(positions.device)
    learnt, judged = rows[::2], rows[1::2]
    loss = float(losses_at(model, positions, judged, z).mean()) if len(judged) else 0.0
    for _ in range(steps if len(judged) else 0):
        step = _natural_step(model, positions, learnt, z)
        for length in _STEP_LENGTHS:
            there = float(losses_at(model, positions, judged, z + length * step).mean())
            if there < loss:
                break
        else:
            break
        z, loss = z + length * step, there
    fisher, _ = _moments(model, positions, rows, z)
    return centred(z.cpu().numpy()), fisher.cpu().numpy()


def _natural_step(
    model: StyleModel, positions: TrainingPositions, rows: Tensor, z: Tensor
) -> Tensor:
    """Return the way to where the loss of some positions would be least, were it quadratic.

    No logit goes farther than ``_LONGEST_STEP``: where one module does all the work, no score says
    how to come back.
    """
    fisher, total = _moments(model, positions, rows, z)
    later = float((positions.packed.plies[rows] >= SIGNATURE_PLIES).double().mean())
    both = (1 - later) * fisher[0] + later * fisher[1]
    damping = _DAMPING * both.trace() / len(both)
    damped = both + damping * torch.eye(len(both), dtype=both.dtype, device=both.device)
    # An inventory that has learnt nothing yet tells nothing: then there is no way to go.
    step: Tensor = (torch.linalg.pinv(damped, hermitian=True) @ total).float().view_as(z)
    return step * (_LONGEST_STEP / step.abs().max().clamp_min(1e-12)).clamp_max(1.0)


def _moments(
    model: StyleModel, positions: TrainingPositions, rows: Tensor, z: Tensor
) -> tuple[Tensor, Tensor]:
    """Return Fisher matrices (2, D, D) of first and later positions, and the mean score (D,)."""
    is_later = (positions.packed.plies[rows] >= SIGNATURE_PLIES).long()
    size = z.numel()
    fisher = torch.zeros(2, size, size, dtype=torch.float64, device=positions.device)
    total = torch.zeros(size, dtype=torch.float64, device=positions.device)
    done = 0
    for scores in single_scores(model, positions, rows, z):
        flat = scores.flatten(1)
        later = is_later[done : done + len(flat)].bool()
        for phase, part in enumerate((flat[~later], flat[later])):
            fisher[phase] += part.T @ part
        total += flat.sum(0)
        done += len(flat)
    counts = torch.bincount(is_later, minlength=2).clamp_min(1)
    return fisher / counts[:, None, None], total / len(rows)


def kept_mean_style(
    directory: Path, make: Callable[[], tuple[Routing, npt.NDArray[np.float64]]]
) -> tuple[Routing, npt.NDArray[np.float64]]:
    """Return ``mean_style``'s result, from the directory of the scores that were taken there."""
    path = directory / "mean.safetensors"
    if not path.exists():
        mean, fisher = make()
        write_tensors(path, {"mean": mean, "fisher": fisher}, {})
    kept = read_tensors(path)
    return kept["mean"], kept["fisher"]
