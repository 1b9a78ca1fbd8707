"""The part of the opponent's panel for styles of one's own, fitted here or loaded from files."""

from html import escape

import streamlit as st

from engine.style.style_file import StyleFile
from ui.play import guest_actions
from ui.play.state import PlaySession
from ui.shared.markdown import show_error
from ui.shared.opponents import guest_styles


def draw_guests(session: PlaySession) -> None:
    """Draw the person's own styles, and the field that takes in another."""
    guests = guest_styles()
    with st.expander("Your own styles", icon=":material/face:", expanded=bool(session.style_error)):
        for label, style in guests.items():
            _draw_guest(session, label, style)
        st.file_uploader(
            "Load a .style file",
            key=guest_actions.style_file_key(session),
            help=(
                "The You page and `stylemate fit` make such files from games. The style stays in "
                "this browser until you delete it."
            ),
            on_change=guest_actions.load_style_file,
        )
        if session.style_error:
            show_error(session.style_error)


def _draw_guest(session: PlaySession, label: str, style: StyleFile) -> None:
    is_playing = [c.name for c in session.opponent.recipe.components] == [label]
    with st.container(
        key=f"play_guest_{label}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.html(
            f'<div class="guest"><b>{escape(label)}</b>'
            f"<div>{style.games:,} games of {escape(style.player)}</div></div>",
            width="stretch",
        )
        st.button(
            "Play",
            key=f"play_guest_play_{label}",
            disabled=is_playing,
            on_click=guest_actions.play_guest,
            args=(label,),
        )
        st.button(
            "",
            key=f"play_guest_remove_{label}",
            icon=":material/delete:",
            help="Delete it from this browser",
            type="tertiary",
            on_click=guest_actions.send_guest_away,
            args=(label,),
        )
