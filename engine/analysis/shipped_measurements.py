"""What the shipped files say about the sliders: the report, or else the calibration."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import StylemateError
from engine.files import read_json
from engine.style.space import StyleSpace
from engine.style.steering.build import REPORT_FILE as CALIBRATION_FILE
from engine.style.steering.dose_response import Dose, DoseResponse, Shift

REPORT_FILE = Path("report") / "report.json"
STYLES_DIRECTORY = "styles"
EXPERIMENT = "steering"


def units(assets: Path, space: StyleSpace) -> dict[str, float]:
    """Return the standard deviation over players of each attribute, in its own unit.

    All measured attributes if the calibration is there, otherwise those that can be steered.
    """
    found = {attribute.key: attribute.sd for attribute in space.attributes}
    try:
        population = _mapping(_calibration(assets).get("population"))
        return {key: _number(_mapping(row).get("sd")) for key, row in population.items()} | found
    except StylemateError:
        return found


def shipped_response(
    assets: Path, space: StyleSpace, key: str, fingerprint: str
) -> DoseResponse | None:
    """Return what was measured of an attribute's slider, from the best source that there is.

    Args:
        assets: the assets directory.
        space: its style space.
        key: the attribute.
        fingerprint: which model plays; a report of another one does not count.

    Returns:
        None if nothing was measured. Sources that cannot be read are named in the notes.
    """
    notes: list[str] = []
    try:
        return _from_report(assets / REPORT_FILE, key, fingerprint)
    except StylemateError as error:
        notes.append(str(error))
    try:
        return _from_calibration(_calibration(assets), key, tuple(notes))
    except StylemateError as error:
        notes.append(str(error))
    effects = space.attribute(key).effects
    if not effects:
        return None
    dose = Dose(1.0, {measured: Shift(value) for measured, value in effects.items()})
    about = "other players' styles when the sliders were made"
    return DoseResponse(key, (dose,), "space", about, tuple(notes))


def _from_report(path: Path, key: str, fingerprint: str) -> DoseResponse:
    if not path.is_file():
        raise StylemateError("The report of all experiments is not part of these assets.")
    report = _mapping(read_json(path))
    if report.get("model") != fingerprint:
        raise StylemateError("The shipped report is of another model, and not shown.")
    experiment = _mapping(_mapping(report.get("experiments")).get(EXPERIMENT, {}))
    settings = _mapping(experiment.get("settings", {}))
    data = _mapping(experiment.get("data", {}))
    doses = _mapping(data.get("dose", {})).get(key)
    if doses is None:
        raise StylemateError("The shipped report did not measure this slider.")
    rows = _mapping(doses)
    amounts = _amounts(rows.get("amounts"))
    shifts = {
        k: dict(zip(amounts, _shifts(values), strict=False))
        for k, values in _mapping(rows.get("shift")).items()
    }
    costs = _costs(_mapping(data.get("cost") or {}).get(key))
    found = [
        Dose(
            amount,
            {k: shift for k, by_amount in shifts.items() if (shift := by_amount.get(amount))},
            move_match=costs["top1"].get(amount),
            cross_entropy=costs["cross_entropy"].get(amount),
            elo=costs["elo"].get(amount),
        )
        for amount in sorted({*amounts, *costs["elo"], *costs["top1"]})
        if amount
    ]
    players = len(_sequence(data.get("players", []))) or "some"
    positions = settings.get("positions", "the")
    about = (
        f"{players} players' styles in {positions} fixed positions; the interval is over players"
    )
    return DoseResponse(key, tuple(found), "report", about, in_games=_in_games(data, key))


def _in_games(data: Mapping[str, Any], key: str) -> Shift | None:
    """Return what one step does to its own attribute in played games."""
    keys, matrix = _sequence(data.get("attributes", [])), data.get("matrix_played")
    if matrix is None or key not in keys:
        return None
    row = keys.index(key)
    cells = [_sequence(cell) for cell in _sequence(matrix)]
    if row >= len(cells) or row >= len(cells[row]):
        return None
    return _shift(cells[row][row])


def _costs(row: Any) -> dict[str, dict[float, Shift]]:
    """Return each cost by amount, as a change from the style as it was."""
    found: dict[str, dict[float, Shift]] = {"top1": {}, "cross_entropy": {}, "elo": {}}
    if row is None:
        return found
    costs = _mapping(row)
    amounts = _amounts(costs.get("amounts"))
    for kind, by_amount in found.items():
        if costs.get(kind) is None:
            continue
        values = dict(zip(amounts, _shifts(costs[kind]), strict=False))
        start = values.get(0.0)
        level = 0.0 if start is None else start.value
        for amount, shift in values.items():
            if shift is None:
                continue
            # The interval of a level is not that of its change, which is far narrower.
            by_amount[amount] = shift if level == 0 else Shift(shift.value - level)
    return found


def _from_calibration(
    calibration: Mapping[str, Any], key: str, notes: tuple[str, ...]
) -> DoseResponse:
    unit = _mapping(calibration.get("effects_of_one_step")).get(key)
    if unit is None:
        raise StylemateError("The calibration did not measure this slider.")
    widths = _mapping(_mapping(calibration.get("half_width_95", {})).get(key, {}))
    effects = {k: _interval(value, widths.get(k)) for k, value in _mapping(unit).items()}
    own = _mapping(_mapping(calibration.get("own_effect_by_dose", {})).get(key, {}))
    doses = {1.0: Dose(1.0, effects)}
    for text, value in own.items():
        amount = _amount(text)
        if amount not in (0.0, 1.0):
            doses[amount] = Dose(amount, {key: Shift(_number(value))})
    players, positions = calibration.get("report_players"), calibration.get("positions")
    about = (
        f"{players} players' styles in {positions} fixed positions, when the sliders were made; "
        "the interval is over players"
    )
    return DoseResponse(
        key, tuple(doses[amount] for amount in sorted(doses)), "calibration", about, notes
    )


def _calibration(assets: Path) -> Mapping[str, Any]:
    return _mapping(read_json(assets / STYLES_DIRECTORY / CALIBRATION_FILE))


def _interval(value: Any, width: Any) -> Shift:
    middle = _number(value)
    if width is None:
        return Shift(middle)
    return Shift(middle, middle - _number(width), middle + _number(width))


def _shifts(values: Any) -> list[Shift | None]:
    return [_shift(value) for value in _sequence(values)]


def _shift(value: Any) -> Shift | None:
    """Return a figure with its interval, None where it is said to be unknown."""
    if value is None or (isinstance(value, Mapping) and value.get("value") is None):
        return None
    if not isinstance(value, Mapping):
        return Shift(_number(value))
    low, high = value.get("low"), value.get("high")
    if low is None or high is None:
        return Shift(_number(value.get("value")))
    return Shift(_number(value.get("value")), _number(low), _number(high))


def _amounts(values: Any) -> list[float]:
    return [_number(value) for value in _sequence(values)]


def _amount(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise StylemateError(f"'{text}' in the calibration is not an amount.") from None


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise StylemateError("A figure among the shipped measurements is not a number.")
    return float(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise StylemateError("The shipped measurements are damaged; restore the assets.")
    return value


def _sequence(value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise StylemateError("The shipped measurements are damaged; restore the assets.")
    return value
