"""How fast positions and moves are measured; run with ``pytest -o addopts= tests/benchmarks``."""

import chess
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from engine.attributes.moves import move_attributes_many
from engine.attributes.position_batch import PositionBatch
from engine.attributes.terms import evaluate_terms
from tests.attributes.test_stockfish_terms import FENS

POSITIONS = 4096
LEAST_POSITIONS_PER_SECOND = 20_000


@pytest.fixture(scope="module")
def boards() -> list[chess.Board]:
    return [chess.Board(fen) for fen in FENS]


def test_all_terms(benchmark: BenchmarkFixture, boards: list[chess.Board]) -> None:
    batch = PositionBatch.from_boards(boards).take(np.arange(POSITIONS) % len(boards))
    benchmark(evaluate_terms, batch)
    speed = POSITIONS / benchmark.stats.stats.median
    benchmark.extra_info["positions_per_second"] = round(speed)
    assert speed >= LEAST_POSITIONS_PER_SECOND


def test_moves_of_five_hundred_positions(
    benchmark: BenchmarkFixture, boards: list[chess.Board]
) -> None:
    benchmark(move_attributes_many, boards[:500])
    assert benchmark.stats.stats.median < 2
