"""Figures of the You page: how the fit went, and where the style lies among all others."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.analysis.identification import IdentifiedPlayer
from engine.analysis.portrait import AttributeStanding
from engine.analysis.projection import Places
from engine.analysis.style_map import MapView, StyleMap
from engine.style.style_file import StyleFile
from engine.training.few_shot_fit import CurvePoint
from ui.plots.text import plotly_text
from ui.plots.theme import COLORS, RadarTrace, figure_layout, radar
from ui.shared.opponent import standing_words

MUTED = "rgba(127,140,135,0.45)"
NAMED_ON_MAP = 4
_MARGIN = 0.15  # of the view around those who are named


def likelihood_curve(points: Sequence[CurvePoint]) -> go.Figure:
    """Return how likely held-out moves became the more games were learnt from."""
    chances = [100 * math.exp(-point.held_out) for point in points]
    figure = go.Figure(
        go.Scatter(
            x=[point.games for point in points],
            y=chances,
            mode="lines+markers",
            line={"color": COLORS[0], "width": 2.4},
            marker={"size": 6},
            hovertemplate="from %{x} games: %{y:.2f} %<extra></extra>",
            showlegend=False,
        )
    )
    figure.update_layout(**figure_layout(220))
    figure.update_layout(
        xaxis={"title": {"text": "games learnt from"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "chance of your move"}, "ticksuffix": " %", "nticks": 5},
    )
    return figure


def attribute_radar(label: str, standings: Sequence[AttributeStanding]) -> go.Figure:
    """Return where a style stands among its peers, as a radar of percentiles."""
    percentiles = {
        s.label: s.percentile_of_all if s.percentile is None else s.percentile for s in standings
    }
    details = {s.label: standing_words(s.percentile_of_all) for s in standings}
    return radar([RadarTrace(label, percentiles, details)], height=400)


def small_map(
    style_map: StyleMap, style: StyleFile, matches: Sequence[IdentifiedPlayer]
) -> go.Figure:
    """Return a map of all players, with the style and those it is most like named."""
    view = MapView("tsne" if "tsne" in style_map.kinds else "pca")
    places = style_map.coordinates(view)
    names = style_map.space.names[: len(places)]
    mine = style_map.place(view, style.z[None])[0]
    rows = [names.index(match.name) for match in matches[:NAMED_ON_MAP]]
    figure = go.Figure([_everybody(places, names), _named(places, names, rows), _star(mine, style)])
    figure.update_layout(**figure_layout(400))
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(
        xaxis={**hidden, "range": _range(places[:, 0], mine[0])},
        yaxis={**hidden, "range": _range(places[:, 1], mine[1])},
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        dragmode="pan",
    )
    return figure


def _everybody(places: Places, names: Sequence[str]) -> go.Scattergl:
    return go.Scattergl(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        marker={"size": 5, "color": MUTED},
        text=[plotly_text(name) for name in names],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _named(places: Places, names: Sequence[str], rows: Sequence[int]) -> go.Scatter:
    return go.Scatter(
        x=places[rows, 0],
        y=places[rows, 1],
        mode="markers+text",
        marker={"size": 9, "color": COLORS[3]},
        text=[plotly_text(_family(names[row])) for row in rows],
        textposition=_positions(places[rows, 0]),
        hovertext=[plotly_text(names[row]) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _star(mine: Places, style: StyleFile) -> go.Scatter:
    return go.Scatter(
        x=[float(mine[0])],
        y=[float(mine[1])],
        mode="markers+text",
        marker={"size": 17, "color": COLORS[1], "symbol": "star", "line": {"width": 1}},
        text=[f"<b>{plotly_text(style.label)}</b>"],
        textposition="top center",
        textfont={"size": 14},
        hovertemplate=f"{plotly_text(style.label)}<extra></extra>",
        showlegend=False,
    )


def _range(places: np.ndarray, mine: float) -> list[float]:
    known = places[np.isfinite(places)]
    low, high = min(known.min(), mine), max(known.max(), mine)
    pad = _MARGIN * max(high - low, 1e-6) / 2
    return [float(low - pad), float(high + pad)]


def _positions(x: np.ndarray) -> list[str]:
    """Return on which side of each point its name stands: inwards, so that none is cut off."""
    middle = float(np.median(x)) if len(x) else 0.0
    return ["middle right" if value <= middle else "middle left" for value in x]


def _family(name: str) -> str:
    return name.partition(",")[0]
