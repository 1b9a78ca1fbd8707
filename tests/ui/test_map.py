"""The style map's page in Streamlit's own test runner."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.analysis.projection import compute_projection, save_projection
from engine.assets import ENVIRONMENT_VARIABLE
from engine.style.space import StyleSpace
from tests.conftest import tiny_space
from tests.ui.explore_assets import make_explore_assets
from tests.ui.hands import tab_of, widget
from ui.explore import map_session as state
from ui.explore.map_styles import (
    CLUSTER,
)

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
    assert "Strength" not in radar, "it is chosen in Elo, and no habit"


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
