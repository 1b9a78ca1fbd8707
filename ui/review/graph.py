"""The graph of the chances in a game."""

from collections.abc import Sequence

import chess
import plotly.graph_objects as go

from engine.analysis.game_review import Mistake, Review
from ui.plots.text import plotly_text
from ui.plots.theme import AXIS, COLORS, figure_layout, translucent
from ui.review.background import Judged
from ui.shared.game import Game

HEIGHT = 190
MISTAKE_COLORS = {
    Mistake.INACCURACY: "#3a86c8",
    Mistake.MISTAKE: "#c07a1c",
    Mistake.BLUNDER: "#d0484b",
}
_WORST = (Mistake.MISTAKE, Mistake.BLUNDER)


def chances_figure(game: Game, judged: Judged) -> go.Figure:
    """Return how good White's chances were after each move, with the mistakes on the line.

    Args:
        game: its ``shown`` is where the mark stands.
        judged: what the judges said.
    """
    best = judged.best
    figure = go.Figure()
    if judged.stockfish is not None:
        search = judged.search
        figure.add_trace(_line(game, search.judge, search.white, COLORS[2], dash="dot"))
    figure.add_trace(_line(game, best.judge, best.white, COLORS[0], fill=True))
    for mistake in _WORST:
        figure.add_trace(_marks(game, best, mistake))
    return _laid_out(figure, game, has_legend=judged.stockfish is not None)


def impression_figure(game: Game, white: Sequence[float]) -> go.Figure:
    """Return the same at a first glance, before anybody has looked ahead.

    Args:
        game: its ``shown`` is where the mark stands.
        white: what each position is worth to White, -1 to 1.
    """
    figure = go.Figure(_line(game, "At first glance", white, COLORS[7], fill=True))
    return _laid_out(figure, game, has_legend=False)


def _laid_out(figure: go.Figure, game: Game, has_legend: bool) -> go.Figure:
    figure.add_vline(game.shown, line_color=AXIS, line_width=1.5)
    figure.update_layout(**figure_layout(HEIGHT))
    figure.update_layout(
        hovermode="closest",
        hoverdistance=40,
        margin={"l": 4, "r": 4, "t": 8, "b": 4},
        showlegend=has_legend,
        legend={"y": -0.04},
        xaxis={"visible": False, "range": [-0.5, max(game.length, 1) + 0.5], "fixedrange": True},
        yaxis={
            "range": [-2, 102],
            "tickvals": [0, 50, 100],
            "ticktext": ["0 %", "50 %", "100 %"],
            "fixedrange": True,
        },
    )
    return figure


def white_percent(value: float) -> float:
    """Return a value from -1 to 1 as the share of the point that White can expect, in percent."""
    return 50 * (value + 1)


def move_words(game: Game, count: int) -> str:
    """Return a move with its number: ``12. Nf3`` or ``12… Nc6``; "Start" before the first."""
    if count == 0:
        return "Start"
    before = chess.Board(game.start)
    ply = count - 1 + (before.turn == chess.BLACK)
    return f"{before.fullmove_number + ply // 2}{'…' if ply % 2 else '.'} {game.sans[count - 1]}"


def _line(
    game: Game,
    name: str,
    white: Sequence[float],
    color: str,
    fill: bool = False,
    dash: str = "solid",
) -> go.Scatter:
    heights = [white_percent(value) for value in white]
    return go.Scatter(
        name=name,
        x=list(range(len(heights))),
        y=heights,
        mode="lines",
        line={"color": color, "width": 2 if fill else 1.4, "dash": dash},
        fill="tozeroy" if fill else None,
        fillcolor=translucent(color, 0.14) if fill else None,
        customdata=[plotly_text(move_words(game, count)) for count in range(len(heights))],
        hovertemplate="%{customdata}: White %{y:.0f} %<extra>" + plotly_text(name) + "</extra>",
    )


def _marks(game: Game, review: Review, mistake: Mistake) -> go.Scatter:
    places = [count for count, move in enumerate(review.moves, 1) if move.mistake is mistake]
    return go.Scatter(
        name=mistake.word,
        x=places,
        y=[white_percent(review.white[count]) for count in places],
        mode="markers",
        marker={"color": MISTAKE_COLORS[mistake], "size": 9, "line": {"width": 1, "color": "#fff"}},
        customdata=[plotly_text(move_words(game, count)) for count in places],
        hovertemplate="%{customdata}: " + mistake.word + "<extra></extra>",
        showlegend=False,
    )
