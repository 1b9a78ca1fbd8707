"""The Play page: the board, what the opponent thinks, the moves, and the opponent's style."""

import time
from collections.abc import Sequence

import chess
import streamlit as st

from engine.assets import assets_directory
from ui.address.address import show_address
from ui.board.board import BoardView, ClockFace, Strip, show_board
from ui.board.drawing import Arrow
from ui.memory.memory import show_memory
from ui.play import game_actions, strength_actions
from ui.play.game_panel import (
    draw_actions,
    draw_downloads,
    draw_explorer,
    draw_moves,
    draw_notices,
    draw_rival,
)
from ui.play.live_panel import draw_live
from ui.play.manners_panel import draw_waiting
from ui.play.opponent_panel import draw_opponent
from ui.play.session import current_session
from ui.play.setup import write_setup
from ui.play.setup_panel import draw_setup, draw_setup_board
from ui.play.state import BOARD_TAB, MOVES_TAB, OPPONENT_TAB, PlaySession
from ui.play.style_shown import draw_style_shown
from ui.play.thinking_panel import draw_thinking, shown_thinking
from ui.play.welcome_panel import draw_heading, draw_portraits
from ui.play.wishes import take_game_wish, take_wish
from ui.preferences.preferences import show_preferences
from ui.shared import game as games
from ui.shared.candidates import Thinking, arrows
from ui.shared.frame import page
from ui.shared.game import Game
from ui.shared.game_address import KEYS, write_address
from ui.shared.handover import show_playing
from ui.shared.material import material
from ui.shared.openings import opening_book
from ui.shared.opponent import describe_opponent, full_name
from ui.shared.opponents import opponents
from ui.shared.strength import strength_label
from ui.shared.text import YOU
from ui.shared.widgets import held


@page
def play_page() -> None:
    """Draw the page."""
    take_wish()
    take_game_wish()
    session = current_session()
    if game_actions.is_reply_due(session):
        game_actions.let_reply_come()
    show_playing(session.opponent, session.game)
    draw_rival(session)
    table, panel = st.columns([58, 42], gap="large")
    if session.setup is not None:
        with table, st.container(key="play_table", gap="small"):
            _hold_address(session)
            draw_setup_board(session, session.setup)
        with panel, st.container(key="play_panel", gap="small"):
            draw_setup(session, session.setup)
        return
    thinking = shown_thinking(session)
    with table, st.container(key="play_table", gap="small"):
        _hold_address(session)
        _draw_board(session, arrows(thinking.candidates) if thinking else ())
        draw_actions(session)
    with panel, st.container(key="play_panel", gap="small"):
        _draw_panel(session, thinking)


def _draw_panel(session: PlaySession, thinking: Thinking | None) -> None:
    # Above the board it would keep the page from going on after a restart of the server.
    draw_heading(session)
    draw_notices(session)
    is_over = games.ending(session.game) is not None
    if is_over:
        draw_style_shown(session)
    draw_portraits(session, opponents().space)
    draw_waiting(session)
    draw_thinking(session, thinking)
    shown = held("play_tab", session.shown_tab)
    moves, opponent, board = st.tabs(
        [MOVES_TAB, OPPONENT_TAB, BOARD_TAB],
        key=shown.key,
        default=shown.start,
        on_change=shown.calls_however_late(game_actions.open_tab),
    )
    if moves.open:
        with moves:
            draw_moves(session, opening_book(assets_directory()))
            if not is_over:
                draw_style_shown(session)
            draw_explorer(session, opening_book(assets_directory()))
            draw_live(session, opponents())
            draw_downloads(session)
    if opponent.open:
        with opponent:
            draw_opponent(session, opponents().space, opponents().strength)
            show_memory(session.level, session.asks_level, strength_actions.recall_level)
    if board.open:
        with board:
            show_preferences()


def _hold_address(session: PlaySession) -> None:
    address = write_address(
        session.opponent, session.game, session.clock, session.manners, session.movers
    )
    values = {key: address.get(key) for key in KEYS} | write_setup(session.setup)
    show_address(session.name, values, game_actions.restore)


def _draw_board(session: PlaySession, drawn: Sequence[Arrow]) -> None:
    game = session.game
    board = games.board_after(game, game.shown)
    show_board(
        BoardView(
            board=board,
            orientation=game.orientation,
            mover=game.person if game.is_current and games.is_persons_turn(game) else None,
            arrows=drawn,
            top=_strip(session, board, not game.orientation),
            bottom=_strip(session, board, game.orientation),
            revision=session.revision,
            session=session.name,
            count=game.shown,
            said=_announcement(game),
            is_over=games.ending(game) is not None and game.is_current,
        ),
        game_actions.make_move,
        game_actions.time_ran_out,
    )


def _strip(session: PlaySession, board: chess.Board, color: chess.Color) -> Strip:
    game = session.game
    won = material(board, chess.Board(game.start), color)
    if color == game.person:
        name, detail = YOU, "White" if color == chess.WHITE else "Black"
    else:
        recipe = session.opponent.recipe
        registry = opponents()
        strength = strength_label(session.opponent, registry.strength)
        described = describe_opponent(session.opponent, registry.space)
        name, detail = full_name(recipe), " · ".join(filter(None, (described, strength)))
    is_over = games.ending(game) is not None
    return Strip(
        name=name,
        detail=detail,
        color=chess.COLOR_NAMES[color],
        captured=won.captured,
        ahead=won.ahead,
        to_move=not is_over and board.turn == color,
        clock=_clock_face(session, color),
    )


def _clock_face(session: PlaySession, color: chess.Color) -> ClockFace | None:
    clock = session.clock
    if clock is None:
        return None
    turn = games.turn(session.game)
    runs = clock.since is not None and color == turn and games.ending(session.game) is None
    return ClockFace(round(clock.left(color, turn, time.time()), 2), runs)


def _announcement(game: Game) -> str:
    if not game.shown:
        return ""
    mover = chess.COLOR_NAMES[not games.board_after(game, game.shown).turn]
    words = f"{mover} played {game.sans[game.shown - 1]}."
    end = games.ending(game)
    return f"{words} {end.explanation}" if end and game.is_current else words
