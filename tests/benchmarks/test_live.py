"""How fast the meter reads a move, and that it never delays a reply; ``--benchmark-only``."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import chess
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from engine.analysis import resemblance
from engine.analysis.resemblance import LEADING, Decision, Reader
from engine.play.opponents import OpponentRegistry
from ui.shared.jobs import Job, JobQueue

MOVES = 12
SLOWEST_LEADING = 1.0
"""Seconds for the leading styles after a move, in the median, on one core."""
FEW_MOVES = 4
THINKING = 8.0
"""Seconds that a person takes for a move, to say what "within a few moves" is."""
LONGEST_DELAY = 0.1
"""Seconds that a reply may take longer while moves are read, in the median."""
REPLIES = 25
THOUGHT = 0.05
"""Seconds between two replies."""


@pytest.fixture(scope="module")
def decisions() -> list[Decision]:
    """Return every second move of a random game."""
    chooser = random.Random(7)
    board, made = chess.Board(), []
    while len(made) < MOVES:
        if board.is_game_over():
            board = chess.Board()
        move = chooser.choice(list(board.legal_moves))
        if board.turn == chess.WHITE:
            made.append(Decision(chess.STARTING_FEN, tuple(board.move_stack), move))
        board.push(move)
    return made


def new_reader(registry: OpponentRegistry) -> Reader:
    space = registry.space
    return Reader(space.average, space.names, space.z)


def test_the_leading_styles_after_a_move(
    benchmark: BenchmarkFixture, registry: OpponentRegistry, decisions: list[Decision]
) -> None:
    reader = new_reader(registry)
    passes = -(-LEADING // resemblance.STYLES_AT_ONCE)
    read = iter(range(1, MOVES + 1))

    def next_move() -> None:
        reader.use_decisions(decisions[: next(read)])

    def read_leaders() -> None:
        left = iter(range(passes))
        reader.work(registry.networks, should_stop=lambda: next(left, None) is None)

    benchmark.pedantic(read_leaders, setup=next_move, rounds=MOVES - 1, warmup_rounds=1)
    known = np.count_nonzero(~np.isnan(reader.resemblance().probabilities), axis=1)
    assert (known >= min(LEADING, len(registry.space.names))).all()
    assert benchmark.stats.stats.median < SLOWEST_LEADING


def test_all_styles_within_a_few_moves(
    benchmark: BenchmarkFixture, registry: OpponentRegistry, decisions: list[Decision]
) -> None:
    reader = new_reader(registry)
    reader.use_decisions(decisions[:1])
    benchmark.pedantic(reader.work, args=(registry.networks,), rounds=1)
    assert reader.is_complete
    benchmark.extra_info["styles"] = len(registry.space.names)
    assert benchmark.stats.stats.max < FEW_MOVES * THINKING


@contextmanager
def reading(registry: OpponentRegistry, decisions: list[Decision]) -> Iterator[None]:
    """Read moves in a thread of the kind that the app reads them in, over and over."""

    def work(job: Job[None]) -> None:
        while not job.should_stop():
            reader = new_reader(registry)
            reader.use_decisions(decisions)
            reader.work(registry.networks, job.should_stop)

    job = Job(work)
    JobQueue(1).submit("benchmark", "live", job)
    yield
    job.cancel()
    job.wait()


def test_a_reply_while_moves_are_read(
    benchmark: BenchmarkFixture, registry: OpponentRegistry, decisions: list[Decision]
) -> None:
    bot = registry.bot("average", 0.5, seed=1)
    board = decisions[-1].board()

    def think() -> None:
        time.sleep(THOUGHT)

    def reply() -> None:
        bot.play(board)

    alone = []
    for _ in range(REPLIES):
        think()
        start = time.perf_counter()
        reply()
        alone.append(time.perf_counter() - start)
    with reading(registry, decisions):
        benchmark.pedantic(reply, setup=think, rounds=REPLIES, warmup_rounds=2)
    benchmark.extra_info["median_alone_ms"] = round(1000 * median(alone), 1)
    print(f"alone: median {1000 * median(alone):.1f} ms")
    assert benchmark.stats.stats.median < median(alone) + LONGEST_DELAY
