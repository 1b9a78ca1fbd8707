"""How strong the opponent plays: the one control, and the question asked once."""

import streamlit as st

from engine.play.strength.table import StrengthTable
from ui.play import strength_actions
from ui.play.state import PlaySession
from ui.shared.markdown import plain
from ui.shared.strength import NO_LEVEL, choices, how_measured, strength_words
from ui.shared.widgets import held

LEVELS = {
    "New to chess": 600,
    "Casual": 900,
    "Improving": 1200,
    "Club player": 1500,
    "Strong": 1800,
    "Very strong": 2100,
    "Rather not say": 0,
}
"""Answers to how strong somebody is, as ratings; 0 asks no more and changes nothing."""


def draw_strength(session: PlaySession, table: StrengthTable) -> None:
    """Draw the control, and above it the question if the browser knows no answer."""
    if session.asks_level:
        _draw_question()
    opponent = session.opponent
    options = choices(table, opponent.recipe.elo)
    chosen = held("play_strength", opponent.recipe.elo or NO_LEVEL)
    with st.container(key="play_strength_row", gap=None):
        st.select_slider(
            "Strength",
            options,
            chosen.start,
            format_func=lambda elo: "as learned" if elo == NO_LEVEL else str(elo),
            key=chosen.key,
            help=how_measured(table),
            on_change=chosen.calls(strength_actions.choose_strength),
        )
        st.caption(plain(strength_words(opponent, table)))


def _tell(label: str | None) -> None:
    if label is not None:
        strength_actions.tell_level(LEVELS[label])


def _draw_question() -> None:
    nothing: str | None = None
    answer = held("play_level", nothing)
    with st.container(key="play_level_card", border=True, gap="small"):
        st.pills(
            "About how strong are you?",
            list(LEVELS),
            key=answer.key,
            on_change=answer.calls(_tell),
        )
        st.caption(
            "Opponents begin at your level, and the strength below changes that at any time. "
            "Your answer stays in this browser."
        )
