"""Compare and Neighbours in Streamlit's own test runner."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.assets import ENVIRONMENT_VARIABLE
from engine.attributes.registry import ATTRIBUTES
from engine.style.player_games import PLAYER_GAMES_FILE
from tests.style.game_tables import game_habits, mixing, player_table
from tests.ui.explore_assets import make_explore_assets, measured_space
from tests.ui.hands import tab_of, widget
from ui.explore import compare_styles
from ui.explore.tabs import TAB
from ui.shared.widgets import STATE as WIDGETS

SPACE = measured_space()
TIMEOUT = 120


@pytest.fixture(scope="module")
def explore_assets(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_explore_assets(tiny_assets, tmp_path_factory.mktemp("explore") / "assets")


@pytest.fixture
def with_explore_assets(explore_assets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(explore_assets))
    return explore_assets


@pytest.fixture
def own_assets(
    explore_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Return a copy of the assets to change; what is kept of others is forgotten."""
    assets = tmp_path / "assets"
    shutil.copytree(explore_assets, assets)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(assets))
    st.cache_resource.clear()
    yield assets
    st.cache_resource.clear()


def compare_script() -> None:
    from ui.explore.compare_tab import draw_compare

    draw_compare()


def neighbours_script() -> None:
    from ui.explore.neighbours_tab import draw_neighbours

    draw_neighbours()


def typed_script(text: str) -> None:
    """Stand for a person who types, which the test runner cannot do in this kind of widget."""
    import streamlit as st

    from ui.explore import compare_styles
    from ui.explore.compare_tab import draw_compare

    if "typed" not in st.session_state:
        st.session_state["typed"] = True
        compare_styles.explore_styles()
        compare_styles.choose_style(text, 1)
    draw_compare()


def run(page: Any) -> AppTest:
    """Run a page, or what a person did to one of its widgets, and return the page."""
    drawn: AppTest = page.run(timeout=TIMEOUT)
    assert not drawn.exception
    return drawn


def html(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def state(page: AppTest) -> compare_styles.ExploreStyles:
    found: compare_styles.ExploreStyles = tab_of(page)[compare_styles.STATE]
    return found


def percents(tree: str) -> list[str]:
    return re.findall(r"<em>(\d+)%</em>", tree)


@pytest.mark.usefixtures("with_explore_assets")
def test_two_famous_styles_are_compared_at_first() -> None:
    page = run(AppTest.from_function(compare_script))
    assert state(page).recipes == ["Tal, Mikhail", "Petrosian, Tigran"]
    radar = json.loads(page.get("plotly_chart")[0].proto.spec)
    assert [trace.get("name") for trace in radar["data"]] == [None, "Tal", "Petrosian"]
    spokes = radar["data"][1]["r"]
    assert len(spokes) == len(ATTRIBUTES), "all but strength, and back to the first"
    shown = html(page)
    assert 'data-testid="repertoire" data-color="white"' in shown
    assert shown.count('class="card"') == 6
    assert shown.count('class="gap"') == 7
    assert any(
        r"Likeness of the styles, of 100\: Tal and Petrosian" in c.value for c in page.caption
    )
    assert not page.warning


@pytest.mark.usefixtures("with_explore_assets")
def test_choosing_a_player_changes_everything() -> None:
    page = run(AppTest.from_function(compare_script))
    before = html(page)
    run(widget(page, "selectbox", "explore_style_1").set_value("Carlsen, Magnus"))
    assert state(page).recipes == ["Tal, Mikhail", "Carlsen, Magnus"]
    assert percents(html(page)) != percents(before)
    assert any("Tal and Carlsen" in c.value for c in page.caption)


@pytest.mark.usefixtures("with_explore_assets")
def test_a_third_style_comes_and_goes() -> None:
    page = run(AppTest.from_function(compare_script))
    run(page.button(key="explore_add").click())
    assert [c.value for c in page.caption].count("Choose a player or type a recipe.") == 1
    run(widget(page, "selectbox", "explore_style_2").set_value("Bfx-de-Blr"))
    assert "--styles:3" in html(page)
    assert 'class="favourite"' in html(page)
    run(page.button(key="explore_remove_0").click())
    assert state(page).recipes == ["Petrosian, Tigran", "Bfx-de-Blr"]
    assert "--styles:2" in html(page)


@pytest.mark.usefixtures("with_explore_assets")
def test_black_and_a_phase_can_be_chosen() -> None:
    page = run(AppTest.from_function(compare_script))
    run(widget(page, "segmented_control", "explore_repertoire_color").set_value("Black"))
    assert 'data-color="black"' in html(page)
    run(widget(page, "segmented_control", "explore_phase").set_value("Endgame"))
    cards = html(page).split('data-testid="disagreements"')[1]
    assert "endgame" in cards
    assert "middlegame" not in cards


@pytest.mark.usefixtures("with_explore_assets")
def test_a_steered_blend_is_measured_live() -> None:
    text = "1 carlsen + 3 Polgar, Judit | king danger 2"
    page = run(AppTest.from_function(typed_script, args=(text,)))
    assert state(page).recipes[1] == "0.25 Carlsen, Magnus + 0.75 Polgar, Judit | king_danger +2"
    assert any("measured on the fixed positions just now" in c.value for c in page.caption)
    assert not page.error
    run(page)
    assert widget(page, "selectbox", "explore_style_1").value == state(page).recipes[1]


@pytest.mark.usefixtures("with_explore_assets")
def test_a_wrong_recipe_is_explained_and_mended() -> None:
    page = run(AppTest.from_function(typed_script, args=("Carlson, Magnus | king_danger 1",)))
    assert "Carlson" in page.error[0].value
    assert state(page).recipes == ["Tal, Mikhail", "Petrosian, Tigran"], "the style stays"
    run(page.button(key="explore_suggestion_1").click())
    assert state(page).recipes[1] == "Carlsen, Magnus | king_danger +1"
    assert not page.error


@pytest.mark.usefixtures("with_tiny_assets")
def test_without_fixed_positions_the_rest_is_compared() -> None:
    page = run(AppTest.from_function(compare_script))
    assert "fixed.json is missing" in page.warning[0].value
    assert 'data-testid="repertoire"' in html(page)
    assert 'data-testid="disagreements"' not in html(page)


@pytest.mark.usefixtures("with_explore_assets")
def test_neighbours_are_listed_without_oneself() -> None:
    page = run(AppTest.from_function(neighbours_script))
    names = re.findall(r'class="name">([^<]+)', html(page))
    assert len(names) == 10
    assert "Tal, Mikhail" not in names
    values = [float(v.replace("\u2212", "-")) for v in re.findall(r'"value">([^<]+)', html(page))]
    assert values == sorted(values, reverse=True)
    run(widget(page, "segmented_control", "explore_near_which").set_value("Least alike"))
    values = [float(v.replace("\u2212", "-")) for v in re.findall(r'"value">([^<]+)', html(page))]
    assert values == sorted(values)


def test_without_measured_games_moves_alone_tell_who_is_near(own_assets: Path) -> None:
    (own_assets / "styles" / PLAYER_GAMES_FILE).unlink()
    page = run(AppTest.from_function(neighbours_script))
    assert widget(page, "segmented_control", "explore_near_basis").options == ["Moves"]


def test_neighbours_by_what_happens_in_their_games(own_assets: Path) -> None:
    habits = {
        name: game_habits(captures=4 - number, checks=number)
        for number, name in enumerate(SPACE.names)
    }
    player_table(habits).save(own_assets / "styles")
    mixing(king_danger={"king_danger": 4.0}).save(own_assets / "styles")
    page = run(AppTest.from_function(neighbours_script))
    run(widget(page, "segmented_control", "explore_near_basis").set_value("Habits"))
    shown = html(page)
    assert re.search(r"Both (more|less): (captures|checks)", shown)
    values = [float(v.replace("\u2212", "-")) for v in re.findall(r'"value">([^<]+)', shown)]
    assert values == sorted(values, reverse=True)
    assert "Tal, Mikhail" not in re.findall(r'class="name">([^<]+)', shown)
    run(widget(page, "selectbox", "explore_style_neighbour").set_value("average"))
    assert "nothing tells it from others" in page.info[0].value


@pytest.mark.usefixtures("with_explore_assets")
def test_the_average_has_no_neighbours() -> None:
    page = run(AppTest.from_function(neighbours_script))
    run(widget(page, "selectbox", "explore_style_neighbour").set_value("average"))
    assert "average of all players" in page.info[0].value


@pytest.mark.usefixtures("with_explore_assets")
def test_a_neighbour_is_compared_at_a_click() -> None:
    page = run(AppTest.from_function(neighbours_script))
    (first, *_) = re.findall(r'class="name">([^<]+)', html(page))
    run(page.button(key="explore_near_compare_0").click())
    assert state(page).recipes == ["Tal, Mikhail", first]
    assert tab_of(page)[WIDGETS].kept[TAB] == "Compare"


@pytest.mark.usefixtures("with_explore_assets")
def test_habits_are_turned_up_for_all_and_back() -> None:
    page = run(AppTest.from_function(compare_script))
    run(widget(page, "toggle", "explore_turned_up").set_value(True))
    assert not page.exception
    turned = ["Tal, Mikhail | intensity 2", "Petrosian, Tigran | intensity 2"]
    assert state(page).recipes == turned
    assert widget(page, "toggle", "explore_turned_up").value
    run(widget(page, "toggle", "explore_turned_up").set_value(False))
    assert state(page).recipes == ["Tal, Mikhail", "Petrosian, Tigran"]
