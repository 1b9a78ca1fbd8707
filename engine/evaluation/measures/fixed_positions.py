"""Styles measured on the fixed positions, in standard deviations over players.

Twice: on all positions, and on those from ply 30 on, where no opening is left to know.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.assets import POSITIONS_DIRECTORY, STYLES_DIRECTORY
from engine.attributes.fixed_positions import load_fixed_positions
from engine.evaluation.context import Context
from engine.position.phases import OPENING_PLIES
from engine.style.steering.attribute_meter import AttributeMeter
from engine.style.steering.calibration import attribute_units
from engine.style.style import Routing

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class FixedScale:
    """A meter with units.

    Attributes:
        meter: measures in own units.
        keys: the attributes that vary over players, K of them.
        columns: int64 (K,), their places among the meter's.
        sd: float64 (K,), standard deviation over players of the mean over all positions.
        past_opening_sd: float64 (K,), the same over those from ply 30 on.
        past_opening: bool (positions,), which are from ply 30 on.
    """

    meter: AttributeMeter
    keys: tuple[str, ...]
    columns: npt.NDArray[np.int64]
    sd: Values
    past_opening_sd: Values
    past_opening: npt.NDArray[np.bool_]

    def levels(self, z: Routing) -> Values:
        """Return a style's attributes float64 (2, K), on all positions and on those from ply 30 on.

        In standard deviations over players, counted from 0 of the attribute's own unit.
        """
        expected = self.meter.read(z).expected[:, self.columns]
        later = (
            expected[self.past_opening].mean(axis=0)
            if self.past_opening.any()
            else np.full(len(self.keys), np.nan)
        )
        return np.stack((expected.mean(axis=0) / self.sd, later / self.past_opening_sd))


def fixed_scale(context: Context) -> FixedScale:
    """Return the meter of a run's model.

    The standard deviations over all positions are those the sliders were calibrated in, where
    there are any; how they differ from ply 30 on comes from some players' styles.
    """
    directory = context.assets / POSITIONS_DIRECTORY
    positions = load_fixed_positions(directory if directory.is_dir() else None)
    meter = AttributeMeter(context.model, positions, context.device)
    past_opening = np.array([position.board.ply() >= OPENING_PLIES for position in positions])
    count = min(context.pick(3, 24, 200), len(context.space.population))
    found = context.cached(
        "fixed/spread", lambda: _spread(context, meter, past_opening, count), {"players": count}
    )
    spread, spread_past_opening = found["all"], found["from_ply_30"]
    units = attribute_units(context.assets / STYLES_DIRECTORY, context.space)
    calibrated = {key: unit.sd for key, unit in units.items()}
    sd = np.array([calibrated.get(key, spread[place]) for place, key in enumerate(meter.keys)])
    with np.errstate(divide="ignore", invalid="ignore"):
        past_opening_sd = sd * spread_past_opening / spread
    columns = np.flatnonzero((sd > 0) & (past_opening_sd > 0) & np.isfinite(past_opening_sd))
    return FixedScale(
        meter,
        tuple(meter.keys[column] for column in columns),
        columns,
        sd[columns],
        past_opening_sd[columns],
        past_opening,
    )


def _spread(
    context: Context, meter: AttributeMeter, past_opening: npt.NDArray[np.bool_], count: int
) -> dict[str, Values]:
    """Return standard deviations over some players, float64 (attributes,), all and from ply 30."""
    random = np.random.default_rng((context.seed, 5))
    rows = random.permutation(len(context.space.population))[:count]
    everywhere, later = [], []
    for done, row in enumerate(rows):
        context.progress(0.0, f"spread of styles, player {done + 1} of {count}")
        expected = meter.read(context.space.population[row]).expected
        everywhere.append(expected.mean(axis=0))
        later.append(expected[past_opening].mean(axis=0))
    return {"all": np.std(everywhere, axis=0), "from_ply_30": np.std(later, axis=0)}
