"""Habits of a player in words, with how sure they are."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from engine.style.game_habits import GameHabits, told_in_games
from engine.style.habits import Certainty, HabitLine, Habits, HabitScale, described
from engine.style.player_games import PlayerGames

SHOWN = 6
NOTHING_CLEAR = "Not clear yet: with so few games nothing tells this player from others."
_ABOUT = (
    "What happens in these games, with the mean of other players. Only habits are told on which "
    "two halves of players' games agree. Clear: chance alone shows so much in one of forty; "
    "likely: in one of ten."
)


def draw_habits(
    in_games: GameHabits | None,
    table: PlayerGames | None,
    chosen: Habits | None,
    scale: HabitScale | None,
) -> None:
    """Draw what tells a player from others, the surest first.

    Args:
        in_games: what happens in the player's games, None where that was not measured.
        table: the real players to hold it against.
        chosen: what the player prefers among the same moves, None where that was not measured.
        scale: how that was measured.
    """
    lines: list[HabitLine] = []
    if in_games is not None and table is not None:
        lines += told_in_games(in_games, table)[:SHOWN]
    if chosen is not None and scale is not None:
        lines += told_habits(chosen, scale)
    if not lines:
        st.caption(NOTHING_CLEAR)
        return
    st.html(habits_html(lines))
    st.caption(_ABOUT)


def told_habits(habits: Habits, scale: HabitScale) -> list[HabitLine]:
    """Return the choices among the same moves that are clear and that halves of games agree on."""
    return [line for line in described(habits, scale) if line.certainty is Certainty.CLEAR]


def habits_html(lines: Sequence[HabitLine]) -> str:
    """Return habits as a list."""
    rows = "".join(
        f'<li>{escape(line.text)} <span class="certainty">{line.certainty}</span></li>'
        for line in lines
    )
    return f'<ul class="habits" data-testid="habits">{rows}</ul>'
