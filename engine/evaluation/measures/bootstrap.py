"""95 % intervals by resampling players.

Moves of one player resemble each other, so positions are never what is resampled: a figure is
uncertain because other players might have been measured.

The interval is the percentile interval, widened for few players as T. Hesterberg proposes ("What
Teachers Should Know about the Bootstrap", 2014): with normal values and the mean it is then as wide
as Student's interval, where the plain one is too narrow below about 30 players.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from engine.evaluation.experiment import Estimate

CONFIDENCE = 0.95
REPEATS = 2000
_BLOCK = 2_000_000

Values = npt.NDArray[np.float64]


def bootstrap_mean(
    values: Sequence[float] | npt.NDArray[np.floating], seed: int, repeats: int = REPEATS
) -> Estimate:
    """Return the mean over players with its interval.

    Args:
        values: one for each player; players with nan are left out.
        seed: of the resampling.
        repeats: how often players are drawn anew.
    """
    known = np.asarray(values, dtype=np.float64)
    if known.ndim != 1:
        raise ValueError(f"one value for each player was expected, not an array {known.shape}")
    known = known[np.isfinite(known)]
    if len(known) < 2:
        return _without_interval(float(known.mean()) if len(known) else math.nan, len(known))
    random = np.random.default_rng(seed)
    means = np.empty(repeats)
    block = max(_BLOCK // len(known), 1)
    for first in range(0, repeats, block):
        part = slice(first, min(first + block, repeats))
        drawn = random.integers(0, len(known), (part.stop - part.start, len(known)))
        means[part] = known[drawn].mean(axis=1)
    return interval(float(known.mean()), means, len(known))


def bootstrap_statistic(
    values: npt.NDArray[np.floating],
    function: Callable[[Values], float],
    seed: int,
    repeats: int = REPEATS,
) -> Estimate:
    """Return any figure of a set of players with its interval.

    Args:
        values: (players, ...), whatever is known of each player.
        function: the figure of some players' values (n, ...); nan where it has none.
        seed: of the resampling.
        repeats: how often players are drawn anew.
    """
    known = np.asarray(values, dtype=np.float64)
    value = float(function(known)) if len(known) else math.nan
    if len(known) < 2:
        return _without_interval(value, len(known))
    random = np.random.default_rng(seed)
    drawn = np.array(
        [function(known[random.integers(0, len(known), len(known))]) for _ in range(repeats)]
    )
    return interval(value, drawn, len(known))


def interval(value: float, drawn: Values, count: int) -> Estimate:
    """Return a figure with the interval that figures of resamples give.

    Args:
        value: the figure itself.
        drawn: float64 (repeats,), the same of resamples; those that are not finite are left out.
        count: how many were resampled.
    """
    drawn = drawn[np.isfinite(drawn)]
    if count < 2 or not len(drawn):
        return _without_interval(value, count)
    tail = _tail(count)
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return Estimate(value, float(low), float(high), count)


def _tail(count: int) -> float:
    """Return the share of resamples left out at either end, for a number of players."""
    student = stats.t.ppf((1 - CONFIDENCE) / 2, count - 1)
    return float(stats.norm.cdf(math.sqrt(count / (count - 1)) * student))


def _without_interval(value: float, count: int) -> Estimate:
    return Estimate(value, math.nan, math.nan, count)
