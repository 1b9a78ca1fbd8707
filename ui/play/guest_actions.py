"""What the person does with styles of their own."""

from dataclasses import replace

import streamlit as st

from engine.errors import StylemateError
from engine.style.style_file import LONGEST_NAME, parse_style
from ui.play.opponent_changes import set_players
from ui.play.session import current_session
from ui.play.state import PlaySession, action
from ui.shared.opponents import add_guest_style, remove_guest_style, shared_opponents

STYLE_FILE = "play_style_file"
LOADED = " (file)"
"""What tells a loaded style from a player of the same name."""


def style_file_key(session: PlaySession) -> str:
    """Return the widget key of the field for a style file."""
    return f"{STYLE_FILE}_{session.uploads}"


@action
def load_style_file() -> None:
    """Play the style of the file that was chosen; a wrong one is explained beside the field."""
    session = current_session()
    file = st.session_state.get(style_file_key(session))
    if file is None:
        return
    session.uploads += 1
    session.style_error = ""
    try:
        style = parse_style(file.getvalue(), file.name)
        if style.label in shared_opponents().space.names:
            style = replace(style, label=style.label[: LONGEST_NAME - len(LOADED)] + LOADED)
        add_guest_style(style)
    except StylemateError as error:
        session.style_error = str(error)
        return
    play_guest(style.label)


@action
def play_guest(label: str) -> None:
    """Play a guest alone, steered as the opponent is."""
    session = current_session()
    session.slots = 1
    set_players(session, session.opponent, {label: 1.0})


@action
def send_guest_away(label: str) -> None:
    """Take a guest off the list, and out of the opponent."""
    current_session().style_error = ""
    remove_guest_style(label)
