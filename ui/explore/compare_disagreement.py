"""The positions in which the compared styles disagree most, with their favourite moves drawn."""

from collections.abc import Sequence
from html import escape

import chess
import streamlit as st

from engine.analysis.disagreement import Disagreement, disagreements
from engine.analysis.fixed_positions_meter import FixedPositionsMeter
from engine.attributes.sampling import PHASES, Phase
from ui.board.drawing import Arrow
from ui.board.picture import board_image
from ui.explore.compare_styles import Compared, capital
from ui.plots.theme import COLORS
from ui.shared.widgets import draw_switch, kept, kept_value

PHASE, COUNT = "explore_phase", "explore_disagreements"
FEW, MANY = 6, 18
ANY = "All"
_LANE = 0.2
"""Squares between arrows of the same move."""


def draw_disagreements(styles: Sequence[Compared], meter: FixedPositionsMeter) -> None:
    """Draw the positions; switches choose the phase of the game and how many."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            "**Where they disagree**",
            help=(
                "Of the fixed positions, first those in which their favourite moves differ, then "
                "those in which the chances of moves do. An arrow is a style's favourite move, in "
                "its colour."
            ),
            width="stretch",
        )
        chosen = draw_switch("Phase", [ANY, *(phase.capitalize() for phase in PHASES)], PHASE)
    phase: Phase | None = next((p for p in PHASES if p.capitalize() == chosen), None)
    more = kept(COUNT, False)
    count = MANY if kept_value(COUNT, False) else FEW
    found = disagreements(meter, [style.style for style in styles], count, phase)
    labels = [style.label for style in styles]
    if not any(disagreement.is_visible for disagreement in found):
        st.caption(
            "Their favourite move is the same in every one of these positions. Here the chances "
            "of moves differ most:"
        )
    cards = "".join(disagreement_html(disagreement, labels) for disagreement in found)
    st.html(f'<div class="explore-boards" data-testid="disagreements">{cards}</div>')
    st.toggle("Show more positions", more.start, key=more.key, on_change=more.keep)


def disagreement_html(disagreement: Disagreement, labels: Sequence[str]) -> str:
    """Return a board with the favourite moves, and how often each style plays them."""
    position = disagreement.position
    board = position.board
    side = chess.COLOR_NAMES[board.turn]
    rows = "".join(_favourite_row(disagreement, labels, index) for index in range(len(labels)))
    words = "; ".join(
        f"{label}: {board.san(favourite.move)}"
        for label, favourite in zip(labels, disagreement.favourites, strict=True)
    )
    picture = board_image(
        board,
        f"{side} to move; {words}",
        orientation=board.turn,
        last_move=board.peek() if board.move_stack else None,
        arrows=favourite_arrows(disagreement),
    )
    return (
        f'<figure class="card">{picture}<figcaption>'
        f'<div class="meta"><span>{side.capitalize()} to move · {position.phase}</span>'
        f'<span title="Divergence of the policies: 0 the same, 1 no move in common">'
        f"{disagreement.divergence:.2f}</span></div>{rows}</figcaption></figure>"
    )


def favourite_arrows(disagreement: Disagreement) -> list[Arrow]:
    """Return an arrow for each style's favourite; those of the same move lie side by side."""
    moves = [favourite.move for favourite in disagreement.favourites]
    arrows = []
    for index, favourite in enumerate(disagreement.favourites):
        lane = moves[:index].count(favourite.move)
        shift = (lane - (moves.count(favourite.move) - 1) / 2) * _LANE
        arrows.append(
            Arrow(
                favourite.move.from_square,
                favourite.move.to_square,
                favourite.chances[index],
                COLORS[index],
                shift,
            )
        )
    return arrows


def _favourite_row(disagreement: Disagreement, labels: Sequence[str], index: int) -> str:
    favourite = disagreement.favourites[index]
    board = disagreement.position.board
    others = ", ".join(
        f"{labels[other]} {favourite.chances[other]:.0%}"
        for other in range(len(labels))
        if other != index
    )
    return (
        f'<div class="favourite"><i style="background:{COLORS[index]}"></i>'
        f"<span>{escape(capital(labels[index]))}</span>"
        f"<b>{escape(board.san(favourite.move))}</b>"
        f"<em>{favourite.chances[index]:.0%}</em><small>{escape(others)}</small></div>"
    )
