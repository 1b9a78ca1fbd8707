"""Results as JSON values, and back, with every part checked as it is read.

JSON knows no nan: figures that nobody could measure are null in it. Numbers of NumPy become plain
ones.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final, TypeVar

import numpy as np

from engine.errors import StylemateError
from engine.evaluation.experiment import (
    Estimate,
    Plot,
    PlotSeries,
    Result,
    Table,
    Target,
)
from engine.files import decoded

Part = TypeVar("Part")
_FIGURE: Final[Any] = Estimate | float
_LINES = ("x", "y", "low", "high")
_ENDS = ("value", "low", "high")


def as_json(value: object) -> Any:
    """Return a result, or any part of one, as JSON values.

    Raises:
        TypeError: it holds something that JSON cannot say.
    """
    if isinstance(value, Estimate | Table | PlotSeries | Plot | Target | Result):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return as_json(value.tolist())
    if isinstance(value, np.generic):
        return as_json(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Sequence):
        return [as_json(entry) for entry in value]
    raise TypeError(f"a {type(value).__name__} is no part of a result: {value!r}")


def read_result(value: object) -> Result:
    """Return the result that JSON values describe.

    Raises:
        StylemateError: something is missing or of the wrong kind; it says where.
    """
    if not isinstance(value, dict):
        raise StylemateError("the result should be an object")
    absent = [field.name for field in fields(Result) if field.name not in value]
    if absent:
        raise StylemateError(f"'{absent[0]}' is missing")
    figures = {}
    for name, figure in decoded(value["figures"], dict[str, Any]).items():
        try:
            figures[name] = decoded(_numbers(figure), _FIGURE)
        except StylemateError as error:
            raise StylemateError(f"figures, {name}: {error}") from None
    rest = {key: _with_nan(key, part) for key, part in value.items() if key != "figures"}
    result = replace(decoded(rest, Result), figures=figures)
    _check_each("tables", result.tables, _check_table)
    _check_each("plots", result.plots, _check_plot)
    return result


def _check_each(kind: str, parts: Sequence[Part], check: Callable[[Part], None]) -> None:
    for number, part in enumerate(parts, start=1):
        try:
            check(part)
        except StylemateError as error:
            raise StylemateError(f"{kind}, entry {number}: {error}") from None


def _with_nan(key: str, part: Any) -> Any:
    """Return a part of a result with nan wherever null stands for a number that nobody knows."""
    if isinstance(part, list):
        return [_with_nan(key, entry) for entry in part]
    if not isinstance(part, dict):
        return part
    if key == "tables":
        return part | {"rows": _cells(part.get("rows"))}
    if key == "targets":
        return part | {"goal": _numbers(part.get("goal")), "measured": _cells(part.get("measured"))}
    if key == "plots":
        series = [
            entry | {name: _numbers(entry[name]) for name in _LINES if entry.get(name) is not None}
            if isinstance(entry, dict)
            else entry
            for entry in part.get("series") or ()
        ]
        return part | {"series": series, "matrix": _numbers(part.get("matrix"))}
    return part


def _numbers(value: Any) -> Any:
    """Return a number, an estimate or lists of numbers with nan for null."""
    if isinstance(value, list):
        return [_numbers(entry) for entry in value]
    if isinstance(value, dict):
        return value | {name: _numbers(value[name]) for name in _ENDS if name in value}
    return math.nan if value is None else value


def _cells(value: Any) -> Any:
    """Return cells of a table: null is an empty one, and an estimate has nan for null."""
    if isinstance(value, list):
        return [_cells(entry) for entry in value]
    return None if value is None else _numbers(value)


def _check_table(table: Table) -> None:
    if any(len(cells) != len(table.columns) for cells in table.rows):
        raise StylemateError(
            f"a row of the table has another length than its {len(table.columns)} names"
        )


def _check_plot(plot: Plot) -> None:
    if plot.kind == "heatmap" and (
        len(plot.matrix) != len(plot.y_names)
        or any(len(line) != len(plot.x_names) for line in plot.matrix)
    ):
        raise StylemateError("the matrix does not fit the names of its rows and columns")
    for series in plot.series:
        for values in (series.y, series.low, series.high):
            if values is not None and len(values) != len(series.x):
                raise StylemateError(
                    f"'{series.name}' has {len(series.x)} places, {len(values)} values"
                )
