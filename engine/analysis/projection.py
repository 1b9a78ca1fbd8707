"""The style map: where styles lie in two or three dimensions, and the way back.

Four kinds of map. *PCA* is linear: any style has an exact place. *t-SNE* puts together what plays
alike, by the cosine of the styles' differences from the mean; a style that was not there when it
was computed is placed among its nearest neighbours. *Habits* does the same with what happens in
players' games (``engine.style.game_habits``), whatever they open with. *Attributes* takes measured
levels as coordinates. From a place on a map back to a style leads a blend of few players who lie
around it.

PCA, t-SNE and clusters are computed once (``stylemate styles project``) and shipped. Without a
file that fits the styles, PCA and clusters are computed on the spot; t-SNE, which takes minutes,
is then left out.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from engine.analysis.attribute_levels import Levels
from engine.analysis.habit_likeness import all_deviations
from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.files import read_tensor_metadata, read_tensors, write_tensors
from engine.style.recipe import Component, Recipe
from engine.style.space import STYLES_FILE, StyleSpace
from engine.style.style import Routing, centred

Kind = Literal["pca", "tsne", "habits", "attributes"]
Places = npt.NDArray[np.float32]
"""Coordinates: float32 (styles, 2 or 3), NaN where unknown."""

PROJECTION_FILE: Final = "projection.safetensors"
VERSION: Final = 1
AXES: Final = 3
MOST_CLUSTERS: Final = 8
MOST_BLENDED: Final = 3
"""Players in the blend that a place on the map becomes: as many as the Play page blends."""
EDGE: Final = 3.0
"""Standard deviations at which a map of attributes ends. Rating groups of the online games lie as
far as 20 out; whoever lies beyond is drawn at the edge, so that the players have the whole map."""
_LEAST_TSNE = 10  # players; with fewer there are no neighbourhoods to keep
_PERPLEXITY = 30.0
_CLUSTER_AXES = 20
_NEIGHBOURS = 12  # that place a style on a t-SNE map
_AROUND = 14  # nearest players of whom some are blended
_LEAST_SHARE = 0.02
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """One way to draw the map.

    Attributes:
        kind: how places are found.
        dimensions: 2 or 3.
        attributes: as many keys as dimensions, for the kind "attributes"; otherwise empty.

    Raises:
        StylemateError: the parts do not fit each other.
    """

    kind: Kind = "pca"
    dimensions: int = 2
    attributes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        expected = self.dimensions if self.kind == "attributes" else 0
        if self.dimensions not in (2, 3) or len(self.attributes) != expected:
            raise StylemateError(
                f"A map has 2 or 3 dimensions and an attribute for each, not {self.dimensions} "
                f"and {len(self.attributes)}."
            )


@dataclass(frozen=True, eq=False, slots=True)
class Projection:
    """What is computed once for all styles of a population.

    Attributes:
        mean: float32 (heads * modules,), the middle of the PCA.
        axes: float32 (3, heads * modules), orthonormal rows; zeros beyond the rank.
        explained: float32 (3,), share of the styles' variance along each axis.
        tsne: float32 (players, dimensions) by dimensions; empty if it was not computed.
        clusters: int32 (players,), from 0, the largest cluster first.
        habits: float32 (players, dimensions) by dimensions, t-SNE of habits in games, NaN for
            players whose games were not measured; empty if it was not computed.
    """

    mean: npt.NDArray[np.float32]
    axes: npt.NDArray[np.float32]
    explained: npt.NDArray[np.float32]
    tsne: dict[int, Places]
    clusters: npt.NDArray[np.int32]
    habits: dict[int, Places] = field(default_factory=dict)


def compute_projection(
    space: StyleSpace,
    with_tsne: bool = True,
    progress: Callable[[str], None] = lambda step: None,
    seed: int = 0,
) -> Projection:
    """Compute the map of a style space's population; guests are left out.

    Args:
        space: its styles.
        with_tsne: also compute the two t-SNE maps, minutes of work for thousands of players.
        progress: told what begins.
        seed: of t-SNE and of the clusters.
    """
    from sklearn.decomposition import PCA  # slow to import: pages that need none start sooner

    styles = space.population.reshape(len(space.population), -1).astype(np.float64)
    progress("PCA")
    mean = styles.mean(axis=0)
    axes = np.zeros((AXES, styles.shape[1]))
    explained = np.zeros(AXES)
    rank = min(_CLUSTER_AXES, len(styles) - 1, styles.shape[1])
    if rank > 0 and np.ptp(styles, axis=0).any():
        pca = PCA(rank, svd_solver="covariance_eigh").fit(styles)
        kept = min(AXES, rank)
        axes[:kept], explained[:kept] = (
            pca.components_[:kept],
            pca.explained_variance_ratio_[:kept],
        )
        scores = pca.transform(styles)
    else:
        scores = np.zeros((len(styles), 1))
    progress("clusters")
    clusters = _clusters(scores, seed)
    tsne: dict[int, Places] = {}
    habits: dict[int, Places] = {}
    deviations = population_deviations(space)
    known = deviations.any(axis=1)
    for dimensions in (2, 3) if with_tsne else ():
        if len(styles) >= _LEAST_TSNE:
            progress(f"t-SNE in {dimensions} dimensions")
            tsne[dimensions] = _tsne(styles - mean, dimensions, seed)
        if known.sum() >= _LEAST_TSNE:
            progress(f"t-SNE of habits in {dimensions} dimensions")
            places = np.full((len(styles), dimensions), np.nan, dtype=np.float32)
            places[known] = _tsne(deviations[known], dimensions, seed)
            habits[dimensions] = places
    return Projection(
        mean.astype(np.float32),
        axes.astype(np.float32),
        explained.astype(np.float32),
        tsne,
        clusters,
        habits,
    )


def population_deviations(space: StyleSpace) -> npt.NDArray[np.float64]:
    """Return how every player's games differ from others', float64 (players, F), guests left out.

    In standard deviations over players; a row of zeros is of somebody whose games are not known.
    """
    found = np.zeros((len(space.population), len(FIGURE_KEYS)))
    if space.player_games is not None:
        everybody = all_deviations(space.player_games)
        for row, name in enumerate(space.names[: len(found)]):
            place = space.player_games.row(name)
            if place is not None:
                found[row] = everybody[place]
    return found


def save_projection(directory: Path, projection: Projection) -> None:
    """Write a projection beside the styles that it was computed from.

    Raises:
        StylemateError: the styles' file is missing.
    """
    tensors: dict[str, npt.NDArray[Any]] = {
        "mean": projection.mean,
        "axes": projection.axes,
        "explained": projection.explained,
        "clusters": projection.clusters,
    }
    for dimensions, places in projection.tsne.items():
        tensors[f"tsne{dimensions}"] = places
    for dimensions, places in projection.habits.items():
        tensors[f"habits{dimensions}"] = places
    metadata = {
        "format": "stylemate-projection",
        "version": str(VERSION),
        "of": _digest(directory),
    }
    write_tensors(directory / PROJECTION_FILE, tensors, metadata)


def load_projection(directory: Path, space: StyleSpace) -> Projection:
    """Return the projection shipped with a style space, or PCA and clusters computed now.

    Args:
        directory: folder of the style space's files.
        space: what was loaded from it.

    Raises:
        StylemateError: the shipped file is damaged.
    """
    path = directory / PROJECTION_FILE
    if not path.is_file():
        return compute_projection(space, with_tsne=False)
    metadata = read_tensor_metadata(path)
    if metadata.get("version") != str(VERSION) or metadata.get("of") != _digest(directory):
        _log.warning("%s is of other styles: `stylemate styles project` renews it", path)
        return compute_projection(space, with_tsne=False)
    tensors = read_tensors(path)
    tsne, habits = (
        {d: tensors[f"{kind}{d}"] for d in (2, 3) if f"{kind}{d}" in tensors}
        for kind in ("tsne", "habits")
    )
    try:
        projection = Projection(
            tensors["mean"],
            tensors["axes"],
            tensors["explained"],
            tsne,
            tensors["clusters"],
            habits,
        )
    except KeyError as error:
        raise StylemateError(f"{path} is damaged: {error} is missing. Restore it.") from None
    _check(projection, space, path)
    return projection


class StyleMap:
    """A style space with its places, and the way from a style to a place and back."""

    def __init__(self, space: StyleSpace, projection: Projection) -> None:
        """Put a style space (guests are left out) and its projection together."""
        self.space = space
        self.projection = projection
        self.levels = Levels(space)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of map there are for this space."""
        found: list[Kind] = ["pca"]
        if self.projection.tsne:
            found.append("tsne")
        if self.projection.habits:
            found.append("habits")
        if len(self.levels.keys) >= 2:
            found.append("attributes")
        return tuple(found)

    def coordinates(self, view: View) -> Places:
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

    def place(self, view: View, styles: Routing) -> Places:
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
        self, view: View, recipe: Recipe, space: StyleSpace | None = None
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

    def recipe_at(self, view: View, place: npt.ArrayLike) -> Recipe:
        """Return a blend of near players whose style lies at a place, weights in hundredths.

        In two dimensions it is the smallest triangle of near players around the place, so that on
        linear maps the blend lies there; outside of all players, and in three dimensions, the
        nearest ones are weighted by closeness.

        Raises:
            StylemateError: there is no such map, or the place is not finite.
        """
        target = np.asarray(place, dtype=np.float64)
        if target.shape != (view.dimensions,) or not np.isfinite(target).all():
            raise StylemateError("That is no place on this map.")
        coordinates = self.coordinates(view).astype(np.float64)
        distances = np.linalg.norm(coordinates - target, axis=1)
        near = np.argsort(distances, kind="stable")[:_AROUND]  # NaN comes last
        near = near[np.isfinite(distances[near])]
        if len(near) == 0:
            raise StylemateError("No player has a place on this map.")
        shares = None
        if view.dimensions == 2:
            shares = _smallest_triangle(coordinates[near], target)
        if shares is None:
            shares = _closeness(distances[near][:MOST_BLENDED])
        return _as_recipe({self.space.names[near[index]]: w for index, w in shares.items()})

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
        return _unit(self.space.population.reshape(len(self.space.population), -1), self._middle)

    @property
    def _middle(self) -> npt.NDArray[np.float64]:
        return self.projection.mean.astype(np.float64)

    def _among_neighbours(self, dimensions: int, z: Routing) -> npt.NDArray[np.float32]:
        """Return the mean of the nearest players' places, weighted by Franke and Little's rule.

        The weight falls to 0 at the first neighbour left out, so that a style that changes a
        little moves a little, and grows without bound at distance 0.
        """
        direction = _unit(centred(z).reshape(1, -1), self._middle)[0]
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
        return _unit(deviations, np.zeros(deviations.shape[1]))

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
        direction = _unit(deviations[None], np.zeros(len(deviations)))[0]
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


def _clusters(scores: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.int32]:
    """Return clusters of directions from the mean: how far a style goes does not count."""
    from sklearn.cluster import KMeans

    directions = _unit(scores, np.zeros(scores.shape[1]))
    count = min(MOST_CLUSTERS, len(scores) // 3, len(np.unique(directions, axis=0)))
    if count < 2:
        return np.zeros(len(scores), dtype=np.int32)
    found = KMeans(count, n_init=4, random_state=seed).fit_predict(directions)
    by_size = np.argsort(-np.bincount(found, minlength=count), kind="stable")
    rank = np.empty(count, dtype=np.int32)
    rank[by_size] = np.arange(count)
    ranked: npt.NDArray[np.int32] = rank[found]
    return ranked


def _tsne(differences: npt.NDArray[np.float64], dimensions: int, seed: int) -> Places:
    from sklearn.manifold import TSNE

    perplexity = min(_PERPLEXITY, (len(differences) - 1) / 3)
    directions = _unit(differences, np.zeros(differences.shape[1]))
    # Between unit vectors the Euclidean distance ranks as the cosine does, and is quicker.
    places = TSNE(
        dimensions, perplexity=perplexity, init="pca", learning_rate="auto", random_state=seed
    ).fit_transform(directions)
    return np.asarray(places - places.mean(axis=0), dtype=np.float32)


def _clipped(levels: npt.NDArray[np.float64]) -> Places:
    """Return levels as places on a map of attributes: nothing lies beyond its edge."""
    return np.clip(levels, -EDGE, EDGE).astype(np.float32)


def _smallest_triangle(
    places: npt.NDArray[np.float64], target: npt.NDArray[np.float64]
) -> dict[int, float] | None:
    """Return barycentric shares by row of the smallest triangle around a target, or None.

    Args:
        places: float64 (players, 2), nearest first.
        target: float64 (2,).
    """
    triples = np.array(list(combinations(range(len(places)), 3)), dtype=np.intp).reshape(-1, 3)
    corners = places[triples]  # (triples, 3, 2)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    offset = target - corners[:, 0]
    area = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    longest = np.linalg.norm(np.stack([first, second, second - first]), axis=2).max(axis=0)
    flat = np.abs(area) <= 1e-9 * np.square(longest)
    safe = np.where(flat, 1.0, area)
    beta = (offset[:, 0] * second[:, 1] - offset[:, 1] * second[:, 0]) / safe
    gamma = (first[:, 0] * offset[:, 1] - first[:, 1] * offset[:, 0]) / safe
    shares = np.stack([1 - beta - gamma, beta, gamma], axis=1)
    around = ~flat & (shares >= 0).all(axis=1)
    if not around.any():
        return None
    best = int(np.argmin(np.where(around, longest, np.inf)))
    return {int(row): float(w) for row, w in zip(triples[best], shares[best], strict=True)}


def _closeness(distances: npt.NDArray[np.float64]) -> dict[int, float]:
    """Return shares by row, inverse to squared distance; one at distance 0 takes all."""
    weights = 1 / np.maximum(np.square(distances / max(distances.max(), 1e-12)), 1e-9)
    return {row: float(w) for row, w in enumerate(weights / weights.sum())}


def _as_recipe(shares: dict[str, float]) -> Recipe:
    kept = {name: share for name, share in shares.items() if share >= _LEAST_SHARE}
    total = sum(kept.values())
    rounded = {name: round(share / total, 2) for name, share in kept.items()}
    # What rounding left over goes to the largest share.
    largest = max(rounded, key=rounded.__getitem__)
    rounded[largest] = round(rounded[largest] + 1 - sum(rounded.values()), 2)
    ordered = sorted(rounded.items(), key=lambda item: -item[1])
    return Recipe(tuple(Component(name, share) for name, share in ordered))


def _unit(rows: npt.NDArray[Any], middle: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the directions of rows from a middle, each of length 1, or 0 for the middle itself."""
    differences = rows.astype(np.float64) - middle
    lengths = np.linalg.norm(differences, axis=1, keepdims=True)
    directions: npt.NDArray[np.float64] = differences / np.where(lengths > 1e-7, lengths, np.inf)
    return directions


def _digest(directory: Path) -> str:
    path = directory / STYLES_FILE
    if not path.is_file():
        raise StylemateError(f"{path} is missing: a projection belongs beside its styles.")
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()


def _check(projection: Projection, space: StyleSpace, path: Path) -> None:
    players, size = len(space.population), int(np.prod(space.shape))
    expected: list[tuple[npt.NDArray[Any], tuple[int, ...]]] = [
        (projection.mean, (size,)),
        (projection.axes, (AXES, size)),
        (projection.explained, (AXES,)),
        (projection.clusters, (players,)),
        *((places, (players, dimensions)) for dimensions, places in projection.tsne.items()),
    ]
    for array, shape in expected:
        if array.shape != shape or not np.isfinite(array).all():
            raise StylemateError(
                f"{path} does not fit the styles beside it. "
                "`stylemate styles project` makes it again."
            )
