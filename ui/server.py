"""Streamlit as the app's server: ``python -m ui.server run APP``, with Streamlit's own options.

Two things of Streamlit's are not as the app needs them:

* To tell whether a web page of another origin may talk to the app, it asks a host on the Internet
  for this machine's address. Stylemate calls nobody by itself, so it is not asked, and such pages
  are refused as before.
* Every request names a page. A link names the one that it opens, anything else the one that it
  stands on, and Streamlit runs the page of the latest request. So a script that runs itself once
  more, or a word from a clock, a slider or the board that was sent before the browser had heard of
  the new page, would hold a person on the old one. Here the link decides.
"""

from dataclasses import replace
from typing import Any

from streamlit import net_util
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import app_session, websocket_session_manager
from streamlit.runtime.scriptrunner import get_script_run_ctx, script_runner
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.web import cli


def adapt_streamlit() -> None:
    """Have Streamlit serve as the app needs it, to everybody who comes from now on."""
    net_util.get_external_ip = _unknown
    websocket_session_manager.AppSession = Visit  # type: ignore[attr-defined]
    script_runner.ScriptRequests = Requests  # type: ignore[attr-defined]


def _unknown() -> None:
    return None


class Visit(app_session.AppSession):
    """One person's visit, in which links are heeded before all that comes from the old page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._links = Links()

    def request_rerun(self, client_state: ClientState | None) -> None:
        """Run the script as a browser asks, or once more if it is not told how."""
        if client_state is not None:
            client_state = self._links.heeded(client_state, self._client_state.page_script_hash)
        super().request_rerun(client_state)


class Links:
    """Which page one browser has asked for."""

    def __init__(self) -> None:
        self._asked = ClientState()
        self._is_open = False

    def heeded(self, asks: ClientState, runs: str) -> ClientState:
        """Return a request, for the page whose link was pressed unless it opens one itself.

        Args:
            asks: what the browser sends.
            runs: the page that the script has been run for last, "" for none. The script may have
                opened it without being asked.
        """
        self._is_open |= runs == self._asked.page_script_hash
        if self._is_late(asks) and not (self._is_open and asks.page_script_hash == runs):
            late = ClientState()
            late.CopyFrom(asks)
            late.page_script_hash = self._asked.page_script_hash
            late.page_name = self._asked.page_name
            late.query_string = self._asked.query_string
            return late
        self._asked, self._is_open = asks, asks.page_script_hash == runs
        return asks

    def _is_late(self, asks: ClientState) -> bool:
        """Return whether a request comes from a page that was left before.

        A browser names the page that it shows, with the state of all that stands there; when it
        opens another, only with the state of what stands on every page.
        """
        if self._asked.page_script_hash in ("", asks.page_script_hash):
            return False
        return bool(asks.fragment_id or _widgets(asks) - _widgets(self._asked))


def _widgets(asks: ClientState) -> set[str]:
    return {state.id for state in asks.widget_states.widgets}


class Requests(script_requests.ScriptRequests):
    """What a run of the script is to do next; one that runs itself again forgets no link."""

    def _request_rerun_locked(self, new_data: script_requests.RerunData) -> bool:
        waiting = self._rerun_data
        script = get_script_run_ctx(suppress_warning=True)
        if (
            self._state == script_requests.ScriptRequestType.RERUN
            and script is not None
            and new_data.page_script_hash == script.page_script_hash
            and not waiting.fragment_id_queue
        ):
            new_data = replace(
                new_data,
                page_script_hash=waiting.page_script_hash,
                page_name=waiting.page_name,
                query_string=waiting.query_string,
            )
        return super()._request_rerun_locked(new_data)


if __name__ == "__main__":
    adapt_streamlit()
    cli.main(prog_name="streamlit")
