"""The Play page in Streamlit's own test runner: no browser, a tiny model."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import chess
import pytest
from streamlit.testing.v1 import AppTest

from engine.assets import ENVIRONMENT_VARIABLE
from engine.play.strength.rated_bot import RatedBot
from tests.ui.hands import component, html, tab_of, widget
from ui.memory.memory import Recalled, read_recalled
from ui.play.state import MOVES_TAB, OPPONENT_TAB, STATE, PlaySession
from ui.play.thinking_panel import HERE
from ui.shared import game as games
from ui.shared import kept_work
from ui.shared.kept_work import Kept
from ui.shared.opponents import shared_opponents

APP = Path(__file__).resolve().parents[2] / "ui" / "app.py"
TIMEOUT = 60

pytestmark = pytest.mark.usefixtures("with_tiny_assets")


def open_page(query: Mapping[str, str] | None = None) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=TIMEOUT)
    for key, value in (query or {}).items():
        page.query_params[key] = value
    tab_of(page)[kept_work.STATE] = Kept(is_told=True)  # by a browser that keeps nothing
    page.run()
    assert not page.exception
    return page


def board(page: AppTest) -> dict[str, Any]:
    """Return what the page gave the board to draw."""
    return component(page, "stylemate.board")


def address(page: AppTest) -> dict[str, str | None]:
    """Return what the page's address is to hold."""
    values: dict[str, str | None] = component(page, "stylemate.address")["values"]
    return values


def session(page: AppTest) -> PlaySession:
    state: PlaySession = tab_of(page)[STATE]
    return state


def open_opponent(page: AppTest) -> AppTest:
    session(page).tab = OPPONENT_TAB
    page.run()
    assert not page.exception
    return page


def test_a_visitor_meets_a_board_and_tal() -> None:
    page = open_page()
    drawn = board(page)
    assert drawn["top"]["name"] == "Mikhail Tal"
    assert len(drawn["legal"].split()) == 20
    assert address(page)["style"] == "Tal, Mikhail"
    said = " ".join(element.value for element in page.markdown)
    assert "What Tal thinks" in said
    assert drawn["arrows"] == [], "no hints for one's own side before they are asked for"
    assert "<h1>Play chess against a style</h1>" in html(page)
    widget(page, "segmented_control", "play_thinking_view").set_value(HERE).run()
    assert not page.exception
    assert board(page)["arrows"]
    assert "What Tal would play here" in " ".join(element.value for element in page.markdown)


def test_a_first_visit_offers_three_portraits_until_one_is_chosen() -> None:
    page = open_page()
    assert len([b for b in page.button if (b.key or "").startswith("play_portrait_")]) == 3
    page.button(key="play_portrait_1").click().run()
    assert not page.exception
    assert board(page)["top"]["name"] == "Tigran Petrosian"
    assert address(page)["style"] == "Petrosian, Tigran | intensity 2", "to be seen at once"
    assert "<h1>Play chess" in html(page), "it stays, so that the board does not move"
    assert not [b for b in page.button if (b.key or "").startswith("play_portrait_")]
    assert '<h1 class="only-spoken">Play against Mikhail Tal' in html(open_page({"style": "tal"}))


@pytest.mark.parametrize("query", [{"style": "tal"}, {"moves": "e2e4.e7e5"}])
def test_who_comes_back_is_not_welcomed(query: dict[str, str]) -> None:
    assert "<h1>Play chess" not in html(open_page(query))


def test_an_address_brings_back_opponent_and_game() -> None:
    page = open_page(
        {"style": "tal + carlsen | king_danger +1.5", "moves": "e2e4.e7e5", "temperature": "0"}
    )
    drawn = board(page)
    assert drawn["count"] == 2
    assert drawn["top"]["name"] == "Tal × Carlsen"
    assert address(page)["style"] == "Tal, Mikhail + Carlsen, Magnus | king_danger +1.5"
    assert session(page).opponent.temperature == 0


def test_the_opponent_begins_for_a_black_player() -> None:
    drawn = board(open_page({"side": "black"}))
    assert drawn["count"] == 1
    assert drawn["orientation"] == "black"
    assert drawn["legal"]


def test_intensity_turns_the_opponent_up_and_the_panel_says_what_moves() -> None:
    page = open_opponent(open_page({"style": "Tal, Mikhail"}))
    widget(page, "segmented_control", "play_thinking_view").set_value(HERE).run()
    assert 'data-testid="shifts"' not in html(page)
    slider = widget(page, "slider", "play_intensity")
    assert slider.value == 1
    assert any("5 is a caricature" in caption.value for caption in page.caption)
    slider.set_value(3.0).run()
    assert not page.exception
    assert address(page)["style"] == "Tal, Mikhail | intensity 3"
    assert 'data-testid="shifts"' in html(page)
    assert any("felt in one game" in caption.value for caption in page.caption)


def test_somebody_else_plays_as_intensely_if_they_have_habits() -> None:
    page = open_opponent(open_page({"style": "Tal, Mikhail | intensity 2.5"}))
    widget(page, "selectbox", "play_player_0").set_value("Petrosian, Tigran").run()
    assert address(page)["style"] == "Petrosian, Tigran | intensity 2.5"
    widget(page, "selectbox", "play_player_0").set_value("average").run()
    assert address(page)["style"] == "average"
    assert not [s for s in page.slider if s.key.startswith("play_intensity")]


def test_a_slider_steers_the_opponent_and_the_thinking() -> None:
    page = open_opponent(open_page({"style": "tal"}))
    widget(page, "segmented_control", "play_thinking_view").set_value(HERE).run()
    before = html(page)
    widget(page, "slider", "play_steer_king_danger").set_value(2.0).run()
    assert not page.exception
    assert str(session(page).opponent.recipe) == "Tal, Mikhail | king_danger +2"
    assert html(page) != before
    assert widget(page, "text_input", "play_recipe").value == "Tal, Mikhail | king_danger +2"
    page.button(key="play_reset").click().run()
    assert widget(page, "slider", "play_steer_king_danger").value == 0
    assert html(page) == before


def test_a_chip_chooses_a_player() -> None:
    page = open_opponent(open_page())
    widget(page, "pills", "play_preset").set_value("Carlsen").run()
    assert board(page)["top"]["name"] == "Magnus Carlsen"
    assert widget(page, "selectbox", "play_player_0").value == "Carlsen, Magnus"


def test_players_blend_and_share() -> None:
    page = open_opponent(open_page())
    page.button(key="play_blend").click().run()
    widget(page, "selectbox", "play_player_1").set_value("Carlsen, Magnus").run()
    assert str(session(page).opponent.recipe) == "Tal, Mikhail + Carlsen, Magnus"
    widget(page, "slider", "play_share_0").set_value(80).run()
    assert str(session(page).opponent.recipe) == "0.8 Tal, Mikhail + 0.2 Carlsen, Magnus"
    assert widget(page, "slider", "play_share_1").value == 20
    page.button(key="play_remove_0").click().run()
    assert str(session(page).opponent.recipe) == "Carlsen, Magnus"
    assert not page.exception


def test_a_typed_recipe_moves_every_widget() -> None:
    page = open_opponent(open_page())
    widget(page, "text_input", "play_recipe").set_value(
        "kasparov + polgar, judit | king_danger -2.5 | elo 1230"
    ).run()
    assert not page.exception
    assert widget(page, "selectbox", "play_player_1").value == "Polgar, Judit"
    assert widget(page, "slider", "play_steer_king_danger").value == -2.5
    assert widget(page, "select_slider", "play_strength").value == 1230


def test_one_control_chooses_the_strength() -> None:
    page = open_opponent(open_page({"temperature": "0.25"}))
    assert not [slider for slider in page.slider if "steer_strength" in (slider.key or "")]
    strength = widget(page, "select_slider", "play_strength")
    assert strength.value == 0
    assert widget(page, "slider", "play_temperature").value == 0.25
    strength.set_value(1500).run()
    assert str(session(page).opponent.recipe) == "Tal, Mikhail | elo 1500"
    assert address(page)["style"] == "Tal, Mikhail | elo 1500"
    assert "play_temperature" not in [slider.key for slider in page.slider]
    widget(page, "pills", "play_preset").set_value("Carlsen").run()
    assert str(session(page).opponent.recipe) == "Carlsen, Magnus | elo 1500"
    widget(page, "select_slider", "play_strength").set_value(0).run()
    assert str(session(page).opponent.recipe) == "Carlsen, Magnus"
    assert not page.exception


def test_the_opponent_answers_at_the_chosen_strength_and_keeps_its_tree() -> None:
    page = open_page({"style": "tal | elo 900", "moves": "e2e4"})
    assert board(page)["count"] == 2
    held_bot = session(page).bot
    assert held_bot is not None
    assert isinstance(held_bot[1], RatedBot)
    page.run()
    assert session(page).bot is held_bot


def test_an_old_link_with_the_old_slider_is_told_of_the_new_one() -> None:
    page = open_page({"style": "tal | king_danger +1 | strength -2"})
    assert str(session(page).opponent.recipe) == "Tal, Mikhail | king_danger +1"
    assert "Choose a strength in Elo" in page.warning[0].value


def test_a_level_is_asked_once_and_opponents_begin_there() -> None:
    page = open_opponent(open_page())
    assert component(page, "stylemate.memory")["level"] is None
    assert not [pills for pills in page.pills if pills.key == "play_level"]
    session(page).asks_level = True  # the browser remembers nothing
    page.run()
    widget(page, "pills", "play_level").set_value("Improving").run()
    assert session(page).opponent.recipe.elo == 1200
    assert component(page, "stylemate.memory")["level"] == 1200
    assert not [pills for pills in page.pills if pills.key == "play_level"]
    chosen = open_opponent(open_page({"style": "tal"}))
    session(chosen).asks_level = True
    chosen.run()
    widget(chosen, "pills", "play_level").set_value("Rather not say").run()
    assert session(chosen).opponent.recipe.elo is None
    assert component(chosen, "stylemate.memory")["level"] == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"level": 1200}, Recalled(1200)),
        ({"level": 0}, Recalled(0)),
        ({"level": None}, Recalled(None)),
        ({"level": -3}, Recalled(None)),
        ({"level": 1e9}, Recalled(None)),
        ({"level": 12.5}, Recalled(None)),
        ({"level": float("nan")}, Recalled(None)),
        ({"level": True}, None),
        ({"level": "1200"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_what_a_browser_says_it_remembers(value: Any, expected: Recalled | None) -> None:
    assert read_recalled(value) == expected


def test_a_wrong_recipe_is_explained_beside_it_and_mended() -> None:
    page = open_opponent(open_page())
    widget(page, "text_input", "play_recipe").set_value("Tqll | king_danger +1").run()
    assert "Tqll" in page.error[0].value
    assert board(page)["top"]["name"] == "Mikhail Tal", "the opponent stays"
    assert widget(page, "text_input", "play_recipe").value == "Tqll | king_danger +1"
    page.button(key="play_suggestion").click().run()
    assert str(session(page).opponent.recipe) == "Tal, Mikhail | king_danger +1"
    assert not page.error


def test_takeback_resign_flip() -> None:
    page = open_page({"moves": "e2e4.e7e5"})
    page.button(key="play_flip").click().run()
    assert board(page)["orientation"] == "black"
    page.button(key="play_takeback").click().run()
    assert board(page)["count"] == 0
    page = open_page({"moves": "e2e4.e7e5"})
    page.button(key="play_resign").click().run()
    page.button(key="play_resign_no").click().run()
    assert "resignation" not in html(page), "one press gives nothing up"
    page.button(key="play_resign").click().run()
    page.button(key="play_resign_yes").click().run()
    assert "Mikhail Tal won by resignation" in html(page)
    assert board(page)["legal"] == ""
    assert board(page)["mover"] is None
    assert address(page)["resigned"] == "1"
    page.button(key="play_rematch").click().run()
    assert board(page)["orientation"] == "black"
    assert not page.exception


def test_a_game_begins_anew_from_a_position_of_the_list() -> None:
    page = open_page({"moves": "e2e4.e7e5.g1f3.b8c6"})
    assert not [button for button in page.button if button.key == "play_from_here"]
    state = session(page)
    state.game = games.show(state.game, 2)
    page.run()
    page.button(key="play_from_here").click().run()
    assert not page.exception
    assert [move.uci() for move in session(page).game.moves] == ["e2e4", "e7e5"]
    assert session(page).number == 1
    state = session(page)
    state.game = games.show(state.game, 1)
    page.run()
    page.button(key="play_from_here").click().run()
    assert session(page).game.length == 2, "it is the opponent's move there"


def test_hidden_thinking_draws_no_arrows() -> None:
    page = open_page({"moves": "e2e4.e7e5"})
    assert board(page)["arrows"]
    widget(page, "toggle", "play_thinking").set_value(False).run()
    assert board(page)["arrows"] == []
    assert not page.exception


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"fen": "nonsense"}, "not a FEN"),
        ({"style": "Nobody, At All"}, "Nobody"),
        ({"style": "|||+++"}, "style in the address"),
        ({"moves": "e2e5"}, "breaks off at move 1"),
    ],
)
def test_a_wrong_address_is_explained_and_the_board_stays(
    query: dict[str, str], words: str
) -> None:
    page = open_page(query)
    assert words in page.warning[0].value
    assert len(board(page)["legal"].split()) == 20


def test_a_drawn_game_is_explained() -> None:
    moves = ".".join(["g1f3", "g8f6", "f3g1", "f6g8"] * 2)
    page = open_page({"moves": moves})
    assert "Draw by repetition" in html(page)
    assert "third time" in html(page)


def test_missing_assets_are_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "nowhere"))
    shared_opponents.clear()
    page = AppTest.from_file(str(APP), default_timeout=TIMEOUT).run()
    shared_opponents.clear()
    assert not page.exception
    assert "No assets at" in page.error[0].value


def test_damaged_assets_are_explained(
    with_tiny_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "assets"
    shutil.copytree(with_tiny_assets, damaged)
    (damaged / "styles" / "styles.safetensors").write_bytes(b"not a tensor in sight")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(damaged))
    shared_opponents.clear()
    page = AppTest.from_file(str(APP), default_timeout=TIMEOUT).run()
    shared_opponents.clear()
    assert not page.exception
    assert "damaged" in page.error[0].value


def test_the_tab_follows_the_game_until_the_person_opens_one() -> None:
    page = open_page()
    assert session(page).shown_tab == OPPONENT_TAB
    assert session(open_page({"moves": "e2e4.e7e5"})).shown_tab == MOVES_TAB
    session(page).game = games.replayed(session(page).game, [chess.Move.from_uci("e2e4")])
    assert session(page).shown_tab == MOVES_TAB
    open_opponent(page)
    session(page).game = games.replayed(session(page).game, [chess.Move.from_uci("e7e5")])
    assert session(page).shown_tab == OPPONENT_TAB, "as it was wished, whatever is played"
