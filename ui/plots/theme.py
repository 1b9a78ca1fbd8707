"""The look of figures: one for light and dark pages, and for all rooms.

Figures have no background and no text colour of their own: ``st.plotly_chart`` gives them those of
the page's theme, also when a person changes it. Lines and fills keep to colours that stand out from
the light and the dark page alike.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

# Plotly uses pandas if it finds it loaded, also if another thread, such as a background job's, is
# only half through loading it, and then fails: it has to be whole before the first figure.
importlib.import_module("pandas")

COLORS = (
    "#2a8f7a",
    "#c96a2b",
    "#8f6cc4",
    "#3a86c8",
    "#c2566f",
    "#a08022",
    "#6f8f3a",
    "#7b8580",
)
"""Lines and points, in this order; neighbours differ for colour-blind eyes too."""
DIVERGING = ((0.0, COLORS[0]), (0.5, "rgba(127,140,135,0.12)"), (1.0, COLORS[1]))
"""Colour scale of heat maps around 0: from below through nothing to above.

More is warm, on every page."""
SEQUENTIAL = ((0.0, "#274b6d"), (0.35, COLORS[0]), (0.7, "#d6ae3c"), (1.0, "#f1d27a"))
"""Colour scale of points by a quantity, from little to much."""
GRID = "rgba(127,140,135,0.28)"
AXIS = "rgba(127,140,135,0.55)"
FONT = "Inter, 'Segoe UI', system-ui, sans-serif"
FONT_SIZE = 12.5
CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}
"""For ``st.plotly_chart(config=...)``: no tool bar over the figure."""
_WIDEST_SPOKE = 10
"""Letters of a radar's label before it goes on in a second line: phones are narrow."""


@dataclass(frozen=True, slots=True)
class RadarTrace:
    """One outline on a radar.

    Attributes:
        name: what the legend calls it.
        percentiles: 0 to 100 by label; the same labels in each trace of a radar.
        details: what hovering adds about a label, such as "+1.5 standard deviations".
        color: of the outline; the next of ``COLORS`` if None.
    """

    name: str
    percentiles: Mapping[str, float]
    details: Mapping[str, str] = field(default_factory=dict)
    color: str | None = None


def figure_layout(height: int, text: str | None = None) -> dict[str, Any]:
    """Return the layout that all figures begin with, for ``figure.update_layout(**...)``.

    Args:
        height: in CSS pixels.
        text: colour of all text; left to the page's theme if None.
    """
    font: dict[str, Any] = {"family": FONT, "size": FONT_SIZE}
    if text is not None:
        font["color"] = text
    axis = {
        "gridcolor": GRID,
        "linecolor": AXIS,
        "zerolinecolor": AXIS,
        "zerolinewidth": 1,
        "automargin": True,
        "title": {"standoff": 8},
    }
    return {
        "height": height,
        "font": font,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(COLORS),
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "legend": {"orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.14, "yanchor": "top"},
        "hoverlabel": {"font": {"family": FONT, "size": 13}, "align": "left"},
        "xaxis": axis,
        "yaxis": axis,
    }


def translucent(color: str, alpha: float) -> str:
    """Return a ``#rrggbb`` colour as ``rgba`` with an opacity from 0 to 1."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def radar(traces: Sequence[RadarTrace], height: int = 430) -> go.Figure:
    """Return a radar of percentiles, with a line where half of the population stands.

    Args:
        traces: outlines, each drawn over the ones before.
        height: in CSS pixels.
    """
    figure = go.Figure()
    labels = list(traces[0].percentiles) if traces else []
    figure.add_trace(_median_ring(labels))
    for index, trace in enumerate(traces):
        figure.add_trace(_outline(trace, trace.color or COLORS[index % len(COLORS)]))
    figure.update_layout(**figure_layout(height))
    figure.update_layout(
        margin={"l": 64, "r": 64, "t": 34, "b": 34},
        legend={"y": -0.12},
        showlegend=len(traces) > 1,
        polar={
            "bgcolor": "rgba(0,0,0,0)",
            "radialaxis": {
                "range": [0, 100],
                "tickvals": [25, 50, 75, 100],
                "tickfont": {"size": 9},
                "angle": 90,
                "tickangle": 90,
                "gridcolor": GRID,
                "linecolor": "rgba(0,0,0,0)",
            },
            "angularaxis": {
                "direction": "clockwise",
                "rotation": 90,
                "gridcolor": GRID,
                "linecolor": AXIS,
                "tickfont": {"size": 11},
            },
        },
    )
    figure.update_polars(hole=0.05)
    return figure


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``11th``, ``93rd``."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def whole_percentile(percentile: float) -> int:
    """Return a percentile as people say it, 1 to 99: nobody stands below or above themselves."""
    return min(max(round(percentile), 1), 99)


def _outline(trace: RadarTrace, color: str) -> go.Scatterpolar:
    labels = [*trace.percentiles, *list(trace.percentiles)[:1]]  # closed: back to the first
    return go.Scatterpolar(
        name=trace.name,
        r=[trace.percentiles[label] for label in labels],
        theta=[_wrapped(label) for label in labels],
        customdata=[_hover(trace, label) for label in labels],
        hovertemplate="%{customdata}<extra></extra>",
        mode="lines+markers",
        line={"color": color, "width": 2.2},
        marker={"size": 5, "color": color},
        fill="toself",
        fillcolor=translucent(color, 0.13),
    )


def _median_ring(labels: Sequence[str]) -> go.Scatterpolar:
    closed = [*labels, *labels[:1]]
    return go.Scatterpolar(
        r=[50] * len(closed),
        theta=[_wrapped(label) for label in closed],
        mode="lines",
        line={"color": AXIS, "width": 1.2, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )


def _hover(trace: RadarTrace, label: str) -> str:
    rank = ordinal(whole_percentile(trace.percentiles[label]))
    text = f"<b>{_plain(trace.name)}</b><br>{label}: {rank} percentile"
    detail = trace.details.get(label)
    return f"{text}<br>{detail}" if detail else text


def _plain(text: str) -> str:
    """Return text that Plotly does not read as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _wrapped(label: str) -> str:
    """Return a label in two lines where it is long, broken at the space nearest its middle."""
    spaces = [index for index, letter in enumerate(label) if letter == " "]
    if len(label) <= _WIDEST_SPOKE or not spaces:
        return label
    middle = min(spaces, key=lambda index: abs(index - len(label) / 2))
    return f"{label[:middle]}<br>{label[middle + 1 :]}"
