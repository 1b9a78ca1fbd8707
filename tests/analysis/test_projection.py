"""The style map: places of styles, the way back, and the file that ships it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.place_blend import MOST_BLENDED
from engine.analysis.projection import (
    PROJECTION_FILE,
    Projection,
    compute_projection,
    load_projection,
    save_projection,
)
from engine.analysis.style_map import EDGE, MapView, StyleMap
from engine.errors import StylemateError
from engine.files import read_tensor_metadata, read_tensors, write_tensors
from engine.style.recipe import Component, Recipe
from engine.style.recipe_parser import parse_recipe
from engine.style.records import AttributeInfo, PlayerInfo
from engine.style.space import StyleSpace
from engine.style.style import Routing, blend, centred

PLAYERS = 60
SHAPE = (2, 6)
KEYS = ("boldness", "patience", "greed")


def made_space(players: int = PLAYERS, seed: int = 3) -> StyleSpace:
    """Return a space whose three attributes are linear in the styles."""
    random = np.random.default_rng(seed)
    # Unequal spreads, as real styles have, so that the first axes are well defined.
    scales = np.linspace(2.0, 0.3, np.prod(SHAPE)).reshape(SHAPE)
    z = centred((random.normal(size=(players, *SHAPE)) * scales).astype(np.float32))
    slopes = random.normal(size=(len(KEYS), *SHAPE))
    levels = np.einsum("phm,khm->pk", z - z.mean(axis=0), slopes)
    levels /= np.where(levels.std(axis=0) > 0, levels.std(axis=0), 1)
    infos = [
        PlayerInfo(
            f"Player {row}",
            100 + row,
            1950,
            1970,
            2500.0,
            2600.0,
            dict(zip(KEYS, level, strict=True)),
        )
        for row, level in enumerate(levels.tolist())
    ]
    attributes = [
        AttributeInfo(key, key, "little", "much", "a habit", 0.0, 1.0, {key: 1.0}) for key in KEYS
    ]
    deltas = {
        key: centred(slope.astype(np.float32)) for key, slope in zip(KEYS, slopes, strict=True)
    }
    return StyleSpace(z, infos, attributes, deltas)


SPACE = made_space()
PROJECTION = compute_projection(SPACE)
MAP = StyleMap(SPACE, PROJECTION)
ATTRIBUTES = MapView("attributes", 2, ("boldness", "greed"))
VIEWS = (
    MapView("pca", 2),
    MapView("pca", 3),
    MapView("tsne", 2),
    MapView("tsne", 3),
    ATTRIBUTES,
    MapView("attributes", 3, KEYS),
)
coordinate = st.floats(-30, 30, allow_nan=False)
rows = st.integers(0, PLAYERS - 1)


def styles(seed: int, count: int = 1) -> Routing:
    random = np.random.default_rng(seed)
    return centred(random.normal(size=(count, *SHAPE)).astype(np.float32))


def spread(view: MapView) -> float:
    return float(np.ptp(MAP.coordinates(view), axis=0).max())


def test_there_are_three_kinds_of_map() -> None:
    assert MAP.kinds == ("pca", "tsne", "attributes")
    for view in VIEWS:
        assert MAP.coordinates(view).shape == (PLAYERS, view.dimensions)
        assert np.isfinite(MAP.coordinates(view)).all()


def test_pca_keeps_as_much_of_the_differences_as_it_says() -> None:
    flat = SPACE.population.reshape(PLAYERS, -1)
    total = flat.var(axis=0).sum()
    kept = MAP.coordinates(MapView("pca", 3)).var(axis=0) / total
    np.testing.assert_allclose(kept, PROJECTION.explained, rtol=1e-3)
    assert (np.diff(kept) <= 0).all()
    np.testing.assert_allclose(PROJECTION.axes @ PROJECTION.axes.T, np.eye(3), atol=1e-5)


def test_tsne_keeps_neighbours_near() -> None:
    """Of a player's five nearest on the map, far more than chance are near in style."""
    flat = SPACE.population.reshape(PLAYERS, -1) - PROJECTION.mean
    unit = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    places = MAP.coordinates(MapView("tsne", 2))
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    shared = [
        len({*np.argsort(distances[row])[1:6]} & {*np.argsort(-unit @ unit[row])[1:11]})
        for row in range(PLAYERS)
    ]
    assert np.mean(shared) > 3 * 5 * 10 / (PLAYERS - 1)


@pytest.mark.parametrize("view", VIEWS[:4])
@given(row=rows)
def test_a_players_style_has_the_players_place(view: MapView, row: int) -> None:
    place = MAP.place(view, SPACE.population[row : row + 1])[0]
    np.testing.assert_allclose(place, MAP.coordinates(view)[row], atol=1e-3)


@pytest.mark.parametrize("view", VIEWS)
@given(row=rows)
def test_a_players_recipe_has_the_players_place(view: MapView, row: int) -> None:
    place = MAP.place_recipe(view, Recipe((Component(SPACE.names[row]),)))
    np.testing.assert_allclose(place, MAP.coordinates(view)[row], atol=1e-3)


@given(first=rows, second=rows, share=st.floats(0.01, 0.99))
def test_blends_lie_between_on_a_pca_map(first: int, second: int, share: float) -> None:
    view = MapView("pca", 3)
    z = blend([SPACE.population[first], SPACE.population[second]], [share, 1 - share])
    ends = MAP.coordinates(view)[[first, second]]
    expected = share * ends[0] + (1 - share) * ends[1]
    np.testing.assert_allclose(MAP.place(view, z[None])[0], expected, atol=1e-3)


@pytest.mark.parametrize("view", VIEWS)
@given(seed=st.integers(0, 10_000))
def test_any_style_has_a_place_and_a_small_change_moves_it_little(view: MapView, seed: int) -> None:
    z = styles(seed)
    nudged = z + 1e-4 * styles(seed + 1)
    here, there = MAP.place(view, z)[0], MAP.place(view, nudged)[0]
    assert np.isfinite(here).all()
    assert np.linalg.norm(there - here) < 0.05 * spread(view)


@given(seed=st.integers(0, 10_000))
def test_tsne_places_new_styles_among_the_others(seed: int) -> None:
    view = MapView("tsne", 2)
    places = MAP.coordinates(view)
    place = MAP.place(view, 5 * styles(seed))[0]
    assert (place >= places.min(axis=0)).all()
    assert (place <= places.max(axis=0)).all()


@pytest.mark.parametrize("view", VIEWS)
@given(data=st.data())
def test_every_place_becomes_a_recipe_that_can_be_played(
    view: MapView, data: st.DataObject
) -> None:
    place = [data.draw(coordinate) for _ in range(view.dimensions)]
    recipe = MAP.recipe_at(view, place)
    assert 1 <= len(recipe.components) <= MOST_BLENDED
    assert sum(c.weight for c in recipe.components) == pytest.approx(1, abs=1e-6)
    assert all(c.weight >= 0.01 for c in recipe.components)
    assert SPACE.resolve(parse_recipe(str(recipe))) == recipe
    assert np.isfinite(SPACE.style(recipe).z).all()


@pytest.mark.parametrize("view", [MapView("pca", 2), ATTRIBUTES])
@given(corners=st.sets(rows, min_size=3, max_size=3), data=st.data())
def test_a_blend_lies_where_it_was_asked_for(
    view: MapView, corners: set[int], data: st.DataObject
) -> None:
    """On linear maps, up to the rounding of weights: wherever near players lie around."""
    weights = np.array([data.draw(st.floats(0.05, 1)) for _ in corners])
    places = MAP.coordinates(view).astype(np.float64)
    target = weights @ places[sorted(corners)] / weights.sum()
    recipe = MAP.recipe_at(view, target)
    offset = np.linalg.norm(MAP.place_recipe(view, recipe) - target)
    near = np.argsort(np.linalg.norm(places - target, axis=1))[:14]
    reach = np.linalg.norm(places[near] - target, axis=1).max()
    if in_some_triangle(places[near], target):
        assert offset <= 0.05 * 2 * reach
    else:
        assert offset <= 2 * reach


def in_some_triangle(places: np.ndarray, target: np.ndarray) -> bool:
    """Say whether the places lie all around the target: no gap of half a turn between them."""
    offsets = places - target
    if np.linalg.norm(offsets, axis=1).min() < 1e-9:
        return True
    angles = np.sort(np.arctan2(offsets[:, 1], offsets[:, 0]))
    gaps = np.diff(np.append(angles, angles[0] + 2 * np.pi))
    return bool(gaps.max() < np.pi - 1e-6)


@pytest.mark.parametrize("view", VIEWS)
@given(row=rows)
def test_the_place_of_a_player_becomes_that_player(view: MapView, row: int) -> None:
    recipe = MAP.recipe_at(view, MAP.coordinates(view)[row])
    assert recipe.components[0].name == SPACE.names[row]
    assert recipe.components[0].weight >= 0.97


@pytest.mark.parametrize("place", [(0.0,), (0.0, 0.0, 0.0), (float("nan"), 0.0), "x"])
def test_what_is_no_place_is_refused(place: object) -> None:
    with pytest.raises((StylemateError, ValueError)):
        MAP.recipe_at(MapView("pca", 2), place)  # type: ignore[arg-type]


def test_views_that_make_no_sense_are_refused() -> None:
    with pytest.raises(StylemateError, match="2 or 3 dimensions"):
        MapView("pca", 4)
    with pytest.raises(StylemateError, match="an attribute for each"):
        MapView("attributes", 3, ("boldness", "greed"))
    with pytest.raises(StylemateError, match="makes no map"):
        MAP.coordinates(MapView("attributes", 2, ("boldness", "unheard_of")))


def test_players_without_a_measurement_have_no_place_and_are_not_blended() -> None:
    players = [
        replace(player, attributes={"boldness": 1.0}) if row % 2 else player
        for row, player in enumerate(SPACE.players)
    ]
    space = StyleSpace(SPACE.z, players, SPACE.attributes, SPACE.deltas)
    styles_map = StyleMap(space, PROJECTION)
    places = styles_map.coordinates(ATTRIBUTES)
    assert np.isnan(places[1::2, 1]).all()
    for target in places[::2][:10]:
        names = {c.name for c in styles_map.recipe_at(ATTRIBUTES, target).components}
        assert names <= {f"Player {row}" for row in range(0, PLAYERS, 2)}


def test_guests_are_placed_and_change_nothing() -> None:
    z = styles(7)[0]
    with_guest = SPACE.with_style(PlayerInfo("Me", 40), z)
    again = compute_projection(with_guest, with_tsne=False)
    np.testing.assert_allclose(again.axes, PROJECTION.axes, atol=1e-6)
    for view in VIEWS:
        place = MAP.place_recipe(view, Recipe((Component("Me"),)), with_guest)
        np.testing.assert_allclose(place, MAP.place(view, z[None])[0], atol=1e-4)


def test_clusters_are_numbered_by_size_and_hold_everybody() -> None:
    sizes = np.bincount(PROJECTION.clusters)
    assert sizes.sum() == PLAYERS
    assert (np.diff(sizes) <= 0).all()
    assert 2 <= len(sizes) <= 8
    assert MAP.cluster_levels().shape == (len(sizes), len(KEYS))


def test_the_same_styles_make_the_same_map() -> None:
    again = compute_projection(SPACE)
    np.testing.assert_array_equal(again.clusters, PROJECTION.clusters)
    np.testing.assert_allclose(again.axes, PROJECTION.axes, atol=1e-6)
    np.testing.assert_allclose(again.tsne[2], PROJECTION.tsne[2], atol=1e-4)


@pytest.mark.parametrize("players", [1, 2, 4])
def test_a_handful_of_players_still_makes_a_map(players: int) -> None:
    space = made_space(players)
    styles_map = StyleMap(space, compute_projection(space))
    assert styles_map.kinds[0] == "pca"
    assert "tsne" not in styles_map.kinds
    places = styles_map.coordinates(MapView("pca", 3))
    assert np.isfinite(places).all()
    assert styles_map.recipe_at(MapView("pca", 2), (0.1, 0.2)).components


def test_equal_styles_share_a_place() -> None:
    z = np.repeat(SPACE.z[:1], 12, axis=0)
    space = StyleSpace(z, SPACE.players[:12])
    projection = compute_projection(space, with_tsne=False)
    places = StyleMap(space, projection).coordinates(MapView("pca", 2))
    np.testing.assert_allclose(places, 0, atol=1e-6)
    assert set(projection.clusters) == {0}


# ---- the file ----


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    SPACE.save(tmp_path)
    return tmp_path


def test_a_map_is_read_as_it_was_written(folder: Path) -> None:
    save_projection(folder, PROJECTION)
    read = load_projection(folder, StyleSpace.load(folder))
    np.testing.assert_array_equal(read.axes, PROJECTION.axes)
    np.testing.assert_array_equal(read.tsne[3], PROJECTION.tsne[3])
    np.testing.assert_array_equal(read.clusters, PROJECTION.clusters)


def test_without_a_file_pca_is_computed(folder: Path) -> None:
    projection = load_projection(folder, StyleSpace.load(folder))
    assert projection.tsne == {}
    np.testing.assert_allclose(np.abs(projection.axes), np.abs(PROJECTION.axes), atol=0.02)


def test_a_map_of_other_styles_is_not_used(folder: Path) -> None:
    save_projection(folder, PROJECTION)
    other = made_space(PLAYERS, seed=4)
    other.save(folder)
    projection = load_projection(folder, StyleSpace.load(folder))
    assert projection.tsne == {}
    assert not np.allclose(projection.axes, PROJECTION.axes)


@pytest.mark.parametrize("name", ["axes", "clusters", "tsne2"])
def test_a_damaged_map_is_explained(folder: Path, name: str) -> None:
    save_projection(folder, PROJECTION)
    path = folder / PROJECTION_FILE
    metadata = read_tensor_metadata(path)
    tensors = read_tensors(path)
    write_tensors(path, {**tensors, name: tensors[name][:1]}, metadata)
    with pytest.raises(StylemateError, match="styles project"):
        load_projection(folder, StyleSpace.load(folder))


def test_half_a_file_is_explained(folder: Path) -> None:
    save_projection(folder, PROJECTION)
    path = folder / PROJECTION_FILE
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(StylemateError, match="damaged"):
        load_projection(folder, StyleSpace.load(folder))


def test_a_map_needs_its_styles(tmp_path: Path) -> None:
    empty = Projection(
        PROJECTION.mean, PROJECTION.axes, PROJECTION.explained, {}, PROJECTION.clusters
    )
    with pytest.raises(StylemateError, match="belongs beside its styles"):
        save_projection(tmp_path, empty)


def test_nobody_lies_beyond_the_edge_of_a_map_of_attributes() -> None:
    far = replace(SPACE.players[0], attributes=dict(zip(KEYS, (13.0, 0.0, -20.0), strict=True)))
    near = replace(SPACE.players[1], attributes=dict(zip(KEYS, (0.5, 0.0, 0.1), strict=True)))
    players = [far, near, *SPACE.players[2:]]
    space = StyleSpace(SPACE.z, players, SPACE.attributes, SPACE.deltas)
    found = StyleMap(space, MAP.projection)
    places = found.coordinates(ATTRIBUTES)
    assert places[0].tolist() == [EDGE, -EDGE]
    assert places[1].tolist() == pytest.approx([0.5, 0.1])
    recipe = Recipe((Component(far.name),))
    assert found.place_recipe(ATTRIBUTES, recipe).tolist() == [EDGE, -EDGE]
    assert np.abs(found.place(ATTRIBUTES, 100 * SPACE.z)).max() == EDGE
