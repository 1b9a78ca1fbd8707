"""Streamlit as the app's server: ``python -m ui.server run APP``, with Streamlit's own options.

Two things of Streamlit's are not as the app needs them:

* To tell whether a web page of another origin may talk to the app, it asks a host on the Internet
  for this machine's address. Stylemate calls nobody by itself, so it is not asked, and such pages
  are refused as before.
* Every request names a page. A link names the one that it opens, anything else the one that it
  stands on, and Streamlit runs the page of the latest request. So a script that runs itself once
  more, or a word from a clock, a slider or the board that is sent before the browser has heard of
  the new page, would hold a person on the old one. Here the link decides.
"""

from dataclasses import replace

from streamlit import net_util
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import get_script_run_ctx, script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequest,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.web import cli


def adapt_streamlit() -> None:
    """Have Streamlit serve as the app needs it, to everybody who comes from now on."""
    net_util.get_external_ip = _unknown
    script_runner.ScriptRequests = Requests  # type: ignore[attr-defined]


def _unknown() -> None:
    return None


class Requests(ScriptRequests):
    """What a run of the script is asked to do next; a page that was asked for is not lost."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way = RerunData()

    def on_scriptrunner_ready(self) -> ScriptRequest:
        return self._given(super().on_scriptrunner_ready())

    def on_scriptrunner_yield(self) -> ScriptRequest | None:
        request = super().on_scriptrunner_yield()
        return None if request is None else self._given(request)

    def _given(self, request: ScriptRequest) -> ScriptRequest:
        if request.type == ScriptRequestType.RERUN:
            self._under_way = request.rerun_data
        return request

    def _request_rerun_locked(self, new_data: RerunData) -> bool:
        waits = self._state == ScriptRequestType.RERUN
        before = self._rerun_data if waits else self._under_way
        return super()._request_rerun_locked(_heeding(before, new_data))


def _heeding(before: RerunData, new: RerunData) -> RerunData:
    """Return ``new``, for the page that ``before`` opens unless it opens another itself."""
    if not before.page_script_hash or before.fragment_id_queue:
        return new
    if before.page_script_hash == new.page_script_hash or not _comes_from_its_page(before, new):
        return new
    return replace(
        new,
        page_script_hash=before.page_script_hash,
        page_name=before.page_name,
        query_string=before.query_string,
    )


def _comes_from_its_page(before: RerunData, new: RerunData) -> bool:
    """Return whether the page that ``new`` names is the one that it was sent from.

    A script names its own page when it runs itself once more. A browser names the page that it
    shows, with the state of all that stands there; when it opens another, only with the state of
    what stands on every page, as it did with ``before``.
    """
    script = get_script_run_ctx(suppress_warning=True)
    if script is not None:
        return new.page_script_hash == script.page_script_hash
    if new.fragment_id or new.is_auto_rerun:
        return True
    if before.widget_states is None or new.widget_states is None:
        return False
    return bool(_widgets(new.widget_states) - _widgets(before.widget_states))


def _widgets(states: WidgetStates) -> set[str]:
    return {state.id for state in states.widgets}


if __name__ == "__main__":
    from ui import server  # the module that the app imports, not a second one beside it

    server.adapt_streamlit()
    cli.main(prog_name="streamlit")
