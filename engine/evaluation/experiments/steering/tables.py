"""The tables and plots of the steering experiment."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.attributes.registry import BY_KEY, MOVE_KEYS
from engine.evaluation.experiment import Cell, Plot, PlotSeries, Table
from engine.evaluation.experiments.steering.estimates import Grid, square_of
from engine.evaluation.experiments.steering.results import Measured, Settings
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.measures.game_attributes import Values
from engine.position.phases import OPENING_PLIES

_PLOT_DIGITS = 3


def summary_table(
    measured: Measured,
    settings: Settings,
    unit: Values,
    slopes: Values,
    costs: dict[str, Any],
    seed: int,
) -> Table:
    own = measured.own_columns
    one = settings.cost_amounts.index(1.0)
    rows: list[tuple[Cell, ...]] = []
    for row, key in enumerate(measured.keys):
        mean = unit[:, row, 0].mean(axis=0)[own]
        others = [(abs(mean[i]), other) for i, other in enumerate(measured.keys) if i != row]
        largest, which = max(others, default=(float("nan"), ""))
        in_games = slopes[:, row, :, own[row]].mean(axis=1)
        cost = costs[key]
        rows.append(
            (
                _label(key),
                bootstrap_mean(unit[:, row, 0, own[row]], seed),
                float(largest / mean[row]),
                _label(which) if which else "",
                bootstrap_mean(unit[:, row, 1, own[row]], seed),
                None if np.isnan(in_games).all() else bootstrap_mean(in_games, seed),
                cost["top1"][one].times(100) if cost["top1"] else None,
                cost["cross_entropy"][one] if cost["cross_entropy"] else None,
                cost["elo"][one],
            )
        )
    return Table(
        "One step of each slider",
        (
            "slider",
            "its own attribute, sd",
            "largest other, share of that",
            "which",
            f"its own from ply {OPENING_PLIES} on, sd",
            "its own in games, sd",
            "moves predicted first, points of %",
            "cross-entropy, nats a move",
            "Elo",
        ),
        tuple(rows),
        "sd: standard deviation over players, on the fixed positions. Predictions of the player's "
        "own moves in games not learnt from; Elo in games against the style as it was. Intervals "
        "over players.",
    )


def matrix_table(title: str, measured: Measured, grid: Grid, own: Sequence[int]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (_label(key), *cells)
        for key, cells in zip(measured.keys, square_of(grid, own), strict=True)
    ]
    return Table(
        f"{title}: what moves",
        ("slider", *(_label(key) for key in measured.keys)),
        tuple(rows),
        "Standard deviations over players, on the fixed positions.",
    )


def others_table(measured: Measured, grid: Grid) -> Table:
    places = [i for i, key in enumerate(measured.scale.keys) if key not in measured.keys]
    rows: list[tuple[Cell, ...]] = [
        (_label(key), *(cells[i] for i in places))
        for key, cells in zip(measured.keys, grid, strict=True)
    ]
    return Table(
        "One step on the fixed positions: attributes without a slider",
        ("slider", *(_label(measured.scale.keys[i]) for i in places)),
        tuple(rows),
        "Not kept still when the sliders were made.",
    )


def outcomes_table(measured: Measured, settings: Settings, seed: int) -> Table:
    """Tell what became of the pushes in the moves played, from the lowest to the highest amount."""
    amounts = np.array(settings.cost_amounts)
    low, high = int(amounts.argmin()), int(amounts.argmax())
    rows: list[tuple[Cell, ...]] = []
    for row, key in enumerate(measured.keys):
        if key not in MOVE_KEYS:
            continue
        outcomes = measured.games.outcomes[:, row, :, MOVE_KEYS.index(key)]  # (P, amounts)
        rows.append(
            (
                _label(key),
                BY_KEY[key].unit,
                float(outcomes[:, low].mean()),
                float(outcomes[:, high].mean()),
                bootstrap_mean(outcomes[:, high] - outcomes[:, low], seed),
            )
        )
    return Table(
        "What the pushed styles then played",
        (
            "slider",
            "unit",
            f"mean of their moves at {amounts[low]:+g}",
            f"at {amounts[high]:+g}",
            "difference",
        ),
        tuple(rows),
        "Moves in games against the style as it was. No two games reach the same positions, so "
        "this is a far coarser measure than what a step changes in one and the same position.",
    )


def rebuilt_table(measured: Measured) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.rule, _label(key), float(one.between[row]), float(one.shipped[row]))
        for one in measured.rebuilt
        for row, key in enumerate(measured.keys)
    ]
    return Table(
        "Deltas found again from other players",
        ("rule", "slider", "cosine of the two halves", "mean cosine with the shipped slider"),
        tuple(rows),
        "Either half of all players gives raw deltas of its own, before they are corrected; "
        "shipped ones were corrected.",
    )


def heatmap(title: str, measured: Measured, grid: Grid, own: Sequence[int]) -> Plot:
    names = tuple(_label(key) for key in measured.keys)
    matrix = tuple(
        tuple(float("nan") if cell is None else round(cell.value, _PLOT_DIGITS) for cell in row)
        for row in square_of(grid, own)
    )
    return Plot("heatmap", title, "measured", "slider", (), matrix, names, names)


def dose_plot(measured: Measured, settings: Settings, seed: int) -> Plot:
    order = np.argsort(settings.amounts)
    amounts = tuple(settings.amounts[place] for place in order)
    series = []
    for row, (key, column) in enumerate(zip(measured.keys, measured.own_columns, strict=True)):
        estimates = [
            bootstrap_mean(measured.shifts[:, row, place, 0, column], seed) for place in order
        ]
        series.append(PlotSeries.of(_label(key), amounts, estimates))
    return Plot(
        "line", "Own attribute by number of steps", "steps", "standard deviations", tuple(series)
    )


def _label(key: str) -> str:
    return BY_KEY[key].label if key in BY_KEY else key
