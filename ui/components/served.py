"""Files that the app hands to its own figures: the plotting library and tables of numbers.

They travel once, as files under an address that names their content, and never with a rerun.
"""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final
from weakref import WeakKeyDictionary

import streamlit as st
from plotly.offline import get_plotlyjs
from streamlit.runtime import get_instance
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

JAVASCRIPT = "text/javascript"
NUMBERS = "application/octet-stream"
JSON = "application/json"
_NOBODY: Final = "files-of-the-app"
_addresses: WeakKeyDictionary[MediaFileManager, dict[str, tuple[str, str]]] = WeakKeyDictionary()
# Of each server, by place: the name of the content that stands there, and its address.


def served(content: bytes, mimetype: str, place: str, digest: str) -> str:
    """Return the address of a file of the app itself, which is served for as long as the app runs.

    A page that is left while it loads still asks for its files: they may not be gone by then.
    Nothing of a person's may be served so.

    Args:
        content: what to serve.
        mimetype: its kind.
        place: what of the app it is; at each place stands one file.
        digest: name of the content, of ``content_digest``.
    """
    files = get_instance().media_file_mgr
    known = _addresses.setdefault(files, {})
    digest_there, url = known.get(place, ("", ""))
    if digest_there != digest:
        # Streamlit drops files with the session that asked for them; this thread is of none.
        with ThreadPoolExecutor(1, thread_name_prefix=_NOBODY) as nobody:
            # The server tells large files apart by samples only; the name makes it certain.
            added = nobody.submit(files.add, content, mimetype, f"stylemate.{place}", digest)
            url = added.result()
        known[place] = digest, url
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}{url}" if base else url


def _is_of_a_session(record: logging.LogRecord) -> bool:
    return not str(record.threadName).startswith(_NOBODY)


# That the thread is of no session is meant, and no news in the log.
logging.getLogger(get_script_run_ctx.__module__).addFilter(_is_of_a_session)


def content_digest(content: bytes) -> str:
    """Return a name for bytes that other bytes do not have."""
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def plotly_script() -> str:
    """Return the address of Plotly's own JavaScript, as the installed package brings it."""
    content, digest = _plotly()
    return served(content, JAVASCRIPT, "plotly", digest)


@cache
def _plotly() -> tuple[bytes, str]:
    content = get_plotlyjs().encode()
    return content, content_digest(content)
