"""Deltas, the directions in style space that go with an attribute: how each moves only its own.

Three rules find raw deltas. Two look at the styles of many players and their measured
attributes, and leak: players who attack also give up bishops. The third follows the attributes'
gradients. What a delta really does is measured afterwards
(``engine.style.steering.correction``), and ``cleaned`` combines raw deltas so that each moves
its own attribute by one standard deviation and the others not at all.
"""

import numpy as np
import numpy.typing as npt

from engine.style.style import Routing

OUTSTANDING = 2.0
"""Standard deviations above the mean from which the paper's rule counts a player."""
LEAST_OUTSTANDING = 20
"""With fewer players above that, the rule takes this many of the highest instead."""
_RIDGE = 1e-2
_DAMPING = 1e-4
_SHRINKAGE = 0.5

ZScores = npt.NDArray[np.float64]
"""Attributes in standard deviations over players: float64 (players, attributes)."""
Effects = npt.NDArray[np.float64]
"""What one step along each delta does: float64 (deltas, attributes), in the same unit."""


def outstanding_players(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return the rows of players far above the mean in one attribute, scores (players,)."""
    above = np.flatnonzero(scores > OUTSTANDING)
    if len(above) >= LEAST_OUTSTANDING:
        return above
    count = min(LEAST_OUTSTANDING, max(1, len(scores) // 4))
    return np.argsort(-scores, kind="stable")[:count]


def paper_rule(styles: Routing, scores: ZScores) -> Routing:
    """Return deltas by the rule of arXiv 2502.14998 (algorithm 1).

    The mean style of the players more than two standard deviations above the mean in an attribute
    (or the top 20 if fewer are), less the mean style of all, divided by how far above they are.

    Args:
        styles: float32 (players, heads, modules).
        scores: float64 (players, attributes).

    Returns:
        float32 (attributes, heads, modules); one unit goes with one standard deviation.
    """
    average = styles.mean(axis=0, dtype=np.float64)
    deltas = []
    for column in scores.T:
        top = outstanding_players(column)
        ahead = styles[top].mean(axis=0, dtype=np.float64) - average
        deltas.append(ahead / column[top].mean())
    return np.stack(deltas).astype(np.float32)


def regression_rule(styles: Routing, scores: ZScores) -> Routing:
    """Return deltas by ridge regression of the styles on all attributes together.

    A row is how the style changes, over players, with one attribute while the others stay.
    Arguments and result as for ``paper_rule``.
    """
    players, attributes = scores.shape
    flat = styles.reshape(players, -1).astype(np.float64)
    flat = flat - flat.mean(axis=0)
    covariance = scores.T @ scores / players + _RIDGE * np.eye(attributes)
    coefficients = np.linalg.solve(covariance, scores.T @ flat / players)
    return coefficients.reshape(attributes, *styles.shape[1:]).astype(np.float32)


def gradient_rule(styles: Routing, gradients: npt.NDArray[np.float64]) -> Routing:
    """Return the shortest deltas that, to first order, move one attribute each.

    Length is measured as players differ: a step along which styles vary much counts as short.

    Args:
        styles: float32 (players, heads, modules).
        gradients: float64 (attributes, heads, modules), mean over some styles, in standard
            deviations of the attribute for one routing number.

    Returns:
        float32 (attributes, heads, modules).
    """
    flat = styles.reshape(len(styles), -1).astype(np.float64)
    flat = flat - flat.mean(axis=0)
    covariance = flat.T @ flat / len(flat)
    isotropic = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    covariance = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * isotropic
    slopes = gradients.reshape(len(gradients), -1)
    raw = slopes @ covariance
    return cleaned(raw.reshape(len(raw), *styles.shape[1:]).astype(np.float32), raw @ slopes.T)


def cleaned(deltas: Routing, effects: Effects) -> Routing:
    """Combine deltas so that each moves its own attribute by one and the others by nothing.

    Args:
        deltas: float32 (attributes, heads, modules).
        effects: measured effects of these deltas on the same attributes, square.

    Returns:
        float32 (attributes, heads, modules). Exact as far as effects add up; a slight damping
        keeps deltas that hardly differ from being blown up.
    """
    damping = _DAMPING * np.trace(effects @ effects.T) / len(effects)
    mixture = effects.T @ np.linalg.inv(effects @ effects.T + damping * np.eye(len(effects)))
    mixed = np.tensordot(mixture, deltas.astype(np.float64), axes=1)
    return mixed.astype(np.float32)


def leakage(effects: Effects) -> float:
    """Return the mean absolute off-target effect relative to the on-target one, 0 if perfect.

    Infinite where a delta does not move its own attribute upwards.
    """
    own = np.diag(effects)
    if (own <= 0).any():
        return float("inf")
    relative = np.abs(effects / own[:, None])
    others = relative.sum(axis=1) - 1
    return float(others.mean() / max(len(effects) - 1, 1))
