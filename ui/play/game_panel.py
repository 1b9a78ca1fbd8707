"""Everything about the game that is not the board: notices, buttons, moves, downloads."""

from datetime import date
from html import escape

import chess
import streamlit as st

from engine.play.ending import Ending
from ui.moves.moves import MoveList, show_moves
from ui.openings.explorer import LAST_PLY, book_moves, explorer_html
from ui.play import game_actions, setup_actions
from ui.play.course import engine
from ui.play.new_game_panel import new_game_dialog
from ui.play.state import PlaySession
from ui.play.style_shown import own_words
from ui.play.wishes import answer_rival
from ui.shared import game as games
from ui.shared.export import LONGEST_PERSON, file_name, pgn, picture
from ui.shared.game import Game
from ui.shared.markdown import plain, show_problem
from ui.shared.openings import OpeningBook
from ui.shared.opponent import full_name, short_name
from ui.shared.text import YOU
from ui.shared.widgets import kept, kept_value


def draw_notices(session: PlaySession) -> None:
    """Draw what went wrong, how the game ended, and whether an earlier position is on screen."""
    for problem in session.problems:
        show_problem(problem)
    end = games.ending(session.game)
    if end is not None:
        _draw_ending(session, end)
    elif session.said:
        st.caption(plain(session.said))
    if not session.game.is_current:
        with st.container(key="play_past", horizontal=True, vertical_alignment="center"):
            st.markdown(f"Looking back at **{plain(_move_words(session.game))}**.")
            st.button(
                "Back to the game",
                key="play_back",
                icon=":material/last_page:",
                on_click=game_actions.back_to_game,
            )
            st.button(
                "Play from here",
                key="play_from_here",
                icon=":material/alt_route:",
                help="Begin another game from this position",
                on_click=game_actions.play_from_here,
            )


def draw_rival(session: PlaySession) -> None:
    """Ask what becomes of the game if another page wished for somebody else."""
    if session.rival is None:
        return
    now, rival = (plain(full_name(r)) for r in (session.opponent.recipe, session.rival))
    choices = {f"New game against {rival}": True, f"{rival} takes over this game": False}
    with st.container(key="play_rival", border=True, gap="small"):
        st.markdown(f"**You are in a game against {now}.** Shall it end for {rival}?")
        with st.container(key="play_rival_choices", horizontal=True):
            for number, (words, begins) in enumerate(choices.items()):
                st.button(
                    words,
                    key=f"play_rival_{number}",
                    type="primary" if begins else "secondary",
                    on_click=answer_rival,
                    args=(begins,),
                )
            st.button(
                f"Go on against {now}",
                key="play_rival_no",
                on_click=answer_rival,
                args=(None,),
            )


def draw_actions(session: PlaySession) -> None:
    """Draw the buttons under the board."""
    if session.asks_resign:
        _ask_resign()
        return
    game = session.game
    with st.container(key="play_actions", horizontal=True, horizontal_alignment="center"):
        if st.button("New game", key="play_new", icon=":material/add:", type="primary"):
            new_game_dialog(session)
        st.button(
            "Takeback",
            key="play_takeback",
            icon=":material/undo:",
            help="Take back your last move and the reply to it",
            disabled=games.takeback_length(game) is None,
            on_click=game_actions.take_back,
        )
        st.button(
            "Flip",
            key="play_flip",
            icon=":material/swap_vert:",
            help="See the board from the other side",
            on_click=game_actions.flip,
        )
        if session.manners.ends_games:
            st.button(
                "Draw",
                key="play_draw",
                icon=":material/handshake:",
                help="Offer a draw",
                disabled=not game_actions.may_offer_draw(session) or not game.moves,
                on_click=game_actions.offer_draw,
            )
        st.button(
            "Resign",
            key="play_resign",
            icon=":material/flag:",
            help="Give up this game",
            disabled=games.ending(game) is not None or not game.moves,
            on_click=game_actions.ask_resign,
            args=(True,),
        )


def _ask_resign() -> None:
    with st.container(
        key="play_actions",
        horizontal=True,
        horizontal_alignment="center",
        vertical_alignment="center",
    ):
        st.markdown("Give up this game?", width="content")
        st.button(
            "Yes, resign",
            key="play_resign_yes",
            icon=":material/flag:",
            type="primary",
            on_click=game_actions.resign,
        )
        st.button("Play on", key="play_resign_no", on_click=game_actions.ask_resign, args=(False,))


def draw_moves(session: PlaySession, book: OpeningBook) -> None:
    """Draw the list of moves."""
    game = session.game
    opening = book.find(game.moves[: game.shown], game.start)
    show_moves(
        MoveList(game.start, game.sans, game.shown, opening, own=own_words(session)),
        game_actions.go_to_chosen,
    )


def draw_explorer(session: PlaySession, book: OpeningBook) -> None:
    """Draw how often the style plays each move here, while the game is in its opening."""
    game = session.game
    if game.start != chess.STARTING_FEN or game.shown > LAST_PLY:
        return
    name = short_name(session.opponent.recipe)
    shown = kept("play_explorer", False)
    st.toggle(
        plain(f"Opening explorer of {name}"),
        shown.start,
        key=shown.key,
        help="How often this style plays each move in the position on the board",
        on_change=shown.keep,
    )
    if not kept_value("play_explorer", False):
        return
    board = games.board_after(game, game.shown)
    if any(board.legal_moves):
        st.html(explorer_html(book_moves(board, engine(session).policy(board), book)))


def draw_downloads(session: PlaySession) -> None:
    """Draw the buttons that download the game and the board."""
    game = session.game
    today = date.today()
    person = kept("play_person", YOU)
    name = kept_value("play_person", YOU)
    with st.container(key="play_downloads", horizontal=True):
        st.button(
            "Review",
            key="play_review",
            icon=":material/query_stats:",
            help="See the chances, the mistakes, and what others would have played",
            disabled=not game.moves,
            on_click=game_actions.review,
        )
        st.download_button(
            "PGN",
            lambda: pgn(game, session.opponent, today, name, session.movers),
            file_name(session.opponent, today, "pgn"),
            "application/x-chess-pgn",
            key="play_pgn",
            icon=":material/download:",
            help="The game so far, with the opponent's recipe in its headers",
            on_click="ignore",
        )
        st.button(
            "Set up",
            key="play_setup",
            icon=":material/edit_square:",
            help="Put pieces where you like, beginning from the position on screen, and play there",
            on_click=setup_actions.open_setup,
        )
        st.download_button(
            "Picture",
            lambda: picture(game, session.opponent, name),
            file_name(session.opponent, today, "png"),
            "image/png",
            key="play_picture",
            icon=":material/image:",
            help="The board on screen as a PNG",
            on_click="ignore",
        )
    st.text_input(
        "Your name in them",
        person.start,
        key=person.key,
        max_chars=LONGEST_PERSON,
        help="As the PGN and the picture call you",
        on_change=person.keep,
    )


def _draw_ending(session: PlaySession, end: Ending) -> None:
    headline, mood = _verdict(session, end)
    st.html(
        f'<div class="ending {mood}" data-testid="ending"><div class="result">'
        f"{escape(end.result.replace('1/2-1/2', '½–½').replace('-', '–'))}</div><div>"
        f'<div class="headline">{escape(headline)}</div>'
        f"<div>{escape(end.explanation)}</div></div></div>"
    )
    person = session.game.person
    with st.container(key="play_again", horizontal=True):
        st.button(
            "Rematch",
            key="play_rematch",
            icon=":material/replay:",
            help="Once more, with the colours swapped",
            on_click=game_actions.rematch,
            args=(not person,),
        )
        st.button(
            "Same colours",
            key="play_same",
            help="Once more, with the colours as they are",
            on_click=game_actions.rematch,
            args=(person,),
        )
        st.button(
            "Review the game",
            key="play_review_end",
            icon=":material/query_stats:",
            on_click=game_actions.review,
        )


def _verdict(session: PlaySession, end: Ending) -> tuple[str, str]:
    if end.winner is None:
        return f"Draw {end.how}", "drawn"
    if end.winner == session.game.person:
        return f"You won {end.how}", "won"
    return f"{full_name(session.opponent.recipe)} won {end.how}", "lost"


def _move_words(game: Game) -> str:
    if game.shown == 0:
        return "the first position"
    board = games.board_after(game, game.shown - 1)
    dots = "." if board.turn == chess.WHITE else "…"
    return f"{board.fullmove_number}{dots} {game.sans[game.shown - 1]}"
