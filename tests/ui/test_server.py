"""A press on a link to another page, and what else is asked for before the page is there."""

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import websocket_session_manager
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from ui import server
from ui.server import Links, Requests

SEEN, OTHER, THIRD = "seen", "other", "third"  # hashes of pages


def said(page: str, *widgets: str, fragment: str = "") -> ClientState:
    """Return what a browser sends, with the state of some widgets."""
    state = ClientState(page_script_hash=page, fragment_id=fragment, query_string=f"on={page}")
    for name in widgets:
        state.widget_states.widgets.add(id=name).int_value = 1
    return state


def press(page: str) -> ClientState:
    """Return what a browser sends for a link: the state of what stands on every page."""
    return said(page, "menu")


SLIDER = said(SEEN, "menu", "slider")
CLOCK = said(SEEN, "menu", fragment="clock")


def page_of(links: Links, asks: ClientState, runs: str) -> str:
    return links.heeded(asks, runs).page_script_hash


@pytest.mark.parametrize("late", [SLIDER, CLOCK])
@pytest.mark.parametrize("runs", [SEEN, OTHER])
def test_nothing_on_the_page_that_is_left_brings_a_person_back(
    late: ClientState, runs: str
) -> None:
    links = Links()
    assert page_of(links, press(OTHER), SEEN) == OTHER
    for _ in range(2):  # a component says it again
        heeded = links.heeded(late, runs)
        assert (heeded.page_script_hash, heeded.query_string) == (OTHER, f"on={OTHER}")
        assert heeded.widget_states == late.widget_states
    assert page_of(links, press(THIRD), runs) == THIRD


def test_the_last_link_pressed_is_the_one_that_opens() -> None:
    links = Links()
    assert page_of(links, SLIDER, SEEN) == SEEN
    assert page_of(links, press(OTHER), SEEN) == OTHER
    assert page_of(links, press(SEEN), OTHER) == SEEN
    assert page_of(links, SLIDER, SEEN) == SEEN


def test_a_page_that_no_link_opened_is_heard() -> None:
    links = Links()
    assert page_of(links, said(""), "") == ""  # the first request: the address names the page
    assert page_of(links, SLIDER, SEEN) == SEEN
    # The script itself opened another page, as "Play this" does.
    assert page_of(links, said(OTHER, "menu", "board"), OTHER) == OTHER
    assert page_of(links, said(OTHER, "menu", "board", "clock"), OTHER) == OTHER


AGAIN = RerunData(page_script_hash=SEEN)
PRESSED = RerunData(page_script_hash=OTHER, query_string="on=other")


class Script:
    page_script_hash = SEEN


@pytest.fixture
def in_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "get_script_run_ctx", lambda **_: Script())


def opened(requests: ScriptRequests, *asked: RerunData) -> RerunData:
    """Return what the script is run for after ``asked`` came while it was running."""
    for request in asked:
        assert requests.request_rerun(request)
    return requests.on_scriptrunner_ready().rerun_data


@pytest.mark.usefixtures("in_the_script")
def test_a_script_that_runs_itself_again_holds_nobody() -> None:
    chosen = opened(Requests(), PRESSED, AGAIN)
    assert (chosen.page_script_hash, chosen.query_string) == (OTHER, "on=other")
    assert opened(Requests(), AGAIN).page_script_hash == SEEN


@pytest.mark.usefixtures("in_the_script")
def test_a_script_that_opens_a_page_opens_it() -> None:
    third = RerunData(page_script_hash=THIRD)
    assert opened(Requests(), PRESSED, third).page_script_hash == THIRD


def test_streamlit_itself_still_needs_this() -> None:
    """Where this fails Streamlit has learnt it, and much of ``ui.server`` may go."""
    assert opened(ScriptRequests(), PRESSED, AGAIN).page_script_hash == SEEN


def test_sessions_and_requests_are_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket_session_manager, "AppSession", None)
    monkeypatch.setattr(script_runner, "ScriptRequests", None)
    server.adapt_streamlit()
    assert websocket_session_manager.AppSession is server.Visit  # type: ignore[attr-defined]
    assert script_runner.ScriptRequests is Requests  # type: ignore[attr-defined]
