"""The Review page: a game's chances, its mistakes, and what a style would have played."""

from collections.abc import Sequence
from pathlib import Path

import chess
import streamlit as st

from engine.analysis.style_likeness import ranked
from engine.assets import assets_directory
from engine.style.recipe import AVERAGE
from ui.board.board import BoardView, Strip, show_board
from ui.board.drawing import Arrow
from ui.moves.moves import MoveList, show_moves
from ui.plots.moving import show_moving_figure
from ui.review import session as review
from ui.review import words
from ui.review.background import Judged
from ui.review.graph import chances_figure, impression_figure, move_words
from ui.review.history_panel import draw_history
from ui.review.session import ReviewSession, current_session
from ui.shared import game as games
from ui.shared.candidates import candidates
from ui.shared.frame import page, speak_title
from ui.shared.game import Game
from ui.shared.game_address import write_address
from ui.shared.jobs import draw_job
from ui.shared.markdown import plain, show_problem
from ui.shared.material import material
from ui.shared.openings import opening_book
from ui.shared.opponent import Opponent, first_name_first, short_name
from ui.shared.opponents import opponents
from ui.shared.player_picker import draw_player_picker, player_labels
from ui.shared.widgets import Held, draw_choice, held

_FOLDER = Path(__file__).parent
BOARD = "review_board"
TITLE = "Go through a game"


@page
def review_page() -> None:
    """Draw the page."""
    session = current_session()
    st.html(_FOLDER / "review.css")
    for problem in session.problems:
        show_problem(problem)
    if session.game is None:
        _write_address({})
        st.title(TITLE, anchor=False)
        st.markdown(
            "See how the chances went, where something was thrown away, and what Tal, or "
            "anybody else, would have played at every move."
        )
        _draw_sources(session)
        return
    speak_title(TITLE)
    _write_address(write_address(Opponent(session.recipe), session.game))
    review.keep_answers(session)
    _draw_review(session, session.game)


def _write_address(values: dict[str, str]) -> None:
    if st.query_params.to_dict() != values:
        st.query_params.from_dict(values)


def _draw_review(session: ReviewSession, game: Game) -> None:
    judged = session.judging.result if session.judging is not None else None
    table, panel = st.columns([54, 46], gap="large")
    with table, st.container(key="review_table", gap="small"):
        _draw_board(session, game, judged)
        _draw_actions(session)
    with panel, st.container(key="review_panel", gap="small"):
        if judged is None:
            _draw_judging(session)
            _draw_impression(session, game)
        else:
            st.html(words.verdict_html(game, judged))
            show_moving_figure(chances_figure(game, judged), review.GRAPH, review.go_to_place)
        _draw_moves(game, judged)
        _draw_style(session, game)
    if judged is not None:
        _draw_summary(session, judged)
    _draw_likeness(session, game)
    _draw_sources(session)


def _draw_actions(session: ReviewSession) -> None:
    name = short_name(session.recipe)
    with st.container(
        key="review_actions",
        horizontal=True,
        horizontal_alignment="center",
        vertical_alignment="center",
    ):
        if session.asks_to_play:
            st.markdown("Your game on Play goes on. Shall it end for this one?", width="content")
            st.button("Yes", key="review_play_yes", type="primary", on_click=review.play_on)
            st.button("No", key="review_play_no", on_click=review.keep_playing)
            return
        st.button(
            plain(f"Play on from here against {name}"),
            key="review_play",
            icon=":material/alt_route:",
            on_click=review.play_on,
        )
        st.button(
            "Flip",
            key="review_flip",
            icon=":material/swap_vert:",
            type="tertiary",
            on_click=review.flip,
        )


def _draw_impression(session: ReviewSession, game: Game) -> None:
    found = session.answering.result if session.answering is not None else None
    if found is not None:
        show_moving_figure(impression_figure(game, found.white), review.GRAPH, review.go_to_place)


def _draw_judging(session: ReviewSession) -> None:
    if draw_job(session.judging):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Nobody has looked for mistakes yet.", width="stretch")
        st.button("Look for mistakes", key="review_judge", on_click=review.judge_again)


def _draw_board(session: ReviewSession, game: Game, judged: Judged | None) -> None:
    board = games.board_after(game, game.shown)
    show_board(
        BoardView(
            board=board,
            orientation=game.orientation,
            mover=None,
            arrows=_better(game, judged),
            top=_strip(session, game, board, not game.orientation),
            bottom=_strip(session, game, board, game.orientation),
            revision=session.revision,
            session="",
            count=game.shown,
            said=game.sans[game.shown - 1] if game.shown else "",
        ),
        _nothing,
        key=BOARD,
    )


def _nothing() -> None:
    """Nobody moves pieces on this board."""


def _better(game: Game, judged: Judged | None) -> Sequence[Arrow]:
    """Return an arrow for what would have been better than the move that led here."""
    if judged is None or game.shown == 0:
        return ()
    best = judged.best
    move = best.best[game.shown - 1]
    if move is None or best.moves[game.shown - 1].mistake is None:
        return ()
    return (Arrow(move.from_square, move.to_square, 1.0),)


def _strip(session: ReviewSession, game: Game, board: chess.Board, color: chess.Color) -> Strip:
    won = material(board, chess.Board(game.start), color)
    name = session.names[color]
    return Strip(
        name=first_name_first(name),
        detail=chess.COLOR_NAMES[color].capitalize(),
        color=chess.COLOR_NAMES[color],
        captured=won.captured,
        ahead=won.ahead,
        to_move=board.turn == color and any(board.legal_moves),
    )


def _draw_moves(game: Game, judged: Judged | None) -> None:
    opening = opening_book(assets_directory()).find(game.moves[: game.shown], game.start)
    signs = words.marks(judged.best) if judged is not None else {}
    show_moves(
        MoveList(game.start, game.sans, game.shown, opening, signs),
        review.go_to_chosen,
        key=review.MOVE_LIST,
    )


def _draw_style(session: ReviewSession, game: Game) -> None:
    """Draw what the style would have played in place of the move on screen."""
    count = max(game.shown - 1, 0)
    name = short_name(session.recipe)
    with st.container(key="review_style", border=True, gap="small"):
        _draw_picker(session)
        draw_job(session.answering)
        found = session.answering.result if session.answering is not None else None
        if found is None:
            return
        policy = found.policies[count]
        if policy is None:
            st.caption("No move is left here.")
            return
        played = game.moves[count] if count < game.length else None
        board = games.board_after(game, count)
        asked = f"instead of {move_words(game, count + 1)}" if game.shown else "to begin with"
        st.caption(plain(f"What {name} would have played {asked}"))
        st.html(words.candidates_html(candidates(board, policy, played)))


def _draw_picker(session: ReviewSession) -> None:
    labels = player_labels(opponents().space)
    recipe = session.recipe
    shown = str(recipe.style)
    if shown not in labels:
        labels = {shown: short_name(recipe), **labels}
    player: Held[str | None] = held("review_player", shown)
    draw_player_picker(
        st.container(),
        "Whose style to hold it against",
        list(labels),
        player,
        labels,
        player.calls(review.choose_style),
    )


def _draw_summary(session: ReviewSession, judged: Judged) -> None:
    best, game = judged.best, session.game
    assert game is not None
    names = {color: first_name_first(name) for color, name in session.names.items()}
    with st.container(key="review_summary", border=True, gap="small"):
        st.markdown("**Mistakes**")
        st.html(words.summary_html(best, names))
        points = words.turning_points(best)
        if points:
            with st.container(key="review_points", horizontal=True, gap="small"):
                for count in points:
                    mistake = best.moves[count - 1].mistake
                    assert mistake is not None
                    st.button(
                        plain(f"{move_words(game, count)}{mistake.sign}"),
                        key=f"review_point_{count}",
                        on_click=review.go_to,
                        args=(count,),
                    )
        st.caption(
            f"Judged by {best.judge}: a move that gives away 5, 10 or 15 points of the chances is "
            "an inaccuracy, a mistake or a blunder, as on Lichess."
        )
        if judged.note:
            show_problem(judged.note)


def _draw_likeness(session: ReviewSession, game: Game) -> None:
    job = session.answering
    if job is None or job.result is None:
        return
    found, color = job.result, game.person
    with st.container(key="review_likeness", border=True, gap="small"):
        style = short_name(session.recipe)
        st.markdown(f"**How like {plain(style)} were the moves?**")
        names = {color: first_name_first(name) for color, name in session.names.items()}
        side = held("review_side", color)
        draw_choice(
            "Whose moves",
            chess.COLORS,
            side,
            side.calls(review.choose_side),
            words=lambda color: plain(f"{names[color]} ({chess.COLOR_NAMES[color]})"),
            hides_label=True,
        )
        others = found.others[color]
        called = {name: first_name_first(name) for name in others}
        lines = words.likeness_lines(names[color], style, found.own[color], ranked(others), called)
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
        if AVERAGE in others:
            st.caption(
                "Moves that nearly everybody plays say little: openings and forced replies count "
                "like any other move here."
            )


def _draw_sources(session: ReviewSession) -> None:
    on_play = review.on_play()
    if on_play is not None and (session.game is None or on_play.moves != session.game.moves):
        st.button(
            "The game on Play",
            key="review_playing",
            icon=":material/swords:",
            on_click=review.open_playing,
        )
    with st.container(key="review_sources", border=True):
        own, file = st.tabs(["Your games", "A game as PGN"], key="review_ways")
        with own:
            draw_history()
        with file:
            _draw_pgn(session)


def _draw_pgn(session: ReviewSession) -> None:
    upload, paste = st.columns(2)
    upload.file_uploader(
        "A PGN file",
        type=["pgn", "txt", "gz", "bz2", "zst"],
        key=review.file_key(session),
        on_change=review.read_file,
    )
    paste.text_area(
        "Or a game as PGN text",
        key=review.PASTED,
        height=110,
        placeholder='[White "You"]\n[Black "Somebody"]\n\n1. e4 e5 2. Nf3 …',
    )
    paste.button("Read this game", key="review_read", on_click=review.read_pasted)
    if len(session.offered) > 1:
        chosen = held("review_offered", None)
        st.selectbox(
            f"{len(session.offered)} games: which one?",
            list(range(len(session.offered))),
            index=None,
            key=chosen.key,
            format_func=lambda place: _title(session, place),
            placeholder="Choose a game",
            on_change=chosen.calls(_open_offered),
        )


def _open_offered(place: int | None) -> None:
    if place is not None:
        review.open_offered(place)


def _title(session: ReviewSession, place: int) -> str:
    record = session.offered[place]
    year = f", {record.year}" if record.year else ""
    return f"{record.white} – {record.black} {record.result}{year}, {len(record.moves)} half-moves"
