"""The switches for the opponent's manners, and the wait for its reply."""

import streamlit as st

from ui.play import game_actions
from ui.play.state import PlaySession
from ui.shared.markdown import plain
from ui.shared.opponent import full_name
from ui.shared.widgets import held

TICK = 0.25
"""Seconds between two looks whether a reply has come."""
SWITCHES = (
    (
        "takes_time",
        "Takes its time",
        "Replies come when a person's would: at once where there is one move, quickly in the "
        "opening, slowly where much can happen. Never longer than 20 seconds. You may switch it "
        "at any time.",
    ),
    (
        "ends_games",
        "Resigns and takes draws",
        "From move 15 on it resigns when it has seen itself lost twice in a row, some games sooner "
        "and some never; from move 20 on it takes a draw that you offer, unless it expects more "
        "than 62 of 100 points. It never offers one. Games from a set position are played out, "
        "and below a strength of 1000 it never resigns.",
    ),
)


def draw_manners(session: PlaySession) -> None:
    """Draw the switches."""
    with st.container(key="play_manners", gap=None):
        for name, label, explained in SWITCHES:
            switch = held(f"play_manner_{name}", bool(getattr(session.manners, name)))
            st.toggle(
                label,
                switch.start,
                key=switch.key,
                help=explained,
                on_change=switch.calls(game_actions.set_manners, name),
            )


def draw_waiting(session: PlaySession) -> None:
    """Say that the opponent thinks, and let the reply come when its time has come."""
    if session.reply_due is None:
        return

    @st.fragment(run_every=TICK)
    def wait() -> None:
        if session.reply_due is None or game_actions.is_reply_due(session):
            st.rerun()  # the page plays it
        name = full_name(session.opponent.recipe)
        st.caption(plain(f"{name} is thinking."))

    with st.container(key="play_waiting"):
        wait()
