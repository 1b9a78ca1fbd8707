"""What the shipped files say about sliders: report, calibration, style space, or nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.analysis.shipped_measurements import shipped_response
from engine.style.steering.calibration import Unit, attribute_units
from tests.conftest import tiny_space

KEY = "king_danger"
MODEL = "a-model"


def interval(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


def report(**changes: Any) -> dict[str, Any]:
    data = {
        "attributes": [KEY, "strength"],
        "dose": {
            KEY: {
                "amounts": [-1, 0, 1],
                "shift": {
                    KEY: [interval(-0.9), interval(0), interval(1.1)],
                    "strength": [interval(0.2), interval(0), interval(-0.2)],
                },
            }
        },
        "cost": {
            KEY: {
                "amounts": [-1, 0, 1],
                "top1": [interval(-0.01), interval(0), interval(-0.02)],
                "cross_entropy": [interval(0.01), interval(0), {"value": 0.03}],
                "elo": None,
            }
        },
    }
    return {"model": MODEL, "experiments": {"steering": {"data": data | changes}}}


def calibration() -> dict[str, Any]:
    return {
        "positions": 400,
        "report_players": 32,
        "population": {KEY: {"mean": 1.0, "sd": 2.0}, "captures": {"mean": 0.2, "sd": 0.01}},
        "effects_of_one_step": {KEY: {KEY: 1.02, "captures": 0.3}},
        "half_width_95": {KEY: {KEY: 0.05, "captures": 0.1}},
        "own_effect_by_dose": {KEY: {"-2": -1.8, "-1": -0.9, "+1": 1.02, "+2": 2.2}},
    }


def write(assets: Path, name: str, value: Any) -> None:
    path = assets / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")


def test_the_report_comes_first(tmp_path: Path) -> None:
    write(tmp_path, "report/report.json", report())
    write(tmp_path, "styles/calibration.json", calibration())
    found = shipped_response(tmp_path, tiny_space(), KEY, MODEL)
    assert found is not None
    assert found.source == "report"
    assert found.notes == ()
    assert [amount for amount, _ in found.curve(KEY)] == [-1.0, 0.0, 1.0]
    up = found.doses[1]
    assert up.shifts["strength"].high == pytest.approx(-0.1)
    assert up.move_match is not None
    assert up.move_match.value == pytest.approx(-0.02)
    assert up.move_match.low == pytest.approx(-0.12)
    assert up.cross_entropy is not None
    assert up.cross_entropy.value == pytest.approx(0.03)
    assert up.elo is None


def test_the_report_as_the_experiment_writes_it(tmp_path: Path) -> None:
    measured = {"value": 0.9, "low": 0.7, "high": 1.1, "count": 96}
    written = report(
        players=["Tal, Mikhail", "Carlsen, Magnus"],
        matrix_played=[[measured, None], [None, None]],
        dose={
            KEY: {
                "amounts": [-1.0, 0.25, 1.0],
                "shift": {
                    KEY: [interval(-0.9), interval(0.2), interval(1.1)],
                    "checks": [None] * 3,
                },
            }
        },
        cost={
            KEY: {
                "amounts": [-1.0, 1.0],
                "top1": None,
                "cross_entropy": [None, interval(0.01)],
                "top1_from_ply_30": None,
                "elo": [None, interval(-20.0)],
            }
        },
    )
    written["experiments"]["steering"]["settings"] = {"positions": 400}
    write(tmp_path, "report/report.json", written)
    found = shipped_response(tmp_path, tiny_space(), KEY, MODEL)
    assert found is not None
    assert found.source == "report"
    assert found.about.startswith("2 players' styles in 400 fixed positions")
    assert found.in_games is not None
    assert (found.in_games.value, found.in_games.low) == (0.9, 0.7)
    assert [dose.amount for dose in found.doses] == [-1.0, 0.25, 1.0]
    assert all("checks" not in dose.shifts for dose in found.doses)
    assert [dose.elo for dose in found.doses[:2]] == [None, None]
    assert found.doses[2].elo is not None
    assert found.doses[2].elo.value == -20.0
    assert found.doses[2].cross_entropy is not None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (None, "not part of these assets"),
        (report() | {"model": "another"}, "another model"),
        (report(dose={}), "nothing of this slider"),
        (report(dose={KEY: {"amounts": "many"}}), "damaged"),
        ({"model": MODEL, "experiments": []}, "damaged"),
        ("{half a rep", "damaged"),
    ],
)
def test_without_a_usable_report_the_calibration_speaks(
    tmp_path: Path, written: Any, words: str
) -> None:
    if written is not None:
        write(tmp_path, "report/report.json", written)
    write(tmp_path, "styles/calibration.json", calibration())
    found = shipped_response(tmp_path, tiny_space(), KEY, MODEL)
    assert found is not None
    assert found.source == "calibration"
    assert any(words in note for note in found.notes)
    assert [(amount, shift.value) for amount, shift in found.curve(KEY)] == [
        (-2.0, -1.8),
        (-1.0, -0.9),
        (0.0, 0.0),
        (1.0, 1.02),
        (2.0, 2.2),
    ]
    one = found.curve(KEY)[3][1]
    assert (one.low, one.high) == pytest.approx((0.97, 1.07))
    assert all(dose.move_match is None for dose in found.doses)
    assert "32 players" in found.about


def test_without_either_the_style_space_speaks(tmp_path: Path) -> None:
    found = shipped_response(tmp_path, tiny_space(), KEY, MODEL)
    assert found is not None
    assert found.source == "space"
    assert found.doses[0].shifts["strength"].value == 0.05
    assert found.doses[0].shifts[KEY].low is None


def test_units_are_of_all_measured_attributes(tmp_path: Path) -> None:
    assert attribute_units(tmp_path, tiny_space())[KEY] == Unit(12.0, 3.5)
    write(tmp_path, "calibration.json", calibration())
    found = attribute_units(tmp_path, tiny_space())
    assert {key: unit.sd for key, unit in found.items()} == {
        KEY: 2.0,
        "strength": 0.01,
        "captures": 0.01,
    }
