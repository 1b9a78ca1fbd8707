"""The watched game on the Arena page: board, moves, and what of both styles shows."""

from html import escape

import chess
import streamlit as st

from engine.assets import assets_directory
from engine.style.recipe import Recipe
from ui.arena import session as arena
from ui.arena.markup import labels_of
from ui.arena.session import FAST, PACE, PACES, WATCHED_MOVES
from ui.arena.watched import WatchedGame
from ui.board.board import BoardView, Strip, show_board
from ui.moves.moves import MoveList, show_moves
from ui.shared.markdown import plain, show_problem
from ui.shared.material import material
from ui.shared.measures import slider_games
from ui.shared.openings import opening_book
from ui.shared.opponent import Opponent, describe_opponent, full_name
from ui.shared.opponents import opponents
from ui.shared.strength import strength_label
from ui.shared.style_card import Side, card_html, own_move_words
from ui.shared.watched_game import BURST, TICK
from ui.shared.widgets import draw_switch, kept_value


def draw_watched(watched: WatchedGame) -> None:
    """Draw the game, which plays on by itself while it runs."""
    with st.container(key="arena_watch", border=True, gap="small"):
        _draw_controls(watched)
        if watched.error:
            show_problem(watched.error)
        st.fragment(_draw_game, run_every=TICK if watched.is_running else None)(watched)


def _draw_controls(watched: WatchedGame) -> None:
    with st.container(key="arena_watch_controls", horizontal=True, vertical_alignment="center"):
        st.button(
            "Pause" if watched.is_running else "Go on",
            key="arena_watch_pause",
            icon=":material/pause:" if watched.is_running else ":material/play_arrow:",
            type="primary",
            disabled=watched.is_over,
            on_click=arena.pause if watched.is_running else arena.go_on,
        )
        st.button(
            "Another game", key="arena_watch_again", icon=":material/replay:", on_click=arena.watch
        )
        draw_switch("Pace", PACES, PACE)
        for color in chess.COLORS:
            recipe = watched.sides[color]
            st.button(
                plain(f"Play {_labels(watched)[recipe]}"),
                key=f"arena_watch_play_{chess.COLOR_NAMES[color]}",
                help="Make this style your opponent",
                type="tertiary",
                on_click=arena.play,
                args=(str(recipe),),
            )
        st.button(
            "",
            key="arena_watch_close",
            icon=":material/close:",
            help="Close this game",
            type="tertiary",
            on_click=arena.close_watched,
        )


def _draw_game(watched: WatchedGame) -> None:
    if watched.is_running:
        watched.play_on(BURST if kept_value(PACE, PACES[0]) == FAST else 0.0)
        if not watched.is_running:
            st.rerun()  # the buttons above change, and the clock stops
    table, panel = st.columns([46, 54], gap="large")
    with table, st.container(key="arena_watch_table", gap="small"):
        _draw_board(watched)
        _draw_moves(watched)
    with panel, st.container(gap="small"):
        end = watched.game.ending
        if end is not None:
            st.html(
                f'<div class="ending drawn" data-testid="watch-ending"><div class="result">'
                f"{end.result.replace('1/2-1/2', '½–½').replace('-', '–')}</div>"
                f"<div>{escape(end.words)}</div></div>"
            )
        for color in chess.COLORS:
            _draw_card(watched, color)


def _draw_board(watched: WatchedGame) -> None:
    board = watched.game.board(watched.count)
    show_board(
        BoardView(
            board=board,
            orientation=chess.WHITE,
            mover=None,
            arrows=(),
            top=_strip(watched, board, chess.BLACK),
            bottom=_strip(watched, board, chess.WHITE),
            revision=watched.revision,
            session="",
            count=watched.count,
            said=watched.game.moves[watched.count - 1].san if watched.count else "",
        ),
        _nothing,
        key="arena_watch_board",
    )


def _draw_moves(watched: WatchedGame) -> None:
    moves = watched.game.moves
    opening = opening_book(assets_directory()).find([one.move for one in moves[: watched.count]])
    own = {
        move.count + 1: own_move_words(move, _labels(watched)[watched.sides[color]])
        for color in chess.COLORS
        for move in watched.styled(color)
        if move.is_telling
    }
    sans = [one.san for one in moves]
    show_moves(
        MoveList(chess.STARTING_FEN, sans, watched.count, opening, own=own),
        arena.go_to_chosen,
        WATCHED_MOVES,
    )


def _draw_card(watched: WatchedGame, color: chess.Color) -> None:
    side = Side(
        watched.sides[color], color, watched.styled(color), watched.game.board(), watched.is_over
    )
    title = f"{_labels(watched)[side.recipe]}, {chess.COLOR_NAMES[color].capitalize()}"
    space = opponents().space
    with st.container(border=True):
        st.html(card_html(side, space, slider_games(), title, explains=color == chess.BLACK))


def _labels(watched: WatchedGame) -> dict[Recipe, str]:
    """Return what to call the two sides, by recipe."""
    recipes = list(dict.fromkeys(watched.sides.values()))
    labels = labels_of([str(recipe) for recipe in recipes])
    return {recipe: labels[str(recipe)] for recipe in recipes}


def _strip(watched: WatchedGame, board: chess.Board, color: chess.Color) -> Strip:
    opponent = Opponent(watched.sides[color])
    won = material(board, chess.Board(), color)
    registry = opponents()
    described = describe_opponent(opponent, registry.space)
    strength = strength_label(opponent, registry.strength)
    return Strip(
        name=full_name(opponent.recipe),
        detail=" · ".join(filter(None, (described, strength))),
        color=chess.COLOR_NAMES[color],
        captured=won.captured,
        ahead=won.ahead,
        to_move=not watched.is_over and board.turn == color,
    )


def _nothing() -> None:
    """Nobody moves pieces on this board."""
