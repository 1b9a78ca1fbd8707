"""The slider of how much chance there is in a style's choice of moves."""

from collections.abc import Callable

import streamlit as st

from ui.shared.opponent import HOTTEST
from ui.shared.widgets import Held

STEP = 0.05


def draw_temperature(shown: Held[float], on_change: Callable[[], None], help: str) -> None:
    """Draw the slider.

    Args:
        shown: the widget.
        on_change: its callback.
        help: what its values do here.
    """
    st.slider(
        "Temperature",
        0.0,
        HOTTEST,
        shown.start,
        step=STEP,
        key=shown.key,
        help=help,
        on_change=on_change,
    )
