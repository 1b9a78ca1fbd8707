"""What was measured of strengths, as it ships and as pages tell it."""

import datetime
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from engine.assets import assets_directory
from engine.errors import StylemateError
from engine.evaluation.ladder.blunders import BlunderRate
from engine.evaluation.ladder.endings import EndingResult
from engine.evaluation.ladder.shipped import (
    BLUNDERS_FILE,
    ENDINGS_FILE,
    STYLE_RATINGS_FILE,
    StrengthMeasurements,
    best_in_words,
    load_measured,
    save_rows,
    strength_tables,
)
from engine.evaluation.ladder.styles import SliderForce
from engine.evaluation.matches.players import setting_name
from engine.play.opponents import load_registry
from engine.play.strength.setting import RUNGS
from engine.play.strength.table import OpponentRating, RungRating, StrengthTable

TODAY = datetime.date(2026, 1, 31)
STRONG = setting_name("average", RUNGS[9])
BLUNDERS = BlunderRate(STRONG, 40, 1800, 1.5, 1.1, 2.0)
ENDING = EndingResult(STRONG, "K+R against K", 20, 19, 11.5, {"repetition": 1})
NO_MATE = EndingResult(STRONG, "K+Q against K", 20, 0, None, {"stalemate": 20})
SLIDER = SliderForce("checks", "checks", 2000, 40, 0.04, 0.12, 0.6, 0.4, 0.8)


def table(best: float = 2000, wide: float = 150) -> StrengthTable:
    rungs = (
        RungRating(RUNGS[0], 600, 500, 700, 133),
        RungRating(RUNGS[9], best, best - wide, best + wide, 201),
    )
    levels = [(10, 2300), (2, 1500), (6, 2100), (5, 1900)]
    others = tuple(OpponentRating(f"Stockfish skill {n}", elo, 50, 90) for n, elo in levels)
    return StrengthTable(rungs, "a scale", "2026-01-31", "m", None, (*others,))


def save(folder: Path, model: str = "m") -> None:
    save_rows(folder / BLUNDERS_FILE, [asdict(BLUNDERS)], model, TODAY)
    save_rows(folder / ENDINGS_FILE, [ENDING.as_json(), NO_MATE.as_json()], model, TODAY)
    save_rows(folder / STYLE_RATINGS_FILE, [SLIDER.as_json()], model, TODAY)


def test_measurements_come_back_as_they_were(tmp_path: Path) -> None:
    assert load_measured(tmp_path, "m") == StrengthMeasurements()
    save(tmp_path)
    assert load_measured(tmp_path, "m") == StrengthMeasurements(
        (BLUNDERS,), (ENDING, NO_MATE), (SLIDER,)
    )
    assert load_measured(tmp_path, "another") == StrengthMeasurements()


@pytest.mark.parametrize("text", ["", "[]", '{"rows": 3}', '{"model": "m", "rows": [{"x": 1}]}'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / ENDINGS_FILE).write_text(text)
    with pytest.raises(StylemateError, match=ENDINGS_FILE):
        load_measured(tmp_path, "m")


def test_tables_tell_each_setting_what_was_found_of_it() -> None:
    ratings, levels, endings, sliders = strength_tables(
        table(), StrengthMeasurements((BLUNDERS,), (ENDING, NO_MATE), (SLIDER,))
    )
    assert ratings.rows[0][:4] == ("600", "500 to 700", 133, "the board alone")
    assert ratings.rows[0][4:] == (None, None)
    assert ratings.rows[1][3] == "50 positions"
    assert ratings.rows[1][5] == 40
    assert [row[0] for row in levels.rows] == [2, 5, 6, 10]
    assert endings.rows == (("2000", "0 of 20", "19 of 20", None),)
    assert "60% kept (40% to 80%)" in str(sliders.rows[0][0])
    assert [one.title for one in strength_tables(table(), StrengthMeasurements())] == [
        ratings.title, levels.title,
    ]  # fmt: skip
    assert strength_tables(StrengthTable(), StrengthMeasurements()) == ()


def test_the_best_setting_is_compared_with_levels() -> None:
    assert best_in_words(table()) == (
        "At its strongest it plays about 2000 (1850 to 2150), somewhere between Stockfish's levels "
        "5 and 6."
    )
    assert best_in_words(table(2100, 50)).endswith("about as strong as Stockfish at level 6.")
    assert best_in_words(table(2190, 20)).endswith("the nearest of Stockfish's levels is 6.")
    assert best_in_words(StrengthTable()) == ""
    level = OpponentRating("Stockfish skill 10", 2300, 90, 9)
    vague = replace(table(2290, 100), opponents=(level,))
    assert best_in_words(vague) == "", "a level that is hardly known is no measure"


def test_what_ships_is_of_the_model_that_ships() -> None:
    registry = load_registry()
    measured = load_measured(assets_directory(), registry.fingerprint)
    names = {setting_name("average", rung.setting) for rung in registry.strength.rungs}
    assert {row.player for row in measured.blunders} <= names
    assert len(strength_tables(registry.strength, measured)) == 4
