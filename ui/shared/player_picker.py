"""What every picker of players offers, and how far every slider of attributes reaches."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.errors import StylemateError
from engine.style.recipe import AVERAGE, MAXIMUM_AMOUNT
from engine.style.space import StyleSpace
from ui.shared.opponent import describe_player
from ui.shared.widgets import Held

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


def draw_player_picker(
    place: DeltaGenerator,
    label: str,
    names: Sequence[str],
    player: Held[str | None],
    labels: dict[str, str],
    on_change: Callable[[], None],
    placeholder: str = "Type a name",
) -> None:
    """Draw a list of players in which a name may be typed in any way: see ``player_meant``.

    Args:
        place: where.
        label: of the widget.
        names: of the players, most games first.
        player: who is chosen.
        labels: what is shown for each name.
        on_change: called with a listed name, or with what was typed.
        placeholder: shown while nobody is chosen.
    """
    options: list[Any] = list(names)
    place.selectbox(
        label,
        options,
        index=options.index(player.start) if player.start in options else None,
        format_func=lambda name: labels.get(name, name),
        key=player.key,
        placeholder=placeholder,
        accept_new_options=True,
        filter_mode="contains",  # it keeps the order, and so puts the best known first
        on_change=on_change,
    )


def player_meant(typed: str, space: StyleSpace) -> str:
    """Return the player whom a picker's text means: the likeliest of those who fit it.

    Raises:
        StylemateError: nobody fits.
    """
    if typed in (AVERAGE, *space.names):
        return typed
    found = space.search(typed)
    if not found:
        raise StylemateError(f"No player is called '{typed[:60]}'. Try the family name.")
    return found[0]
