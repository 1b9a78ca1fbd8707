"""Moves drawn for many positions at once, the same ones from the same seeds."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


def drawn_moves(
    logits: Tensor, mask: Tensor, temperature: Tensor, top_p: Tensor, draws: Tensor
) -> Tensor:
    """Return a move for each of N positions.

    Args:
        logits: float (N, 1858).
        mask: bool (N, 1858), the legal moves; at least one in each row.
        temperature: float (N,); 0 takes the likeliest move.
        top_p: float (N,), above 0 and at most 1.
        draws: float64 (N,), from 0 up to but not 1.

    Returns:
        int64 (N,), policy indices. The moves share the interval from 0 to 1 in the order of their
        indices, so that a rounding error moves the limits between them as little as can be.
    """
    rows, indices = mask.nonzero(as_tuple=True)
    counts = mask.sum(1)
    places = torch.arange(len(rows), device=rows.device) - (counts.cumsum(0) - counts)[rows]
    shape = (len(mask), int(counts.max()))
    scores = torch.full(shape, -torch.inf, dtype=torch.float64, device=logits.device)
    scores[rows, places] = logits[rows, indices].double()
    choices = torch.zeros(shape, dtype=torch.int64, device=logits.device)
    choices[rows, places] = indices
    heat = torch.where(temperature > 0, temperature, 1).double()[:, None]
    chances = torch.softmax(scores / heat, dim=1)
    if bool((top_p < 1).any()):
        chances = _likeliest(chances, top_p.double())
    limits = chances.cumsum(1)
    place = (limits <= draws[:, None] * limits[:, -1:]).sum(1)
    # Rounding may leave the sum a hair below the draw: the last possible move is meant then.
    numbers = torch.arange(shape[1], device=logits.device)
    last = torch.where(chances > 0, numbers, -1).amax(1)
    place = torch.where(temperature > 0, torch.minimum(place, last), scores.argmax(1))
    return choices.gather(1, place[:, None])[:, 0]


def _likeliest(chances: Tensor, top_p: Tensor) -> Tensor:
    """Return the chances (N, M) without the moves beyond the likeliest that reach top-p (N,)."""
    ordered, order = chances.sort(dim=1, descending=True, stable=True)
    before = ordered.cumsum(1) - ordered
    kept = torch.where(before < top_p[:, None], ordered, 0)
    return torch.zeros_like(chances).scatter(1, order, kept)


def uniform(seeds: npt.NDArray[np.uint64], ply: int) -> npt.NDArray[np.float64]:
    """Return a number from 0 up to but not 1 for each game's seed and a ply (SplitMix64)."""
    mixed = seeds + np.uint64(0x9E3779B97F4A7C15 * (ply + 1) & 0xFFFFFFFFFFFFFFFF)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53)
