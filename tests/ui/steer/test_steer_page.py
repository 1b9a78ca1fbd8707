"""The Steer page in Streamlit's own test runner: no browser, a tiny model."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.analysis.fixed_positions_meter import FixedPositionsMeter
from engine.assets import ENVIRONMENT_VARIABLE
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from engine.style.steering.dose_response import DoseResponse
from tests.conftest import tiny_space
from tests.ui.hands import tab_of, widget
from ui.shared import measures
from ui.shared.game import Game
from ui.shared.handover import PLAYING, WISH, Playing
from ui.shared.opponent import Opponent
from ui.shared.opponents import shared_opponents
from ui.steer import exhibition
from ui.steer import page as steer_page
from ui.steer import session as steer

TIMEOUT = 60
SCRIPT = "from ui.steer.page import steer_page\nsteer_page()\n"
TAL_PUSHED = "Tal, Mikhail | king_danger +1.5"


@pytest.fixture(autouse=True)
def fresh_resources(with_measurable_assets: Path) -> Iterator[None]:
    shared_opponents.clear()
    measures._meter.clear()
    measures._units.clear()
    yield
    shared_opponents.clear()
    measures._meter.clear()
    measures._units.clear()


def open_page(query: Mapping[str, str] | None = None) -> AppTest:
    page = AppTest.from_string(SCRIPT, default_timeout=TIMEOUT)
    for key, value in (query or {}).items():
        page.query_params[key] = value
    return checked(page.run())


def checked(page: AppTest) -> AppTest:
    assert not page.exception
    assert not page.error, page.error[0].value
    return page


def drawn(page: AppTest, name: str) -> dict[str, Any] | None:
    """Return what the page gave a component to draw."""
    for element in page.get("bidi_component"):
        if element.proto.component_name == name:
            data: dict[str, Any] = json.loads(element.proto.json)
            return data
    return None


def dial(page: AppTest) -> dict[str, Any]:
    data = drawn(page, "stylemate.dial")
    assert data is not None
    return data


def session(page: AppTest) -> steer.SteerSession:
    state: steer.SteerSession = tab_of(page)[steer.STATE]
    return state


def test_a_visitor_meets_tal_and_the_first_attribute() -> None:
    page = open_page()
    data = dial(page)
    assert data["label"] == "King danger"
    assert data["amounts"][data["place"]] == 0
    assert data["moves_title"] == "What Tal would play here"
    assert len(data["offers"]) == 8
    assert data["chosen"] == data["offers"][0]["index"]
    assert "From the shipped style space" in data["source"]
    assert "not part of these assets" in data["source"]


def test_an_address_brings_back_style_and_slider() -> None:
    page = open_page({"style": "tal | king_danger +1.5", "attribute": "king_danger"})
    data = dial(page)
    assert data["amounts"][data["place"]] == 1.5
    assert page.query_params["style"] == TAL_PUSHED
    assert widget(page, "text_input", "steer_recipe").value == TAL_PUSHED


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"style": "Nobody, At All"}, "Nobody"),
        ({"style": "|||+++"}, "style in the address"),
        ({"attribute": "charm"}, "charm"),
    ],
)
def test_a_wrong_address_is_explained_and_the_dial_stays(query: dict[str, str], words: str) -> None:
    page = open_page(query)
    assert words in page.warning[0].value
    assert dial(page)["label"] == "King danger"


def test_the_page_begins_with_the_opponent_of_the_play_page() -> None:
    page = AppTest.from_string(SCRIPT, default_timeout=TIMEOUT)
    opponent = Opponent(parse_recipe("Carlsen, Magnus | checks -1"))
    tab_of(page)[PLAYING] = Playing(opponent, Game())
    data = dial(checked(page.run()))
    assert (data["label"], data["amounts"][data["place"]]) == ("Checks", -1)


def test_an_amount_between_the_steps_keeps_its_place() -> None:
    data = dial(open_page({"style": "tal | king_danger +1.1"}))
    assert data["amounts"][data["place"]] == 1.1
    assert data["amounts"] == sorted(data["amounts"])
    wide = dial(open_page({"style": "tal | king_danger -4.5"}))
    assert wide["amounts"][0] == -5


def test_another_attribute_takes_the_dial_and_the_push_goes() -> None:
    page = open_page({"style": "tal | king_danger +1.5"})
    widget(page, "pills", "steer_attribute").set_value("checks").run()
    data = dial(checked(page))
    assert data["label"] == "Checks"
    assert str(session(page).recipe) == "Tal, Mikhail"


def test_strength_is_no_slider() -> None:
    """It is chosen in Elo: an old link along it says so, and the rest of it counts."""
    page = open_page({"style": "tal | king_danger +1.5 | strength -2", "attribute": "strength"})
    assert widget(page, "pills", "steer_attribute").options == ["King danger", "Checks"]
    assert "Elo" in page.warning[0].value
    assert str(session(page).recipe) == TAL_PUSHED
    assert dial(page)["label"] == "King danger"
    widget(page, "text_input", "steer_recipe").set_value("tal | strength +2").run()
    assert str(session(checked(page)).recipe) == "Tal, Mikhail"
    assert "Elo" in page.warning[0].value


def test_a_typed_recipe_moves_the_dial_and_a_wrong_one_is_mended() -> None:
    page = open_page()
    widget(page, "text_input", "steer_recipe").set_value("carlsen + tal | checks +2").run()
    assert dial(checked(page))["label"] == "Checks"
    assert widget(page, "selectbox", "steer_player").value is None
    widget(page, "text_input", "steer_recipe").set_value("Tqll | king_danger +1").run()
    assert "Tqll" in page.error[0].value
    page.button(key="steer_suggestion").click().run()
    assert str(session(checked(page)).recipe) == "Tal, Mikhail | king_danger +1"


def test_another_player_keeps_the_push() -> None:
    page = open_page({"style": TAL_PUSHED})
    before = dial(page)["chances"]
    widget(page, "selectbox", "steer_player").set_value("Carlsen, Magnus").run()
    assert str(session(checked(page)).recipe) == "Carlsen, Magnus | king_danger +1.5"
    assert dial(page)["chances"] != before


def test_a_guest_who_left_is_replaced() -> None:
    page = open_page()
    page.button(key="steer_step").click().run()
    session(page).recipe = parse_recipe("Somebody Who Left | king_danger +1")
    session(page).sides = ("Somebody Who Left | king_danger +1", "average")
    checked(page.run())
    assert session(page).exhibition is None
    assert "was removed" in page.warning[0].value
    assert str(session(page).recipe) == "Tal, Mikhail | king_danger +1"


def test_play_this_hands_the_style_over() -> None:
    page = open_page({"style": TAL_PUSHED})
    page.button(key="steer_play").click().run()
    checked(page)
    assert str(tab_of(page)[WISH]) == TAL_PUSHED


@pytest.mark.parametrize("sample", [steer.THIS_STYLE, steer.MANY_STYLES])
def test_measuring_now_replaces_the_shipped_figures(sample: str) -> None:
    page = open_page()
    widget(page, "segmented_control", "steer_sample").set_value(sample).run()
    page.button(key="steer_measure_now").click().run()
    job = session(page).measuring
    assert job is not None
    assert job.wait(TIMEOUT)
    assert job.error is None
    data = dial(checked(page.run()))
    assert data["source"].startswith("Measured now")
    assert len(data["curve"]) == 9
    assert any(cost["label"] == "Same favourite move" for cost in data["costs"])
    page.button(key="steer_forget").click().run()
    assert "shipped" in dial(checked(page))["source"]


def test_a_measurement_that_ends_while_the_page_is_drawn_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = open_page()
    dial_drawn = threading.Event()
    respond, draw_dial = FixedPositionsMeter.respond, steer_page._draw_dial

    def respond_late(*args: Any) -> DoseResponse:
        assert dial_drawn.wait(TIMEOUT)
        return respond(*args)

    def draw_early(current: steer.SteerSession, space: StyleSpace) -> None:
        draw_dial(current, space)
        dial_drawn.set()
        if current.measuring is not None:
            assert current.measuring.wait(TIMEOUT)

    monkeypatch.setattr(FixedPositionsMeter, "respond", respond_late)
    monkeypatch.setattr(steer_page, "_draw_dial", draw_early)
    page.button(key="steer_measure_now").click().run()
    assert dial(checked(page))["source"].startswith("Measured now")


def test_a_sample_of_players_is_the_same_again() -> None:
    space = tiny_space()
    sample = steer.sample_of_players(space)
    assert sample.shape[0] == min(steer.SAMPLED_STYLES, len(space.population))
    np.testing.assert_array_equal(sample, steer.sample_of_players(space))


def test_measuring_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page()

    def slow(self: Any, styles: Any, key: str, delta: Any, units: Any, progress: Any) -> None:
        for part in range(10_000):
            time.sleep(0.01)
            progress(part / 10_000)

    monkeypatch.setattr(FixedPositionsMeter, "respond", slow)
    page.button(key="steer_measure_now").click().run()
    job = session(page).measuring
    assert job is not None
    job.cancel()
    assert job.wait(10)
    assert job.result is None
    assert "shipped" in dial(checked(page.run()))["source"]


def test_two_copies_play_move_by_move_and_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    # However busy the machine is, one burst reaches the end.
    monkeypatch.setattr(exhibition, "BURST", float(TIMEOUT))
    monkeypatch.setattr("engine.play.exhibition.LONGEST", 30)
    page = open_page({"style": TAL_PUSHED})
    widget(page, "slider", exhibition.TEMPERATURE).set_value(1.0).run()
    page.button(key="steer_step").click().run()
    page.button(key="steer_step").click().run()
    game = session(checked(page)).exhibition
    assert game is not None
    assert len(game.moves) == 2
    assert session(page).sides == (TAL_PUSHED, "Tal, Mikhail | king_danger -1.5")
    followed = drawn(page, "stylemate.moving")
    assert followed is not None
    white, black = followed["figure"]["data"]
    assert white["name"].startswith("Tal +1.5 ")
    assert black["name"].startswith("Tal −1.5 ")
    assert (white["x"], black["x"]) == ([0.5], [1.0])
    widget(page, "segmented_control", exhibition.PACE).set_value(exhibition.FAST).run()
    page.button(key="steer_run").click().run()
    assert session(page).is_running or game.ending
    deadline = time.monotonic() + TIMEOUT
    while session(page).is_running and time.monotonic() < deadline:
        page.run()
    assert game.ending is not None
    assert page.button(key="steer_run").disabled
    assert page.button(key="steer_step").disabled
    assert any("steer-ending" in element.proto.body for element in page.get("html"))
    page.button(key="steer_again").click().run()
    fresh = session(checked(page)).exhibition
    assert fresh is not None
    assert fresh is not game
    assert fresh.moves == ()


def test_a_running_game_is_stopped() -> None:
    page = open_page({"style": TAL_PUSHED})
    page.button(key="steer_run").click().run()
    assert session(page).is_running
    page.button(key="steer_stop").click().run()
    game = session(checked(page)).exhibition
    assert game is not None
    played = len(game.moves)
    page.run()
    assert len(game.moves) == played
    assert not session(page).is_running


@pytest.mark.parametrize(
    ("against", "white", "expected"),
    [
        (exhibition.NOT_STEERED, True, (TAL_PUSHED, "Tal, Mikhail")),
        (exhibition.AVERAGE_PLAYER, False, ("average", TAL_PUSHED)),
        (exhibition.OTHER_WAY, False, ("Tal, Mikhail | king_danger -1.5", TAL_PUSHED)),
    ],
)
def test_who_plays_whom(against: str, white: bool, expected: tuple[str, str]) -> None:
    tal = steer.SteerSession(parse_recipe(TAL_PUSHED), "king_danger")
    assert exhibition.copies(tal, against, white) == expected


def test_missing_positions_are_explained(
    tiny_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tiny_assets))
    page = AppTest.from_string(SCRIPT, default_timeout=TIMEOUT).run()
    assert not page.exception
    assert "fixed.json is missing" in page.error[0].value
