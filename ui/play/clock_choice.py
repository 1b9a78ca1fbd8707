"""The choice of a clock for the next game."""

import streamlit as st

from ui.shared.clock import CONTROLS_OFFERED, TimeControl, read_control
from ui.shared.widgets import kept, kept_value

NO_CLOCK = "No clock"
_NAME = "play_control"


def draw_clock_choice() -> None:
    """Draw the choice of a clock for the next game."""
    clock = kept(_NAME, NO_CLOCK)
    options = list(dict.fromkeys([NO_CLOCK, clock.start, *CONTROLS_OFFERED]))
    st.selectbox(
        "Clock",
        options,
        index=options.index(clock.start),
        key=clock.key,
        accept_new_options=True,
        help="Minutes for each side, and seconds that every move brings. Another one may be typed: "
        "7+5.",
        on_change=clock.keep,
    )


def chosen_control() -> TimeControl | None:
    """Return the clock that was chosen for the next game, None without one.

    Raises:
        StylemateError: what was typed is no clock.
    """
    chosen = kept_value(_NAME, NO_CLOCK)
    return None if chosen in (None, NO_CLOCK) else read_control(chosen)
