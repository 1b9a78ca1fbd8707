"""A position that is being set up: the board to do it on, and what else belongs to a position."""

import streamlit as st

from ui.board.editor import show_editor
from ui.play import setup_actions
from ui.play.clock_choice import draw_clock_choice
from ui.play.new_game_panel import running_words
from ui.play.setup import CASTLING, Setup, en_passant_squares, possible_castling
from ui.play.state import PlaySession
from ui.shared.markdown import plain, show_problem
from ui.shared.opponent import full_name
from ui.shared.widgets import draw_choice, held

NOWHERE = "None"
SIDES = {"White": "white", "Random": "random", "Black": "black"}


def draw_setup_board(session: PlaySession, setup: Setup) -> None:
    """Draw the board and the buttons that change all of it."""
    show_editor(
        setup.placement,
        setup.orientation,
        session.revision,
        session.name,
        setup_actions.place,
    )
    with st.container(key="play_setup_actions", horizontal=True, horizontal_alignment="center"):
        st.button(
            "Start position",
            key="play_setup_start",
            icon=":material/grid_on:",
            on_click=setup_actions.put_start,
        )
        st.button(
            "Clear board",
            key="play_setup_clear",
            icon=":material/delete:",
            on_click=setup_actions.clear,
        )
        st.button(
            "Flip",
            key="play_setup_flip",
            icon=":material/swap_vert:",
            help="See the board from the other side",
            on_click=setup_actions.turn_round,
        )


def draw_setup(session: PlaySession, setup: Setup) -> None:
    """Draw whose move it is, who may castle, the FEN, and the buttons that begin a game."""
    st.html(
        '<div class="welcome"><h1>Set up a position</h1><p>Drag pieces, or choose one beside the '
        "board and press squares. A piece dropped beside the board is taken away.</p></div>"
    )
    for problem in session.problems:
        show_problem(problem)
    _draw_turn(setup)
    _draw_castling(setup)
    _draw_en_passant(setup)
    fen = held("play_setup_fen", setup.fen)
    st.text_input(
        "FEN",
        fen.start,
        key=fen.key,
        help="Copy it from here, or paste another one and press Enter",
        on_change=fen.calls(setup_actions.set_fen),
    )
    draw_clock_choice()
    if setup.asked is None:
        _draw_beginning(session, setup)
    else:
        _ask_for_game(session, setup.asked)


def _draw_turn(setup: Setup) -> None:
    turn = held("play_setup_turn", "White" if setup.turn else "Black")
    draw_choice("To move", ["White", "Black"], turn, turn.calls(setup_actions.set_turn))


def _draw_castling(setup: Setup) -> None:
    possible = possible_castling(setup.placement)
    st.markdown("May still castle, with king and rook where they began")
    with st.container(key="play_setup_castling", horizontal=True):
        for right, words in CASTLING.items():
            may = held(
                f"play_setup_castling_{right}", right in possible and right in setup.castling
            )
            st.checkbox(
                words,
                may.start,
                key=may.key,
                disabled=right not in possible,
                on_change=may.calls(setup_actions.set_castling, right),
            )


def _draw_en_passant(setup: Setup) -> None:
    squares = en_passant_squares(setup.placement, setup.turn)
    if not squares:
        return
    options = [NOWHERE, *squares]
    chosen = held(
        "play_setup_en_passant", setup.en_passant if setup.en_passant in squares else NOWHERE
    )
    draw_choice(
        "En passant on",
        options,
        chosen,
        chosen.calls(
            lambda square: setup_actions.set_en_passant(None if square == NOWHERE else square)
        ),
    )


def _draw_beginning(session: PlaySession, setup: Setup) -> None:
    if setup.problem:
        show_problem(setup.problem)
    st.markdown(f"Play against {plain(full_name(session.opponent.recipe))} as")
    with st.container(key="play_setup_sides", horizontal=True):
        for words, side in SIDES.items():
            st.button(
                words,
                key=f"play_setup_as_{side}",
                width="stretch",
                disabled=bool(setup.problem),
                on_click=setup_actions.play_position,
                args=(side,),
            )
    st.button(
        "Back to the game",
        key="play_setup_close",
        icon=":material/arrow_back:",
        on_click=setup_actions.close_setup,
    )


def _ask_for_game(session: PlaySession, side: str) -> None:
    with st.container(key="play_setup_asked", border=True, gap="small"):
        st.markdown(running_words(session))
        with st.container(key="play_setup_answers", horizontal=True):
            st.button(
                "Begin the new game",
                key="play_setup_yes",
                type="primary",
                on_click=setup_actions.play_position,
                args=(side,),
            )
            st.button("Not yet", key="play_setup_no", on_click=setup_actions.keep_game)
