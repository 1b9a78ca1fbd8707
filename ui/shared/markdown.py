"""Text that people wrote, where Streamlit reads Markdown: in notices, captions, labels and helps.

A page's address, a style file or a game may hold anything: a picture of a stranger's, which the
browser would fetch, or a link. Such text passes through :func:`plain` wherever it is shown.
"""

import re

import streamlit as st

_MARKUP = frozenset("\\`*_{}[]<>#|~$:!")
_BREAK = "\u2060"  # a word joiner: nothing is seen of it
# What becomes a link, a pictogram or an icon even where its letters are escaped.
_SELF_MADE = re.compile(r"(?<=://)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=:)(?=[\w/+-]+:)", re.IGNORECASE)
# What makes a list or a heading at the beginning of a line.
_BEGINNING = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))")


def plain(text: str) -> str:
    """Return text as Markdown that shows just this text, in one line."""
    line = _SELF_MADE.sub(_BREAK, " ".join(text.split()))
    escaped = "".join(f"\\{letter}" if letter in _MARKUP else letter for letter in line)
    return _BEGINNING.sub(r"\1\\", escaped)


def show_error(error: object) -> None:
    """Draw what went wrong.

    Args:
        error: the exception or its text, which may quote what a person wrote.
    """
    st.error(plain(str(error)), icon=":material/error:")


def show_problem(problem: str) -> None:
    """Draw what was not as asked for, although the page goes on.

    Args:
        problem: its text, which may quote what a person wrote.
    """
    st.warning(plain(problem), icon=":material/info:")
