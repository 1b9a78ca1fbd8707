"""A style's attributes and its place among the players, measured wherever that can be done.

A player's own style comes with its measured levels. Any other style (a blend, a steered one, one
that was fitted to somebody's games) is measured on the fixed positions, as the players' were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.analysis.attribute_levels import Levels
from engine.analysis.fixed_positions_meter import FixedPositionsMeter
from engine.style.recipe import Recipe
from engine.style.space import StyleSpace
from engine.style.steering.calibration import Unit

ProfileSource = Literal["shipped", "measured", "estimated"]


@dataclass(frozen=True, slots=True)
class Profile:
    """Where a style stands.

    Attributes:
        levels: standard deviations over players above their mean, by attribute's key.
        percentiles: how many in a hundred players stand below, by key.
        source: "shipped" for a player's own levels, "measured" on the fixed positions just now,
            "estimated" from the players blended and the steps steered where there are no fixed
            positions to measure on.
    """

    levels: Mapping[str, float]
    percentiles: Mapping[str, float]
    source: ProfileSource


class Profiler:
    """Finds where styles stand. Safe to use from many threads."""

    def __init__(
        self, levels: Levels, units: Mapping[str, Unit], meter: FixedPositionsMeter | None
    ) -> None:
        """Put together what is known of the players.

        Args:
            levels: of the population.
            units: of the attributes, by key; those without one cannot be measured.
            meter: to measure with; None if there are no fixed positions.
        """
        self._levels = levels
        self._units = units
        self._meter = meter

    def profile(self, recipe: Recipe, space: StyleSpace) -> Profile:
        """Return where a recipe's style stands.

        Args:
            recipe: with players' full names and attributes' keys.
            space: the style space, with guests if the recipe names one.
        """
        levels = self._shipped(recipe, space)
        if levels is not None:
            return self._profile(levels, "shipped")
        if self._meter is None:
            return self._profile(self._levels.of_recipe(recipe, space), "estimated")
        values = self._meter.attributes(space.style(recipe))
        return self._profile(
            {
                key: (values[key] - unit.mean) / unit.sd
                for key, unit in self._units.items()
                if key in values and unit.sd > 0
            },
            "measured",
        )

    def _shipped(self, recipe: Recipe, space: StyleSpace) -> Mapping[str, float] | None:
        if recipe.player is None:
            return None
        known = space.find(recipe.player).attributes
        return known if all(key in known for key in self._levels.keys) else None

    def _profile(self, levels: Mapping[str, float], source: ProfileSource) -> Profile:
        known = {key: levels[key] for key in self._levels.keys if key in levels}
        percentiles = {key: self._levels.percentile(key, level) for key, level in known.items()}
        return Profile(known, percentiles, source)
