"""What all pages share: title, logo, style sheet, and how a page fails."""

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import streamlit as st

from engine.errors import StylemateError
from ui.shared.markdown import plain

_FOLDER = Path(__file__).parents[1]
_log = logging.getLogger(__name__)


def draw_frame() -> None:
    """Set up the browser tab, the logo and the style sheet."""
    static = _FOLDER / "static"
    st.set_page_config(
        page_title="Stylemate",
        page_icon=str(static / "icon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.logo(str(static / "logo.svg"), size="large")
    st.html(_FOLDER / "page.css")


def page(draw: Callable[[], None]) -> Callable[[], None]:
    """Make a page that explains its errors instead of showing a traceback."""

    @wraps(draw)
    def run() -> None:
        try:
            draw()
        except StylemateError as error:
            st.error(
                f"**Stylemate cannot show this page.** {plain(str(error))}",
                icon=":material/error:",
            )
        except Exception:
            _log.exception("a page failed")
            st.error(
                "**Something went wrong in Stylemate.** Your game is in this page's address: "
                "reload the page to go on. The program's log says more.",
                icon=":material/error:",
            )

    return run
