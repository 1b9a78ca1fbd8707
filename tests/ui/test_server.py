"""A press on a link to another page, and what else is asked for before the page is opened."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from ui import server
from ui.server import Requests

SEEN, OTHER = "seen", "other"  # hashes of pages


def widgets(*names: str) -> WidgetStates:
    states = WidgetStates()
    for name in names:
        states.widgets.add(id=name).int_value = 1
    return states


def press(page: str) -> RerunData:
    """Return what a browser sends for a link: the state of what stands on every page."""
    return RerunData(page_script_hash=page, query_string="kept=1", widget_states=widgets("menu"))


AGAIN = RerunData(page_script_hash=SEEN)
SLIDER = RerunData(page_script_hash=SEEN, widget_states=widgets("menu", "slider"))
CLOCK = RerunData(page_script_hash=SEEN, fragment_id="clock", is_auto_rerun=True)
PANEL = RerunData(page_script_hash=SEEN, fragment_id="panel", widget_states=widgets("menu"))


class Script:
    page_script_hash = SEEN


@pytest.fixture
def in_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "get_script_run_ctx", lambda **_: Script())


def opened(*asked: RerunData, requests: ScriptRequests | None = None) -> RerunData:
    """Return what the script is run for after ``asked`` came while it was running."""
    requests = requests or Requests()
    for request in asked:
        assert requests.request_rerun(request)
    chosen = requests.on_scriptrunner_ready()
    return chosen.rerun_data


def opening(page: str, requests: ScriptRequests) -> ScriptRequests:
    """Return ``requests`` while the script runs for a link that was pressed."""
    assert opened(press(page), requests=requests).page_script_hash == page
    return requests


@pytest.mark.parametrize("later", [SLIDER, CLOCK, PANEL])
def test_nothing_on_the_page_that_is_left_holds_a_person_there(later: RerunData) -> None:
    chosen = opened(press(OTHER), later)
    assert (chosen.page_script_hash, chosen.query_string) == (OTHER, "kept=1")
    assert not chosen.fragment_id_queue


@pytest.mark.usefixtures("in_the_script")
def test_a_script_that_runs_itself_again_holds_nobody() -> None:
    assert opened(press(OTHER), AGAIN).page_script_hash == OTHER


@pytest.mark.usefixtures("in_the_script")
def test_a_script_that_opens_a_page_opens_it() -> None:
    third = RerunData(page_script_hash="third")
    assert opened(press(OTHER), third).page_script_hash == "third"


def test_the_last_link_pressed_is_the_one_that_opens() -> None:
    assert opened(press(OTHER), press(SEEN)).page_script_hash == SEEN
    assert opened(SLIDER, CLOCK, press(OTHER)).page_script_hash == OTHER
    assert opened(press(OTHER), SLIDER, press("third")).page_script_hash == "third"


def test_what_was_said_meanwhile_is_heard() -> None:
    chosen = opened(press(OTHER), SLIDER)
    assert chosen.widget_states is not None
    assert {state.id for state in chosen.widget_states.widgets} == {"menu", "slider"}


@pytest.mark.parametrize("later", [SLIDER, CLOCK, PANEL])
def test_nothing_brings_a_person_back_who_is_on_the_way(later: RerunData) -> None:
    requests = opening(OTHER, Requests())
    assert opened(later, requests=requests).page_script_hash == OTHER
    assert opened(press(SEEN), requests=requests).page_script_hash == SEEN


def test_a_page_is_heard_that_opens_without_a_link() -> None:
    """The first request of a browser names no page: the address does."""
    requests = Requests()
    opened(RerunData(page_name="arena", widget_states=widgets()), requests=requests)
    assert opened(SLIDER, requests=requests).page_script_hash == SEEN


@pytest.mark.parametrize("later", [SLIDER, CLOCK, PANEL, AGAIN])
def test_streamlit_itself_still_needs_this(later: RerunData) -> None:
    """Where this fails Streamlit has learnt it, and ``Requests`` may go."""
    chosen = opened(press(OTHER), later, requests=ScriptRequests())
    assert chosen.page_script_hash == SEEN
    chosen = opened(later, requests=opening(OTHER, ScriptRequests()))
    assert chosen.page_script_hash == SEEN
