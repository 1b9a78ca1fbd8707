"""Means of game figures with 95 % intervals over games, and comparisons of two sets of games.

Games are what is resampled. Of shares of games the uncertainty is that of a proportion (Beta with
Jeffreys' prior), which says something even where no game or every game has what is counted: there
a resample would always be the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import FIGURES
from engine.attributes.game_figures import GameFigures
from engine.evaluation.experiment import Estimate
from engine.evaluation.measures.bootstrap import REPEATS, interval

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Sampled:
    """Means of several values over games, with what other games might have given.

    Attributes:
        means: float64 (n,); nan where no game has a value.
        draws: float64 (repeats, n), means of resampled games.
        counts: int64 (n,), games that have a value.
    """

    means: Values
    draws: Values
    counts: npt.NDArray[np.int64]

    def estimate(self, column: int) -> Estimate:
        """Return a mean with its interval."""
        return interval(float(self.means[column]), self.draws[:, column], int(self.counts[column]))

    def difference(self, other: "Sampled", column: int) -> Estimate:
        """Return how much more a mean is than that of other games."""
        value = float(self.means[column] - other.means[column])
        return interval(
            value, self.draws[:, column] - other.draws[:, column], self._least(other, column)
        )

    def ratio(self, other: "Sampled", column: int, complement: bool = False) -> Estimate:
        """Return how many times as much a mean is as that of other games.

        Args:
            other: the other games.
            column: which mean.
            complement: compare one minus the means instead.
        """
        parts = [(one.means[column], one.draws[:, column]) for one in (self, other)]
        if complement:
            parts = [(1 - mean, 1 - draws) for mean, draws in parts]
        (mine, my_draws), (theirs, their_draws) = parts
        with np.errstate(divide="ignore", invalid="ignore"):
            value, draws = np.float64(mine) / theirs, my_draws / their_draws
        return interval(float(value), draws, self._least(other, column))

    def _least(self, other: "Sampled", column: int) -> int:
        return int(min(self.counts[column], other.counts[column]))


def sampled_means(
    values: npt.NDArray[np.floating],
    shares: npt.NDArray[np.bool_],
    seed: int | Sequence[int],
    repeats: int = REPEATS,
) -> Sampled:
    """Return means over games with resamples.

    Args:
        values: (G, n); nan where a game has none.
        shares: bool (n,), which of them are 0 or 1 in every game.
        seed: of the resampling; several numbers are one seed.
        repeats: how often games are drawn anew.
    """
    values = np.asarray(values, dtype=np.float64)
    random = np.random.default_rng(seed)
    known = np.isfinite(values)
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums.sum(axis=0) / counts
    if not len(values):
        return Sampled(means, np.full((repeats, values.shape[1]), np.nan), counts)
    times = random.multinomial(len(values), np.full(len(values), 1 / len(values)), repeats)
    weights = times.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        draws = (weights @ sums) / (weights @ known)
    for column in np.flatnonzero(shares & (counts > 0)):
        hits = sums[:, column].sum()
        draws[:, column] = random.beta(hits + 0.5, counts[column] - hits + 0.5, repeats)
    return Sampled(means, draws, counts)


_SHARES = np.array([figure.is_share_of_games for figure in FIGURES])


def sampled_figures(figures: GameFigures, seed: int | Sequence[int]) -> Sampled:
    """Return the means of all figures, in the order of the registry."""
    return sampled_means(figures.values, _SHARES, seed)
