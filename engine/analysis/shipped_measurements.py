"""What the shipped files say about the sliders: the report, or else the calibration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.assets import REPORT_DIRECTORY, REPORT_FILE, STYLES_DIRECTORY
from engine.errors import StylemateError
from engine.files import read_json_as
from engine.style.space import StyleSpace
from engine.style.steering.calibration import Calibration, load_calibration
from engine.style.steering.dose_response import Dose, DoseResponse, Shift
from engine.style.steering.figures import SteeringFigures

STEERING_EXPERIMENT = "steering"


@dataclass(frozen=True, slots=True)
class _Experiment:
    data: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Report:
    """As much of a report as is looked at here."""

    model: str
    experiments: Mapping[str, _Experiment]


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
        return _from_report(assets / REPORT_DIRECTORY / REPORT_FILE, key, fingerprint)
    except StylemateError as error:
        notes.append(str(error))
    try:
        return _from_calibration(load_calibration(assets / STYLES_DIRECTORY), key, tuple(notes))
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
    report = read_json_as(path, _Report)
    if report.model != fingerprint:
        raise StylemateError("The shipped report is of another model, and not shown.")
    experiment = report.experiments.get(STEERING_EXPERIMENT, _Experiment())
    figures = SteeringFigures.from_json(experiment.data)
    about = (
        f"{len(figures.players) or 'some'} players' styles in "
        f"{experiment.settings.get('positions', 'the')} fixed positions; the interval is over "
        "players"
    )
    response = figures.response(key, about)
    if response is None:
        raise StylemateError("The shipped report has nothing of this slider on fixed positions.")
    return response


def _from_calibration(
    calibration: Calibration | None, key: str, notes: tuple[str, ...]
) -> DoseResponse:
    if calibration is None or key not in calibration.effects_of_one_step:
        raise StylemateError("The calibration did not measure this slider.")
    widths = calibration.half_width_95.get(key, {})
    effects = {
        name: _interval(value, widths.get(name))
        for name, value in calibration.effects_of_one_step[key].items()
    }
    doses = {1.0: Dose(1.0, effects)}
    for text, value in calibration.own_effect_by_dose.get(key, {}).items():
        amount = _amount(text)
        if amount not in (0.0, 1.0):
            doses[amount] = Dose(amount, {key: Shift(value)})
    about = (
        f"{calibration.report_players} players' styles in {calibration.positions} fixed positions, "
        "when the sliders were made; the interval is over players"
    )
    return DoseResponse(
        key, tuple(doses[amount] for amount in sorted(doses)), "calibration", about, notes
    )


def _interval(value: float, width: float | None) -> Shift:
    return Shift(value) if width is None else Shift(value, value - width, value + width)


def _amount(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise StylemateError(f"'{text}' in the calibration is not an amount.") from None
