"""Streamlit as the app's server: ``python -m ui.server run APP``, with Streamlit's own options.

Two things of Streamlit's are not as the app needs them:

* To tell whether a web page of another origin may talk to the app, it asks a host on the Internet
  for this machine's address. Stylemate calls nobody by itself, so it is not asked, and such pages
  are refused as before.
* A press on a link to another page waits until the script can be interrupted, and is folded
  together with whatever is asked for meanwhile. The later request decides the page: a script that
  runs itself once more, a clock or a slider of the page that is being left would hold the person
  there, and the press would be lost. Here the press decides.
"""

from dataclasses import replace

from streamlit import net_util
from streamlit.runtime.scriptrunner import get_script_run_ctx, script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.web import cli


def adapt_streamlit() -> None:
    """Have Streamlit serve as the app needs it, from now on and in this process."""
    net_util.get_external_ip = _unknown
    script_runner.ScriptRequests = Requests  # type: ignore[attr-defined]


def _unknown() -> None:
    return None


class Requests(ScriptRequests):
    """What one person's browser asks of the script; a page that was asked for is not lost."""

    def _request_rerun_locked(self, new_data: RerunData) -> bool:
        if self._state == ScriptRequestType.RERUN:
            new_data = _heeding(self._rerun_data, new_data)
        return super()._request_rerun_locked(new_data)


def _heeding(waiting: RerunData, new: RerunData) -> RerunData:
    """Return ``new``, bound for the page that ``waiting`` opens if it does not open one itself."""
    opens_a_page = waiting.page_script_hash and not waiting.fragment_id_queue
    if not opens_a_page or waiting.page_script_hash == new.page_script_hash:
        return new
    if not _comes_from_its_page(waiting, new):
        return new
    return replace(
        new,
        page_script_hash=waiting.page_script_hash,
        page_name=waiting.page_name,
        query_string=waiting.query_string,
    )


def _comes_from_its_page(waiting: RerunData, new: RerunData) -> bool:
    """Return whether the page that ``new`` names is the one that it was sent from.

    A script names its own page when it runs itself once more. A browser names the page that it
    shows, with the state of all that stands there; when it opens another, only with the state of
    what stands on every page.
    """
    script = get_script_run_ctx(suppress_warning=True)
    if script is not None:
        return new.page_script_hash == script.page_script_hash
    if new.fragment_id or new.is_auto_rerun:
        return True
    return bool(_widgets(new) - _widgets(waiting))


def _widgets(request: RerunData) -> set[str]:
    states = request.widget_states
    return {state.id for state in states.widgets} if states else set()


if __name__ == "__main__":
    adapt_streamlit()
    cli.main(prog_name="streamlit")
