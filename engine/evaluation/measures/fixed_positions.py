"""Styles measured on the fixed positions, in standard deviations over players.

Twice: on all positions, and on those from ply 30 on, where no opening is left to know.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.shipped_measurements import units
from engine.attributes.fixed_positions import load_fixed_positions
from engine.evaluation.context import Context
from engine.style.steering.attribute_meter import Yardstick
from engine.style.style import Routing

LATE_PLY = 30
"""Plies after which positions count as free of openings: 15 moves of either side."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class FixedScale:
    """A yardstick with units.

    Attributes:
        yardstick: measures in own units.
        keys: the attributes that vary over players, K of them.
        columns: int64 (K,), their places among the yardstick's.
        sd: float64 (K,), standard deviation over players of the mean over all positions.
        late_sd: float64 (K,), the same over the late positions.
        late: bool (positions,), which are late.
    """

    yardstick: Yardstick
    keys: tuple[str, ...]
    columns: npt.NDArray[np.int64]
    sd: Values
    late_sd: Values
    late: npt.NDArray[np.bool_]

    def levels(self, z: Routing) -> Values:
        """Return a style's attributes float64 (2, K), on all and on late positions.

        In standard deviations over players, counted from 0 of the attribute's own unit.
        """
        expected = self.yardstick.read(z).expected[:, self.columns]
        late = (
            expected[self.late].mean(axis=0) if self.late.any() else np.full(len(self.keys), np.nan)
        )
        return np.stack((expected.mean(axis=0) / self.sd, late / self.late_sd))


def fixed_scale(context: Context) -> FixedScale:
    """Return the yardstick of a run's model.

    The standard deviations over all positions are those the sliders were calibrated in, where
    there are any; how they differ on late positions comes from some players' styles.
    """
    directory = context.assets / "positions"
    positions = load_fixed_positions(directory if directory.is_dir() else None)
    yardstick = Yardstick(context.model, positions, context.device)
    late = np.array([position.board.ply() >= LATE_PLY for position in positions])
    count = min(context.pick(3, 24, 200), len(context.space.population))
    found = context.cached(
        "fixed/spread", lambda: _spread(context, yardstick, late, count), {"players": count}
    )
    spread, late_spread = found["all"], found["late"]
    calibrated = units(context.assets, context.space)
    sd = np.array([calibrated.get(key, spread[place]) for place, key in enumerate(yardstick.keys)])
    with np.errstate(divide="ignore", invalid="ignore"):
        late_sd = sd * late_spread / spread
    columns = np.flatnonzero((sd > 0) & (late_sd > 0) & np.isfinite(late_sd))
    return FixedScale(
        yardstick,
        tuple(yardstick.keys[column] for column in columns),
        columns,
        sd[columns],
        late_sd[columns],
        late,
    )


def _spread(
    context: Context, yardstick: Yardstick, late: npt.NDArray[np.bool_], count: int
) -> dict[str, Values]:
    """Return the standard deviations over some players, float64 (attributes,), all and late."""
    random = np.random.default_rng((context.seed, 5))
    rows = random.permutation(len(context.space.population))[:count]
    everywhere, in_late = [], []
    for done, row in enumerate(rows):
        context.progress(0.0, f"spread of styles, player {done + 1} of {count}")
        expected = yardstick.read(context.space.population[row]).expected
        everywhere.append(expected.mean(axis=0))
        in_late.append(expected[late].mean(axis=0))
    return {"all": np.std(everywhere, axis=0), "late": np.std(in_late, axis=0)}
