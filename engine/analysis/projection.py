"""Where styles lie in two or three dimensions: what is computed once and shipped.

*PCA* is linear: any style has an exact place. *t-SNE* puts together what plays alike, by the cosine
of the styles' differences from the mean. *Habits* does the same with what happens in players' games
(``engine.style.game_habits``), whatever they open with.

PCA, t-SNE and clusters are computed once (``stylemate styles project``) and shipped. Without a
file that fits the styles, PCA and clusters are computed on the spot; t-SNE, which takes minutes,
is then left out.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.analysis.habit_likeness import all_deviations
from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.files import read_tensor_metadata, read_tensors, write_tensors
from engine.style.space import STYLES_FILE, StyleSpace

Places = npt.NDArray[np.float32]
"""Coordinates: float32 (styles, 2 or 3), NaN where unknown."""
PROJECTION_FILE: Final = "projection.safetensors"
VERSION: Final = 1
AXES: Final = 3
MOST_CLUSTERS: Final = 8
_LEAST_TSNE = 10  # players; with fewer there are no neighbourhoods to keep
_PERPLEXITY = 30.0
_CLUSTER_AXES = 20
_log = logging.getLogger(__name__)


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


def _clusters(scores: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.int32]:
    """Return clusters of directions from the mean: how far a style goes does not count."""
    from sklearn.cluster import KMeans

    directions = unit_directions(scores, np.zeros(scores.shape[1]))
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
    directions = unit_directions(differences, np.zeros(differences.shape[1]))
    # Between unit vectors the Euclidean distance ranks as the cosine does, and is quicker.
    places = TSNE(
        dimensions, perplexity=perplexity, init="pca", learning_rate="auto", random_state=seed
    ).fit_transform(directions)
    return np.asarray(places - places.mean(axis=0), dtype=np.float32)


def unit_directions(
    rows: npt.NDArray[Any], middle: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
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
