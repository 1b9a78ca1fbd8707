"""What all pages share: title, logo, style sheet, and how a page fails."""

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

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


def draw_menu(pages: Sequence[StreamlitPage]) -> None:
    """Draw the names of all pages where the window is too narrow for them at its top."""
    with st.container(key="menu", horizontal=True, gap="small"):
        for one in pages:
            st.page_link(one, width="content")


def speak_title(words: str) -> None:
    """Draw a title for screen readers alone, on a page that shows what it is without words."""
    st.html(f'<h1 class="only-spoken">{escape(words)}</h1>')


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
