"""What is known of a style before the first game, and what games add to it.

Near the population's mean style the log-likelihood of a player's moves is close to quadratic in the
routing logits, so what some positions say of a style is one vector, the sum of their scores, and
their Fisher information. With a Gaussian prior the expected style is then the solution of one set
of linear equations.

Positions are not alike: the first moves of a game come back in every game and tell most of a
player, later ones hardly ever do. Their Fisher matrices differ, and are kept apart: what a
direction that only matters in openings is, is not blurred by the noise of a thousand endgames.
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
FIRST_PLIES = 12
"""Plies of the opening's first phase, in which positions repeat and tell most."""
_ASSUMED_INFORMATION = 1e-2
"""What one position is assumed to tell of a logit: much, so that a step is rather too short."""
_FARTHEST = 4.0
"""Standard deviations from the mean beyond which no logit is expected."""


@dataclass(frozen=True)
class StylePrior:
    """The population's mean style, how far styles spread around it, and what positions tell.

    Attributes:
        mean: float32 (heads, modules), centred.
        fisher: float64 (2, D, D), Fisher matrices at the mean style, D = heads * modules, of one
            position of a game's first ``FIRST_PLIES`` plies and of one later position.
        spread: standard deviation of a logit over players.
    """

    mean: Routing
    fisher: Matrix
    spread: float

    def expected(self, scores: npt.NDArray[np.floating], positions: Matrix) -> Routing:
        """Return the expected styles after some positions.

        Args:
            scores: (..., heads, modules), sums of scores at the mean style.
            positions: (..., 2), how many first and later positions; the mean style for none.

        Returns:
            float32 (..., heads, modules), centred.
        """
        return self.natural_step(np.broadcast_to(self.mean, scores.shape), scores, positions)

    def natural_step(
        self, at: Routing, scores: npt.NDArray[np.floating], positions: Matrix
    ) -> Routing:
        """Return where the posterior has its peak, judged from one place.

        Args:
            at: (..., heads, modules), the styles at which scores were taken.
            scores: (..., heads, modules), sums of scores there.
            positions: (..., 2), how many positions.

        Returns:
            float32 (..., heads, modules), each logit within four standard deviations of the mean.
        """
        difference = self._flat(at) - self.mean.ravel()
        slope = self._flat(scores) - difference / self.spread**2
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
        information = np.einsum("...p,pij->...ij", np.asarray(positions, np.float64), self.fisher)
        precision: Matrix = information + np.eye(self.mean.size) / self.spread**2
        return precision

    @staticmethod
    def _flat(styles: npt.NDArray[np.floating]) -> Matrix:
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
        fits = mean.ndim == 2 and fisher.shape == (2, mean.size, mean.size) and spread.shape == (1,)
        finite = all(np.isfinite(tensor).all() for tensor in (mean, fisher, spread))
        if not fits or not finite or spread[0] <= 0:
            raise StylemateError(f"{path} is damaged. Restore it from a copy.")
        return cls(mean.astype(np.float32), fisher.astype(np.float64), float(spread[0]))


def assumed_prior(styles: Routing) -> StylePrior:
    """Return a prior for a model of which none was learnt.

    All directions are taken to be equally telling, and players to differ by as much as the known
    styles (S, heads, modules) do.
    """
    mean = centred(styles.mean(axis=0, dtype=np.float64).astype(np.float32))
    spread = float(np.sqrt(((centred(styles) - mean) ** 2).mean(dtype=np.float64)))
    fisher = _ASSUMED_INFORMATION * np.eye(mean.size)
    return StylePrior(mean, np.stack((fisher, fisher)), max(spread, 1e-3))
