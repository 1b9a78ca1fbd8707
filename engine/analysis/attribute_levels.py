"""Where a style stands in each measured attribute, also one that nobody measured.

Players come with measured levels. A blend is taken to stand where the weighted mean of its players
stands, and pushes along attributes add what the calibration measured them to do. A style without
either, such as a guest's, is read off a linear fit of the players' levels on their styles.
"""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.style.recipe import AS_FITTED, Component, Recipe
from engine.style.space import StyleSpace
from engine.style.style import Routing, centred

_PENALTIES = np.logspace(-2, 4, 13)
"""Strengths of the linear fit's penalty to choose from."""


class Levels:
    """The levels of a style space's population, and estimates for other styles."""

    def __init__(self, space: StyleSpace) -> None:
        """Gather what was measured; attributes that no player has are left out."""
        self._space = space
        players = space.players[: len(space.population)]
        measured = {key for player in players for key in player.attributes}
        sliders = [attribute.key for attribute in space.attributes]
        self.keys = tuple(
            [key for key in sliders if key in measured] + sorted(measured - set(sliders))
        )
        table = [[player.attributes.get(key, np.nan) for key in self.keys] for player in players]
        self.table = np.array(table, dtype=np.float64).reshape(len(players), len(self.keys))
        self._sorted = {
            key: np.sort(column[~np.isnan(column)])
            for key, column in zip(self.keys, self.table.T, strict=True)
        }

    def column(self, key: str) -> npt.NDArray[np.float64]:
        """Return the population's levels in an attribute (players,), NaN where not measured."""
        values: npt.NDArray[np.float64] = self.table[:, self.keys.index(key)]
        return values

    def percentile(self, key: str, level: float) -> float:
        """Return how many in a hundred players stand below a level, ties counted half."""
        known = self._sorted[key]
        below = np.searchsorted(known, level, "left") + np.searchsorted(known, level, "right")
        return float(50 * below / len(known))

    def of_recipe(self, recipe: Recipe, space: StyleSpace | None = None) -> dict[str, float]:
        """Return a recipe's levels in standard deviations over players, by key.

        Args:
            recipe: with players' full names and attributes' keys.
            space: this space with guests, if the recipe may name one.

        Raises:
            RecipeError: it turns up habits that nobody measured.
        """
        space = space or self._space
        total = np.zeros(len(self.keys))
        for component in recipe.components or (Component("average"),):
            total += component.weight * self._of_component(component, space)
        if recipe.intensity < AS_FITTED:
            nobody = self._of_component(Component("average"), space)
            total = nobody + recipe.intensity * (total - nobody)
        pushes = [(push.attribute, push.amount) for push in recipe.steering]
        for attribute, amount in [*pushes, *space.habit_amounts(recipe).items()]:
            effects = space.attribute(attribute).effects
            total += amount * np.array([effects.get(key, 0.0) for key in self.keys])
        return {key: float(value) for key, value in zip(self.keys, total, strict=True)}

    def of_styles(self, styles: Routing) -> npt.NDArray[np.float64]:
        """Return estimated levels of styles (N, heads, modules), float64 (N, attributes)."""
        slopes, intercepts = self._linear_fit
        estimates: npt.NDArray[np.float64] = (
            centred(styles).reshape(len(styles), -1) @ slopes + intercepts
        )
        return estimates

    def _of_component(self, component: Component, space: StyleSpace) -> npt.NDArray[np.float64]:
        if component.is_average:
            return np.array([self._sorted[key].mean() for key in self.keys])
        player = space.find(component.name)
        if all(key in player.attributes for key in self.keys):
            return np.array([player.attributes[key] for key in self.keys])
        estimate: npt.NDArray[np.float64] = self.of_styles(space.row(player.name)[None])[0]
        for column, key in enumerate(self.keys):
            estimate[column] = player.attributes.get(key, estimate[column])
        return estimate

    @cached_property
    def _linear_fit(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Slopes (heads * modules, attributes) and intercepts (attributes,)."""
        from sklearn.linear_model import RidgeCV  # slow to import, and seldom needed

        styles = self._space.population.reshape(len(self.table), -1).astype(np.float64)
        slopes = np.zeros((styles.shape[1], len(self.keys)))
        intercepts = np.zeros(len(self.keys))
        for column, values in enumerate(self.table.T):
            known = ~np.isnan(values)
            if known.sum() < 3:
                intercepts[column] = values[known].mean()
                continue
            fit = RidgeCV(_PENALTIES).fit(styles[known], values[known])
            slopes[:, column], intercepts[column] = fit.coef_, fit.intercept_
        return slopes, intercepts
