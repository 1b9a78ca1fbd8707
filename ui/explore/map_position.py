"""The position beside the map: what the chosen style would play there, and the ends of its path."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import chess
import streamlit as st

from engine.analysis.disagreement import disagreements
from engine.errors import StylemateError
from engine.play.engine import Policy
from engine.play.notation import board_from_fen
from engine.style.recipe import Component, Recipe
from ui.board.drawing import Arrow
from ui.board.picture import board_image
from ui.explore import map_session as state
from ui.explore.map_session import MapSession
from ui.shared import game as games
from ui.shared.candidates import LEAST_ARROW
from ui.shared.handover import playing
from ui.shared.markdown import show_error
from ui.shared.measures import measures
from ui.shared.opponent import short_name
from ui.shared.opponents import opponents
from ui.shared.widgets import held

TELLING, START, GAME, TYPED = "telling", "start", "game", "typed"
MOVES_SHOWN = 5
ARROWS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move of the position.

    Attributes:
        move: the move.
        san: the same in standard algebraic notation.
        chance: how often the chosen style plays it.
        ends: how often the two ends of the path play it; empty without a path.
    """

    move: chess.Move
    san: str
    chance: float
    ends: tuple[float, ...]


def draw_position(session: MapSession) -> None:
    """Draw the choice of a position, the board, and the moves."""
    labels = _choices(session)
    if session.position not in labels:
        session.position = next(iter(labels))
    place = held("map_position", session.position)
    st.selectbox(
        "Moves in a position",
        list(labels),
        index=list(labels).index(place.start) if place.start in labels else 0,
        key=place.key,
        format_func=lambda choice: labels[choice],
        on_change=place.calls(state.set_position),
    )
    if session.position == TYPED:
        fen = held("map_fen", session.fen)
        st.text_input(
            "Position (FEN)",
            fen.start,
            key=fen.key,
            placeholder="8/8/8/8/8/8/8/8 w - - 0 1",
            on_change=fen.calls(state.set_fen),
        )
        if not session.fen:
            st.caption("Paste a position to see the moves there.")
            return
    try:
        board = _board(session)
        if not any(board.legal_moves):
            st.caption("The game is over in this position.")
            return
        rows = move_rows(board, _policies(session, board))
    except StylemateError as error:
        show_error(error)
        return
    st.html(position_html(board, rows, _end_names(session)))


def move_rows(board: chess.Board, policies: Sequence[Policy]) -> list[MoveRow]:
    """Return the moves to show, those that any of the styles likes most.

    Args:
        board: the position.
        policies: of the chosen style, and of the path's two ends if there is a path.
    """
    most = {move: max(p.probability(move) for p in policies) for move in policies[0].moves}
    leading = sorted(most, key=lambda move: (-most[move], move.uci()))[:MOVES_SHOWN]
    return [
        MoveRow(
            move,
            board.san(move),
            policies[0].probability(move),
            tuple(policy.probability(move) for policy in policies[1:]),
        )
        for move in leading
    ]


def position_html(board: chess.Board, rows: Sequence[MoveRow], ends: Sequence[str]) -> str:
    """Return the board with arrows and a bar for each move."""
    side = chess.COLOR_NAMES[board.turn]
    likely = sorted(rows, key=lambda row: row.chance)[-ARROWS_SHOWN:]
    picture = board_image(
        board,
        f"{side} to move; likeliest: {rows[0].san}",
        orientation=board.turn,
        last_move=board.peek() if board.move_stack else None,
        arrows=[
            Arrow(row.move.from_square, row.move.to_square, row.chance)
            for row in likely
            if row.chance >= LEAST_ARROW
        ],
    )
    legend = "".join(
        f'<span class="end{index}">{escape(name)}</span>' for index, name in enumerate(ends)
    )
    return (
        f'<div class="map-position" data-testid="map-position">{picture}<div>'
        f'<div class="who"><span>{side.capitalize()} to move</span>{legend}</div>'
        f'<div class="candidates">{"".join(_row(row) for row in rows)}</div></div></div>'
    )


def _row(row: MoveRow) -> str:
    ticks = "".join(
        f'<b class="end{index}" style="left:{chance:.1%}"></b>'
        for index, chance in enumerate(row.ends)
    )
    percent = row.chance * 100
    label = "&lt;1" if 0 < percent < 1 else f"{percent:.0f}"
    return (
        f'<div class="candidate"><span class="san">{escape(row.san)}</span>'
        f'<span class="track"><span style="width:{percent:.1f}%"></span>{ticks}</span>'
        f'<span class="percent">{label}%</span></div>'
    )


def _choices(session: MapSession) -> dict[str, str]:
    labels = {}
    if measures().meter is not None:
        labels[TELLING] = (
            "Where the ends of the path differ most"
            if session.has_path
            else "Where it differs most from the average"
        )
    labels[START] = "Starting position"
    seen = playing()
    if seen is not None and seen.game.moves:
        labels[GAME] = "Your game on the Play page"
    labels[TYPED] = "A position I type"
    return labels


def _board(session: MapSession) -> chess.Board:
    seen = playing()
    if session.position == GAME and seen is not None:
        return games.board_after(seen.game)
    if session.position == TYPED:
        return board_from_fen(session.fen)
    meter = measures().meter
    if session.position == TELLING and meter is not None:
        space = opponents().space
        styles = [space.style(recipe) for recipe in _poles(session)]
        return disagreements(meter, styles, 1)[0].position.board
    return chess.Board()


def _poles(session: MapSession) -> list[Recipe]:
    """Return the two styles whose difference the position should tell."""
    if session.start is not None and session.end is not None:
        return [Recipe((Component(name),)) for name in (session.start, session.end)]
    return [session.recipe, Recipe()]


def _policies(session: MapSession, board: chess.Board) -> list[Policy]:
    recipes = [session.recipe, *(_poles(session) if session.has_path else [])]
    return [opponents().bot(recipe).policy(board) for recipe in recipes]


def _end_names(session: MapSession) -> list[str]:
    return [short_name(recipe) for recipe in _poles(session)] if session.has_path else []
