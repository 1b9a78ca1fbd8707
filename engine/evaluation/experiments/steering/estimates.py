"""Estimates over players of what sliders do and cost, and the figures that pages read."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate
from engine.evaluation.experiments.steering.results import Measured, Settings
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.measures.game_attributes import Values, elo_estimate
from engine.style.steering.dose_response import Shift
from engine.style.steering.figures import CostFigures, DoseFigures, Shifts

Grid = tuple[tuple[Estimate | None, ...], ...]
"""Estimates by steered attribute and measured attribute; None where nothing is measured."""


def grid(values: Values, seed: int) -> Grid:
    """Return estimates of values (P, S, K) over players; None where nobody has one."""
    return tuple(
        tuple(
            None if np.isnan(cell).all() else bootstrap_mean(cell, seed)
            for cell in values[:, row].T
        )
        for row in range(values.shape[1])
    )


def square_of(grid: Grid, own: Sequence[int]) -> Grid:
    return tuple(tuple(row[column] for column in own) for row in grid)


def cost_rows(context: Context, settings: Settings, measured: Measured) -> dict[str, Any]:
    """Return by attribute what doses cost; changes from the style as it was."""
    costs = measured.costs
    top1 = np.stack([cost.top1 for cost in costs])  # (P, 2, S, amounts)
    losses = np.stack([cost.cross_entropy for cost in costs])
    score = measured.games.score  # (P, S, amounts)
    rows: dict[str, Any] = {}
    for row, key in enumerate(measured.keys):
        rows[key] = {
            "amounts": settings.cost_amounts,
            "top1": _estimates(top1[:, 0, row], context.seed),
            "cross_entropy": _estimates(losses[:, 0, row], context.seed),
            "top1_from_ply_30": _estimates(top1[:, 1, row], context.seed),
            "cross_entropy_from_ply_30": _estimates(losses[:, 1, row], context.seed),
            "elo": [
                elo_estimate(score[:, row, place], settings.games.games, context.seed)
                for place in range(score.shape[2])
            ],
        }
    return rows


def _estimates(values: Values, seed: int) -> list[Estimate] | None:
    """Return estimates by amount of values (P, amounts); None where nobody has one."""
    if np.isnan(values).all():
        return None
    return [bootstrap_mean(column, seed) for column in values.T]


def dose_figures(measured: Measured, settings: Settings, seed: int) -> dict[str, DoseFigures]:
    return {
        key: DoseFigures(
            amounts=settings.amounts,
            shift={
                name: _shifts(
                    [
                        bootstrap_mean(column, seed)
                        for column in measured.shifts[:, row, :, 0, place].T
                    ]
                )
                for place, name in enumerate(measured.scale.keys)
            },
        )
        for row, key in enumerate(measured.keys)
    }


def cost_figures(row: dict[str, Any]) -> CostFigures:
    costs = {
        name: None if estimates is None else _shifts(estimates)
        for name, estimates in row.items()
        if name != "amounts"
    }
    return CostFigures(amounts=tuple(row["amounts"]), **costs)


def as_shifts(grid: Grid) -> tuple[Shifts, ...]:
    return tuple(_shifts(row) for row in grid)


def _shifts(estimates: Sequence[Estimate | None]) -> Shifts:
    return tuple(
        None
        if one is None or not math.isfinite(one.value)
        else Shift(one.value, _finite(one.low), _finite(one.high))
        for one in estimates
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
