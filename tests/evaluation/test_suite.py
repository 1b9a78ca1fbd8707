"""A suite that is stopped, fails in part, and goes on."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import StylemateError
from engine.evaluation import suite
from engine.evaluation.context import Context
from engine.evaluation.experiment import Result
from engine.evaluation.report.report import read_report
from engine.evaluation.suite import Plan, Step, run_suite
from tests.cli.test_bad_input import Command, stylemate
from tests.evaluation.conftest import write_assets
from tests.training.conftest import PLAYERS

__all__ = ["stylemate"]


class Counting:
    """Counts its parts, and does something before the third."""

    def __init__(self, name: str, trouble: Callable[[], None] = lambda: None) -> None:
        self.name, self.title, self.trouble = name, name.title(), trouble
        self.runs = 0
        self.parts: list[int] = []

    def run(self, context: Context) -> Result:
        self.runs += 1
        drawn = [
            context.cached(f"{self.name}/{part}", lambda p=part: self._part(p)) for part in range(4)
        ]
        context.progress(1.0, "counted")
        return Result(self.title, "Counted.", {"drawn": drawn}, {"random": float(torch.rand(()))})

    def _part(self, part: int) -> int:
        if part == 2:
            self.trouble()
        self.parts.append(part)
        return part * 10


@pytest.fixture
def add(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Counting]:
    """Put experiments of the test into the suite, in place of all others."""
    monkeypatch.setattr(suite, "EXPERIMENTS", {})

    def put(name: str, trouble: Callable[[], None] = lambda: None) -> Counting:
        experiment = Counting(name, trouble)
        monkeypatch.setattr(suite, "EXPERIMENTS", {**suite.EXPERIMENTS, name: experiment})
        return experiment

    return put


@pytest.fixture
def plan(games_store: Path, evaluated_assets: Path, tmp_path: Path) -> Plan:
    return Plan(games_store, evaluated_assets, tmp_path / "report", (), size="smoke")


def test_a_stopped_run_goes_on_and_ends_as_if_it_had_not(
    add: Callable[..., Counting], plan: Plan, tmp_path: Path
) -> None:
    stops = iter([KeyboardInterrupt])

    def stop_once() -> None:
        for error in stops:
            raise error

    first, second = add("first"), add("second", stop_once)
    plan = replace(plan, names=("first", "second"))
    with pytest.raises(KeyboardInterrupt):
        run_suite(plan)
    assert list(read_report(plan.out).experiments) == ["first"]
    assert second.parts == [0, 1]

    report = run_suite(plan)
    assert first.runs == 1  # it was finished
    assert second.parts == [0, 1, 2, 3]  # each part once
    whole = run_suite(replace(plan, out=tmp_path / "whole"))
    assert report.experiments == whole.experiments == read_report(plan.out).experiments

    run_suite(plan)
    assert first.runs == 3  # a run after a whole one measures anew


def test_a_failing_experiment_is_told_and_the_others_go_on(
    add: Callable[..., Counting], plan: Plan
) -> None:
    def fault() -> None:
        raise ZeroDivisionError("none left")

    def complaint() -> None:
        raise StylemateError("There are too few games. Ingest more.")

    add("broken", fault)
    add("poor", complaint)
    add("sound")
    steps: list[Step] = []
    report = run_suite(replace(plan, names=("broken", "poor", "sound")), steps.append)
    assert list(report.experiments) == ["sound"]
    assert "ZeroDivisionError: none left" in report.failures["broken"]
    assert report.failures["poor"] == "There are too few games. Ingest more."
    assert (steps[-1].experiment, steps[-1].share) == ("Sound", 1.0)
    assert read_report(plan.out).failures == report.failures


def test_only_some_are_added_to_what_is_there(add: Callable[..., Counting], plan: Plan) -> None:
    first, second = add("first"), add("second")
    run_suite(replace(plan, names=("second",), size="smoke"))
    report = run_suite(replace(plan, names=("first",), seed=9))
    assert list(report.experiments) == ["first", "second"]
    assert (report.runs["first"].seed, report.runs["second"].seed) == (9, 1)
    assert (first.runs, second.runs) == (1, 1)


def test_the_order_of_experiments_changes_nothing(add: Callable[..., Counting], plan: Plan) -> None:
    add("first")
    add("second")
    report = run_suite(replace(plan, names=("first", "second")))
    alone = run_suite(replace(plan, names=("second",), out=plan.out.parent / "alone"))
    assert alone.experiments["second"] == report.experiments["second"]


def test_a_report_of_another_model_is_not_mixed_in(
    add: Callable[..., Counting], plan: Plan, tmp_path: Path
) -> None:
    add("first")
    add("second")
    run_suite(replace(plan, names=("first", "second")))
    other = replace(plan, assets=write_assets(tmp_path / "other", PLAYERS[:2]), names=("first",))
    with pytest.raises(StylemateError, match="another model or other styles"):
        run_suite(other)
    anew = run_suite(replace(other, names=("first", "second")))
    assert anew.styles != run_suite(replace(plan, out=tmp_path / "again")).styles


def test_partial_results_are_not_for_git(add: Callable[..., Counting], plan: Plan) -> None:
    add("first")
    run_suite(replace(plan, names=("first",)))
    assert (plan.out / "partials" / ".gitignore").read_text() == "*\n"


def test_the_command_writes_a_report(
    add: Callable[..., Counting], plan: Plan, stylemate: Command
) -> None:
    add("first")
    add("second")
    arguments = ("evaluate", plan.store, "--model", plan.assets, "--out", plan.out)
    code, output, _ = stylemate(*arguments, "--size", "smoke", "--only", "first,second")
    assert code == 0
    assert "not measured" in output
    value = json.loads((plan.out / "report.json").read_text())
    assert list(value["experiments"]) == ["first", "second"]
    assert str(plan.out.parent) not in json.dumps(value)
    assert value["command"].startswith("stylemate evaluate store --model assets --out report")
    assert (plan.out / "report.md").read_text().startswith("# ")


def test_a_failure_is_an_exit_code_and_words(
    add: Callable[..., Counting], plan: Plan, stylemate: Command
) -> None:
    def complaint() -> None:
        raise StylemateError("There are too few games. Ingest more.")

    add("first", complaint)
    code, _, notes = stylemate(
        "evaluate",
        plan.store,
        "--model",
        plan.assets,
        "--out",
        plan.out,
        "--size",
        "smoke",
        "--only",
        "first",
    )
    assert code == 2
    assert "first failed: There are too few games." in notes


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"--only": "frist"}, "no experiment 'frist'. There are: move_matching"),
        ({"--model": "nowhere"}, "holds no model/"),
        ({"store": "nowhere"}, "no game store"),
        ({"--device": "abacus"}, "not a device"),
        ({"--seed": "-1"}, "--seed"),
        ({"--size": "huge"}, "--size"),
    ],
)
def test_bad_input_is_told(
    plan: Plan, stylemate: Command, changes: dict[str, str], told: str
) -> None:
    values = {"store": plan.store, "--model": plan.assets, "--out": plan.out} | changes
    store = values.pop("store")
    options = [word for pair in values.items() for word in pair]
    code, _, notes = stylemate("evaluate", store, *options)
    assert code == 2
    assert told in notes
    assert "Traceback" not in notes


def test_a_file_in_the_way_is_told(plan: Plan, stylemate: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, notes = stylemate(
        "evaluate", plan.store, "--model", plan.assets, "--out", tmp_path / "file"
    )
    assert code == 2
    assert "is a file" in notes
