"""Attributes over a game between two styles, as lines that grow while it is played."""

import chess
import plotly.graph_objects as go
import streamlit as st

from engine.attributes.registry import BY_KEY
from engine.play.exhibition import MeasuredMove, running_means
from ui.plots.moving import show_moving_figure
from ui.plots.theme import AXIS, COLORS, figure_layout
from ui.shared.markdown import plain
from ui.shared.text import telling

HEIGHT = 190
FEWEST = 10
"""Moves across the figure when the game begins."""


def show_game_line(
    moves: tuple[MeasuredMove, ...], key: str, names: tuple[str, str], shown: int
) -> None:
    """Draw the mean so far of an attribute over each side's moves.

    Args:
        moves: the game.
        key: an attribute of moves.
        names: of White and Black.
        shown: number of half-moves after which the position on the board stands.
    """
    attribute = BY_KEY[key]
    st.caption(
        f"**{plain(attribute.label)}**: mean of the moves so far, in {plain(attribute.unit)}"
    )
    show_moving_figure(game_line(moves, key, names, shown), f"steer_line_{key}")


def game_line(
    moves: tuple[MeasuredMove, ...], key: str, names: tuple[str, str], shown: int
) -> go.Figure:
    """Return the figure; see ``show_game_line``."""
    figure = go.Figure()
    sides = ((chess.WHITE, COLORS[1]), (chess.BLACK, COLORS[0]))
    for name, (color, shade) in zip(names, sides, strict=True):
        means = running_means(moves, color, key)
        last = f"  {telling(means[-1][1])}" if means else ""
        figure.add_scatter(
            x=[count / 2 for count, _ in means],
            y=[mean for _, mean in means],
            name=f"{name}{last}",
            mode="lines+markers",
            # A dot at the end of the line alone.
            marker={"size": [0] * (len(means) - 1) + [8] if means else 0},
            line={"color": shade, "width": 2.2},
            hovertemplate="%{y:.3g} after move %{x:.0f}<extra></extra>",
        )
    figure.update_layout(**figure_layout(HEIGHT))
    figure.update_layout(
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        legend={"x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        showlegend=True,
        hovermode="closest",
        dragmode=False,
        xaxis={
            "range": [0, max(FEWEST, len(moves) / 2)],
            "fixedrange": True,
            "showgrid": False,
            "tickformat": "d",
        },
        yaxis={"rangemode": "tozero", "fixedrange": True, "nticks": 4},
    )
    if shown < len(moves):
        figure.add_vline(x=shown / 2, line={"color": AXIS, "width": 1})
    return figure
