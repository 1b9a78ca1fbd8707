"""Plots of a report as Plotly figures."""

from typing import Any

import plotly.graph_objects as go

from engine.evaluation.experiment import Plot, PlotSeries
from ui.plots.text import plotly_text
from ui.plots.theme import COLORS, DIVERGING, figure_layout, translucent

_HEIGHT = 340
_HEATMAP_ROW = 28


def figure_of(plot: Plot) -> go.Figure:
    """Return a plot as a figure without a title: the page writes it above."""
    figure = go.Figure(
        {"line": _lines, "bar": _bars, "histogram": _histogram, "heatmap": _heatmap}[plot.kind](
            plot
        )
    )
    figure.update_layout(**figure_layout(_height(plot)))
    figure.update_layout(
        showlegend=len(plot.series) > 1,
        margin={"t": 12},
        xaxis={"title": {"text": plotly_text(plot.x_label)}},
        yaxis={"title": {"text": plotly_text(plot.y_label)}},
        hovermode="closest",
    )
    if plot.is_logarithmic:
        places = sorted({x for series in plot.series for x in series.x if not isinstance(x, str)})
        labels = [f"{place:,.0f}" for place in places]
        figure.update_xaxes(type="log", tickvals=places, ticktext=labels)
    if plot.kind == "histogram":
        figure.update_layout(barmode="overlay", bargap=0)
        figure.update_yaxes(tickformat=".0%")
    if plot.kind == "heatmap":
        figure.update_yaxes(autorange="reversed", showgrid=False)
        figure.update_xaxes(tickangle=-40, showgrid=False)
    return figure


def _height(plot: Plot) -> int:
    if plot.kind != "heatmap":
        return _HEIGHT
    return max(_HEIGHT, 150 + _HEATMAP_ROW * len(plot.y_names))


def _lines(plot: Plot) -> list[go.Scatter]:
    traces = []
    for number, series in enumerate(plot.series):
        color = COLORS[number % len(COLORS)]
        if series.low is not None and series.high is not None:
            traces.append(_band(series, color))
        traces.append(
            go.Scatter(
                name=plotly_text(series.name),
                x=series.x,
                y=series.y,
                mode="lines+markers",
                line={"color": color, "width": 2.2},
                marker={"size": 6},
                customdata=_intervals(series),
                hovertemplate="%{x}: <b>%{y:.3g}</b>%{customdata}<extra>%{fullData.name}</extra>",
            )
        )
    return traces


def _band(series: PlotSeries, color: str) -> go.Scatter:
    """Return the area between the ends of the intervals."""
    assert series.low is not None
    assert series.high is not None
    return go.Scatter(
        x=[*series.x, *reversed(series.x)],
        y=[*series.high, *reversed(series.low)],
        mode="lines",
        fill="toself",
        fillcolor=translucent(color, 0.16),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _bars(plot: Plot) -> list[go.Bar]:
    return [
        go.Bar(
            name=plotly_text(series.name),
            x=[plotly_text(str(place)) for place in series.x],
            y=series.y,
            marker={"color": COLORS[number % len(COLORS)]},
            error_y=_error_bars(series),
            customdata=_intervals(series),
            hovertemplate="%{x}: <b>%{y:.3g}</b>%{customdata}<extra>%{fullData.name}</extra>",
        )
        for number, series in enumerate(plot.series)
    ]


def _error_bars(series: PlotSeries) -> dict[str, Any]:
    if series.low is None or series.high is None:
        return {"visible": False}
    above = [max(high - y, 0.0) for high, y in zip(series.high, series.y, strict=True)]
    below = [max(y - low, 0.0) for low, y in zip(series.low, series.y, strict=True)]
    return {"array": above, "arrayminus": below, "thickness": 1.2, "width": 3, "color": "#7b8580"}


def _histogram(plot: Plot) -> list[go.Bar]:
    return [
        go.Bar(
            name=plotly_text(series.name),
            x=series.x,
            y=series.y,
            marker={"color": translucent(COLORS[number % len(COLORS)], 0.55)},
            hovertemplate="%{x:.2f}: <b>%{y:.1%}</b><extra>%{fullData.name}</extra>",
        )
        for number, series in enumerate(plot.series)
    ]


def _heatmap(plot: Plot) -> list[go.Heatmap]:
    finite = [abs(value) for row in plot.matrix for value in row if value == value]
    largest = max(finite, default=1.0) or 1.0
    return [
        go.Heatmap(
            z=plot.matrix,
            x=[plotly_text(name) for name in plot.x_names],
            y=[plotly_text(name) for name in plot.y_names],
            zmin=-largest,
            zmax=largest,
            colorscale=[list(stop) for stop in DIVERGING],
            showscale=False,
            texttemplate="%{z:.2f}",
            textfont={"size": 10},
            xgap=1,
            ygap=1,
            hovertemplate="%{y} → %{x}: <b>%{z:.2f}</b><extra></extra>",
        )
    ]


def _intervals(series: PlotSeries) -> list[str]:
    if series.low is None or series.high is None:
        return [""] * len(series.x)
    return [
        f"<br>95 %: {low:.3g} to {high:.3g}"
        for low, high in zip(series.low, series.high, strict=True)
    ]
