"""Habits: how sure they are, what is said of them, and what files of them are refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import StylemateError
from engine.files import read_tensors, write_tensors
from engine.style.habits import (
    HABIT_KEYS,
    HABIT_SCALE_FILE,
    HABITS_FILE,
    Certainty,
    Habits,
    HabitScale,
    HabitTable,
    blended,
    described,
)
from tests.style.habit_tables import SPREAD, habits, scale, table


@pytest.mark.parametrize(
    ("value", "error", "certainty"),
    [
        (0.04, 0.02, Certainty.CLEAR),
        (-0.04, 0.02, Certainty.CLEAR),
        (0.03, 0.02, Certainty.LIKELY),
        (-0.03, 0.02, Certainty.LIKELY),
        (0.02, 0.02, Certainty.UNCLEAR),
        (0.0, 0.02, Certainty.UNCLEAR),
        (0.0, 0.0, Certainty.UNCLEAR),
        (0.001, 0.0, Certainty.CLEAR),
    ],
)
def test_certainty_is_the_chance_that_the_sign_is_right(
    value: float, error: float, certainty: Certainty
) -> None:
    assert habits(error, queen_trades=value).certainty("queen_trades") is certainty


def test_words_say_what_and_how_sure_the_farthest_first() -> None:
    own = habits(0.01, queen_trades=-0.04, sacrifices=0.06, crowd=-0.015, mobility=0.001)
    lines = described(own, scale())
    assert [str(line) for line in lines[:4]] == [
        "offers material more than others: clear",
        "trades queens less than others: clear",
        "plays the move that most would play less than others: likely",
        "makes pieces active more than others: not clear yet",
    ]
    assert lines[0].deviations == pytest.approx(0.06 / SPREAD)
    assert {line.key for line in lines} == set(HABIT_KEYS)
    assert len({line.text for line in lines}) == len(HABIT_KEYS)


def test_what_halves_do_not_agree_on_is_not_shown() -> None:
    own = habits(0.01, queen_trades=-0.04, sacrifices=0.06, checks=0.05)
    made_with = scale({"sacrifices": 0.79, "checks": None, "queen_trades": 0.8})
    keys = {line.key for line in described(own, made_with)}
    assert "queen_trades" in keys
    assert not {"sacrifices", "checks"} & keys
    everything = {line.key for line in described(own, made_with, shown_only=False)}
    assert everything == set(HABIT_KEYS)


def test_a_blend_has_habits_by_weight_and_the_average_has_none() -> None:
    parts = [(habits(0.01, 100, checks=0.04), 0.5), (habits(0.02, 30, checks=-0.02), 0.25)]
    blend = blended(parts)
    place = HABIT_KEYS.index("checks")
    assert blend.values[place] == pytest.approx(0.5 * 0.04 - 0.25 * 0.02)
    assert blend.errors[place] == pytest.approx(np.hypot(0.5 * 0.01, 0.25 * 0.02))
    assert blend.positions == 130
    nobody = blended([])
    assert not nobody.values.any()
    assert nobody.positions == 0


@pytest.mark.parametrize(
    ("values", "errors", "positions"),
    [
        (np.zeros(3), np.zeros(3), 1),
        (np.full(len(HABIT_KEYS), np.nan), np.zeros(len(HABIT_KEYS)), 1),
        (np.full(len(HABIT_KEYS), 5.1), np.zeros(len(HABIT_KEYS)), 1),
        (np.zeros(len(HABIT_KEYS)), np.full(len(HABIT_KEYS), -0.1), 1),
        (np.zeros(len(HABIT_KEYS)), np.full(len(HABIT_KEYS), np.inf), 1),
        (np.zeros(len(HABIT_KEYS)), np.zeros(len(HABIT_KEYS)), -1),
    ],
)
def test_what_cannot_be_habits_is_refused(values: Any, errors: Any, positions: int) -> None:
    with pytest.raises(StylemateError):
        Habits(values, errors, positions)


def test_a_table_gives_back_what_was_saved(tmp_path: Path) -> None:
    rows = {"Tal, Mikhail": habits(0.01, 500, sacrifices=0.05), "Leko, Peter": habits(0.02, 9)}
    made_with = scale({"sacrifices": 0.5, "checks": None})
    table(rows, made_with).save(tmp_path)
    loaded = HabitTable.load(tmp_path)
    assert loaded.scale == made_with
    assert loaded.names == tuple(rows)
    for name, own in rows.items():
        again = loaded.of(name)
        assert again is not None
        np.testing.assert_allclose(again.values, own.values, rtol=1e-3)
        np.testing.assert_allclose(again.errors, own.errors, rtol=1e-3)
        assert again.positions == own.positions
    assert loaded.of("Nobody") is None
    shown = {
        m["key"]: m["reliable"]
        for m in json.loads((tmp_path / HABIT_SCALE_FILE).read_text())["measures"]
    }
    assert not shown["sacrifices"]
    assert not shown["checks"]
    assert shown["mobility"]


def _measure(**changes: Any) -> Any:
    def change(described: dict[str, Any]) -> None:
        described["measures"][0] |= changes

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(version=2),
        lambda d: d.update(players=d["players"][:1]),
        lambda d: d.update(players=[d["players"][0]] * 2),
        lambda d: d.update(players="Tal"),
        lambda d: d.update(players=[1, 2]),
        lambda d: d.update(measures=d["measures"][::-1]),
        lambda d: d.update(measures=None),
        _measure(key="no_such_property"),
        _measure(key=["checks"]),
        _measure(unit=0),
        _measure(spread=-1),
        _measure(dispersion=0),
        _measure(tilt="much"),
        _measure(agreement=True),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, change: Any) -> None:
    table({"Tal, Mikhail": habits(), "Leko, Peter": habits()}).save(tmp_path)
    described_table = json.loads((tmp_path / HABIT_SCALE_FILE).read_text())
    change(described_table)
    (tmp_path / HABIT_SCALE_FILE).write_text(json.dumps(described_table))
    with pytest.raises(StylemateError, match="habits"):
        HabitTable.load(tmp_path)


def test_damaged_numbers_are_refused(tmp_path: Path) -> None:
    table({"Tal, Mikhail": habits()}).save(tmp_path / "whole")
    tensors = read_tensors(tmp_path / "whole" / HABITS_FILE)
    for number, changed in enumerate(
        (
            {"habit": tensors["habit"][:, 1:]},
            {"habit": np.full_like(tensors["habit"], np.nan)},
            {"error": np.full_like(tensors["error"], 100)},
            {"positions": np.array([-1], dtype=np.int32)},
            {"more": np.zeros(1)},
        )
    ):
        shutil.copytree(tmp_path / "whole", tmp_path / str(number))
        write_tensors(tmp_path / str(number) / HABITS_FILE, tensors | changed, {})
        with pytest.raises(StylemateError, match="damaged"):
            HabitTable.load(tmp_path / str(number))
    (tmp_path / "whole" / HABITS_FILE).write_bytes(b"nothing")
    with pytest.raises(StylemateError, match="damaged"):
        HabitTable.load(tmp_path / "whole")


def test_a_scale_measures_all_habits_in_order() -> None:
    with pytest.raises(StylemateError, match="measures"):
        HabitScale("0" * 32, scale().measures[1:])
