"""What is known of a style before the first game, and what games add to it.

Near the population's mean style the log-likelihood of a player's moves is close to quadratic in the
routing logits, so what n positions say of a style is one vector, the sum of their scores g, and
n times the Fisher matrix F. In coordinates in which F is the identity (and, after a rotation, the
spread of styles over players diagonal) everything is a matter of single numbers: with variance c
over players and noise 1 / n, the expected style is c n / (1 + c n) times what was seen, and how
much likelier two sets of games are by one player than by two has a closed form. This is the
Gaussian model of speaker verification (Prince and Elder, 2007, "Probabilistic linear discriminant
analysis"; Dehak et al., 2011, "Front-end factor analysis") for scores of a chess model.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import StylemateError
from engine.style.files import read_tensors, write_tensors
from engine.style.style import Routing, centred

Matrix = npt.NDArray[np.float64]
PRIOR_FILE = "prior.safetensors"
_LEAST_FISHER = 1e-5
"""Directions that tell less than this share of the most telling one are taken for noise."""
_ASSUMED_INFORMATION = 1e-2
"""What one position is assumed to tell of a logit: much, so that a step is rather too short."""
_FARTHEST = 4.0
"""Standard deviations from the mean that a style may be expected at in any direction."""
_ROUNDS = 40


@dataclass(frozen=True)
class StylePrior:
    """The population's mean style, and how styles spread around it in telling directions.

    Attributes:
        mean: float32 (heads, modules), centred.
        whitening: float64 (K, heads * modules), from a style's difference from the mean to
            coordinates in which one position's noise has variance 1.
        unwhitening: float64 (heads * modules, K), the way back.
        scoring: float64 (heads * modules, K), from a mean score to coordinates.
        variance: float64 (K,), of players' coordinates, largest first.
    """

    mean: Routing
    whitening: Matrix
    unwhitening: Matrix
    scoring: Matrix
    variance: Matrix

    def coordinates(self, z: Routing) -> Matrix:
        """Return styles (..., heads, modules) in coordinates (..., K)."""
        flat = centred(z).reshape(*z.shape[:-2], -1).astype(np.float64)
        found: Matrix = (flat - self.mean.ravel()) @ self.whitening.T
        return found

    def style(self, coordinates: Matrix) -> Routing:
        """Return the styles, float32 (..., heads, modules), at coordinates (..., K)."""
        flat = self.mean.ravel() + coordinates @ self.unwhitening.T
        return centred(flat.reshape(*coordinates.shape[:-1], *self.mean.shape).astype(np.float32))

    def shrinkage(self, positions: npt.ArrayLike) -> Matrix:
        """Return how much of what n positions (...) say is believed, (..., K) in 0 to 1."""
        known = np.asarray(positions, dtype=np.float64)[..., None] * self.variance
        return np.asarray(known / (1 + known))

    def expected(self, scores: Matrix, positions: npt.ArrayLike) -> Routing:
        """Return the expected styles after some positions.

        Args:
            scores: (..., heads, modules), sums of scores at the mean style.
            positions: (...), how many positions; the mean style where there are none.

        Returns:
            float32 (..., heads, modules), centred.
        """
        origin = np.zeros((*scores.shape[:-2], len(self.variance)))
        return self.style(self.natural_step(origin, scores, positions))

    def natural_step(self, at: Matrix, scores: Matrix, positions: npt.ArrayLike) -> Matrix:
        """Return where the posterior has its peak, judged from one place.

        Args:
            at: (..., K), coordinates of the styles at which scores were taken.
            scores: (..., heads, modules), sums of scores there.
            positions: (...), how many positions.

        Returns:
            Coordinates (..., K), in each direction within four standard deviations of players.
        """
        flat = np.asarray(scores, dtype=np.float64).reshape(*scores.shape[:-2], -1)
        count = np.asarray(positions, dtype=np.float64)[..., None]
        slope = self.variance * (flat @ self.scoring) - at
        # Beyond what any player does the quadratic no longer holds.
        bound = _FARTHEST * np.sqrt(self.variance)
        step: Matrix = np.clip(at + slope / (1 + count * self.variance), -bound, bound)
        return step

    def pooled(self, coordinates: Matrix, positions: Matrix) -> Matrix:
        """Return what several sets of games say together.

        Args:
            coordinates: (N, K), where each set's posterior has its peak.
            positions: (N,), how many positions each set has.

        Returns:
            (K,), the peak of the posterior of all.
        """
        precision = 1 + positions[:, None] * self.variance
        whole: Matrix = (precision * coordinates).sum(axis=0) / (
            1 + positions.sum() * self.variance
        )
        return whole

    def evidence(
        self,
        queries: Routing,
        query_positions: npt.ArrayLike,
        styles: Routing,
        style_positions: npt.ArrayLike,
    ) -> Matrix:
        """Return how much likelier queries are as games of known players than of anybody.

        Args:
            queries: (Q, heads, modules), expected styles after ``query_positions`` (Q,).
            styles: (S, heads, modules), expected styles after ``style_positions`` (S,).

        Returns:
            float64 (Q, S), log-likelihood ratios in nats.
        """
        noise = 1 / np.maximum(np.asarray(query_positions, dtype=np.float64), 1)[:, None]
        seen = self.coordinates(queries) / np.maximum(self.shrinkage(query_positions), 1e-12)
        means = self.coordinates(styles)
        # What remains unknown of a style after its positions.
        unknown = self.variance * (1 - self.shrinkage(style_positions))
        anybody = self.variance + noise
        base = -0.5 * (np.log(anybody) + seen**2 / anybody).sum(axis=1)
        ratios = np.empty((len(queries), len(styles)))
        for row, (y, n) in enumerate(zip(seen, noise, strict=True)):
            spread = unknown + n
            ratios[row] = -0.5 * (np.log(spread) + (y - means) ** 2 / spread).sum(axis=1)
        ratios -= base[:, None]
        return ratios

    def save(self, path: Path) -> None:
        """Write the prior as safetensors."""
        write_tensors(
            path,
            {
                "mean": self.mean,
                "whitening": self.whitening.astype(np.float32),
                "unwhitening": self.unwhitening.astype(np.float32),
                "scoring": self.scoring.astype(np.float32),
                "variance": self.variance.astype(np.float32),
            },
            {},
        )

    @classmethod
    def load(cls, path: Path) -> "StylePrior":
        """Read a prior.

        Raises:
            StylemateError: the file is missing or damaged.
        """
        tensors = read_tensors(path)
        try:
            mean = tensors["mean"]
            whitening, unwhitening, scoring, variance = (
                tensors[key].astype(np.float64)
                for key in ("whitening", "unwhitening", "scoring", "variance")
            )
        except KeyError as error:
            raise StylemateError(f"{path} is damaged: {error} is missing.") from None
        shape = (len(variance), mean.size)
        fits = shape == whitening.shape == unwhitening.T.shape == scoring.T.shape
        if mean.ndim != 2 or not fits or not all(np.isfinite(t).all() for t in tensors.values()):
            raise StylemateError(f"{path} is damaged. Restore it from a copy.")
        return cls(mean.astype(np.float32), whitening, unwhitening, scoring, variance)


def assumed_prior(styles: Routing) -> StylePrior:
    """Return a prior for a model of which none was learnt.

    All directions are taken to be equally telling, and players to differ by as much as the known
    styles (S, heads, modules) do.
    """
    mean = centred(styles.mean(axis=0, dtype=np.float64).astype(np.float32))
    spread = np.sqrt(((centred(styles) - mean) ** 2).mean(dtype=np.float64))
    return prior_of_spread(mean, _ASSUMED_INFORMATION * np.eye(mean.size), float(spread))


def prior_of_spread(mean: Routing, fisher: Matrix, spread: float) -> StylePrior:
    """Return the prior under which players' logits all have the same standard deviation.

    Args:
        mean: float32 (heads, modules).
        fisher: (D, D), Fisher matrix of one position at the mean style.
        spread: of every logit.
    """
    out, back, values = _telling_directions(mean, fisher)
    return StylePrior(centred(mean), back, out, out, spread**2 * values)


def _telling_directions(mean: Routing, fisher: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return coordinates in which the Fisher matrix is the identity, most telling ones first.

    Returns:
        (D, K) from coordinates to logits, (K, D) from logits to coordinates, and the eigenvalues.
    """
    heads, modules = mean.shape
    # A constant added to a head changes nothing: such directions are no directions.
    centring = np.kron(np.eye(heads), np.eye(modules) - 1 / modules)
    values, vectors = np.linalg.eigh(centring @ fisher @ centring)
    telling = values > _LEAST_FISHER * values[-1]
    values, vectors = values[telling][::-1], vectors[:, telling][:, ::-1]
    return vectors / np.sqrt(values), (vectors * np.sqrt(values)).T, values


def learn_prior(
    mean: Routing, fisher: Matrix, halves: npt.NDArray[np.float32], positions: Matrix
) -> StylePrior:
    """Learn how styles spread from the scores of many players' games.

    Args:
        mean: float32 (heads, modules), the style at which scores were taken.
        fisher: (D, D), Fisher matrix of one position at the mean style, D = heads * modules.
        halves: (P, 2, heads, modules), sums of scores of two halves of each player's games.
        positions: (P, 2), how many positions each sum is of.

    Raises:
        StylemateError: there are too few players to learn from.
    """
    if len(halves) < 8:
        raise StylemateError("How styles spread needs at least 8 players to be learnt.")
    size = mean.size
    out, back, _ = _telling_directions(mean, fisher)
    seen = halves.reshape(-1, 2, size).astype(np.float64) @ out / positions[..., None]
    # Moves of one game are no independent draws: the halves' differences say how large the noise
    # is. Only one number is taken from them; a whole matrix would be fitted to these players.
    difference = (seen[:, 0] - seen[:, 1]) / np.sqrt((1 / positions).sum(axis=1))[:, None]
    noise = np.sqrt((difference**2).mean())
    counts = positions.sum(axis=1)
    whole = (seen * positions[..., None]).sum(axis=1) / counts[:, None]
    variance, rotation = np.linalg.eigh(_spread(whole / noise, counts))
    rotation = rotation[:, ::-1]
    return StylePrior(
        mean=mean,
        whitening=rotation.T @ back / noise,
        unwhitening=noise * out @ rotation,
        scoring=out @ rotation / noise,
        variance=np.maximum(variance[::-1], 0),
    )


def _spread(seen: Matrix, counts: Matrix) -> Matrix:
    """Return the covariance (K, K) of players' coordinates by expectation-maximisation.

    Args:
        seen: (P, K), coordinates as their games show them, with noise of variance 1 / counts.
        counts: (P,), positions.
    """
    size = seen.shape[1]
    covariance = seen.T @ seen / len(seen) - np.eye(size) * (1 / counts).mean()
    values, vectors = np.linalg.eigh(covariance)
    values = np.maximum(values, 1e-3 * max(values[-1], 1e-12))
    for _ in range(_ROUNDS):
        known = counts[:, None] * values
        expected = seen @ vectors * known / (1 + known)
        covariance = expected.T @ expected / len(seen)
        covariance += np.diag((values / (1 + known)).mean(axis=0))
        values, turned = np.linalg.eigh(covariance)
        vectors = vectors @ turned
    return np.asarray((vectors * values) @ vectors.T)
