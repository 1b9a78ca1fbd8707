"""The Quiz page: two short games, and which of them is Karpov's?"""

import chess
import streamlit as st

from engine.assets import assets_directory
from engine.style.presets import PRESETS
from ui.board.board import BoardView, Strip, show_board
from ui.moves.moves import MoveList, show_moves
from ui.quiz import session as quiz
from ui.quiz.background import QuizGame, QuizQuestion
from ui.quiz.session import QuizSession, current_session
from ui.shared.frame import page
from ui.shared.jobs import draw_job
from ui.shared.markdown import plain, show_problem
from ui.shared.material import material
from ui.shared.openings import opening_book
from ui.shared.opponent import first_name_first

NAMES = ("The first game", "The second game")


@page
def quiz_page() -> None:
    """Draw the page."""
    session = current_session()
    for problem in session.problems:
        show_problem(problem)
    question = session.question
    if question is None:
        _draw_beginning(session)
        return
    _draw_question(session, question)
    for game, column in zip(quiz.GAMES, st.columns(2, gap="large"), strict=True):
        with column:
            _draw_game(session, question, game)


def _draw_beginning(session: QuizSession) -> None:
    st.title("Guess the style", anchor=False)
    st.markdown(
        "Two famous players each play a short game against themselves, their habits turned up. "
        "Go through both, and say which is whose."
    )
    if draw_job(session.making):
        return
    st.button("Begin", key="quiz_begin", type="primary", on_click=quiz.ask)


def _draw_question(session: QuizSession, question: QuizQuestion) -> None:
    asked = first_name_first(question.player)
    st.title(f"Which one is {plain(asked)}?", anchor=False)
    with st.container(key="quiz_answers", horizontal=True, vertical_alignment="center"):
        if session.answer is None:
            for game in quiz.GAMES:
                st.button(
                    NAMES[game], key=f"quiz_answer_{game}", on_click=quiz.answer, args=(game,)
                )
        else:
            st.markdown(_verdict(session, question), width="stretch")
            st.button(
                "Next question",
                key="quiz_next",
                type="primary",
                icon=":material/arrow_forward:",
                on_click=quiz.ask,
            )
        if session.asked:
            st.markdown(f"**{session.right} of {session.asked}** right so far")


def _verdict(session: QuizSession, question: QuizQuestion) -> str:
    right = session.answer == question.asked
    first, second = (first_name_first(game.player) for game in question.games)
    words = "Right" if right else "Wrong"
    return f"**{words}.** The first was {plain(first)}, the second {plain(second)}."


def _draw_game(session: QuizSession, question: QuizQuestion, number: int) -> None:
    game, shown = question.games[number], session.shown[number]
    board = chess.Board()
    for move in game.moves[:shown]:
        board.push(move)
    is_told = session.answer is not None
    name = first_name_first(game.player) if is_told else NAMES[number]
    show_board(
        BoardView(
            board=board,
            orientation=chess.WHITE,
            mover=None,
            arrows=(),
            top=_strip(name, board, chess.BLACK),
            bottom=_strip(name, board, chess.WHITE),
            revision=session.revision,
            session="",
            count=shown,
            said=game.sans[shown - 1] if shown else "",
        ),
        _nothing,
        key=f"quiz_board_{number}",
    )
    _draw_moves(game, shown, number)
    if is_told:
        character = next((p.character for p in PRESETS if p.player == game.player), "")
        st.caption(plain(character))


def _draw_moves(game: QuizGame, shown: int, number: int) -> None:
    opening = opening_book(assets_directory()).find(game.moves[:shown])
    show_moves(
        MoveList(chess.STARTING_FEN, game.sans, shown, opening),
        _GO[number],
        key=quiz.moves_key(number),
    )


def _nothing() -> None:
    """Nobody moves pieces on these boards."""


def _go_first() -> None:
    quiz.go(0)


def _go_second() -> None:
    quiz.go(1)


_GO = (_go_first, _go_second)


def _strip(name: str, board: chess.Board, color: chess.Color) -> Strip:
    won = material(board, chess.Board(), color)
    return Strip(
        name=name,
        detail=chess.COLOR_NAMES[color].capitalize(),
        color=chess.COLOR_NAMES[color],
        captured=won.captured,
        ahead=won.ahead,
        to_move=board.turn == color and any(board.legal_moves),
    )
