"""Styles that one tab brings along, and other pages that ask to play a recipe."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import chess
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import StylemateError
from engine.play.opponents import OpponentRegistry
from engine.style.recipe import RecipeError
from engine.style.recipe_parser import parse_recipe
from engine.style.style_file import StyleFile, style_bytes
from tests.style.style_files import style_file
from tests.ui.hands import tab_of, widget
from tests.ui.test_pages import board, open_opponent, open_page
from ui.play.state import STATE, PlaySession
from ui.shared.game import Game, new_game, replayed
from ui.shared.guests import Guests
from ui.shared.opponent import Opponent
from ui.shared.opponents import GUESTS

TIMEOUT = 60
SEED = 11


@pytest.fixture(scope="module")
def shared(tiny_assets: Path) -> OpponentRegistry:
    return OpponentRegistry.load(tiny_assets)


def guest(shared: OpponentRegistry, label: str = "Me", seed: int = SEED) -> StyleFile:
    """Return a style of the tiny model that nobody else has."""
    z = np.random.default_rng(seed).normal(size=shared.space.shape).astype(np.float32)
    return style_file(label=label, z=z, model=shared.fingerprint, player="Doe, Jane", games=40)


def test_without_guests_everybody_shares_one_registry(shared: OpponentRegistry) -> None:
    assert Guests().opponents(shared) is shared


def test_a_guest_can_be_named_in_recipes(shared: OpponentRegistry) -> None:
    guests = Guests()
    me = guest(shared)
    guests.add(me, shared)
    mine = guests.opponents(shared)
    np.testing.assert_allclose(mine.space.style("Me").z, me.z, atol=1e-6)
    assert str(mine.space.resolve(parse_recipe("me + tal"))) == "Me + Tal, Mikhail"
    assert "Me" not in shared.space.names
    np.testing.assert_array_equal(mine.space.average, shared.space.average)
    assert guests.opponents(shared) is mine, "made once"


def test_another_fit_of_the_same_label_replaces_the_first(shared: OpponentRegistry) -> None:
    guests = Guests()
    guests.add(guest(shared), shared)
    guests.add(guest(shared, "You", 12), shared)
    again = guest(shared, seed=13)
    guests.add(again, shared)
    assert list(guests.styles) == ["Me", "You"]
    np.testing.assert_allclose(guests.opponents(shared).space.style("Me").z, again.z, atol=1e-6)


def test_a_removed_guest_is_unknown_again(shared: OpponentRegistry) -> None:
    guests = Guests()
    guests.add(guest(shared), shared)
    guests.add(guest(shared, "You", 12), shared)
    guests.remove("Me")
    guests.remove("Nobody")
    assert guests.opponents(shared).space.names[-1] == "You"
    with pytest.raises(RecipeError, match="Me"):
        guests.opponents(shared).space.style("Me")
    guests.remove("You")
    assert guests.opponents(shared) is shared


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"model": "0" * 32}, "another version of the model"), ({"label": "Tal, Mikhail"}, "already")],
)
def test_a_guest_that_does_not_fit_is_refused_and_the_others_stay(
    shared: OpponentRegistry, changes: dict[str, str], words: str
) -> None:
    guests = Guests()
    guests.add(guest(shared), shared)
    with pytest.raises(StylemateError, match=words):
        guests.add(replace(guest(shared), **changes), shared)
    assert list(guests.styles) == ["Me"]
    assert guests.opponents(shared).space.guests == 1


def test_two_tabs_know_only_their_own_guests(shared: OpponentRegistry) -> None:
    one, other = Guests(), Guests()
    one.add(guest(shared), shared)
    other.add(guest(shared, seed=12), shared)
    first, second = (guests.opponents(shared).space.style("Me").z for guests in (one, other))
    assert not np.allclose(first, second)


# ---- in a page ----


def _app() -> None:
    """Stand in for the app: Play, and another page that wants a recipe played."""
    import streamlit as st

    from ui.play import session
    from ui.play.page import play_page
    from ui.shared.frame import page
    from ui.shared.handover import ask_to_play, wish
    from ui.shared.opponents import add_guest_style, remove_guest_style

    @page
    def other_page() -> None:
        st.title("Another page")
        wanted = st.text_input("Recipe", key="wanted")
        if st.button("Play in the page", key="in_page"):
            ask_to_play(wanted)
            st.rerun()
        st.button("Play by callback", key="callback", on_click=lambda: ask_to_play("carlsen"))
        if "bring" in st.session_state:
            add_guest_style(st.session_state.bring)
        if "send_away" in st.session_state:
            remove_guest_style(st.session_state.send_away)
            session.current_session()

    play = st.Page(play_page, url_path="play", title="Play")
    other = st.Page(other_page, url_path="other", title="Other", default=True)
    chosen = st.navigation([play, other])
    if wish() is not None and chosen.url_path != play.url_path:
        st.switch_page(play)
    chosen.run()


@pytest.fixture
def other_page(with_tiny_assets: Path) -> AppTest:
    page = AppTest.from_function(_app, default_timeout=TIMEOUT).run()
    assert not page.exception
    assert page.title[0].value == "Another page"
    return page


def state(page: AppTest) -> PlaySession:
    found: PlaySession = tab_of(page)[STATE]
    return found


def is_playing(page: AppTest) -> bool:
    assert not page.exception
    return any(e.proto.component_name == "stylemate.board" for e in page.get("bidi_component"))


def test_a_recipe_from_another_page_is_played(other_page: AppTest) -> None:
    widget(other_page, "text_input", "wanted").set_value(
        "0.7 tal + 0.3 carlsen | strength -1"
    ).run()
    other_page.button(key="in_page").click().run()
    assert is_playing(other_page)
    played = str(state(other_page).opponent.recipe)
    assert played == "0.7 Tal, Mikhail + 0.3 Carlsen, Magnus | strength -1"


def test_a_recipe_is_played_from_a_callback(other_page: AppTest) -> None:
    other_page.button(key="callback").click().run()
    assert is_playing(other_page)
    assert str(state(other_page).opponent.recipe) == "Carlsen, Magnus"


def test_a_wrong_recipe_stays_on_the_page_that_asked(other_page: AppTest) -> None:
    widget(other_page, "text_input", "wanted").set_value("Nobody At All").run()
    other_page.button(key="in_page").click().run()
    assert "Nobody At All" in other_page.error[0].value
    assert not is_playing(other_page)


def at_move_two(page: AppTest, resigned: bool = False) -> Game:
    """Put a game with Tal on the page that is to be asked."""
    game = replayed(new_game(), [chess.Move.from_uci(uci) for uci in ("e2e4", "e7e5")])
    game = replace(game, resigned=resigned)
    tal = Opponent(parse_recipe("Tal, Mikhail"))
    tab_of(page)[STATE] = PlaySession(tal, game)
    return game


def test_a_finished_game_makes_room(other_page: AppTest) -> None:
    at_move_two(other_page, resigned=True)
    other_page.button(key="callback").click().run()
    assert is_playing(other_page)
    assert str(state(other_page).opponent.recipe) == "Carlsen, Magnus"
    assert state(other_page).game == new_game()


@pytest.mark.parametrize(
    ("answer", "opponent", "keeps_game"),
    [
        ("New game against Magnus Carlsen", "Carlsen, Magnus", False),
        ("Magnus Carlsen takes over this game", "Carlsen, Magnus", True),
        ("Go on against Mikhail Tal", "Tal, Mikhail", True),
    ],
)
def test_over_a_game_that_goes_on_it_is_asked_once(
    other_page: AppTest, answer: str, opponent: str, keeps_game: bool
) -> None:
    game = at_move_two(other_page)
    other_page.button(key="callback").click().run()
    assert is_playing(other_page)
    assert str(state(other_page).opponent.recipe) == "Tal, Mikhail", "nothing happens by itself"
    assert state(other_page).game == game
    (button,) = [button for button in other_page.button if button.label == answer]
    button.click().run()
    assert not other_page.exception
    assert str(state(other_page).opponent.recipe) == opponent
    assert state(other_page).game == (game if keeps_game else new_game())
    assert not [button for button in other_page.button if button.label == answer]


def test_who_plays_already_is_not_asked_about(other_page: AppTest) -> None:
    at_move_two(other_page)
    widget(other_page, "text_input", "wanted").set_value("tal").run()
    other_page.button(key="in_page").click().run()
    assert is_playing(other_page)
    assert state(other_page).rival is None


def test_a_guest_plays(other_page: AppTest, shared: OpponentRegistry) -> None:
    other_page.session_state["bring"] = guest(shared)
    widget(other_page, "text_input", "wanted").set_value("me | king_danger +1").run()
    other_page.button(key="in_page").click().run()
    assert is_playing(other_page)
    assert str(state(other_page).opponent.recipe) == "Me | king_danger +1"


@pytest.mark.parametrize(("recipe", "left"), [("Me", "Tal, Mikhail"), ("tal + Me", "Tal, Mikhail")])
def test_an_opponent_loses_a_guest_who_is_sent_away(
    other_page: AppTest, shared: OpponentRegistry, recipe: str, left: str
) -> None:
    guests = Guests()
    guests.add(guest(shared), shared)
    resolved = guests.opponents(shared).space.resolve(parse_recipe(recipe))
    tab_of(other_page)[GUESTS] = guests
    tab_of(other_page)[STATE] = PlaySession(Opponent(resolved), new_game(), slots=2)
    other_page.session_state["send_away"] = "Me"
    other_page.run()
    assert not other_page.exception
    assert str(state(other_page).opponent.recipe) == left
    assert state(other_page).slots == 1
    assert "removed" in state(other_page).problems[0]
    assert not guests.styles


# ---- in the opponent's panel ----


def load(page: AppTest, content: bytes, name: str = "me.style") -> AppTest:
    """Choose a file in the panel's field."""
    page.file_uploader[0].set_value((name, content, "application/json")).run()
    assert not page.exception
    return page


@pytest.fixture
def panel(with_tiny_assets: Path) -> AppTest:
    return open_opponent(open_page())


def test_a_style_file_is_loaded_played_and_taken_off(
    panel: AppTest, shared: OpponentRegistry
) -> None:
    load(panel, style_bytes(guest(shared)))
    assert str(state(panel).opponent.recipe) == "Me"
    assert board(panel)["top"]["name"] == "Me"
    assert widget(panel, "selectbox", "play_player_0").value == "Me"
    widget(panel, "selectbox", "play_player_0").set_value("Tal, Mikhail").run()
    panel.button(key="play_guest_play_Me").click().run()
    assert str(state(panel).opponent.recipe) == "Me"
    panel.button(key="play_guest_remove_Me").click().run()
    assert not panel.exception
    assert str(state(panel).opponent.recipe) == "Tal, Mikhail"
    assert "removed" in panel.warning[0].value
    assert not panel.error


def test_a_loaded_style_may_share_its_name_with_a_player(
    panel: AppTest, shared: OpponentRegistry
) -> None:
    load(panel, style_bytes(guest(shared, "Tal, Mikhail")))
    assert str(state(panel).opponent.recipe) == "Tal, Mikhail (file)"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.replace(b'"games": 40', b'"games": 41'), "damaged or was changed"),
        (lambda data: data[:100], "not a style file"),
        (lambda data: b"1. e4 e5 2. Nf3", "not a style file"),
        (lambda data: b"", "not a style file"),
        (lambda data: b"{" + b" " * (1 << 20), "larger than 1 MiB"),
        (lambda data: data.replace(b'"version": 1', b'"version": 9'), "format version 9"),
    ],
)
def test_a_wrong_style_file_is_explained_and_the_opponent_stays(
    panel: AppTest,
    shared: OpponentRegistry,
    change: Callable[[bytes], bytes],
    words: str,
) -> None:
    load(panel, change(style_bytes(guest(shared))), "mine.style")
    assert words in panel.error[0].value
    assert "mine.style" in panel.error[0].value
    assert str(state(panel).opponent.recipe) == "Tal, Mikhail"
    load(panel, style_bytes(guest(shared)))
    assert not panel.error


def test_a_style_of_another_model_is_explained(panel: AppTest, shared: OpponentRegistry) -> None:
    other = replace(guest(shared), model="0" * 32)
    load(panel, style_bytes(other))
    assert "another version of the model" in panel.error[0].value
    assert str(state(panel).opponent.recipe) == "Tal, Mikhail"


def test_an_address_that_names_a_guest_says_how_to_get_it_back(with_tiny_assets: Path) -> None:
    page = open_page({"style": "Janes own"})
    assert "load its .style file again" in page.warning[0].value
