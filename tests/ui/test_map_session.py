"""The style map's session, and the points that travel to it."""

import json
from typing import Any

import chess
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.projection import compute_projection
from engine.analysis.style_map import StyleMap
from engine.errors import StylemateError
from engine.games.player_names import UnknownPlayerError
from engine.play.engine import Policy
from engine.style.recipe import Component, Recipe
from engine.style.records import PlayerInfo
from tests.ui.explore_assets import measured_space
from tests.ui.fakes import FirstMoveEngine
from ui.explore.map_position import move_rows, position_html
from ui.explore.map_session import MapSession, first_session, look, path_recipe, take_choice
from ui.explore.map_styles import (
    CLUSTER,
    ERA,
    GAMES,
    RATING,
    axes_of,
    cluster_names,
    map_points,
    shades,
    shading_of,
    top_attributes,
    view_key,
)
from ui.explore.map_tab import map_figure
from ui.stylemap.stylemap import Found, MapChoice, make_points, read_choice

TAL, CARLSEN = "Tal, Mikhail", "Carlsen, Magnus"


@pytest.fixture(scope="module")
def styles() -> StyleMap:
    space = measured_space()
    return StyleMap(space, compute_projection(space))


@pytest.fixture
def session(styles: StyleMap) -> MapSession:
    return first_session(styles)


# ---- where a person pointed ----


def test_a_click_on_a_point_chooses_the_player(session: MapSession, styles: StyleMap) -> None:
    take_choice(session, MapChoice(CARLSEN), styles, styles.space)
    assert session.recipe == Recipe((Component(CARLSEN),))
    assert session.revision == 1


def test_a_click_between_points_blends_those_around(session: MapSession, styles: StyleMap) -> None:
    places = styles.coordinates(session.view)
    middle = tuple(float(number) for number in places.mean(axis=0))
    take_choice(session, MapChoice(None, middle, view_key(session.view)), styles, styles.space)
    assert 2 <= len(session.recipe.components) <= 3
    assert session.recipe == styles.recipe_at(session.view, middle)


def test_a_click_on_a_view_that_is_gone_is_dropped(session: MapSession, styles: StyleMap) -> None:
    before = session.recipe
    take_choice(session, MapChoice(None, (0.0, 0.0), "pca-9"), styles, styles.space)
    assert (session.recipe, session.revision) == (before, 0)


def test_a_path_leads_from_one_player_to_another(session: MapSession, styles: StyleMap) -> None:
    session.start, session.waiting = TAL, "end"
    take_choice(session, MapChoice(None, (0.0, 0.0), view_key(session.view)), styles, styles.space)
    assert "from one player to another" in session.problems[0]
    assert session.waiting == "end"
    with pytest.raises(StylemateError, match="not the same"):
        take_choice(session, MapChoice(TAL), styles, styles.space)
    take_choice(session, MapChoice(CARLSEN), styles, styles.space)
    assert session.has_path
    assert session.recipe == path_recipe(TAL, CARLSEN, 50)
    take_choice(session, MapChoice("Kasparov, Garry"), styles, styles.space)
    assert not session.has_path


def test_a_name_that_nobody_has_is_explained(session: MapSession, styles: StyleMap) -> None:
    with pytest.raises(UnknownPlayerError):
        take_choice(session, MapChoice("Nobody, At All"), styles, styles.space)


@given(along=st.integers(0, 100))
def test_a_path_shares_between_its_ends(along: int) -> None:
    weights = {c.name: c.weight for c in path_recipe(TAL, CARLSEN, along).components}
    assert weights.get(TAL, 0) == pytest.approx(1 - along / 100)
    assert weights.get(CARLSEN, 0) == pytest.approx(along / 100)


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(value=junk | st.fixed_dictionaries({"place": junk, "view": junk, "name": junk}))
def test_what_is_no_choice_is_no_choice(value: Any) -> None:
    choice = read_choice(value)
    if choice is not None and choice.name is None:
        assert choice.place is not None
        assert len(choice.place) in (2, 3)
        assert np.isfinite(choice.place).all()


# ---- what the map shows ----


def test_points_travel_as_columns_of_floats(styles: StyleMap) -> None:
    points = map_points(styles)
    numbers = np.frombuffer(points.numbers, dtype="<f4").reshape(len(points.columns), points.count)
    table = dict(zip(points.columns, numbers, strict=True))
    people = json.loads(points.people)
    assert people["names"] == list(styles.space.names)
    assert sorted(people["ranks"]) == list(range(points.count))
    assert people["names"][people["ranks"].index(0)] == "DrNykterstein"  # the most games
    row = people["names"].index(CARLSEN)
    assert people["lines"][row] == "2001–2025 · 6,116 games"
    assert table[ERA][row] == 2013
    assert table[RATING][row] == 2790
    assert table["king_danger"][row] == pytest.approx(
        styles.space.find(CARLSEN).attributes["king_danger"], abs=1e-5
    )
    assert np.isnan(table[RATING][people["names"].index("Capablanca, Jose Raul")])
    for kind in ("pca2", "pca3", "tsne2", "tsne3"):
        assert np.isfinite(table[f"{kind}.x"]).all()


@given(count=st.integers(1, 50))
def test_packed_points_have_names_of_their_own(count: int) -> None:
    values = np.arange(count, dtype=np.float32)
    words = [str(value) for value in values]
    one = make_points({"x": values}, words, words, words, range(count), words, {})
    other = make_points({"x": values + 1}, words, words, words, range(count), words, {})
    assert len(one.numbers) == 4 * count
    assert one.digests[0] != other.digests[0]
    assert one.digests[1] == other.digests[1]


def test_the_search_gets_folded_names(styles: StyleMap) -> None:
    people = json.loads(map_points(styles).people)
    assert people["keys"][people["names"].index(TAL)] == "tal,mikhail"
    assert people["letters"]["ł"] == "l"


def test_the_search_knows_whom_a_text_means(
    session: MapSession, styles: StyleMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.explore.map_tab.points_of", map_points)
    look(session, "mvl", styles.space)
    figure = map_figure(session, styles, styles.space)
    assert figure.found == Found("mvl", ("Vachier-Lagrave, Maxime",))


def test_the_axes_name_columns_that_exist(session: MapSession, styles: StyleMap) -> None:
    columns = map_points(styles).columns
    for kind in styles.kinds:
        for dimensions in (2, 3):
            session.kind, session.dimensions = kind, dimensions
            axes = axes_of(session.view, styles)
            assert len(axes.columns) == len(axes.titles) == dimensions
            assert set(axes.columns) <= set(columns)


def test_every_colour_has_a_column_and_a_scale(styles: StyleMap) -> None:
    columns = map_points(styles).columns
    for color in shades(styles):
        shading = shading_of(color, styles)
        assert shading.column in columns
        assert shading.low < shading.high
        stops = [at for at, _ in shading.scale]
        assert stops == sorted(stops)
        assert (stops[0], stops[-1]) == (0, 1)
    assert len(shading_of(CLUSTER, styles).groups) == styles.projection.clusters.max() + 1
    assert len(set(cluster_names(styles))) == styles.projection.clusters.max() + 1
    assert shading_of(GAMES, styles).ends[0].replace(",", "").isdigit()


def test_top_attributes_are_the_strongest(styles: StyleMap) -> None:
    player = styles.space.find(TAL)
    strongest = max(player.attributes.values(), key=abs)
    first = top_attributes(player, styles.space, styles.levels).split(" · ")[0]
    assert first.endswith(f"{strongest:+.1f}".replace("-", "−"))


def test_the_marker_moves_along_the_path(
    session: MapSession, styles: StyleMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.explore.map_tab.points_of", map_points)
    session.kind, session.start, session.end = "pca", TAL, CARLSEN
    seen = []
    for along in (0, 25, 50, 100):
        session.recipe = path_recipe(TAL, CARLSEN, along)
        figure = map_figure(session, styles, styles.space)
        assert figure.marker is not None
        seen.append(np.array(figure.marker.place))
    assert figure.route is not None
    np.testing.assert_allclose(seen[0], figure.route.places[0], atol=1e-4)
    np.testing.assert_allclose(seen[3], figure.route.places[-1], atol=1e-4)
    np.testing.assert_allclose(seen[2], (seen[0] + seen[3]) / 2, atol=1e-3)
    np.testing.assert_allclose(seen[1], 0.75 * seen[0] + 0.25 * seen[3], atol=1e-3)


def test_a_persons_own_style_stands_on_the_map(
    session: MapSession, styles: StyleMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.explore.map_tab.points_of", map_points)
    row = styles.space.row(TAL)
    guest = styles.space.with_style(tiny_guest("Ada"), row)
    for kind in ("pca", "tsne"):
        session.kind = kind  # type: ignore[assignment]
        figure = map_figure(session, styles, guest)
        assert [mark.label for mark in figure.guests] == ["Ada"]
        tal = styles.coordinates(session.view)[styles.space.names.index(TAL)]
        np.testing.assert_allclose(figure.guests[0].place, tal, atol=1e-3)
        assert figure.points.count == len(styles.space.players)


def tiny_guest(name: str) -> PlayerInfo:
    return PlayerInfo(name, 40)


def test_moves_are_those_that_any_style_likes() -> None:
    board = chess.Board()
    engine = FirstMoveEngine()
    policy = engine.policy(board)
    reversed_policy = Policy(policy.moves[::-1], policy.probabilities, policy.wdl, policy.value)
    rows = move_rows(board, [policy, reversed_policy, policy])
    shown = {row.move for row in rows}
    assert {policy.moves[0], reversed_policy.moves[0]} <= shown
    for row in rows:
        assert row.chance == policy.probability(row.move)
        assert row.ends == (reversed_policy.probability(row.move), row.chance)
    drawn = position_html(board, rows, ["A & B", "<i>"])
    assert "A &amp; B" in drawn
    assert "<i>" not in drawn
