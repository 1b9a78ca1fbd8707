"""One run from a game store to dials, stage after stage, each kept in the run's folder."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY, TRAINING_DIRECTORY
from engine.errors import StylemateError
from engine.files import (
    read_json,
    read_json_as,
    read_tensors,
    require_run_folder,
    write_json,
    write_tensors,
)
from engine.model.checkpoint import load_model, read_description
from engine.model.fingerprint import model_fingerprint
from engine.model.style_model import StyleModel
from engine.style.space import StyleSpace
from engine.training.data import UNKNOWN_RESULT, Games, load_games, prepare_positions
from engine.training.dials.dials import DIAL_KEYS
from engine.training.dials.futures import Futures, futures_in_games
from engine.training.dials.head import HEAD_FILE, FuturesHead, HeadTask
from engine.training.dials.options import DialOptions
from engine.training.dials.targets import (
    TargetMaker,
    Targets,
    choose_rows,
    choose_styles,
    kept_targets,
    spread_of_worths,
)
from engine.training.dials.task import DistillationTask
from engine.training.dials.teacher import Teacher
from engine.training.loop import Progress, train
from engine.training.ranks import Ranks
from engine.training.run import UNSEEN_FILE
from engine.training.sampling import fixed_sample
from engine.training.splits import Split

RUN_FILE = "dials.json"
SPREAD_FILE = "spread.safetensors"
HEAD_DIRECTORY = "head"
_FUTURES, _TARGETS, _VALIDATION = "futures", "targets", "validation"
_GAMES_OF_PART = 2000


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How far a stage is: ``done`` of ``total`` of what it counts, with figures to show."""

    stage: str
    done: int
    total: int
    figures: dict[str, float]


TellStage = Callable[[StageProgress], None]


def train_dials(
    store: Path,
    assets: Path,
    out: Path,
    options: DialOptions,
    ranks: Ranks,
    unseen: Path | None = None,
    report: TellStage = lambda progress: None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> dict[str, float] | None:
    """Train dials for a model that has none, or anew.

    A folder that holds the same run goes on where it stopped.

    Args:
        store: the game store.
        assets: with the model, whose backbone and players' modules stay as they are, and styles.
        out: gets ``model/``, ``dials.safetensors`` and what a stopped run goes on from.
        options: how to train.
        ranks: this process, alone.
        unseen: JSON list of players whose games are left out; that of the assets if not given.
        report: told how far each stage is.
        stop_requested: asked now and then.

    Returns:
        The last validation's figures, or None if it was stopped.

    Raises:
        StylemateError: the folder holds another run, or there are too few games.
    """
    if ranks.count > 1:
        raise StylemateError("Dials are trained by one process. Start it without torchrun.")
    model = load_model(assets / MODEL_DIRECTORY)
    space = StyleSpace.load(assets / STYLES_DIRECTORY)
    metadata = read_description(assets / MODEL_DIRECTORY).get("metadata", {})
    beside = assets / TRAINING_DIRECTORY / UNSEEN_FILE
    if unseen is None and beside.exists():
        unseen = beside
    left_out = tuple(read_json_as(unseen, list[str])) if unseen is not None else ()
    games = load_games(store)
    _begin(out, games, left_out, model, options)
    chosen = usable_games(games, options)
    del games
    run = _DialRun(chosen, left_out, model, space, options, out, ranks, report, stop_requested)
    return run.go(metadata)


def usable_games(games: Games, options: DialOptions) -> Games:
    """Return games of known result and not too short, ``options.games`` of them at most.

    Raises:
        StylemateError: there are none.
    """
    lengths = np.diff(games.offsets)
    fit = np.flatnonzero((lengths >= options.least_plies) & (games.results != UNKNOWN_RESULT))
    if not len(fit):
        raise StylemateError(
            f"The game store holds no game of {options.least_plies} plies or more with a result. "
            "Ingest more games."
        )
    count = min(options.games, len(fit))
    picked = np.random.default_rng(options.seed).choice(fit, count, replace=False)
    return games.take(np.sort(picked))


def _begin(
    directory: Path, games: Games, unseen: tuple[str, ...], model: StyleModel, options: DialOptions
) -> None:
    """Note what the run is of; refuse a folder with another one."""
    described = asdict(options)
    # The trainings themselves look after theirs.
    for part in ("head", "distillation"):
        del described[part]
    mine = {
        "options": described,
        "game store": games.fingerprint,
        "model": model_fingerprint(model),
        "unseen players": sorted(unseen),
    }
    path = directory / RUN_FILE
    require_run_folder(directory, "training of dials", (RUN_FILE,))
    if not path.exists():
        write_json(path, mine)
        return
    theirs = read_json(path)
    if not isinstance(theirs, dict):
        raise StylemateError(f"{path} is damaged. Choose another folder.")
    changed = [name for name in mine if theirs.get(name) != mine[name]]
    if changed:
        raise StylemateError(
            f"{directory} holds a run that differs in {', '.join(changed)}. "
            "Resume it with what it began with, or choose another folder."
        )


class _DialRun:
    def __init__(
        self,
        games: Games,
        unseen: tuple[str, ...],
        model: StyleModel,
        space: StyleSpace,
        options: DialOptions,
        directory: Path,
        ranks: Ranks,
        report: TellStage,
        stop_requested: Callable[[], bool],
    ) -> None:
        self.games, self.unseen, self.options = games, unseen, options
        self.directory, self.ranks = directory, ranks
        self.report, self.stop_requested = report, stop_requested
        self.model = model.to(ranks.device)
        styles = np.concatenate((space.population, space.average[None])).astype(np.float32)
        self.styles = torch.from_numpy(styles)
        self.positions = prepare_positions(games, unseen, ranks.device)

    def go(self, metadata: dict[str, Any]) -> dict[str, float] | None:
        futures = self._futures()
        if futures is None or not self._train_head(futures):
            return None
        del futures
        teacher = self._teacher()
        spread = self._spread(teacher)
        made = [self._targets(name, teacher, spread) for name in (_TARGETS, _VALIDATION)]
        targets, held_out = made
        if targets is None or held_out is None:
            return None
        return self._distil(targets, held_out, metadata)

    def _futures(self) -> Futures | None:
        """Look what becomes of every property in the games."""
        parts = []
        for first in range(0, self.games.count, _GAMES_OF_PART):
            path = self.directory / _FUTURES / f"{first:07d}.safetensors"
            self.report(StageProgress("futures", first, self.games.count, {}))
            if not path.exists():
                if self.stop_requested():
                    return None
                last = min(first + _GAMES_OF_PART, self.games.count)
                some = prepare_positions(self.games.take(np.arange(first, last)), (), "cpu")
                found = futures_in_games(some, self.options.discount)
                write_tensors(
                    path, {"values": found.values.astype(np.float16), "known": found.known}
                )
            parts.append(read_tensors(path))
        self.report(StageProgress("futures", self.games.count, self.games.count, {}))
        return Futures(
            np.concatenate([part["values"] for part in parts]).astype(np.float32),
            np.concatenate([part["known"] for part in parts]),
        )

    def _train_head(self, futures: Futures) -> bool:
        self.report(StageProgress("head", 0, self.options.head.positions, {}))
        task = HeadTask(self.positions, futures, self.model.plain_backbone(), self.options.head)
        return train(
            task,
            self.options.head,
            self.directory / HEAD_DIRECTORY,
            self.ranks,
            self._reporter("head"),
            self.stop_requested,
        ).finished

    def _teacher(self) -> Teacher:
        path = self.directory / HEAD_DIRECTORY / HEAD_FILE
        backbone = self.model.plain_backbone()
        head = FuturesHead.load(path, backbone.config.filters)
        precision = self.options.distillation.precision
        return Teacher(self.positions, backbone, head, self.options.discount, precision)

    def _spread(self, teacher: Teacher) -> Tensor:
        path = self.directory / SPREAD_FILE
        if not path.exists():
            rows = self.positions.rows_of(Split.TRAIN)
            sample = fixed_sample(rows, self.options.spread_positions, self.options.seed)
            average = self.styles[-1].to(self.positions.device)
            spread = spread_of_worths(
                self.model, self.positions, sample, average, teacher, self.options
            )
            write_tensors(path, {"spread": spread.cpu().numpy()}, {"dials": " ".join(DIAL_KEYS)})
        return torch.from_numpy(read_tensors(path)["spread"])

    def _targets(self, name: str, teacher: Teacher, spread: Tensor) -> Targets | None:
        options = self.options
        training = name == _TARGETS
        split = Split.TRAIN if training else Split.VALIDATION
        count = options.target_positions if training else options.validation_targets
        seed = options.seed + (0 if training else 1)
        rows = choose_rows(self.positions, self.positions.rows_of(split), count, seed)
        styles = choose_styles(len(rows), len(self.styles) - 1, options.average_share, seed)
        maker = TargetMaker(self.positions, self.model, self.styles, teacher, spread, options)
        return kept_targets(
            maker,
            rows,
            styles,
            self.directory / name,
            lambda done, total: self.report(StageProgress(name, done, total, {})),
            self.stop_requested,
        )

    def _distil(
        self, targets: Targets, held_out: Targets, metadata: dict[str, Any]
    ) -> dict[str, float] | None:
        options = self.options.distillation
        self.report(StageProgress("dials", 0, options.positions, {}))
        # The modules draw their first weights as they are made: the seed has to come before.
        torch.manual_seed(options.seed)
        dialled = self.model.with_dials(options.dial_heads, options.attach)
        task = DistillationTask(
            self.positions,
            targets,
            held_out,
            dialled,
            self.styles,
            options,
            self.options.tilt,
            metadata,
        )
        outcome = train(
            task,
            options,
            self.directory,
            self.ranks,
            self._reporter("dials"),
            self.stop_requested,
        )
        return outcome.figures if outcome.finished else None

    def _reporter(self, stage: str) -> Callable[[Progress], None]:
        return lambda progress: self.report(
            StageProgress(stage, progress.positions, progress.total, progress.figures)
        )
