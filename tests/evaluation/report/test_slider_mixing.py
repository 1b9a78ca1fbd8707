"""The mixing matrix out of a report on games."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.cli import app
from engine.errors import StylemateError
from engine.evaluation.report.slider_mixing import mixing_of_report
from engine.style.mixing import load_mixing
from tests.style.game_tables import SPREAD, player_table

CAPTURES, QUEENS = FIGURE_KEYS.index("captures"), FIGURE_KEYS.index("queens_off_20")


def cell(key: str, amount: float, **figures: float) -> dict[str, Any]:
    """Return a cell whose figures are 0.4 but for some."""
    values = [[figures.get(figure, 0.4), 0.0, 1.0] for figure in FIGURE_KEYS]
    kind = "slider" if key else "unpushed"
    return {"kind": kind, "key": key, "amount": amount, "values": values, "name": "x", "elo": []}


def report(folder: Path, cells: list[dict[str, Any]]) -> Path:
    data = {"reach": 5, "figures": list(FIGURE_KEYS), "cells": cells, "sliders": {}}
    games = {"data": data, "settings": {"games": 100}, "title": "Games"}
    path = folder / "report.json"
    path.write_text(json.dumps({"experiments": {"games": games}}), encoding="utf-8")
    return path


def test_a_straight_line_through_the_places_up_to_half_way(tmp_path: Path) -> None:
    cells = [
        cell("", 0),
        cell("captures", -5, captures=0.0),  # beyond half way: not looked at
        cell("captures", -2.5, captures=0.4 - 5 * SPREAD, queens_off_20=0.4 - SPREAD),
        cell("captures", 2.5, captures=0.4 + 5 * SPREAD, queens_off_20=0.4 + 2 * SPREAD),
        cell("queen_trades", -2.5),
        cell("queen_trades", 2.5, queens_off_20=0.4 + 3 * SPREAD),
    ]
    table = player_table({})
    found = mixing_of_report(report(tmp_path, cells), table)
    assert found.sliders == ("captures", "queen_trades")
    assert found.games == 100
    # The made-up players differ by SPREAD, and by a little less without their noise.
    assert found.response[CAPTURES, 0] == pytest.approx(2.0, rel=0.06)
    assert found.response[QUEENS, 0] == pytest.approx(0.6, rel=0.06)
    assert found.response[QUEENS, 1] == pytest.approx(0.6, rel=0.06)
    assert found.response[CAPTURES, 1] == 0


def test_reports_that_say_nothing_of_sliders_are_refused(tmp_path: Path) -> None:
    table = player_table({})
    with pytest.raises(StylemateError, match="no measured sliders"):
        mixing_of_report(report(tmp_path, [cell("", 0)]), table)
    path = tmp_path / "report.json"
    path.write_text('{"experiments": {}}', encoding="utf-8")
    with pytest.raises(StylemateError, match="no experiment on games"):
        mixing_of_report(path, table)
    path.write_text('{"experiments": {"games": {"data": 3}}}', encoding="utf-8")
    with pytest.raises(StylemateError, match="damaged"):
        mixing_of_report(path, table)


def test_the_command_takes_a_folder_with_a_report(tmp_path: Path) -> None:
    styles = tmp_path / "assets" / "styles"
    styles.mkdir(parents=True)
    player_table({}).save(styles)
    report(tmp_path, [cell("", 0), cell("captures", -2.5), cell("captures", 2.5)])
    told = CliRunner().invoke(
        app, ["styles", "mix", str(tmp_path), "--assets", str(tmp_path / "assets")]
    )
    assert told.exit_code == 0, told.output
    assert "1 sliders, 100 games a place" in told.output
    mixing = load_mixing(styles)
    assert mixing is not None
    assert mixing.sliders == ("captures",)
