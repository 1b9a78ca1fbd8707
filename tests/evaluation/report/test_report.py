"""What is written is what is read; what is damaged is told."""

import json
import math
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import StylemateError
from engine.evaluation.experiment import Estimate, Plot, PlotSeries, Result, Table, Target
from engine.evaluation.report.report import Report, Run, markdown, read_report, write_report
from engine.evaluation.report.result_json import as_json
from engine.evaluation.report.wording import estimate_text, number_text, verdict_text
from engine.evaluation.targets import GOALS, all_targets, judge

RUN = Run(3, "smoke", "stylemate evaluate store", "2026-11-21", {"cores": "2 cores"}, "abc", 1.5)
RESULT = Result(
    title="Predicting moves",
    words="How often the model plays what a master played | with <b>markup</b> and $names$.",
    settings={"players": 12, "names": ["Tal, Mikhail"]},
    figures={"gain": Estimate(1.6, 0.4, 2.9, 12), "share": 0.5, "nobody": math.nan},
    tables=(
        Table("By phase", ("phase", "top-1"), (("opening", Estimate(50.0, 48.0, 52.0, 12)),)),
        Table("Counts", ("who", "games", "share"), (("L'Ami|Erwin", 12, None),), "A note."),
    ),
    plots=(
        Plot(
            "line",
            "Games $needed$",
            "games",
            "%",
            (
                PlotSeries("own", (10.0, 30.0), (1.0, 2.0), (0.5, 1.5), (1.5, 2.5)),
                PlotSeries("other", (10.0, 30.0), (0.0, 0.1)),
            ),
        ),
        Plot(
            "bar", "Phases", "", "%", (PlotSeries("own", ("opening", "ending"), (1.0, math.nan)),)
        ),
        Plot(
            "histogram", "Cosines", "cosine", "share", (PlotSeries("same", (0.1, 0.3), (0.4, 0.6)),)
        ),
        Plot(
            "heatmap",
            "Steering",
            "moved",
            "measured",
            matrix=((1.0, 0.1), (-0.2, math.nan)),
            x_names=("a", "b"),
            y_names=("c", "d"),
        ),
    ),
    targets=(
        judge("personal_gain", Estimate(1.6, 0.4, 2.9, 12), "12 players"),
        Target("Own goal", 1.0, "s", 2.0, False),
    ),
    data={"matrix": [[1, 2.5]], "deep": {"a": None}},
)
REPORT = Report(
    "model", "styles", RUN, {"move_matching": RESULT}, {"move_matching": RUN}, {"x": "y"}
)


def comparable(value: object) -> object:
    """Return JSON text: nan is not equal to itself."""
    return json.dumps(as_json(value), sort_keys=True)


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    write_report(REPORT, tmp_path)
    found = read_report(tmp_path)
    assert comparable(found.experiments) == comparable(REPORT.experiments)
    assert (found.model, found.styles, found.run) == ("model", "styles", RUN)
    assert (found.runs, found.failures) == (REPORT.runs, REPORT.failures)
    assert math.isnan(found.experiments["move_matching"].figures["nobody"])  # type: ignore[arg-type]
    top = json.loads((tmp_path / "report.json").read_text())
    assert (top["version"], top["seed"], top["size"]) == (1, 3, "smoke")


def test_every_plot_is_a_drawing_and_old_ones_go(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "gone-1.svg").write_text("<svg/>")
    write_report(REPORT, tmp_path)
    files = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert files == [f"move_matching-{number}.svg" for number in range(1, 5)]
    for path in (tmp_path / "figures").iterdir():
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    first = (tmp_path / "figures" / files[0]).read_bytes()
    write_report(REPORT, tmp_path)
    assert (tmp_path / "figures" / files[0]).read_bytes() == first


def test_numpy_values_become_plain_ones() -> None:
    plain = as_json({"a": np.float32(0.5), "b": np.arange(2), "c": np.bool_(True), 3: np.nan})
    assert json.dumps(plain) == '{"a": 0.5, "b": [0, 1], "c": true, "3": null}'
    with pytest.raises(TypeError, match="set"):
        as_json({"a": {1}})


def test_markdown_tells_the_figures_and_cannot_be_broken_by_names() -> None:
    text = markdown(REPORT)
    assert "50.0 (48.0 to 52.0)" in text
    assert "L'Ami\\|Erwin" in text
    assert "![Games $needed$](figures/move_matching-1.svg)" in text
    assert text.count("not measured") >= len(GOALS) - 1
    rows = [line for line in text.splitlines() if line.startswith("| More moves predicted")]
    assert "met" in rows[0]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda value: value.update(version=2), "version 2"),
        (lambda value: value.pop("model"), "'model'"),
        (lambda value: value.update(size="huge"), "size"),
        (lambda value: value["runs"].clear(), "same experiments"),
        (lambda value: value["experiments"].update(move_matching=3), "move_matching"),
        (lambda value: plots(value)[0].update(kind="pie"), "plots, entry 1.*pie"),
        (lambda value: plots(value)[0]["series"][0]["y"].append(1.0), "3 values"),
        (lambda value: plots(value)[3]["matrix"].pop(), "matrix"),
        (lambda value: result(value)["tables"][0]["rows"][0].pop(), "tables, entry 1"),
        (lambda value: result(value)["figures"].update(gain={"value": 1}), "gain"),
        (lambda value: result(value)["targets"][0].update(met="yes"), "met"),
    ],
)
def test_damage_is_told(tmp_path: Path, damage: Any, told: str) -> None:
    write_report(REPORT, tmp_path)
    path = tmp_path / "report.json"
    value = json.loads(path.read_text())
    damage(value)
    path.write_text(json.dumps(value))
    with pytest.raises(StylemateError, match=told):
        read_report(tmp_path)


def result(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = value["experiments"]["move_matching"]
    return found


def plots(value: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = result(value)["plots"]
    return found


def test_what_is_no_json_is_told(tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="no report"):
        read_report(tmp_path)
    (tmp_path / "report.json").write_text("{")
    with pytest.raises(StylemateError, match="damaged"):
        read_report(tmp_path)


def test_a_goal_is_met_only_with_its_interval_clear() -> None:
    assert judge("personal_gain", Estimate(1.6, 0.4, 2.9, 12)).met
    assert not judge("personal_gain", Estimate(1.6, -0.1, 2.9, 12)).met
    assert not judge("personal_gain", Estimate(1.4, 0.9, 2.0, 12)).met
    assert not judge("personal_gain", 1.6).met
    assert judge("fit_seconds_cpu", 29.0).met
    assert not judge("fit_seconds_cpu", 31.0).met
    assert not judge("stylometry_seen_100", 99.0, at_size=False).met
    assert not judge("stylometry_seen_100", math.nan).met
    with pytest.raises(KeyError):
        judge("no such goal", 1.0)


def test_every_goal_is_listed_whether_measured_or_not() -> None:
    targets = all_targets([RESULT])
    assert len(targets) == len(GOALS) + 1
    verdicts = {target.key: verdict_text(target) for target in targets if target.key}
    assert verdicts.pop("personal_gain") == "met"
    assert set(verdicts.values()) == {"not measured"}
    assert verdict_text(targets[-1]) == "missed"


def test_figures_read_well() -> None:
    assert number_text(47864.0) == "47,864"
    assert number_text(0.00012) == "1.2e-04"
    assert number_text(math.nan) == "–"
    assert estimate_text(Estimate(1.25, -0.5, 3.0, 9)) == "1.25 (-0.50 to 3.00)"
    assert estimate_text(Estimate(4.0, math.nan, math.nan, 1)) == "4"
