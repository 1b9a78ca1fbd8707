"""Files that the app hands to its own figures: the plotting library and tables of numbers.

They travel once, as files under an address that names their content, and never with a rerun.
"""

import hashlib
from functools import cache

import streamlit as st
from plotly.offline import get_plotlyjs
from streamlit.runtime import get_instance

JAVASCRIPT = "text/javascript"
NUMBERS = "application/octet-stream"
JSON = "application/json"


def served(content: bytes, mimetype: str, place: str, digest: str | None = None) -> str:
    """Return the address under which this run of the page serves some bytes.

    Call it in every run that needs them: what a run does not ask for is dropped after it.

    Args:
        content: what to serve.
        mimetype: its kind.
        place: what on the page needs it; one page holds one file at each place.
        digest: name of the content; worked out if left out.
    """
    digest = digest or content_digest(content)
    # The server tells large files apart by samples only; the name makes it certain.
    url = get_instance().media_file_mgr.add(content, mimetype, f"stylemate.{place}", digest)
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}{url}" if base else url


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
