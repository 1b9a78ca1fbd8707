"""What every picker of players offers, and how far every slider of attributes reaches."""

import streamlit as st

from engine.style.recipe import AVERAGE, MAXIMUM_AMOUNT
from engine.style.space import StyleSpace
from ui.shared.opponent import describe_player

SLIDER_REACH = MAXIMUM_AMOUNT
SLIDER_STEP = 0.25


def player_labels(space: StyleSpace) -> dict[str, str]:
    """Return what pickers show for each player: the average and guests on top, then most games."""
    return _labels(space, space.names, space.guests)


@st.cache_data(show_spinner=False, max_entries=8)
def _labels(_space: StyleSpace, names: tuple[str, ...], guests: int) -> dict[str, str]:
    """Return the labels, remembered by ``names`` and the number of ``guests`` among them."""
    population = len(names) - guests
    labels = {AVERAGE: f"The average of all {population:,} players"}
    for guest in _space.players[population:]:
        labels[guest.name] = f"{guest.name} · fitted to {guest.games:,} games"
    ranked = sorted(_space.players[:population], key=lambda player: -player.games)
    return labels | {p.name: f"{p.name} · {describe_player(p)}" for p in ranked}
