"""A log-linear tilt of a move predictor: which properties of moves somebody leans to.

In a position with the predictor's chances p0 of its moves, a player with the tilt b is taken to
choose a move with properties x with a chance in proportion to p0 * exp(b . x): a conditional logit
with an offset (McFadden, 1974). Its log-likelihood is concave, so Newton's method finds the one
best tilt, and the information there says how well each number is known.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

_STEPS = 30
_SETTLED = 1e-9
"""Nats by which another Newton step would still better the fit."""
_SHORTEST_STEP = 1e-6


@dataclass(frozen=True, slots=True)
class Choices:
    """N positions with the moves that were to choose from, M in all, and the one chosen.

    Attributes:
        starts: int64 (N,), where the moves of each position begin; they lie next to each other.
        values: float32 (M, K), properties of each move.
        log_chance: float32 (M,), logarithm of the predictor's chance; a constant for all moves of a
            position makes no difference.
        played: int64 (N,), which of the M moves was played in each position.
    """

    starts: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]
    log_chance: npt.NDArray[np.float32]
    played: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def position(self) -> npt.NDArray[np.int64]:
        """Which of the N positions each move is of, int64 (M,)."""
        ends = np.append(self.starts[1:], len(self.log_chance))
        return np.repeat(np.arange(len(self.starts)), ends - self.starts)

    def part(self, chosen: npt.NDArray[np.bool_]) -> "Choices":
        """Return the positions of a mask, bool (N,)."""
        kept = chosen[self.position]
        place = np.cumsum(kept) - 1
        return Choices(
            place[self.starts[chosen]],
            self.values[kept],
            self.log_chance[kept],
            place[self.played[chosen]],
        )

    def in_units(self, unit: Floats) -> "Choices":
        """Return the same choices with each property divided by its unit, float64 (K,)."""
        scaled = (self.values / unit).astype(np.float32)
        return Choices(self.starts, scaled, self.log_chance, self.played)


@dataclass(frozen=True, slots=True)
class Moments:
    """The log-likelihood of choices at some tilt, with its derivatives.

    Attributes:
        log_likelihood: in nats, of all choices.
        gradient: float64 (K,), by the tilt.
        information: float64 (K, K), minus the second derivative.
    """

    log_likelihood: float
    gradient: Floats
    information: Floats


def moments(choices: Choices, tilt: Floats) -> Moments:
    """Return the log-likelihood of some choices at a tilt (K,), and its derivatives."""
    size = choices.values.shape[1]
    if not len(choices):
        return Moments(0.0, np.zeros(size), np.zeros((size, size)))
    position, starts = choices.position, choices.starts
    values = choices.values.astype(np.float64)
    score = values @ tilt + choices.log_chance
    score -= np.maximum.reduceat(score, starts)[position]
    weight = np.exp(score)
    total = np.add.reduceat(weight, starts)
    chance = weight / total[position]
    weighted = values * chance[:, None]
    mean = np.add.reduceat(weighted, starts, axis=0)
    return Moments(
        float((score[choices.played] - np.log(total)).sum()),
        values[choices.played].sum(axis=0) - mean.sum(axis=0),
        weighted.T @ values - mean.T @ mean,
    )


def usual_spread(choices: Choices) -> Floats:
    """Return the root mean square of each property's spread among a position's moves, (K,).

    Moves count by the predictor's chance. A property that never differs has a spread of 0.
    """
    size = choices.values.shape[1]
    information = moments(choices, np.zeros(size)).information
    spread: Floats = np.sqrt(np.maximum(np.diag(information), 0) / max(len(choices), 1))
    return spread


def fit_tilt(choices: Choices, centre: Floats, spread: Floats) -> tuple[Floats, Moments]:
    """Return the likeliest tilt under a normal prior, and the choices' moments there.

    Args:
        choices: what was played.
        centre: float64 (K,), mean of the prior.
        spread: float64 (K,), its standard deviations.
    """
    precision = 1 / spread**2

    def objective(at: Moments, tilt: Floats) -> float:
        return at.log_likelihood - 0.5 * float(precision @ (tilt - centre) ** 2)

    tilt = centre.astype(np.float64)
    here = moments(choices, tilt)
    for _ in range(_STEPS):
        gradient = here.gradient - precision * (tilt - centre)
        step = np.linalg.solve(here.information + np.diag(precision), gradient)
        if float(gradient @ step) < _SETTLED:
            break
        length = 1.0
        while length > _SHORTEST_STEP:
            there = moments(choices, tilt + length * step)
            if objective(there, tilt + length * step) >= objective(here, tilt):
                tilt, here = tilt + length * step, there
                break
            length /= 2
        else:
            break
    return tilt, here


@dataclass(frozen=True, slots=True)
class Evidence:
    """What some choices say of a tilt, as a parabola around the population's tilt.

    With h a player's tilt less the population's, their log-likelihood is about
    ``pull . h - h . information . h / 2``. Evidence of several sets of choices adds up.

    Attributes:
        pull: float64 (..., K).
        information: float64 (..., K, K).
    """

    pull: Floats
    information: Floats

    @classmethod
    def at(cls, choices: Choices, tilt: Floats, population: Floats) -> "Evidence":
        """Return the parabola that touches the log-likelihood of choices at a tilt (K,)."""
        at = moments(choices, tilt)
        return cls(at.information @ (tilt - population) + at.gradient, at.information)

    def dispersed(self, dispersion: Floats) -> "Evidence":
        """Return evidence of the same best tilt that is known less well.

        Choices within a game are alike, so the likelihood of choices one by one thinks itself surer
        than it is (quasi-likelihood: Wedderburn, 1974).

        Args:
            dispersion: (K,), by which the variance of each number is larger.
        """
        size = len(dispersion)
        # What nothing is known of stays at the population's: a prior far wider than players differ.
        best = np.linalg.solve(self.information + np.eye(size), self.pull[..., None])
        scale = 1 / np.sqrt(dispersion)
        information = self.information * scale[:, None] * scale
        return Evidence((information @ best)[..., 0], information)

    def posterior(self, spread: Floats) -> tuple[Floats, Floats]:
        """Return expected tilts and their standard errors, float64 (..., K) each.

        Args:
            spread: (K,), standard deviation over players, the prior.
        """
        covariance = np.linalg.inv(self.information + np.diag(1 / spread**2))
        mean = np.einsum("...ij,...j->...i", covariance, self.pull)
        return mean, np.sqrt(np.einsum("...ii->...i", covariance))


def spread_over_players(evidence: Evidence, rounds: int = 200) -> Floats:
    """Return how much tilts truly differ from player to player, float64 (K,).

    Standard deviations of a normal prior around the population's tilt, as they make all players'
    choices likeliest (empirical Bayes by expectation-maximisation).

    Args:
        evidence: of P players, (P, K) and (P, K, K).
        rounds: times that they are bettered.
    """
    spread = np.full(evidence.pull.shape[1], _FIRST_SPREAD)
    for _ in range(rounds):
        mean, error = evidence.posterior(spread)
        spread = np.sqrt(np.maximum((mean**2 + error**2).mean(axis=0), _LEAST_SPREAD**2))
    return spread


_FIRST_SPREAD = 0.03
_LEAST_SPREAD = 0.001
