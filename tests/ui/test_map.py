"""The style map's session, points and page, without a browser."""

import json
import shutil
from pathlib import Path
from typing import Any

import chess
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from engine.analysis.projection import compute_projection, save_projection
from engine.analysis.style_map import StyleMap
from engine.assets import ENVIRONMENT_VARIABLE
from engine.errors import StylemateError
from engine.games.player_names import UnknownPlayerError
from engine.play.engine import Policy
from engine.style.recipe import Component, Recipe
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from tests.conftest import tiny_space
from tests.ui.explore_assets import make_explore_assets, measured_space
from tests.ui.fakes import FirstMoveEngine
from tests.ui.hands import tab_of, widget
from ui.explore import map_session as state
from ui.explore.map_position import move_rows, position_html
from ui.explore.map_session import MapSession, choose, first_session, look, path_recipe
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

SCRIPT = """\
from ui.explore.page import explore_page
from ui.shared.handover import end_wish, wish
from ui.shared.state import tab

if wish() is not None:  # as the app does, which opens another page
    tab()["was wished"] = wish()
    end_wish()
explore_page()
"""
TAL, CARLSEN = "Tal, Mikhail", "Carlsen, Magnus"
TIMEOUT = 120


@pytest.fixture(scope="module")
def styles() -> StyleMap:
    space = measured_space()
    return StyleMap(space, compute_projection(space))


@pytest.fixture
def session(styles: StyleMap) -> MapSession:
    return first_session(styles)


# ---- where a person pointed ----


def test_a_click_on_a_point_chooses_the_player(session: MapSession, styles: StyleMap) -> None:
    choose(session, MapChoice(CARLSEN), styles, styles.space)
    assert session.recipe == Recipe((Component(CARLSEN),))
    assert session.revision == 1


def test_a_click_between_points_blends_those_around(session: MapSession, styles: StyleMap) -> None:
    places = styles.coordinates(session.view)
    middle = tuple(float(number) for number in places.mean(axis=0))
    choose(session, MapChoice(None, middle, view_key(session.view)), styles, styles.space)
    assert 2 <= len(session.recipe.components) <= 3
    assert session.recipe == styles.recipe_at(session.view, middle)


def test_a_click_on_a_view_that_is_gone_is_dropped(session: MapSession, styles: StyleMap) -> None:
    before = session.recipe
    choose(session, MapChoice(None, (0.0, 0.0), "pca-9"), styles, styles.space)
    assert (session.recipe, session.revision) == (before, 0)


def test_a_path_leads_from_one_player_to_another(session: MapSession, styles: StyleMap) -> None:
    session.start, session.waiting = TAL, "end"
    choose(session, MapChoice(None, (0.0, 0.0), view_key(session.view)), styles, styles.space)
    assert "from one player to another" in session.problems[0]
    assert session.waiting == "end"
    with pytest.raises(StylemateError, match="not the same"):
        choose(session, MapChoice(TAL), styles, styles.space)
    choose(session, MapChoice(CARLSEN), styles, styles.space)
    assert session.has_path
    assert session.recipe == path_recipe(TAL, CARLSEN, 50)
    choose(session, MapChoice("Kasparov, Garry"), styles, styles.space)
    assert not session.has_path


def test_a_name_that_nobody_has_is_explained(session: MapSession, styles: StyleMap) -> None:
    with pytest.raises(UnknownPlayerError):
        choose(session, MapChoice("Nobody, At All"), styles, styles.space)


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


# ---- the page ----


@pytest.fixture(scope="module")
def explore_assets(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = make_explore_assets(tiny_assets, tmp_path_factory.mktemp("map") / "assets")
    space = StyleSpace.load(directory / "styles")
    save_projection(directory / "styles", compute_projection(space))
    return directory


@pytest.fixture
def shown(explore_assets: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(explore_assets))
    return opened(AppTest.from_string(SCRIPT, default_timeout=TIMEOUT))


def opened(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    assert [error.value for error in page.error] == []
    return page


def map_of(page: AppTest) -> dict[str, Any]:
    """Return what the page gave the map to draw."""
    for element in page.get("bidi_component"):
        if element.proto.component_name == "stylemate.stylemap":
            data: dict[str, Any] = json.loads(element.proto.json)
            return data
    raise AssertionError("the page has no map")


def radar_of(page: AppTest) -> dict[str, float]:
    for element in page.get("bidi_component"):
        if element.proto.component_name == "stylemate.moving":
            trace = json.loads(element.proto.json)["figure"]["data"][1]
            return dict(zip(trace["theta"], trace["r"], strict=True))
    raise AssertionError("the page has no radar")


def moves_of(page: AppTest) -> str:
    bodies = [element.proto.body for element in page.get("html")]
    return next(body for body in bodies if "map-position" in body and "<img" in body)


def test_a_visitor_sees_tal_among_the_styles(shown: AppTest) -> None:
    drawn = map_of(shown)
    assert drawn["view"]["key"] == "tsne-2"
    assert drawn["marker"]["name"] == TAL
    assert TAL in drawn["landmarks"]
    assert drawn["points"]["count"] == 12
    assert len(json.dumps(drawn)) < 10_000  # points travel as a file
    assert widget(shown, "text_input", "map_recipe").value == TAL


def test_controls_change_the_map(shown: AppTest) -> None:
    widget(shown, "segmented_control", "map_kind").set_value("attributes").run()
    widget(shown, "segmented_control", "map_dimensions").set_value(3).run()
    widget(shown, "selectbox", "map_color").set_value(CLUSTER).run()
    assert not shown.exception
    drawn = map_of(shown)
    assert drawn["view"]["key"].startswith("attributes-3-")
    assert len(drawn["marker"]["place"]) == 3
    assert drawn["color"]["groups"]
    widget(shown, "selectbox", "map_axis_0").set_value("strength").run()
    assert map_of(shown)["view"]["columns"][0] == "place.strength"
    widget(shown, "segmented_control", "map_kind").set_value("pca").run()
    assert map_of(shown)["view"]["key"] == "pca-3"


def test_a_typed_recipe_moves_the_marker_and_the_radar(shown: AppTest) -> None:
    before, radar = map_of(shown)["marker"], radar_of(shown)
    widget(shown, "text_input", "map_recipe").set_value(
        "0.5 tal + 0.5 carlsen | king_danger +1"
    ).run()
    assert not shown.exception
    assert widget(shown, "text_input", "map_recipe").value == f"{TAL} + {CARLSEN} | king_danger +1"
    assert map_of(shown)["marker"] != before
    assert radar_of(shown) != radar


def test_a_wrong_recipe_is_explained_and_mended(shown: AppTest) -> None:
    widget(shown, "text_input", "map_recipe").set_value("0.5 tahl + 0.5 carlsen").run()
    assert not shown.exception
    assert "tahl" in shown.error[0].value
    assert map_of(shown)["marker"]["name"] == TAL
    shown.button(key="map_suggestion").click().run()
    assert widget(shown, "text_input", "map_recipe").value == f"{TAL} + {CARLSEN}"
    assert len(shown.error) == 0


def test_walking_along_a_path_changes_marker_radar_and_moves(shown: AppTest) -> None:
    shown.button(key="map_path").click().run()
    assert tab_of(shown)[state.STATE].waiting == "end"
    widget(shown, "selectbox", "map_end").set_value(CARLSEN).run()
    assert not shown.exception
    assert widget(shown, "slider", "map_along").value == 50
    before = (map_of(shown)["marker"]["place"], radar_of(shown), moves_of(shown))
    assert len(map_of(shown)["path"]["places"]) == 25
    widget(shown, "slider", "map_along").set_value(90).run()
    assert widget(shown, "text_input", "map_recipe").value == f"0.1 {TAL} + 0.9 {CARLSEN}"
    after = (map_of(shown)["marker"]["place"], radar_of(shown), moves_of(shown))
    for old, new in zip(before, after, strict=True):
        assert old != new
    shown.button(key="map_drop").click().run()
    assert map_of(shown)["path"] is None


def test_a_position_can_be_typed(shown: AppTest) -> None:
    widget(shown, "selectbox", "map_position").set_value("typed").run()
    field = widget(shown, "text_input", "map_fen")
    field.set_value("k7/8/8/8/8/8/8/K6R w - - 0 1").run()
    assert not shown.exception
    assert "Rh" in moves_of(shown)
    widget(shown, "text_input", "map_fen").set_value("no position").run()
    assert not shown.exception
    assert len(shown.error) == 1


def test_play_this_hands_the_recipe_over(shown: AppTest) -> None:
    widget(shown, "text_input", "map_recipe").set_value("carlsen | strength -1").run()
    shown.button(key="map_play").click().run()
    assert not shown.exception
    assert str(tab_of(shown)["was wished"]) == f"{CARLSEN} | strength -1"


def test_without_a_shipped_map_pca_still_works(
    with_tiny_assets: Path,
) -> None:
    page = opened(AppTest.from_string(SCRIPT, default_timeout=TIMEOUT))
    drawn = map_of(page)
    assert drawn["view"]["key"] == "pca-2"
    assert drawn["marker"]["name"] == TAL
    options = widget(page, "segmented_control", "map_kind").options
    assert not {"Openings", "Habits"} & set(options)
    assert len(tiny_space().players) == drawn["points"]["count"]


def test_damaged_maps_are_explained(
    explore_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "assets"
    shutil.copytree(explore_assets, directory)
    (directory / "styles" / "projection.safetensors").write_bytes(b"nothing")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(directory))
    page = AppTest.from_string(SCRIPT, default_timeout=TIMEOUT).run()
    assert not page.exception
    assert "damaged" in page.error[0].value
