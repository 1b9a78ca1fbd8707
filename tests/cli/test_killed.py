"""Long commands that are killed at any moment, and begun again until they come to their end.

The moments are drawn over all of the processor time that an undisturbed run takes, so that they
mean the same on a busy machine. What comes out in the end must be what comes out undisturbed.
"""

import json
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from engine.assets import ENVIRONMENT_VARIABLE
from engine.cli import app
from engine.evaluation.matches.record import read_record
from engine.games import store_writer
from engine.games.store import GameStore
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import save_backbone
from engine.training.loop import LOG_NAME
from tests.evaluation.conftest import write_assets
from tests.games.builders import many_games
from tests.training.conftest import PLAYERS, write_store

KILLS = 3
_TICKS = os.sysconf("SC_CLK_TCK")
# Torch and the rest are imported once, in the process from which all of the others are forked.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        "engine.cli",
        "engine.training.run",
        "engine.evaluation.suite",
        "engine.games.ingest",
        __name__,
    ]
)
_TINY_TRAINING = (
    *("--unseen-players=0", "--batch-size=32", "--validation-positions=32", "--device=cpu"),
    "--precision=float32",
    *("--checkpoint-minutes=0.001", "--validate-every=320"),
)


@dataclass(frozen=True, slots=True)
class Task:
    """A long command.

    Attributes:
        arguments: of ``stylemate``, for a folder to write to.
        results: what must come out alike, out of that folder.
        environment: variables beside those of this process.
    """

    arguments: Callable[[Path], list[str]]
    results: Callable[[Path], object]
    environment: dict[str, str]


def _in_this_process(arguments: list[str], environment: dict[str, str], said: str) -> None:
    """Be the command; what a process of its own runs."""
    # Threads that wait for each other cost more than they give on so little.
    os.sched_setaffinity(0, random.sample(sorted(os.sched_getaffinity(0)), 1))
    os.environ.update(environment)
    store_writer._GAMES_PER_ROW_GROUP, store_writer._GAMES_PER_SHARD = (
        250,
        500,
    )  # or there is one file alone
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    app(arguments, standalone_mode=False)


def begun(task: Task, folder: Path) -> BaseProcess:
    process = _PROCESSES.Process(
        target=_in_this_process,
        args=(task.arguments(folder), task.environment, str(_said_of(folder))),
    )
    process.start()
    return process


def _said_of(folder: Path) -> Path:
    return folder.parent / f"{folder.name}.out"


def watched(process: BaseProcess, until: float = float("inf")) -> float:
    """Wait until a process has ended or used some processor time; return the seconds it used."""
    used = 0.0
    while used < until and process.is_alive():
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            used = (int(fields[11]) + int(fields[12])) / _TICKS
        time.sleep(0.002)
    return used


def ended(process: BaseProcess, folder: Path) -> float:
    """Let a process do its work, and return the seconds of processor time it took."""
    used = watched(process)
    process.join()
    assert process.exitcode == 0, _said_of(folder).read_text()
    return used


def killed_after(process: BaseProcess, seconds: float) -> bool:
    """Kill a process after some processor time; False when it comes to its end before."""
    watched(process, seconds)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def figures_without_times(folder: Path) -> object:
    """Return what an evaluation found but for how long it took."""
    experiments = json.loads((folder / "report.json").read_text())["experiments"]
    figures = {name: dict(found["figures"]) for name, found in experiments.items()}
    assert figures["consistency"].pop("fit_seconds")
    return figures


def tensors_and_log(folder: Path) -> object:
    """Return what a training wrote, and check that its log is whole."""
    lines = [json.loads(line) for line in (folder / LOG_NAME).read_text().splitlines()]
    marks = [(line["kind"], line["step"]) for line in lines]
    assert len(set(marks)) == len(marks), "lines of the log stand in it twice"
    results = [
        *folder.rglob("*.safetensors"),
        *folder.rglob("config.json"),
        *folder.rglob("model.json"),
    ]
    validations = [line for line in lines if line["kind"] == "validation"]
    return validations, {str(path.relative_to(folder)): path.read_bytes() for path in results}


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Task]:
    folder = tmp_path_factory.mktemp("tasks")
    text = folder / "games.pgn"
    some = many_games(60)
    years = (
        some.replace("[White ", f'[Date "{year}.01.01"]\n[White ') for year in range(1000, 1050)
    )
    text.write_text("".join(years))
    games = write_store(folder / "store")
    save_backbone(folder / "start", Backbone(BackboneConfig(filters=16, blocks=1)), {})
    assets = write_assets(folder / "assets")

    def training(kind: str, *options: str) -> Task:
        words = ["train", kind, str(games), *_TINY_TRAINING, *options]
        return Task(lambda out: [*words, "--out", str(out)], tensors_and_log, {})

    return {
        "ingest": Task(
            lambda out: ["ingest", str(text), "--out", str(out), "--workers", "2"],
            lambda out: (
                GameStore.open(out).fingerprint,
                [record.date for record in GameStore.open(out).records()],
            ),
            {},
        ),
        "backbone": training("backbone", "--start-from", str(folder / "start"), "--positions=3200"),
        "styles": training(
            *("styles", "--backbone", str(folder / "start"), "--least-games=10"),
            *("--positions=2560", "--modules=4", "--heads=2", "--rank=2"),
        ),
        "evaluation": Task(
            lambda out: [
                *("evaluate", str(games), "--model", str(assets), "--out", str(out)),
                *("--only", "consistency", "--size", "smoke", "--device", "cpu"),
            ],
            figures_without_times,
            {ENVIRONMENT_VARIABLE: str(assets)},
        ),
        "match": Task(
            lambda out: [
                *("match", *PLAYERS[:2], "--games", "20"),
                *("--pgn", str(out / "match.pgn"), "--at-once", "2", "--seed", "5"),
            ],
            lambda out: sorted(
                (game.round, game.white, game.result, game.moves, game.start)
                for game in read_record(out / "match.pgn")
            ),
            {ENVIRONMENT_VARIABLE: str(assets)},
        ),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ingest", "backbone", "styles", "evaluation", "match"])
def test_a_killed_command_goes_on_to_the_same_end(
    name: str, tasks: dict[str, Task], tmp_path: Path
) -> None:
    task = tasks[name]
    seconds = ended(begun(task, tmp_path / "whole"), tmp_path / "whole")
    wanted = task.results(tmp_path / "whole")
    draw = random.Random(f"{name} {os.environ.get('KILL_SEED', 1)}")
    broken = tmp_path / "broken"
    killed = sum(
        killed_after(begun(task, broken), seconds * draw.uniform(0.3, 0.95)) for _ in range(KILLS)
    )
    assert killed
    if not (name == "ingest" and broken.exists()):  # a store that is there is not made again
        ended(begun(task, broken), broken)
    assert task.results(broken) == wanted
    left = [path.name for path in tmp_path.iterdir() if ".partial-" in path.name]
    assert not left, "what killed runs left is not removed"
    assert not list(broken.rglob("*.part"))
