"""The style map: from a style to its place, and the way back.

Four kinds of map: PCA, t-SNE and habits as projected (``projection``), and *attributes*, which
takes measured levels as coordinates. A style that was not there when a t-SNE map was computed is
placed among its nearest neighbours. From a place on a map back to a style leads a blend of few
players who lie around it (``place_blend``).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from engine.analysis.attribute_levels import Levels
from engine.analysis.place_blend import blend_at
from engine.analysis.projection import Places, Projection, population_deviations, unit_directions
from engine.errors import StylemateError
from engine.style.recipe import Recipe
from engine.style.space import StyleSpace
from engine.style.style import Routing, centred

MapKind = Literal["pca", "tsne", "habits", "attributes"]
EDGE: Final = 3.0
"""Standard deviations at which a map of attributes ends. Rating groups of the online games lie as
far as 20 out; whoever lies beyond is drawn at the edge, so that the players have the whole map."""
_NEIGHBOURS = 12  # that place a style on a t-SNE map


@dataclass(frozen=True, slots=True)
class MapView:
    """One way to draw the map.

    Attributes:
        kind: how places are found.
        dimensions: 2 or 3.
        attributes: as many keys as dimensions, for the kind "attributes"; otherwise empty.

    Raises:
        StylemateError: the parts do not fit each other.
    """

    kind: MapKind = "pca"
    dimensions: int = 2
    attributes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        expected = self.dimensions if self.kind == "attributes" else 0
        if self.dimensions not in (2, 3) or len(self.attributes) != expected:
            raise StylemateError(
                f"A map has 2 or 3 dimensions and an attribute for each, not {self.dimensions} "
                f"and {len(self.attributes)}."
            )


class StyleMap:
    """A style space with its places, and the way from a style to a place and back."""

    def __init__(self, space: StyleSpace, projection: Projection) -> None:
        """Put a style space (guests are left out) and its projection together."""
        self.space = space
        self.projection = projection
        self.levels = Levels(space)

    @property
    def kinds(self) -> tuple[MapKind, ...]:
        """The kinds of map there are for this space."""
        found: list[MapKind] = ["pca"]
        if self.projection.tsne:
            found.append("tsne")
        if self.projection.habits:
            found.append("habits")
        if len(self.levels.keys) >= 2:
            found.append("attributes")
        return tuple(found)

    def coordinates(self, view: MapView) -> Places:
        """Return the places of all players, guests left out, float32 (players, dimensions).

        Raises:
            StylemateError: this space has no such map.
        """
        if view.kind == "pca":
            return self._pca(self.space.population, view.dimensions)
        if view.kind == "tsne":
            return self._tsne(view.dimensions)
        if view.kind == "habits":
            return self._habits(view.dimensions)
        columns = [self.levels.column(self._key(key)) for key in view.attributes]
        return _clipped(np.stack(columns, axis=1))

    def place(self, view: MapView, styles: Routing) -> Places:
        """Return the places of any styles (N, heads, modules), float32 (N, dimensions).

        On a PCA map they are exact; on a t-SNE map a player's own style gets the player's place and
        others lie among their nearest neighbours; attributes are estimated.

        Raises:
            StylemateError: this space has no such map.
        """
        if view.kind == "pca":
            return self._pca(styles, view.dimensions)
        if view.kind == "tsne":
            return np.stack([self._among_neighbours(view.dimensions, z) for z in styles])
        if view.kind == "habits":
            raise StylemateError("A style alone has no place on the map of habits in games.")
        estimates = self.levels.of_styles(styles)
        columns = [self.levels.keys.index(self._key(key)) for key in view.attributes]
        return _clipped(estimates[:, columns])

    def place_recipe(
        self, view: MapView, recipe: Recipe, space: StyleSpace | None = None
    ) -> npt.NDArray[np.float32]:
        """Return the place of a recipe's style, float32 (dimensions,).

        On the map of habits pushes count by what they do in games.

        Args:
            view: which map.
            recipe: with players' full names and attributes' keys.
            space: this space with guests, if the recipe may name one.
        """
        space = space or self.space
        if view.kind == "attributes":
            levels = self.levels.of_recipe(recipe, space)
            return _clipped(np.array([levels[self._key(key)] for key in view.attributes]))
        if view.kind == "habits":
            return self._by_habits(view.dimensions, recipe, space)
        style = space.player_part(space.style(recipe).z)
        place: npt.NDArray[np.float32] = self.place(view, style[None])[0]
        return place

    def recipe_at(self, view: MapView, place: npt.ArrayLike) -> Recipe:
        """Return a blend of near players whose style lies at a place; see ``blend_at``.

        Raises:
            StylemateError: there is no such map, or the place is not finite.
        """
        target = np.asarray(place, dtype=np.float64)
        if target.shape != (view.dimensions,) or not np.isfinite(target).all():
            raise StylemateError("That is no place on this map.")
        return blend_at(target, self.coordinates(view).astype(np.float64), self.space.names)

    def cluster_levels(self) -> npt.NDArray[np.float64]:
        """Return each cluster's mean level in each attribute, float64 (clusters, attributes)."""
        count = int(self.projection.clusters.max(initial=-1)) + 1
        means = np.zeros((count, len(self.levels.keys)))
        for cluster in range(count):
            rows = self.levels.table[self.projection.clusters == cluster]
            known = ~np.isnan(rows)
            sums = np.where(known, rows, 0.0).sum(axis=0)
            means[cluster] = sums / np.maximum(known.sum(axis=0), 1)
        return means

    def _key(self, key: str) -> str:
        if key not in self.levels.keys:
            raise StylemateError(f"No player was measured in '{key}', so it makes no map.")
        return key

    def _pca(self, styles: Routing, dimensions: int) -> Places:
        flat = centred(styles).reshape(len(styles), -1) - self.projection.mean
        return np.asarray(flat @ self.projection.axes[:dimensions].T, dtype=np.float32)

    def _tsne(self, dimensions: int) -> Places:
        places = self.projection.tsne.get(dimensions)
        if places is None:
            raise StylemateError(
                "The t-SNE map of these styles was not computed yet: run `stylemate styles project`"
            )
        return places

    @cached_property
    def _directions(self) -> npt.NDArray[np.float64]:
        """Unit differences of all players from the mean, float64 (players, heads * modules)."""
        return unit_directions(
            self.space.population.reshape(len(self.space.population), -1), self._middle
        )

    @property
    def _middle(self) -> npt.NDArray[np.float64]:
        return self.projection.mean.astype(np.float64)

    def _among_neighbours(self, dimensions: int, z: Routing) -> npt.NDArray[np.float32]:
        """Return the mean of the nearest players' places, weighted by Franke and Little's rule.

        The weight falls to 0 at the first neighbour left out, so that a style that changes a
        little moves a little, and grows without bound at distance 0.
        """
        direction = unit_directions(centred(z).reshape(1, -1), self._middle)[0]
        return _among(self._tsne(dimensions), self._directions, direction)

    def _habits(self, dimensions: int) -> Places:
        places = self.projection.habits.get(dimensions)
        if places is None:
            raise StylemateError(
                "The map of habits was not computed yet: run `stylemate styles project`"
            )
        return places

    @cached_property
    def _habit_directions(self) -> npt.NDArray[np.float64]:
        """Unit deviations of all players' games, float64 (players, F)."""
        deviations = population_deviations(self.space)
        return unit_directions(deviations, np.zeros(deviations.shape[1]))

    def _by_habits(
        self, dimensions: int, recipe: Recipe, space: StyleSpace
    ) -> npt.NDArray[np.float32]:
        places = self._habits(dimensions)
        known = np.isfinite(places).all(axis=1)
        deviations = np.zeros(self._habit_directions.shape[1])
        if space.intensifier is not None:
            parts = {c.name: c.weight for c in recipe.components if not c.is_average}
            pushes = {push.attribute: push.amount for push in recipe.steering}
            deviations += space.intensifier.deviations(parts)
            deviations += space.intensifier.mixing.moved(pushes)
        direction = unit_directions(deviations[None], np.zeros(len(deviations)))[0]
        return _among(places[known], self._habit_directions[known], direction)


def _among(
    places: Places, directions: npt.NDArray[np.float64], direction: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """Return the mean of the places of those in the nearest directions; see ``StyleMap.place``."""
    if not direction.any():
        return np.asarray(places.mean(axis=0), dtype=np.float32)
    # Rounding may bring a cosine with itself above 1.
    squares = np.maximum(2 - 2 * (directions @ direction), 0.0)
    distances = np.sqrt(squares)
    order = np.argsort(distances, kind="stable")[: _NEIGHBOURS + 1]
    near, reach = order[:-1], distances[order[-1]]
    nearest = distances[near[0]]
    if nearest < 1e-4:
        return np.asarray(places[near[0]], dtype=np.float32)
    weights = np.square((reach - distances[near]) / (reach * distances[near]))
    if not weights.sum() > 0:  # all are equally far
        weights = np.ones(len(near))
    return np.asarray(weights @ places[near] / weights.sum(), dtype=np.float32)


def _clipped(levels: npt.NDArray[np.float64]) -> Places:
    """Return levels as places on a map of attributes: nothing lies beyond its edge."""
    return np.clip(levels, -EDGE, EDGE).astype(np.float32)
