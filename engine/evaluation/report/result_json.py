"""Results as JSON values, and back, with every part checked as it is read.

JSON knows no nan: figures that nobody could measure are null in it. Numbers of NumPy become plain
ones.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar, cast, get_args

import numpy as np

from engine.errors import StylemateError
from engine.evaluation.experiment import (
    Cell,
    Estimate,
    Plot,
    PlotKind,
    Result,
    Series,
    Table,
    Target,
)

Value = TypeVar("Value")
_KINDS = get_args(PlotKind)


def as_json(value: object) -> Any:
    """Return a result, or any part of one, as JSON values.

    Raises:
        TypeError: it holds something that JSON cannot say.
    """
    if isinstance(value, Estimate | Table | Series | Plot | Target | Result):
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
    row = _object(value, "the result")
    return Result(
        title=_text(row, "title"),
        words=_text(row, "words"),
        settings=_object(row.get("settings"), "settings"),
        figures={
            name: _measured(figure, f"figures, {name}")
            for name, figure in _object(row.get("figures"), "figures").items()
        },
        tables=_each(row, "tables", _read_table),
        plots=_each(row, "plots", _read_plot),
        targets=_each(row, "targets", _read_target),
        data=_object(row.get("data"), "data"),
    )


def _read_table(row: Mapping[str, Any]) -> Table:
    columns = _texts(row.get("columns"), "columns")
    rows = tuple(
        tuple(_cell(cell) for cell in _list(cells, "a row of the table"))
        for cells in _list(row.get("rows"), "rows")
    )
    if any(len(cells) != len(columns) for cells in rows):
        raise StylemateError(f"a row of the table has another length than its {len(columns)} names")
    return Table(_text(row, "title"), columns, rows, _text(row, "note"))


def _read_plot(row: Mapping[str, Any]) -> Plot:
    kind: Any = row.get("kind")
    if kind not in _KINDS:
        raise StylemateError(f"'{kind}' is no kind of plot; there are {', '.join(_KINDS)}")
    plot = Plot(
        kind=kind,
        title=_text(row, "title"),
        x_label=_text(row, "x_label"),
        y_label=_text(row, "y_label"),
        series=_each(row, "series", _read_series),
        matrix=tuple(_numbers(line, "matrix") for line in _list(row.get("matrix"), "matrix")),
        x_names=_texts(row.get("x_names"), "x_names"),
        y_names=_texts(row.get("y_names"), "y_names"),
    )
    if kind == "heatmap" and (
        len(plot.matrix) != len(plot.y_names)
        or any(len(line) != len(plot.x_names) for line in plot.matrix)
    ):
        raise StylemateError("the matrix does not fit the names of its rows and columns")
    return plot


def _read_series(row: Mapping[str, Any]) -> Series:
    places = tuple(
        place if isinstance(place, str) else _number(place, "x")
        for place in _list(row.get("x"), "x")
    )
    ends = {
        end: None if row.get(end) is None else _numbers(row[end], end) for end in ("low", "high")
    }
    series = Series(_text(row, "name"), places, _numbers(row.get("y"), "y"), **ends)
    for values in (series.y, series.low, series.high):
        if values is not None and len(values) != len(places):
            raise StylemateError(f"'{series.name}' has {len(places)} places, {len(values)} values")
    return series


def _read_target(row: Mapping[str, Any]) -> Target:
    met = row.get("met")
    if not isinstance(met, bool):
        raise StylemateError("'met' should be true or false")
    measured = row.get("measured")
    return Target(
        what=_text(row, "what"),
        goal=_number(row.get("goal"), "goal"),
        unit=_text(row, "unit"),
        measured=None if measured is None else _measured(measured, "measured"),
        met=met,
        note=_text(row, "note"),
        key=_text(row, "key"),
    )


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _measured(value, "a cell")


def _measured(value: object, where: str) -> Estimate | float:
    if not isinstance(value, Mapping):
        return _number(value, where)
    count = value.get("count")
    if isinstance(count, bool) or not isinstance(count, int):
        raise StylemateError(f"{where}: 'count' should be a whole number")
    value_, low, high = (_number(value.get(name), where) for name in ("value", "low", "high"))
    return Estimate(value_, low, high, count)


def _each(
    row: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], Value]
) -> tuple[Value, ...]:
    found = []
    for number, entry in enumerate(_list(row.get(key), key), start=1):
        try:
            found.append(read(_object(entry, "the entry")))
        except StylemateError as error:
            raise StylemateError(f"{key}, entry {number}: {error}") from None
    return tuple(found)


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise StylemateError(f"{where} should be an object")
    return cast(dict[str, Any], value)


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise StylemateError(f"{where} should be a list")
    return value


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise StylemateError(f"'{key}' should be a text")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    texts = _list(value, where)
    if not all(isinstance(text, str) for text in texts):
        raise StylemateError(f"{where} should hold texts")
    return tuple(texts)


def _number(value: object, where: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StylemateError(f"{where} should hold numbers")
    return float(value)


def _numbers(value: object, where: str) -> tuple[float, ...]:
    return tuple(_number(entry, where) for entry in _list(value, where))
