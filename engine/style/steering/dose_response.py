"""What pushing a style along an attribute does: on target, elsewhere, and to its moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.intervals import half_width_95
from engine.style.steering.attribute_meter import AttributeMeter
from engine.style.style import Routing, steer

DoseSource = Literal["report", "calibration", "space", "now"]
"""The shipped report, the calibration of the sliders, the style space itself, or measured now."""
Samples = npt.NDArray[np.float64]
"""One row for each independent sample: float64 (samples, values)."""

AMOUNTS = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Shift:
    """A measured change.

    Attributes:
        value: the change.
        low, high: its 95 % interval; None where it was not measured.
    """

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Dose:
    """What so many steps along one attribute do; what is None was not measured.

    Attributes:
        amount: number of calibrated steps, not 0.
        shifts: by measured attribute, in its standard deviations over players.
        same_favourite: share of the positions in which the favourite move stays.
        move_match: change of the share of a player's own moves that come first, 0.01 for one
            move in a hundred.
        cross_entropy: change of the cross-entropy of a player's own moves, in nats a move.
        elo: change of the rating, from games against the style as it was.
    """

    amount: float
    shifts: Mapping[str, Shift]
    same_favourite: Shift | None = None
    move_match: Shift | None = None
    cross_entropy: Shift | None = None
    elo: Shift | None = None


@dataclass(frozen=True, slots=True)
class DoseResponse:
    """The doses of one attribute that were measured.

    Attributes:
        key: the attribute that is steered.
        doses: by rising amount.
        source: where the figures come from.
        about: on what they were measured, for people.
        notes: what a person should know besides, each a sentence.
        in_games: what one step did to the attribute in played games, where that was measured.
    """

    key: str
    doses: tuple[Dose, ...]
    source: DoseSource
    about: str
    notes: tuple[str, ...] = ()
    in_games: Shift | None = None

    def curve(self, key: str) -> list[tuple[float, Shift]]:
        """Return the measured changes of an attribute by rising amount, 0 at amount 0 among them.

        Empty if none was measured.
        """
        points = [(dose.amount, dose.shifts[key]) for dose in self.doses if key in dose.shifts]
        if not points:
            return []
        return sorted([*points, (0.0, Shift(0.0, 0.0, 0.0))], key=lambda point: point[0])


def measure_response(
    meter: AttributeMeter,
    key: str,
    units: Mapping[str, float],
    styles: Routing,
    delta: Routing,
    amounts: Sequence[float] = AMOUNTS,
    progress: Callable[[float], None] = lambda share: None,
) -> DoseResponse:
    """Measure what pushing styles along an attribute does on the fixed positions.

    The interval of one style says how much it varies over positions; that of several styles, how
    much it varies from style to style.

    Args:
        meter: with the positions.
        key: the attribute that is steered.
        units: standard deviation over players of each attribute to report, in its own unit.
        styles: float32 (N, heads, modules), before the push.
        delta: float32 (heads, modules), one step.
        amounts: numbers of steps, without 0.
        progress: told the share that is done, 0 to 1; what it raises ends the measurement.
    """
    keys = [k for k in meter.keys if units.get(k, 0.0) > 0]
    columns = [meter.keys.index(k) for k in keys]
    scale = np.array([units[k] for k in keys])
    samples: list[list[Samples]] = [[] for _ in amounts]
    done, total = 0, len(styles) * (len(amounts) + 1)
    for z in styles:
        plain = meter.read(z)
        for number, amount in enumerate(amounts):
            done += 1
            progress(done / total)
            pushed = meter.read(steer(z, delta, amount))
            changes = (pushed.expected - plain.expected)[:, columns] / scale
            same = pushed.favourites == plain.favourites
            samples[number].append(np.column_stack((changes, same)))
        done += 1
        progress(done / total)
    doses = [
        _dose(amount, keys, _independent(found))
        for amount, found in sorted(zip(amounts, samples, strict=True), key=lambda pair: pair[0])
    ]
    return DoseResponse(key, tuple(doses), "now", _about(len(styles), len(meter)))


def _independent(found: Sequence[Samples]) -> Samples:
    """Return positions as samples for one style, and styles for several."""
    return found[0] if len(found) == 1 else np.stack([rows.mean(axis=0) for rows in found])


def _dose(amount: float, keys: Sequence[str], samples: Samples) -> Dose:
    mean = samples.mean(axis=0)
    half = half_width_95(samples)
    shifts = [
        Shift(float(value), float(value - width), float(value + width))
        for value, width in zip(mean, half, strict=True)
    ]
    same = shifts[-1]
    within = Shift(same.value, max(same.low or 0.0, 0.0), min(same.high or 1.0, 1.0))
    return Dose(amount, dict(zip(keys, shifts[:-1], strict=True)), same_favourite=within)


def _about(styles: int, positions: int) -> str:
    if styles == 1:
        return f"this very style in {positions} fixed positions; the interval is over positions"
    return f"{styles} players' styles in {positions} fixed positions; the interval is over players"
