"""What is known of a style before the first game, and what games add to it.

Near the population's mean style the log-likelihood of a player's moves is close to quadratic in the
routing logits, so what some positions say of a style is one vector, the sum of their scores, and
their Fisher information. With a Gaussian prior the expected style is then the solution of one set
of linear equations.

Positions are not alike: the first moves of a game come back in every game and tell most of a
player, later ones hardly ever do, and their Fisher matrices are kept apart.

The same scores serve two ends. A *style* predicts moves and is what plays: every position counts,
and it stays near the mean. A *signature* tells players apart and is never played: it goes as far
from the mean as the games say, and later positions, whose noise is larger than the quadratic
allows for, count for little. With 100 games, counting them in full leads to the wrong player about
every other time; playing a signature would predict later moves worse than the mean style does.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
_SIGNATURE_SPREAD, _SIGNATURE_LATER_WEIGHT = 2.0, 0.1
Scores = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class StylePrior:
    """The population's mean style, how far styles spread around it, and what positions tell.

    Attributes:
        mean: float32 (heads, modules), centred.
        fisher: float64 (2, D, D), Fisher matrices at the mean style, D = heads * modules, of one
            position of a game's first ``FIRST_PLIES`` plies and of one later position.
        spread: standard deviation of a logit over players.
        later_weight: how much a later position counts.
    """

    mean: Routing
    fisher: Matrix
    spread: float
    later_weight: float = 1.0

    @property
    def of_signatures(self) -> "StylePrior":
        """The prior under which scores give signatures."""
        return replace(self, spread=_SIGNATURE_SPREAD, later_weight=_SIGNATURE_LATER_WEIGHT)

    def shrunk(self, styles: Routing, positions: float) -> Routing:
        """Return styles (..., heads, modules) without what so many positions cannot tell.

        A trained table of styles keeps the random numbers that it began with wherever nothing
        depends on them.
        """
        counted = positions * self.fisher[1]
        kept = np.linalg.solve(counted + np.eye(self.mean.size) / self.spread**2, counted)
        difference = self._flat(styles) - self.mean.ravel()
        return self._style(difference @ kept.T, styles.shape)

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
        weighed = scores[..., 0, :, :] + self.later_weight * scores[..., 1, :, :]
        slope = self._flat(weighed) - difference / self.spread**2
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
        counted = np.asarray(positions, np.float64) * (1.0, self.later_weight)
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
            "spread": np.array([self.spread, self.later_weight], dtype=np.float32),
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
        fits = mean.ndim == 2 and fisher.shape == (2, mean.size, mean.size) and spread.shape == (2,)
        finite = all(np.isfinite(tensor).all() for tensor in (mean, fisher, spread))
        if not fits or not finite or spread.min() <= 0:
            raise StylemateError(f"{path} is damaged. Restore it from a copy.")
        return cls(mean.astype(np.float32), fisher.astype(np.float64), *map(float, spread))


def assumed_prior(styles: Routing) -> StylePrior:
    """Return a prior for a model of which none was learnt.

    All directions are taken to be equally telling, and players to differ by as much as the known
    styles (S, heads, modules) do.
    """
    mean = centred(styles.mean(axis=0, dtype=np.float64).astype(np.float32))
    spread = float(np.sqrt(((centred(styles) - mean) ** 2).mean(dtype=np.float64)))
    fisher = _ASSUMED_INFORMATION * np.eye(mean.size)
    return StylePrior(mean, np.stack((fisher, fisher)), max(spread, 1e-3))
