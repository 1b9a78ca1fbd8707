"""The Model page with a report, without one, and with a damaged one."""

import datetime
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.assets import ENVIRONMENT_VARIABLE
from engine.evaluation.experiment import Estimate, Plot, PlotSeries, Result, Table
from engine.evaluation.ladder.blunders import BlunderRate
from engine.evaluation.ladder.shipped import BLUNDERS_FILE, save_rows
from engine.evaluation.matches.players import setting_name
from engine.evaluation.report.report import Report, Run, write_report
from engine.evaluation.targets import GOALS, judge
from engine.model.checkpoint import load_model
from engine.model.fingerprint import model_fingerprint
from engine.play.strength.setting import RUNGS
from engine.play.strength.table import STRENGTH_FILE, OpponentRating, RungRating, StrengthTable
from ui.model.markup import headline, table_html, targets_html
from ui.model.plots import figure_of
from ui.shared.opponents import shared_opponents

TIMEOUT = 60
RUN = Run(
    1,
    "small",
    "stylemate evaluate store --size small",
    "2026-11-21",
    {"cores": "2 cores"},
    "abc",
    60.0,
)
LINE = Plot(
    "line",
    "Games needed",
    "games",
    "% found",
    (
        PlotSeries(
            "with openings",
            (10.0, 30.0, 100.0, 1000.0),
            (20.0, 50.0, 80.0, 90.0),
            (15.0, 45.0, 75.0, 88.0),
            (25.0, 55.0, 85.0, 92.0),
        ),
        PlotSeries("habits <b>", (10.0, 30.0), (10.0, 20.0)),
    ),
)
HEATMAP = Plot(
    "heatmap",
    "What moves what",
    "measured",
    "moved",
    matrix=((1.0, 0.2), (-0.1, 1.1)),
    x_names=("king danger", "trades"),
    y_names=("king danger", "trades"),
)
BARS = Plot(
    "bar",
    "By phase",
    "",
    "%",
    (PlotSeries("own", ("opening", "ending"), (50.0, 60.0), (45.0, 55.0), (55.0, 65.0)),),
)
HISTOGRAM = Plot(
    "histogram",
    "Cosines",
    "cosine",
    "share",
    (PlotSeries("same", (0.1, 0.3), (0.4, 0.6)), PlotSeries("other", (0.1, 0.3), (0.9, 0.1))),
)


def results() -> dict[str, Result]:
    return {
        "move_matching": Result(
            "Predicting moves",
            "How often it plays the master's move & why <i>not</i> more.",
            {"players": 12},
            tables=(
                Table("By phase", ("phase", "own"), (("ending", Estimate(60.0, 55.0, 65.0, 12)),)),
            ),
            plots=(BARS,),
            targets=(judge("personal_gain", Estimate(0.3, -0.5, 1.1, 12), "12 players"),),
        ),
        "stylometry": Result(
            "Knowing a player",
            "Whose games are these?",
            plots=(LINE, HISTOGRAM, HEATMAP),
            targets=(judge("stylometry_seen_100", Estimate(97.5, 96.0, 99.0, 200)),),
        ),
    }


@pytest.fixture
def assets(tiny_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "assets"
    shutil.copytree(tiny_assets, directory)
    (directory / "MODEL_CARD.md").write_text("# Model card\n\nLearned from **games**.\n")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(directory))
    return directory


def put_report(assets: Path, fingerprint: str | None = None) -> None:
    fingerprint = fingerprint or model_fingerprint(load_model(assets / "model"))
    found = results()
    report = Report(
        fingerprint, "s", RUN, found, dict.fromkeys(found, RUN), {"steering": "No players."}
    )
    write_report(report, assets / "report")


def open_page() -> AppTest:
    def script() -> None:
        from ui.model.page import model_page

        model_page()

    page = AppTest.from_function(script, default_timeout=TIMEOUT).run()
    assert not page.exception
    return page


def text(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_without_a_report_the_page_tells_of_the_model(assets: Path) -> None:
    page = open_page()
    assert page.title[0].value == "What the model can do"
    assert "12 players" in text(page)
    assert "Treat a style file like a fingerprint" in text(page)
    assert page.markdown[0].value.count("\n") == 4, "five lines for players come first"
    assert "#### " not in page.markdown[1].value
    assert "### Model card" in page.markdown[1].value
    assert not page.error
    assert not page.get("plotly_chart")


def test_targets_are_told_honestly(assets: Path) -> None:
    put_report(assets)
    page = open_page()
    shown = text(page)
    counted = f"1 of {len(GOALS)} targets are met, 1 missed, {len(GOALS) - 2} not measured."
    assert counted in shown
    assert "0.300 (-0.500 to 1.100) points" in shown
    assert "by 100 games, 97.5 % of known players were found again" in shown
    assert not [warning for warning in page.warning if "another version" in warning.value]
    assert [
        warning for warning in page.warning if "steering could not be measured" in warning.value
    ]


def test_an_experiment_is_chosen_and_drawn(assets: Path) -> None:
    put_report(assets)
    page = open_page()
    assert not page.error
    assert "why &lt;i&gt;not&lt;/i&gt; more" in text(page)
    assert len(page.get("plotly_chart")) == 1
    page.get("button_group")[0].set_value("stylometry").run()
    assert not page.exception
    assert not page.error
    assert "Whose games are these?" in text(page)
    assert len(page.get("plotly_chart")) == 3
    assert page.code[0].value == RUN.command


def test_what_strengths_are_worth_is_told_of_the_model_that_plays(assets: Path) -> None:
    model = model_fingerprint(load_model(assets / "model"))
    rungs = tuple(
        RungRating(setting, elo, elo - 60, elo + 60, 201)
        for setting, elo in ((RUNGS[0], 700.0), (RUNGS[9], 1900.0))
    )
    levels = (OpponentRating("Stockfish skill 5", 1910.0, 40.0, 202),)
    table = StrengthTable(rungs, "a scale", "2026-01-31", model, None, levels)
    table.save(assets / STRENGTH_FILE)
    name = setting_name("average", RUNGS[9])
    rates = [asdict(BlunderRate(name, 40, 1800, 2.5, 1.5, 3.5))]
    save_rows(assets / BLUNDERS_FILE, rates, model, datetime.date(2026, 1, 31))
    shared_opponents.clear()  # another test's
    shown = text(open_page())
    assert "in 302 games of the average style" in shown
    assert "about as strong as Stockfish at level 5." in shown
    assert "<td>1840 to 1960</td><td>201</td>" in shown
    assert "2.50 (1.50 to 3.50)" in shown
    (assets / BLUNDERS_FILE).write_text("[]")
    page = open_page()
    shared_opponents.clear()
    assert "it holds no measurement" in page.error[0].value
    assert "Treat a style file like a fingerprint" in text(page)


def test_figures_of_another_model_are_marked(assets: Path) -> None:
    put_report(assets, "0" * 32)
    page = open_page()
    assert "another version of the model" in page.warning[0].value


def test_a_damaged_report_does_not_take_the_page_down(assets: Path) -> None:
    put_report(assets)
    path = assets / "report" / "report.json"
    value = json.loads(path.read_text())
    value["experiments"]["stylometry"]["plots"][0]["kind"] = "pie"
    path.write_text(json.dumps(value))
    page = open_page()
    assert "plots, entry 1" in page.error[0].value
    assert "Treat a style file like a fingerprint" in text(page)


def test_tables_and_targets_escape_what_they_show() -> None:
    table = Table("A & B", ("<b>", "n"), (("<script>", 3), (None, 2.5)), "note <")
    html = table_html(table)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<td>–</td><td>2.50</td>" in html
    targets = results()["move_matching"].targets
    assert "✗ missed" in targets_html(targets)
    assert headline(targets) == "0 of 1 targets are met, 1 missed."


def test_plots_become_figures() -> None:
    lines = figure_of(LINE)
    assert lines.layout.xaxis.type == "log"
    assert [trace.name for trace in lines.data] == [None, "with openings", "habits &lt;b>"]
    assert lines.data[0].y == (25.0, 55.0, 85.0, 92.0, 88.0, 75.0, 45.0, 15.0)
    bars = figure_of(BARS)
    assert bars.data[0].error_y.array == (5.0, 5.0)
    heatmap = figure_of(HEATMAP)
    assert (heatmap.data[0].zmin, heatmap.data[0].zmax) == (-1.1, 1.1)
    assert heatmap.layout.yaxis.autorange == "reversed"
    assert figure_of(HISTOGRAM).layout.barmode == "overlay"
