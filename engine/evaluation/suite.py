"""Running experiments, one after the other, into a report.

A run that is stopped loses little: the report is written after every experiment, experiments keep
their parts as they go, and the next run with the same settings takes up finished experiments as
they are. Once a run has come to its end, the next one measures everything anew from the parts.
"""

import datetime
import logging
import os
import platform
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from engine.assets import REPORT_FILE
from engine.errors import StylemateError
from engine.evaluation.context import Context, Size
from engine.evaluation.experiment import Experiment, Result
from engine.evaluation.experiments import ablations, consistency
from engine.evaluation.experiments.games import experiment as games
from engine.evaluation.experiments.interpolation import experiment as interpolation
from engine.evaluation.experiments.long_tail import experiment as long_tail
from engine.evaluation.experiments.move_matching import experiment as move_matching
from engine.evaluation.experiments.steering import experiment as steering
from engine.evaluation.experiments.stylometry import experiment as stylometry
from engine.evaluation.report.report import (
    Report,
    Run,
    read_report,
    read_run,
    write_report,
)
from engine.evaluation.report.result_json import as_json, read_result
from engine.files import read_json, require_run_folder, write_json, write_text

EXPERIMENTS: Mapping[str, Experiment] = {
    experiment.name: experiment
    for experiment in (
        move_matching.EXPERIMENT,
        stylometry.EXPERIMENT,
        consistency.EXPERIMENT,
        interpolation.EXPERIMENT,
        steering.EXPERIMENT,
        ablations.EXPERIMENT,
        long_tail.EXPERIMENT,
        games.EXPERIMENT,
    )
}
"""All experiments by name, in the order of the report."""
PARTIALS_DIRECTORY = "partials"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run, and where the report goes.

    Attributes:
        store: game store.
        assets: the model with its styles.
        out: directory of the report.
        names: which experiments; all of ``EXPERIMENTS`` by default.
        device: where to compute.
        size: how much to measure; see ``Context``.
        seed: of everything drawn at random.
        command: what was typed, for the report.
        references: lc0 files to compare the backbone with.
    """

    store: Path
    assets: Path
    out: Path
    names: Sequence[str] = tuple(EXPERIMENTS)
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    size: Size = "small"
    seed: int = 1
    command: str = ""
    references: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One report of a running suite.

    Attributes:
        experiment: the title of what is running.
        share: how much of all experiments is done, 0 to 1.
        note: what it is doing.
    """

    experiment: str
    share: float
    note: str


def require_known(names: Sequence[str]) -> None:
    """Check names of experiments.

    Raises:
        StylemateError: there is none of such a name; it lists those there are.
    """
    for name in names:
        if name not in EXPERIMENTS:
            raise StylemateError(
                f"There is no experiment '{name}'. There are: {', '.join(EXPERIMENTS)}."
            )


def experiment_named(name: str) -> Experiment:
    """Return an experiment.

    Raises:
        StylemateError: there is none of this name.
    """
    require_known([name])
    return EXPERIMENTS[name]


def run_suite(plan: Plan, tell: Callable[[Step], None] = lambda step: None) -> Report:
    """Run experiments and write the report; those that a report there has already are kept.

    An experiment that fails is noted in the report's ``failures`` and the others go on.

    Args:
        plan: what to run.
        tell: told of the progress.

    Returns:
        The whole report.

    Raises:
        StylemateError: a name is unknown, store or model cannot be read, or the report there is of
            another model.
        KeyboardInterrupt: stopped by a person; what was finished is in the report.
    """
    require_known(plan.names)
    names = list(dict.fromkeys(plan.names))
    suite = _Suite(plan, tell)
    report = suite.begin()
    for number, name in enumerate(names):
        report = suite.run(name, (number, len(names)), report)
        write_report(report, plan.out)
    suite.end()
    return report


class _Suite:
    """One run: the context that all experiments share, and what is finished."""

    def __init__(self, plan: Plan, tell: Callable[[Step], None]) -> None:
        self.plan, self.tell = plan, tell
        self._title, self._place = "", (0, 1)
        self.context = Context(
            store=plan.store,
            assets=plan.assets,
            device=plan.device,
            seed=plan.seed,
            size=plan.size,
            directory=plan.out / PARTIALS_DIRECTORY,
            progress=self._progress,
            references=plan.references,
        )

    def begin(self) -> Report:
        """Return the report to which results are added."""
        context = self.context
        require_run_folder(self.plan.out, "report", (REPORT_FILE, PARTIALS_DIRECTORY))
        # What is wrong with the model or the games is said before anything is computed.
        fingerprint, styles = context.model_fingerprint, context.styles_fingerprint
        self._run = Run(
            seed=self.plan.seed,
            size=self.plan.size,
            command=self.plan.command,
            made=datetime.date.today().isoformat(),
            machine=machine(self.plan.device),
            games=context.games.fingerprint,
        )
        self._hide_partials_from_git()
        empty = Report(fingerprint, styles, self._run)
        if not (self.plan.out / REPORT_FILE).exists():
            return empty
        found = read_report(self.plan.out)
        if (found.model, found.styles) == (fingerprint, styles):
            return replace(found, run=self._run)
        if set(self.plan.names) >= set(found.experiments):
            return empty
        raise StylemateError(
            f"The report in {self.plan.out} is of another model or other styles. Choose another "
            "folder with --out, or measure everything anew by leaving --only out."
        )

    def run(self, name: str, place: tuple[int, int], report: Report) -> Report:
        """Return the report with one experiment more.

        Args:
            name: which.
            place: how many ran before, and how many run in all.
            report: what is known so far.
        """
        self._title, self._place = name, place
        kept = self._finished / f"{name}.json"
        failures = {key: reason for key, reason in report.failures.items() if key != name}
        try:
            result, run = self._read(kept) if kept.exists() else self._measure(name, kept)
        except StylemateError as error:
            reason = str(error)
        except Exception as error:
            _log.exception("the experiment %s failed", name)
            reason = f"unexpected {type(error).__name__}: {error}"
        else:
            return replace(
                report,
                experiments=_in_order({**report.experiments, name: result}),
                runs=_in_order({**report.runs, name: run}),
                failures=failures,
            )
        return replace(report, failures=_in_order(failures | {name: reason}))

    def end(self) -> None:
        """Let the next run measure anew: this one is whole."""
        shutil.rmtree(self._finished, ignore_errors=True)

    def _measure(self, name: str, kept: Path) -> tuple[Result, Run]:
        experiment = experiment_named(name)
        self._title = experiment.title
        torch.manual_seed(self.plan.seed)  # an experiment does not depend on those before it
        began = time.monotonic()
        result = experiment.run(self.context)
        run = replace(self._run, seconds=round(time.monotonic() - began, 1))
        write_json(kept, {"result": as_json(result), "run": asdict(run)})
        if self.plan.device.type == "cuda":
            torch.cuda.empty_cache()
        return self._read(kept)

    def _read(self, path: Path) -> tuple[Result, Run]:
        value = read_json(path)
        try:
            return read_result(value["result"]), read_run(value["run"])
        except (KeyError, TypeError) as error:
            raise StylemateError(f"{path} is damaged; delete it and run again.") from error

    @property
    def _finished(self) -> Path:
        return self.context.partials / "finished"

    def _hide_partials_from_git(self) -> None:
        """Partial results lie beside the report, where Git should not see them."""
        write_text(self.context.directory / ".gitignore", "*\n")

    def _progress(self, share: float, note: str) -> None:
        number, count = self._place
        self.tell(Step(self._title, (number + min(max(share, 0.0), 1.0)) / count, note))


def machine(device: torch.device) -> dict[str, Any]:
    """Return what kind of machine this is, without its name."""
    return {
        "processor": _processor(),
        "cores": f"{len(os.sched_getaffinity(0))} cores",
        "graphics": torch.cuda.get_device_name(device) if device.type == "cuda" else "",
        "torch": f"torch {torch.__version__}",
    }


def _processor() -> str:
    """Return the processor's model; Python itself knows no more than its architecture on Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _in_order(by_name: Mapping[str, Any]) -> dict[str, Any]:
    return {name: by_name[name] for name in sorted(by_name, key=_place)}


def _place(name: str) -> tuple[int, str]:
    names = list(EXPERIMENTS)
    return (names.index(name) if name in EXPERIMENTS else len(names), name)
