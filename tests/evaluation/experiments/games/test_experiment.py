"""The experiment on games, small: it ends, goes on where it was, and its report reads back."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.attributes.game_figures import game_figures
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate
from engine.evaluation.experiments.games import experiment, play
from engine.evaluation.experiments.games.cells import (
    INTENSITIES,
    REACH,
    UNPUSHED,
    lots_of_cells,
)
from engine.evaluation.experiments.games.experiment import EXPERIMENT
from engine.evaluation.experiments.games.play import GameSettings, common_openings
from engine.evaluation.measures.held_out import HELD_OUT
from engine.evaluation.report.report import Report, Run, read_report, write_report
from engine.evaluation.targets import GOALS
from tests.evaluation.conftest import write_assets

PLAYERS = ("Tal, Mikhail", "Petrosian, Tigran", "Morphy, Paul")


@pytest.fixture
def small(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A context whose styles are those of two presets and of a player of the store."""
    settings = experiment.Settings(
        play=GameSettings(games=4, opening_plies=4, longest=24),
        portraits=GameSettings(games=8, opening_plies=4, longest=24),
        people=1,
        positions=10,
        own_people=3,
        own_positions=10,
    )
    monkeypatch.setattr(experiment, "SMOKE", settings)
    return replace(context, assets=write_assets(tmp_path / "assets", PLAYERS))


def test_cells_are_sliders_presets_and_blends(small: Context) -> None:
    lots = lots_of_cells(small.space)
    presets = ["presets-0", "presets-1"]
    assert list(lots) == [UNPUSHED, "king_danger", *presets, "blends"]
    assert [cell.amount for cell in lots["king_danger"]] == [-REACH, -REACH / 2, REACH / 2, REACH]
    assert [cell.name for cell in lots["presets-1"]] == ["Tal", "Petrosian"]
    assert [cell.name for cell in lots["blends"]] == ["Tal and Petrosian"]
    for cells in lots.values():
        for cell in cells:
            small.space.style(cell.recipe)


def test_intensities_are_measured_as_far_as_habits_are_known(small: Context) -> None:
    lots = lots_of_cells(small.space)
    assert max(INTENSITIES) > 1
    assert [name for name in lots if name.startswith("presets")] == ["presets-0", "presets-1"]
    assert lots["presets-0"][0].name == "Tal x0"
    assert lots["presets-0"][0].recipe == "Tal, Mikhail | intensity 0"


def test_the_experiment_from_end_to_end(
    small: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = EXPERIMENT.run(small)

    def refuse(*args: object, **settings: object) -> None:
        raise AssertionError("everything was there")

    monkeypatch.setattr(play, "play_games", refuse)
    assert repr(EXPERIMENT.run(small)) == repr(result)  # a second run takes up all games
    assert result.settings["cells"] == 10
    cells = {cell["name"]: cell for cell in result.data["cells"]}
    portraits = {"Tal", "Petrosian", "Tal x0", "Petrosian x0", "Tal and Petrosian"}
    assert {name for name, cell in cells.items() if cell["games"] == 8} == portraits
    assert {cell["games"] for cell in cells.values()} == {4, 8}
    assert all(len(cell["values"]) == len(FIGURE_KEYS) for cell in cells.values())
    assert cells[UNPUSHED]["cross_entropy"][0] == 0
    assert cells["king_danger +5"]["cross_entropy"][0] != 0
    assert len(cells["king_danger +5"]["by_phase"]) == 3
    assert cells[UNPUSHED]["by_phase"] == []
    assert result.data["sliders"]["king_danger"]["amounts"] == [-5, -2.5, 0, 2.5, 5]
    answered = {target.key for target in result.targets}
    assert answered <= {goal.key for goal in GOALS if goal.experiment == "games"}
    assert {"games_force", "games_monotone", "games_leaks", "games_elo"} <= answered
    run = Run(1, "smoke", "stylemate evaluate", "2026-01-01", {}, "games")
    write_report(Report("m", "s", run, {"games": result}, {"games": run}), tmp_path / "report")
    found = read_report(tmp_path / "report").experiments["games"]
    assert repr(found.tables) == repr(result.tables)
    assert str(found.plots) == re.sub(r"np\.float64\(([^)]*)\)", r"\1", str(result.plots))
    text = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "Queens off by move 20" in text
    assert "games-1.svg" in text
    own = next(table for table in result.tables if table.title.startswith("Own moves"))
    assert own.rows[0][0] == "style alone"
    assert isinstance(own.rows[0][1], Estimate)
    people = [name for name in PLAYERS if len(small.games_of(name, HELD_OUT))]
    assert own.rows[0][1].count == len(people) > 0


def test_every_cell_plays_the_same_games(small: Context) -> None:
    settings = GameSettings(games=8, opening_plies=4, longest=12)
    book = common_openings(small, settings)
    assert len(set(book)) == len(book) == 2
    lots = lots_of_cells(small.space)
    plain, pushed = (
        play.cell_games(small, name, lots[name], settings, book, (0, 1))
        for name in (UNPUSHED, "king_danger")
    )
    for one in (*plain, *pushed):
        assert len(one.games) == 8
        assert one.as_black.sum() == 4
        assert one.as_black.tolist() == plain[0].as_black.tolist()
        begins = [tuple(one.games.moves[at : at + 4].tolist()) for at in one.games.offsets[:-1]]
        assert set(begins[4:]) == set(book)
        values = game_figures(one.games, one.as_black).values
        np.testing.assert_array_equal(one.figures().values, values)


def test_too_few_openings_are_told(small: Context) -> None:
    with pytest.raises(StylemateError, match="different openings"):
        common_openings(small, GameSettings(games=4000))


def test_the_openings_do_not_depend_on_the_model(context: Context, small: Context) -> None:
    settings = GameSettings(games=8, opening_plies=4)
    assert common_openings(context, settings) == common_openings(small, settings)
