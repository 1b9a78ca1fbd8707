"""Making sliders honest: measure what each delta does, correct it, and measure again.

Effects are measured on real styles: add a step to each of some players' styles, measure, average.
The players on whom deltas are corrected are others than those on whom the result is reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.progress import TellCount
from engine.style.steering.attribute_meter import AttributeMeter, Measurements
from engine.style.steering.delta_rules import Effects, cleaned, leakage
from engine.style.style import Routing

STEP = 1.05
"""Standard deviations that a step is to do: a little more than one, for it falls short of it on
other players as easily as it goes beyond."""
_LEAST_EFFECT = 0.25
"""A step that does less than this on target is not stretched: it would only amplify noise."""


@dataclass(frozen=True, slots=True)
class Population:
    """How an attribute varies over the players: float64 (attributes,) each, in its own unit."""

    mean: npt.NDArray[np.float64]
    sd: npt.NDArray[np.float64]

    @classmethod
    def of(cls, measured: Measurements) -> "Population":
        """Summarise the measured attributes of all players (players, attributes)."""
        return cls(measured.mean(axis=0), measured.std(axis=0))

    def scores(self, measured: Measurements) -> Measurements:
        """Return measurements in standard deviations above the mean; 0 where none vary."""
        scale = np.where(self.sd > 0, self.sd, np.inf)
        return (measured - self.mean) / scale


@dataclass(frozen=True, slots=True)
class Trial:
    """Deltas as one rule made them, after correction.

    Attributes:
        rule: its name.
        deltas: float32 (attributes, heads, modules), one calibrated step each.
        leakage_before: mean off-target effect of the rule's own deltas, relative to on-target,
            on the styles used to correct.
        leakage_after: the same after correction, on those styles.
        leakage_elsewhere: the same after correction, on other styles.
        error_elsewhere: mean distance, on those other styles, of the effects from one on target
            and nothing elsewhere.
    """

    rule: str
    deltas: Routing
    leakage_before: float
    leakage_after: float
    leakage_elsewhere: float
    error_elsewhere: float


class Calibrator:
    """Measures and corrects deltas on the styles of some players."""

    def __init__(
        self,
        meter: AttributeMeter,
        population: Population,
        styles: Routing,
        columns: Sequence[int],
        progress: TellCount = lambda count: None,
    ) -> None:
        """Prepare to measure.

        Args:
            meter: measures all attributes.
            population: of all attributes, for the unit.
            styles: float32 (players, heads, modules), a sample.
            columns: the attributes that are steered, in the order of the deltas.
            progress: told of each measured style.
        """
        self._meter = meter
        self._population = population
        self._styles = styles
        self._columns = list(columns)
        self._progress = progress

    @cached_property
    def _plain(self) -> Measurements:
        return self._scores(self._styles)

    def shifts(self, deltas: Routing, step: float) -> npt.NDArray[np.float64]:
        """Return what ``step`` along each delta does to each style.

        Returns:
            float64 (deltas, players, attributes), in standard deviations.
        """
        return np.stack(
            [self._scores(self._styles + np.float32(step) * d) - self._plain for d in deltas]
        )

    def effects(self, deltas: Routing) -> Effects:
        """Return the effects of a step (deltas, steered attributes), mean of up and down."""
        up = np.stack([self._scores(self._styles + d).mean(axis=0) for d in deltas])
        down = np.stack([self._scores(self._styles - d).mean(axis=0) for d in deltas])
        return np.asarray((up - down)[:, self._columns] / 2)

    def correct(self, rule: str, deltas: Routing, rounds: int, elsewhere: "Calibrator") -> Trial:
        """Correct deltas ``rounds`` times by their measured effects and keep the best.

        Args:
            rule: name of the rule that made the deltas.
            deltas: float32 (attributes, heads, modules).
            rounds: corrections, each of which measures the effects once more.
            elsewhere: measures the result on other styles, where a step comes out shorter than on
                the styles it was made for, and sets the final length.
        """
        effects = self.effects(deltas)
        before = after = leakage(effects)
        best, best_effects, boldness = deltas, effects, 1.0
        for _ in range(rounds):
            target = cleaned(best, best_effects)
            deltas = best + np.float32(boldness) * (target - best)
            effects = self.effects(deltas)
            if _error(effects) < _error(best_effects):
                best, best_effects, after = deltas, effects, leakage(effects)
            else:
                boldness /= 2  # effects do not add up this far: go part of the way
        found = elsewhere.effects(best)
        own = np.diag(found)
        lengths = np.where(own > _LEAST_EFFECT, STEP / np.maximum(own, _LEAST_EFFECT), 1.0)
        final = (best * lengths[:, None, None]).astype(np.float32)
        scaled = found * lengths[:, None]
        return Trial(rule, final, before, after, leakage(scaled), _error(scaled))

    def _scores(self, styles: Routing) -> Measurements:
        return self._population.scores(self._meter.measure(styles, self._progress))


def _error(effects: Effects) -> float:
    """Return how far effects are from one on target and nothing elsewhere."""
    return float(np.abs(effects - np.eye(len(effects))).mean())
