"""What pages read of sliders in games."""

import json
from pathlib import Path

import pytest

from engine.errors import StylemateError
from engine.evaluation.report.slider_games import SliderGames, load_slider_games

QUEENS = SliderGames(
    "queens_off_20",
    (-5.0, 0.0, 5.0),
    ((0.02, 0.0, 0.05), (0.16, 0.1, 0.22), (0.62, 0.5, 0.7)),
    games=40,
)


def write(assets: Path, report: object) -> None:
    (assets / "report").mkdir()
    (assets / "report" / "report.json").write_text(json.dumps(report), encoding="utf-8")


def test_figures_between_amounts_lie_between() -> None:
    found = QUEENS.at(2.5)
    assert (found.value, found.low, found.high) == pytest.approx((0.39, 0.3, 0.46))
    assert found.count == 40
    assert QUEENS.at(9).value == QUEENS.at(5).value


def test_words_name_the_unpushed_style() -> None:
    assert QUEENS.words(5) == "queens come off by move 20 in 62 of 100 games (unpushed 16)"
    assert QUEENS.words(0) == "queens come off by move 20 in 16 of 100 games"


def test_the_report_is_read_and_what_is_unknown_left_out(tmp_path: Path) -> None:
    assert load_slider_games(tmp_path) == {}
    own = [[0.1, 0.0, 0.2], [0.3, 0.2, 0.4]]
    sliders = {
        "checks": {"figure": "checks", "amounts": [0, 5], "own": own, "step_sd": 1.5},
        "other": {"figure": "of a later version", "amounts": [0, 5], "own": own},
    }
    games = {"settings": {"games": 40, "reach": 5}, "data": {"sliders": sliders, "reach": 5}}
    write(tmp_path, {"experiments": {"games": games, "steering": {"data": []}}})
    found = load_slider_games(tmp_path)
    assert list(found) == ["checks"]
    assert found["checks"].games == 40
    assert found["checks"].at(5).value == pytest.approx(0.3)


def test_a_damaged_report_says_so(tmp_path: Path) -> None:
    write(tmp_path, {"experiments": {"games": {"data": {"sliders": {"checks": 3}}}}})
    with pytest.raises(StylemateError, match=r"report\.json is damaged"):
        load_slider_games(tmp_path)
