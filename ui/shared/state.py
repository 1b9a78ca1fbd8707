"""What one browser tab remembers, and callbacks that always end what they began.

Every read of ``st.session_state`` is a place at which Streamlit may end a run because the person
has pressed something else, a callback in the middle of its work included. What a tab remembers
therefore lies in one dictionary, and a callback takes that in hand before it changes anything.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

Parameters = ParamSpec("Parameters")

STATE = "tab"
_in_hand: ContextVar[dict[str, Any] | None] = ContextVar("in_hand", default=None)


def tab() -> dict[str, Any]:
    """Return what this browser tab remembers, by name."""
    in_hand = _in_hand.get()
    if in_hand is not None:
        return in_hand
    remembered: dict[str, Any] = st.session_state.setdefault(STATE, {})
    return remembered


def uninterrupted(change: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Make a callback that another press does not end half-way: that press has to wait.

    Args:
        change: reads widgets and components, if it does, before it changes anything; it may be
            begun again until it has read them. It never asks for another run itself: after a
            callback there is one.
    """

    @wraps(change)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        if _in_hand.get() is not None:  # a part of another callback
            change(*args, **kwargs)
            return
        waiting: RerunException | None = None
        while True:
            try:
                token = _in_hand.set(tab())
                try:
                    change(*args, **kwargs)
                finally:
                    _in_hand.reset(token)
                break
            except RerunException as press:
                waiting = press
        if waiting is not None:
            raise waiting

    return run
