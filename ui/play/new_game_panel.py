"""Where a new game begins: from which position, against which clock, with which colour."""

import chess
import streamlit as st

from engine.assets import assets_directory
from engine.errors import StylemateError
from ui.play import game_actions, setup_actions
from ui.play.clock_choice import chosen_control, draw_clock_choice
from ui.play.course import is_running
from ui.play.state import PlaySession
from ui.shared.markdown import plain, show_error
from ui.shared.openings import opening_book
from ui.shared.opponent import full_name


def running_words(session: PlaySession) -> str:
    """Return what becomes of the game that goes on when another begins, as Markdown."""
    return (
        f"Your game against {plain(full_name(session.opponent.recipe))} goes on. "
        "It ends without a result when another begins."
    )


@st.dialog("New game")
def new_game_dialog(session: PlaySession) -> None:
    """Ask how the next game begins, and begin it."""
    if is_running(session.game):
        st.info(running_words(session), icon=":material/info:")
    fen = st.text_input(
        "From a position (optional)",
        key="play_fen",
        placeholder="Paste a FEN, or leave empty for the usual beginning",
    )
    if st.button(
        "Set up a position on the board",
        key="play_new_setup",
        icon=":material/edit_square:",
        on_click=setup_actions.open_setup,
    ):
        st.rerun()
    book = opening_book(assets_directory())
    opening = st.selectbox(
        "Opening (optional)",
        book.names,
        index=None,
        key="play_opening",
        placeholder="Type a name: Najdorf, King's Gambit …",
        filter_mode="contains",
    )
    draw_clock_choice()
    st.markdown("Play as")
    with st.container(key="play_sides", horizontal=True):
        white = st.button("White", key="play_as_white", width="stretch")
        either = st.button("Random", key="play_as_random", width="stretch")
        black = st.button("Black", key="play_as_black", width="stretch")
    if not (white or either or black):
        return
    try:
        side = chess.WHITE if white else chess.BLACK if black else None
        line = book.line(opening) if opening else ()
        game_actions.start_game(side, fen, chosen_control(), line)
    except StylemateError as error:
        show_error(error)
        return
    st.rerun()
