"""The training loop: steps, schedule, log, validation, checkpoints, resume, clean stop."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from engine.errors import StylemateError
from engine.files import write_text
from engine.training.checkpoint import RunState, load_checkpoint, read_run_state, save_checkpoint
from engine.training.options import RunOptions
from engine.training.precision import autocast
from engine.training.ranks import Ranks
from engine.training.schedule import learning_rate_factor

LOG_NAME = "log.jsonl"
_FIRST_LOG_SECONDS = 2.0
_LOG_SECONDS = 20.0


class Task(Protocol):
    """What one kind of training does differently from the others."""

    module: nn.Module
    fingerprint: str

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Return optimizer groups, each with ``params``, ``lr`` and ``weight_decay``."""

    def sample(self, step: int, count: int, ranks: Ranks) -> Tensor:
        """Return this process's rows for a step; the same for the same step, always."""

    def loss(self, module: nn.Module, rows: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the loss and figures to log, each a mean over the rows."""

    def after_step(self, ranks: Ranks) -> None:
        """Update what the optimizer does not, from the gradients of the last loss."""

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return figures on the validation sample."""

    def export(self, directory: Path, metadata: dict[str, Any]) -> None:
        """Write the result in the form that the rest of Stylemate loads."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a running training."""

    positions: int
    total: int
    positions_per_second: float
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """How a call of ``train`` ended."""

    positions: int
    finished: bool
    figures: dict[str, float]


def train(
    task: Task,
    options: RunOptions,
    directory: Path,
    ranks: Ranks,
    report: Callable[[Progress], None] = lambda progress: None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> TrainingOutcome:
    """Train until the run's positions are done or a stop is requested.

    A directory that holds a checkpoint of the same run is resumed exactly: the order of positions
    depends only on the seed and the step.

    Raises:
        StylemateError: the directory holds another run, or the loss is no longer finite.
    """
    run = _Run(task, options, directory, ranks)
    run.resume()
    return run.go(report, stop_requested)


class _Run:
    def __init__(self, task: Task, options: RunOptions, directory: Path, ranks: Ranks) -> None:
        self.task, self.options, self.directory, self.ranks = task, options, directory, ranks
        self.steps = max(options.positions // options.batch_size, 1)
        self.local_batch = options.batch_size // ranks.count
        groups = task.parameter_groups()
        self.peaks = [group["lr"] for group in groups]
        fused = ranks.device.type in ("cuda", "cpu")
        self.optimizer = torch.optim.AdamW(groups, fused=fused)
        self.step = 0
        self.validation: dict[str, float] = {}
        self.network: nn.Module = task.module
        directory.mkdir(parents=True, exist_ok=True)

    def resume(self) -> None:
        """Load the checkpoint if there is one, then let the processes share gradients."""
        state = read_run_state(self.directory)
        if state is not None:
            self._check_same_run(state)
            self.step = load_checkpoint(
                self.directory, self.task.module, self.optimizer, self.ranks.device
            )
            self.validation = dict(state.validation)
        if self.ranks.leads:
            self._cut_log()
        if self.ranks.count > 1:
            self.network = DistributedDataParallel(self.task.module)

    def _check_same_run(self, state: RunState) -> None:
        mine = _comparable(asdict(self.options))
        theirs = _comparable(state.options)
        changed = sorted(key for key in mine | theirs if mine.get(key) != theirs.get(key))
        if state.fingerprint != self.task.fingerprint:
            changed.append("the game store")
        if changed:
            raise StylemateError(
                f"{self.directory} holds a run that differs in {', '.join(changed)}. "
                "Resume it with the settings it began with, or choose another directory."
            )

    def go(
        self, report: Callable[[Progress], None], stop_requested: Callable[[], bool]
    ) -> TrainingOutcome:
        meter = _Meter()
        saved_at = time.monotonic()
        figures: dict[str, float] = {}
        validation_steps = max(self.options.validate_every // self.options.batch_size, 1)
        stopped = False
        self.network.train()
        while self.step < self.steps and not stopped:
            meter.add(self._one_step(), self.options.batch_size)
            self.step += 1
            validates = self.step % validation_steps == 0 or self.step == self.steps
            if meter.due() or validates:
                figures |= self._training_figures(meter)
            if validates:
                self.validation = self._validate()
                figures |= self.validation
            if meter.empty or validates:
                report(self._progress(meter, figures))
                meter.restart()
            stopped = self.ranks.agree(stop_requested())
            late = time.monotonic() - saved_at > 60 * self.options.checkpoint_minutes
            if self.ranks.agree(late) or stopped or self.step == self.steps:
                self._save()
                saved_at = time.monotonic()
        finished = self.step >= self.steps
        if finished and self.ranks.leads:
            self.task.export(self.directory, self._metadata())
        return TrainingOutcome(self.step * self.options.batch_size, finished, figures)

    def _training_figures(self, meter: "_Meter") -> dict[str, float]:
        figures = meter.take()
        self._check_finite(figures)
        self._log("train", figures | {"learning_rate": self._learning_rate()})
        return figures

    def _one_step(self) -> dict[str, Tensor]:
        factor = learning_rate_factor(
            self.options.schedule, self.step / self.steps, self.options.warm_up
        )
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        rows = self.task.sample(self.step, self.local_batch, self.ranks)
        self.optimizer.zero_grad(set_to_none=True)
        with autocast(self.ranks.device, self.options.precision):
            loss, figures = self.task.loss(self.network, rows)
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        nn.utils.clip_grad_norm_(parameters, self.options.clip_norm)
        self.optimizer.step()
        self.task.after_step(self.ranks)
        return {name: value.detach() for name, value in figures.items()}

    def _validate(self) -> dict[str, float]:
        self.network.eval()
        with torch.inference_mode(), autocast(self.ranks.device, self.options.precision):
            figures = self.task.validate(self.task.module)
        self.network.train()
        self._log("validation", figures)
        return figures

    def _check_finite(self, figures: dict[str, float]) -> None:
        if not all(value == value and abs(value) != float("inf") for value in figures.values()):
            raise StylemateError(
                f"The loss is no longer finite after {self.step} steps. "
                f"Lower the learning rate; the last good checkpoint is in {self.directory}."
            )

    def _learning_rate(self) -> float:
        return float(self.optimizer.param_groups[0]["lr"])

    def _progress(self, meter: "_Meter", figures: dict[str, float]) -> Progress:
        done = self.step * self.options.batch_size
        total = self.steps * self.options.batch_size
        return Progress(done, total, meter.speed, dict(figures))

    def _log(self, kind: str, figures: dict[str, float]) -> None:
        if not self.ranks.leads:
            return
        line = {"kind": kind, "step": self.step, "positions": self.step * self.options.batch_size}
        rounded = {name: round(value, 6) for name, value in figures.items()}
        with (self.directory / LOG_NAME).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line | rounded) + "\n")

    def _cut_log(self) -> None:
        """Take out of the log what came after the checkpoint: those steps are done again."""
        path = self.directory / LOG_NAME
        if not path.exists():
            return
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        kept = [line for line in lines if self._is_before_now(line)]
        if kept != lines:
            write_text(path, "".join(kept))

    def _is_before_now(self, line: str) -> bool:
        try:
            return line.endswith("\n") and int(json.loads(line)["step"]) <= self.step
        except (ValueError, KeyError, TypeError):  # torn by a crash
            return False

    def _save(self) -> None:
        if self.ranks.leads:
            state = RunState(
                self.step, asdict(self.options), self.task.fingerprint, dict(self.validation)
            )
            save_checkpoint(self.directory, self.task.module, self.optimizer, state)

    def _metadata(self) -> dict[str, Any]:
        options = asdict(self.options)
        if "start_from" in options:
            # Where the file lay on the machine that trained is nobody's business.
            options["start_from"] = Path(options["start_from"]).name
        return {
            "options": options,
            "data_fingerprint": self.task.fingerprint,
            "positions": self.step * self.options.batch_size,
            "validation": {name: round(value, 6) for name, value in self.validation.items()},
        }


class _Meter:
    """Averages figures and measures speed between two reports."""

    def __init__(self) -> None:
        self.speed = 0.0
        self._patience = _FIRST_LOG_SECONDS
        self.restart()

    @property
    def empty(self) -> bool:
        """Whether no step was added since the last report."""
        return self._steps == 0

    def restart(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._steps = self._positions = 0
        self._since = time.monotonic()

    def add(self, figures: dict[str, Tensor], positions: int) -> None:
        for name, value in figures.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value
        self._steps += 1
        self._positions += positions

    def due(self) -> bool:
        return time.monotonic() - self._since >= self._patience

    def take(self) -> dict[str, float]:
        """Return the mean figures and the speed since the last report, and start over."""
        self.speed = self._positions / max(time.monotonic() - self._since, 1e-9)
        means = {name: float(value) / self._steps for name, value in self._sums.items()}
        self._patience = _LOG_SECONDS
        self.restart()
        return means | {"positions_per_second": self.speed}


def _comparable(options: dict[str, Any]) -> dict[str, Any]:
    """Drop what may change between two parts of one run."""
    free = {"checkpoint_minutes", "validate_every", "validation_positions", "precision"}
    # What went through a file comes back with lists for tuples.
    plain = {key: list(v) if isinstance(v, tuple) else v for key, v in options.items()}
    return {key: value for key, value in plain.items() if key not in free}
