"""Habits of a player in words, with how sure they are."""

from html import escape

import streamlit as st

from engine.style.habits import Certainty, HabitLine, Habits, HabitScale, described

SHOWN = 6
NOTHING_CLEAR = (
    "Not clear yet: with so few moves nothing tells this player from others after the opening."
)
_ABOUT = (
    "Habits after the opening, against others in the same positions. Clear: the games say so, and "
    "two halves of players' games agree on such a habit. Likely: the games say so, but halves "
    "agree less well."
)


def draw_habits(habits: Habits, scale: HabitScale) -> None:
    """Draw what a player leans to, the surest first.

    Args:
        habits: of the player.
        scale: how they were measured.
    """
    lines = told_habits(habits, scale)
    if not lines:
        st.caption(NOTHING_CLEAR)
        return
    st.html(habits_html(lines))
    st.caption(_ABOUT)


def told_habits(habits: Habits, scale: HabitScale, count: int = SHOWN) -> list[HabitLine]:
    """Return the habits that are worth telling, clear ones first, each as sure as it may be called.

    None is called clear of which halves of players' own games say different things.
    """
    reliable = {measure.key for measure in scale.measures if measure.reliable}
    told = []
    for line in described(habits, scale, shown_only=False):
        if line.certainty is Certainty.UNCLEAR:
            continue
        is_clear = line.certainty is Certainty.CLEAR and line.key in reliable
        certainty = Certainty.CLEAR if is_clear else Certainty.LIKELY
        told.append(HabitLine(line.key, line.text, line.deviations, certainty))
    told.sort(key=lambda line: line.certainty is not Certainty.CLEAR)  # stable: far ones first
    return told[:count]


def habits_html(lines: list[HabitLine]) -> str:
    """Return habits as a list."""
    rows = "".join(
        f'<li>{escape(line.text)} <span class="certainty">{line.certainty}</span></li>'
        for line in lines
    )
    return f'<ul class="habits" data-testid="habits">{rows}</ul>'
