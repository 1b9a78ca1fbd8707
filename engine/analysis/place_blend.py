"""The blend of few players whose style lies at a place of a map."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.errors import StylemateError
from engine.style.recipe import Component, Recipe

Floats = npt.NDArray[np.float64]
MOST_BLENDED: Final = 3
"""Players in the blend that a place on the map becomes: as many as the Play page blends."""
_AROUND = 14  # nearest players of whom some are blended
_LEAST_SHARE = 0.02


def blend_at(target: Floats, coordinates: Floats, names: Sequence[str]) -> Recipe:
    """Return a blend of near players whose style lies at a place, weights in hundredths.

    In two dimensions it is the smallest triangle of near players around the place, so that on
    linear maps the blend lies there; outside of all players, and in three dimensions, the
    nearest ones are weighted by closeness.

    Args:
        target: float64 (dimensions,).
        coordinates: float64 (players, dimensions), NaN where unknown.
        names: of the players.

    Raises:
        StylemateError: no player has a place.
    """
    distances = np.linalg.norm(coordinates - target, axis=1)
    near = np.argsort(distances, kind="stable")[:_AROUND]  # NaN comes last
    near = near[np.isfinite(distances[near])]
    if len(near) == 0:
        raise StylemateError("No player has a place on this map.")
    shares = _smallest_triangle(coordinates[near], target) if len(target) == 2 else None
    if shares is None:
        shares = _closeness(distances[near][:MOST_BLENDED])
    return _as_recipe({names[near[index]]: share for index, share in shares.items()})


def _smallest_triangle(places: Floats, target: Floats) -> dict[int, float] | None:
    """Return barycentric shares by row of the smallest triangle around a target, or None.

    Args:
        places: float64 (players, 2), nearest first.
        target: float64 (2,).
    """
    triples = np.array(list(combinations(range(len(places)), 3)), dtype=np.intp).reshape(-1, 3)
    corners = places[triples]  # (triples, 3, 2)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    offset = target - corners[:, 0]
    area = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    longest = np.linalg.norm(np.stack([first, second, second - first]), axis=2).max(axis=0)
    flat = np.abs(area) <= 1e-9 * np.square(longest)
    safe = np.where(flat, 1.0, area)
    beta = (offset[:, 0] * second[:, 1] - offset[:, 1] * second[:, 0]) / safe
    gamma = (first[:, 0] * offset[:, 1] - first[:, 1] * offset[:, 0]) / safe
    shares = np.stack([1 - beta - gamma, beta, gamma], axis=1)
    around = ~flat & (shares >= 0).all(axis=1)
    if not around.any():
        return None
    best = int(np.argmin(np.where(around, longest, np.inf)))
    return {int(row): float(w) for row, w in zip(triples[best], shares[best], strict=True)}


def _closeness(distances: Floats) -> dict[int, float]:
    """Return shares by row, inverse to squared distance; one at distance 0 takes all."""
    weights = 1 / np.maximum(np.square(distances / max(distances.max(), 1e-12)), 1e-9)
    return {row: float(w) for row, w in enumerate(weights / weights.sum())}


def _as_recipe(shares: dict[str, float]) -> Recipe:
    kept = {name: share for name, share in shares.items() if share >= _LEAST_SHARE}
    total = sum(kept.values())
    rounded = {name: round(share / total, 2) for name, share in kept.items()}
    # What rounding left over goes to the largest share.
    largest = max(rounded, key=rounded.__getitem__)
    rounded[largest] = round(rounded[largest] + 1 - sum(rounded.values()), 2)
    ordered = sorted(rounded.items(), key=lambda item: -item[1])
    return Recipe(tuple(Component(name, share) for name, share in ordered))
