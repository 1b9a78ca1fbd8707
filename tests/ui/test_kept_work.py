"""A person's styles and game, which the browser keeps, taken up by a tab that is new."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.play.opponents import OpponentRegistry
from engine.style.style_file import style_bytes
from tests.ui.hands import component, tab_of
from tests.ui.test_guests import guest, shared
from tests.ui.test_pages import APP, TIMEOUT
from ui.memory.work import KeptWork, read_work
from ui.play.state import STATE, PlaySession
from ui.shared import kept_work, state
from ui.shared.kept_work import Kept, take_up_work
from ui.shared.opponents import GUESTS

__all__ = ["shared"]  # a fixture

pytestmark = pytest.mark.usefixtures("with_tiny_assets")


@pytest.fixture(autouse=True)
def _forget_what_is_shared() -> Iterator[None]:
    """Keep the opponents that are loaded here, outside a page, from the tests of other assets."""
    yield
    st.cache_resource.clear()


def new_tab(**query: str) -> AppTest:
    """Open the app in a browser that has not said yet what it keeps."""
    page = AppTest.from_file(str(APP), default_timeout=TIMEOUT)
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def tell(page: AppTest, told: KeptWork) -> None:
    """Answer for the browser."""
    token = state._in_hand.set(tab_of(page))
    try:
        take_up_work(told)
    finally:
        state._in_hand.reset(token)
    page.run()
    assert not page.exception


def session(page: AppTest) -> PlaySession:
    found: PlaySession = tab_of(page)[STATE]
    return found


def kept(page: AppTest) -> Kept:
    found: Kept = tab_of(page)[kept_work.STATE]
    return found


def test_an_address_waits_for_a_style_that_the_browser_keeps(shared: OpponentRegistry) -> None:
    page = new_tab(style="Me | king_danger +1", moves="e2e4.e7e5")
    assert STATE not in tab_of(page), "nobody else takes the game over meanwhile"
    assert component(page, "stylemate.work")["asks"]
    text = style_bytes(guest(shared)).decode()
    tell(page, KeptWork({"Me": text}, {}, True))
    assert str(session(page).opponent.recipe) == "Me | king_danger +1"
    assert session(page).game.length == 2
    assert not page.warning
    drawn = component(page, "stylemate.work")
    assert not drawn["asks"]
    assert drawn["kept"] == {"Me": text}


def test_an_address_with_a_style_that_nobody_keeps_says_so() -> None:
    page = new_tab(style="Janes own")
    tell(page, KeptWork({}, {}, True))
    assert "nor a style that this browser keeps" in page.warning[0].value
    assert str(session(page).opponent.recipe) == "Tal, Mikhail"


def test_a_known_opponent_does_not_wait() -> None:
    page = new_tab(style="tal", moves="e2e4.e7e5")
    assert session(page).game.length == 2


def test_a_style_that_was_deleted_is_deleted_in_the_browser(shared: OpponentRegistry) -> None:
    page = new_tab()
    tell(page, KeptWork({"Me": style_bytes(guest(shared)).decode()}, {}, True))
    tab_of(page)[GUESTS].remove("Me")
    page.run()
    drawn = component(page, "stylemate.work")
    assert drawn["forgotten"] == ["Me"]
    assert drawn["kept"] == {}


def test_styles_that_cannot_be_used_keep_nobody_from_playing(shared: OpponentRegistry) -> None:
    old = style_bytes(guest(shared)).decode()
    page = new_tab()
    tell(page, KeptWork({"Old": "{}", "Me": old, "Damaged": old[:40]}, {}, True))
    assert set(kept(page).unusable) == {"Old", "Damaged"}
    assert set(tab_of(page)[GUESTS].styles) == {"Me"}


def test_a_game_goes_on_after_another_page_was_loaded_again() -> None:
    page = AppTest.from_file(str(APP), default_timeout=TIMEOUT)
    tab_of(page)[kept_work.STATE] = Kept(
        is_told=True, game={"style": "Carlsen, Magnus", "moves": "d2d4.d7d5"}
    )
    page.run()
    assert str(session(page).opponent.recipe) == "Carlsen, Magnus"
    assert session(page).game.length == 2


def test_a_restored_game_waits_for_the_styles_too(shared: OpponentRegistry) -> None:
    page = new_tab()
    session(page).restored = "0af3", {"style": "Me", "moves": "e2e4.e7e5"}
    page.run()
    assert session(page).game.length == 0
    tell(page, KeptWork({"Me": style_bytes(guest(shared)).decode()}, {}, True))
    assert session(page).name == "0af3"
    assert str(session(page).opponent.recipe) == "Me"
    assert session(page).game.length == 2


@pytest.mark.parametrize(
    "value",
    [None, 3, [], {}, {"styles": None}, {"styles": "Me"}, {"game": "{}"}],
)
def test_what_is_no_answer_is_dropped(value: object) -> None:
    assert read_work(value) is None


def test_an_answer_keeps_what_is_whole() -> None:
    styles = [["Me", "{}"], ["You"], [1, 2], "text", ["They", 3]]
    game = json.dumps({"style": "tal", "moves": 3})
    assert read_work({"styles": styles, "game": game, "keeps": True}) == KeptWork(
        {"Me": "{}"}, {"style": "tal"}, True
    )
    for broken in ("{", "[]", "[" * 100_000, 3):
        told = read_work({"styles": [], "game": broken, "keeps": 1})
        assert told == KeptWork({}, {}, False)


def test_nothing_of_it_lies_on_the_disk_of_the_server(
    shared: OpponentRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = new_tab()
    tell(page, KeptWork({"Me": style_bytes(guest(shared)).decode()}, {}, True))
    assert list(tmp_path.iterdir()) == []
