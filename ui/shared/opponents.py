"""Whom a tab may play: the model and styles that all tabs share, and the tab's own guests."""

import streamlit as st

from engine.play.opponents import OpponentRegistry, load_registry
from engine.style.style_file import StyleFile
from ui.shared.guests import Guests
from ui.shared.state import tab

GUESTS = "guests"


@st.cache_resource(show_spinner="Waking up the players …")
def shared_opponents() -> OpponentRegistry:
    """Return the model and styles that all sessions share.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    return load_registry()


def opponents() -> OpponentRegistry:
    """Return the model and styles that this tab may play: the shared ones and its own guests.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    return guests().opponents(shared_opponents())


def guest_styles() -> dict[str, StyleFile]:
    """Return this tab's guests by label, first come first."""
    return dict(guests().styles)


def add_guest_style(style_file: StyleFile) -> None:
    """Take a fitted style in as a guest, so that this tab's recipes may name its label.

    A guest of the same label is replaced. The browser keeps it until it is sent away.

    Raises:
        StylemateError: the style is of another model, or a player of the style space has that
            name; the guests stay as they were.
    """
    guests().add(style_file, shared_opponents())


def remove_guest_style(label: str) -> None:
    """Send a guest away; one who is not there is no error.

    Pages whose style was made of the guest find another when they are drawn next.
    """
    guests().remove(label)


def guests() -> Guests:
    """Return this tab's guests."""
    found: Guests = tab().setdefault(GUESTS, Guests())
    return found
