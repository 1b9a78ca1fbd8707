"""Plots of a report as SVG files, for readers without the app."""

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engine.evaluation.experiment import Plot, PlotSeries
from engine.files import replacing

_WIDTH, _HEIGHT = 7.2, 4.2
_HEATMAP_CELL = 0.42
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: small files that can be searched
    "svg.hashsalt": "stylemate",  # equal plots give equal files
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
}


def write_figure(plot: Plot, path: Path) -> None:
    """Draw a plot as an SVG file.

    Raises:
        StylemateError: it cannot be written.
    """
    with matplotlib.rc_context(_SETTINGS), replacing(path) as temporary:
        figure = Figure(figsize=_size(plot), layout="constrained")
        axes = figure.add_subplot()
        draw = {
            "line": _draw_lines,
            "bar": _draw_bars,
            "histogram": _draw_histogram,
            "heatmap": _draw_heatmap,
        }
        draw[plot.kind](plot, axes)
        axes.set_title(plot.title, loc="left", fontsize=11)
        axes.set_xlabel(plot.x_label)
        axes.set_ylabel(plot.y_label)
        if len(plot.series) > 1:
            axes.legend(frameon=False, fontsize=9)
        figure.savefig(temporary, format="svg", metadata={"Date": None})


def _size(plot: Plot) -> tuple[float, float]:
    if plot.kind != "heatmap":
        return _WIDTH, _HEIGHT
    width = 3.0 + _HEATMAP_CELL * len(plot.x_names)
    return max(width, _HEIGHT), max(2.4 + _HEATMAP_CELL * len(plot.y_names), 3.0)


def _draw_lines(plot: Plot, axes: Axes) -> None:
    for series in plot.series:
        (line,) = axes.plot(series.x, series.y, marker="o", markersize=4, label=series.name)
        if series.low is not None and series.high is not None:
            axes.fill_between(series.x, series.low, series.high, alpha=0.18, color=line.get_color())
    if plot.is_logarithmic:
        axes.set_xscale("log")
        places = sorted({x for series in plot.series for x in series.x if not isinstance(x, str)})
        axes.set_xticks(places, [f"{place:g}" for place in places])
        axes.minorticks_off()
    axes.grid(alpha=0.25)


def _draw_bars(plot: Plot, axes: Axes) -> None:
    names = list(dict.fromkeys(name for series in plot.series for name in series.x))
    width = 0.8 / max(len(plot.series), 1)
    for number, series in enumerate(plot.series):
        shift = (number - (len(plot.series) - 1) / 2) * width
        places = [names.index(name) + shift for name in series.x]
        axes.bar(places, series.y, width, yerr=_error_bars(series), capsize=2, label=series.name)
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.grid(axis="y", alpha=0.25)
    tilted = sum(len(str(name)) for name in names) > 60
    axes.set_xticks(
        range(len(names)),
        [str(name) for name in names],
        rotation=30 if tilted else 0,
        ha="right" if tilted else "center",
    )


def _error_bars(series: PlotSeries) -> npt.NDArray[np.float64] | None:
    if series.low is None or series.high is None:
        return None
    y = np.array(series.y)
    # An interval of a skewed figure may leave the figure itself out: no bar has a negative length.
    bars = np.stack((y - np.array(series.low), np.array(series.high) - y)).astype(np.float64)
    return np.maximum(bars, 0)


def _draw_histogram(plot: Plot, axes: Axes) -> None:
    for series in plot.series:
        axes.fill_between(series.x, series.y, step="mid", alpha=0.35)
        axes.step(series.x, series.y, where="mid", label=series.name)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25)


def _draw_heatmap(plot: Plot, axes: Axes) -> None:
    matrix = np.array(plot.matrix, dtype=np.float64)
    largest = float(np.nanmax(np.abs(matrix), initial=0.0)) or 1.0
    axes.imshow(matrix, cmap="PuOr", vmin=-largest, vmax=largest, aspect="auto")
    axes.set_xticks(range(len(plot.x_names)), plot.x_names, rotation=45, ha="right")
    axes.set_yticks(range(len(plot.y_names)), plot.y_names)
    for row, line in enumerate(matrix):
        for column, value in enumerate(line):
            if np.isfinite(value):
                dark = abs(value) > 0.65 * largest
                text = f"{value:.2f}"
                color = "white" if dark else "black"
                axes.text(column, row, text, ha="center", va="center", fontsize=8, color=color)
