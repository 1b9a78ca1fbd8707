"""What is known of a style before the first game, and what games add to it.

Near the population's mean style the log-likelihood of a player's moves is close to quadratic in the
routing logits, so what some positions say of a style is one vector, the sum of their scores, and
their Fisher information. With a Gaussian prior the expected style is then the solution of one set
of linear equations.

Positions are not alike: the first moves of a game come back in every game and tell most of a
player, later ones hardly ever do, and their Fisher matrices are kept apart.

The same scores serve two ends. A *style* predicts moves and is what plays: every position counts,
and it stays near the mean. A *signature* tells players apart and is never played: it is the sum of
the first moves' scores, measured by how much such sums vary from game to game of one and the same
player. That is the metric in which a cosine means most: positions of one game are not independent,
so their Fisher information, one by one, says too much of some directions and too little of others.
Later positions are left out: they differ more from game to game than from player to player.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import StylemateError
from engine.files import read_tensors, write_tensors
from engine.style.style import Routing, centred

Matrix = npt.NDArray[np.float64]
PRIOR_FILE = "prior.safetensors"
_ASSUMED_INFORMATION = 1e-2
"""What one position is assumed to tell of a logit: much, so that a step is rather too short."""
_FARTHEST = 4.0
"""Standard deviations from the mean beyond which no logit is expected."""
_LEAST_VARIANCE = 1e-4
"""Share of the mean variance from game to game that every direction is taken to have at least."""
Scores = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class StylePrior:
    """The population's mean style, how far styles spread around it, and what positions tell.

    Attributes:
        mean: float32 (heads, modules), centred.
        fisher: float64 (2, D, D), Fisher matrices at the mean style, D = heads * modules, of one
            position of a game's first ``SIGNATURE_PLIES`` plies and of one later position.
        spread: standard deviation of a logit over players.
        game_covariance: float64 (D, D), how the sum of the first moves' scores varies from game to
            game of one player; like ``fisher`` of the first moves if it was not learnt.
    """

    mean: Routing
    fisher: Matrix
    spread: float
    game_covariance: Matrix | None = None

    def signature(self, scores: Scores) -> Routing:
        """Return signatures after some games.

        Args:
            scores: (..., 2, heads, modules), sums of scores at the mean style, of first and of
                later positions; only the first count.

        Returns:
            float32 (..., heads, modules), of length 1; 0 for games that say nothing.
        """
        flat = self._flat(scores[..., 0, :, :]) @ self._whitening
        length = np.linalg.norm(flat, axis=-1, keepdims=True)
        signatures = flat / np.where(length > 0, length, np.inf)
        return signatures.reshape(*scores.shape[:-3], *self.mean.shape).astype(np.float32)

    @cached_property
    def _whitening(self) -> Matrix:
        """Inverse square root of the covariance of one game, (D, D), symmetric."""
        covariance = self.fisher[0] if self.game_covariance is None else self.game_covariance
        values, vectors = np.linalg.eigh(covariance)
        values = np.maximum(values, 0)
        least = _LEAST_VARIANCE * values.mean()
        root = np.sqrt(values + (least if least > 0 else 1.0))
        whitening: Matrix = (vectors / root) @ vectors.T
        return whitening

    def expected(self, scores: Scores, positions: Matrix) -> Routing:
        """Return the expected styles after some positions.

        Args:
            scores: (..., 2, heads, modules), sums of scores at the mean style, of first and of
                later positions.
            positions: (..., 2), how many; the mean style for none.

        Returns:
            float32 (..., heads, modules), centred.
        """
        shape = (*scores.shape[:-3], *self.mean.shape)
        return self.natural_step(np.broadcast_to(self.mean, shape), scores, positions)

    def natural_step(self, at: Routing, scores: Scores, positions: Matrix) -> Routing:
        """Return where the posterior has its peak, judged from one place.

        Args:
            at: (..., heads, modules), the styles at which scores were taken.
            scores: (..., 2, heads, modules), sums of scores there.
            positions: (..., 2), how many positions.

        Returns:
            float32 (..., heads, modules), each logit within four standard deviations of the mean.
        """
        difference = self._flat(at) - self.mean.ravel()
        slope = self._flat(scores.sum(axis=-3)) - difference / self.spread**2
        step = np.linalg.solve(self._precision(positions), slope[..., None])[..., 0]
        return self._style(difference + step, at.shape)

    def pooled(self, styles: Routing, positions: Matrix) -> Routing:
        """Return what several sets of games say together.

        Args:
            styles: (N, heads, modules), where each set's posterior has its peak.
            positions: (N, 2), how many positions each set has.

        Returns:
            float32 (heads, modules), the peak of the posterior of all.
        """
        difference = self._flat(styles) - self.mean.ravel()
        said = (self._precision(positions) @ difference[..., None])[..., 0].sum(axis=0)
        whole = np.linalg.solve(self._precision(positions.sum(axis=0)), said)
        return self._style(whole, self.mean.shape)

    def _precision(self, positions: Matrix) -> Matrix:
        counted = np.asarray(positions, np.float64)
        information = np.einsum("...p,pij->...ij", counted, self.fisher)
        precision: Matrix = information + np.eye(self.mean.size) / self.spread**2
        return precision

    @staticmethod
    def _flat(styles: Scores) -> Matrix:
        flat: Matrix = np.asarray(styles, dtype=np.float64).reshape(*styles.shape[:-2], -1)
        return flat

    def _style(self, difference: Matrix, shape: tuple[int, ...]) -> Routing:
        # Beyond what any player does the quadratic no longer holds.
        bound = _FARTHEST * self.spread
        flat = self.mean.ravel() + np.clip(difference, -bound, bound)
        return centred(flat.reshape(shape).astype(np.float32))

    def save(self, path: Path) -> None:
        """Write the prior as safetensors."""
        tensors = {
            "mean": self.mean,
            "fisher": self.fisher.astype(np.float32),
            "spread": np.array([self.spread], dtype=np.float32),
        }
        if self.game_covariance is not None:
            tensors["game_covariance"] = self.game_covariance.astype(np.float32)
        write_tensors(path, tensors, {})

    @classmethod
    def load(cls, path: Path) -> "StylePrior":
        """Read a prior.

        Raises:
            StylemateError: the file is missing or damaged.
        """
        tensors = read_tensors(path)
        try:
            mean, fisher, spread = (tensors[key] for key in ("mean", "fisher", "spread"))
        except KeyError as error:
            raise StylemateError(f"{path} is damaged: {error} is missing.") from None
        size = mean.size
        covariance = tensors.get("game_covariance", np.zeros((size, size), dtype=np.float32))
        fits = mean.ndim == 2 and fisher.shape == (2, size, size) and spread.shape == (1,)
        fits = fits and covariance.shape == (size, size)
        finite = all(np.isfinite(tensor).all() for tensor in (mean, fisher, spread, covariance))
        if not fits or not finite or spread.min() <= 0:
            raise StylemateError(f"{path} is damaged. Restore it from a copy.")
        learnt = covariance.astype(np.float64) if "game_covariance" in tensors else None
        return cls(mean.astype(np.float32), fisher.astype(np.float64), float(spread[0]), learnt)


def assumed_prior(styles: Routing) -> StylePrior:
    """Return a prior for a model of which none was learnt.

    All directions are taken to be equally telling, and players to differ by as much as the known
    styles (S, heads, modules) do.
    """
    mean = centred(styles.mean(axis=0, dtype=np.float64).astype(np.float32))
    spread = float(np.sqrt(((centred(styles) - mean) ** 2).mean(dtype=np.float64)))
    fisher = _ASSUMED_INFORMATION * np.eye(mean.size)
    return StylePrior(mean, np.stack((fisher, fisher)), max(spread, 1e-3))
