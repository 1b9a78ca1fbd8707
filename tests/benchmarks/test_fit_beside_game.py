"""How much fits in the background slow a game; ``pytest -o addopts= tests/benchmarks``.

Several people learn their styles while another plays: the queue runs two fits at once and lets the
others wait. What counts is how much longer the player's opponent takes for a move.
"""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import chess
import pytest

from engine.assets import assets_directory
from engine.errors import StylemateError
from engine.games.chosen_player import choose_player
from engine.games.uploads import UploadedGames
from engine.play.opponents import OpponentRegistry, load_registry
from engine.training.person_fit import fit_player
from tests.games.builders import pgn_game, random_moves, sans
from tests.requirements import missing
from ui.shared.jobs import RUNNING_AT_ONCE, Job, JobQueue

GAMES, PEOPLE, MOVES = 60, 4, 12
MOST_SLOWER = 0.5
"""Seconds a move."""
PLAYER = "Ada, Countess"


@pytest.fixture(scope="module")
def registry() -> OpponentRegistry:
    try:
        directory = assets_directory()
    except StylemateError as error:
        missing(str(error))
    if not (Path(directory) / "model").is_dir():
        missing(f"needs the shipped model in {directory}")
    return load_registry()


@pytest.fixture
def fits(registry: OpponentRegistry) -> Iterator[Callable[[], list[Job[object]]]]:
    """Start the fits of several people; they stop when the test ends."""
    rng = random.Random(1)
    text = "".join(
        pgn_game(sans(random_moves(rng, 90)), White=PLAYER, Black=f"Rival {number}")
        for number in range(GAMES)
    )
    records = list(UploadedGames(text.encode()))
    player = choose_player(records, [PLAYER])
    jobs: list[Job[object]] = []

    def fit(job: Job[object]) -> object:
        while True:  # fits after fits, for as long as somebody plays
            fit_player(
                registry.model,
                records,
                player,
                registry.space.prior,
                report=lambda progress: job.report(progress.share),
            )

    def start() -> list[Job[object]]:
        queue = JobQueue()
        jobs.extend(Job(fit) for _ in range(PEOPLE))
        for number, job in enumerate(jobs):
            queue.submit(f"person {number}", "fit", job)
        deadline = time.monotonic() + 60
        while sum(job.progress > 0 for job in jobs) < RUNNING_AT_ONCE:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return jobs

    yield start
    for job in jobs:
        job.cancel()
    for job in jobs:
        assert job.wait(60)


def seconds_a_move(registry: OpponentRegistry) -> list[float]:
    """Play a game and return how long each of the opponent's moves took."""
    bot = registry.bot("average", temperature=1.0, seed=1)
    board = chess.Board()
    seconds = []
    for _ in range(MOVES):
        began = time.perf_counter()
        board.push(bot.play(board))
        seconds.append(time.perf_counter() - began)
    return seconds


def test_fits_do_not_slow_a_game(
    registry: OpponentRegistry, fits: Callable[[], list[Job[object]]]
) -> None:
    seconds_a_move(registry)  # the network is merged at the first move
    alone = seconds_a_move(registry)
    jobs = fits()
    beside = seconds_a_move(registry)
    assert not any(job.is_done for job in jobs)
    print(
        f"alone: median {1000 * median(alone):.0f} ms, worst {1000 * max(alone):.0f} ms; beside "
        f"{RUNNING_AT_ONCE} running and {PEOPLE - RUNNING_AT_ONCE} waiting fits: median "
        f"{1000 * median(beside):.0f} ms, worst {1000 * max(beside):.0f} ms"
    )
    assert median(beside) - median(alone) < MOST_SLOWER
