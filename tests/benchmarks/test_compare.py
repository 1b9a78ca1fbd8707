"""How long comparing styles takes; ``pytest -o addopts= tests/benchmarks``.

Seconds are of the processor, one thread, so that other work on the machine does not count. Every
round compares styles that nobody has seen before, so nothing comes from memory.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import chess
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from engine.analysis.disagreement import compare, disagreements
from engine.analysis.fixed_positions_meter import FixedPositionsMeter
from engine.analysis.repertoire import repertoire
from engine.attributes.fixed_positions import load_fixed_positions
from engine.play.opponents import OpponentRegistry
from engine.style.style import Style

LONGEST_COMPARISON, LONGEST_DISAGREEMENT = 1.0, 2.0
"""Processor seconds, in the median."""

pytestmark = pytest.mark.benchmark(timer=time.process_time)


@pytest.fixture(scope="module")
def new_styles(registry: OpponentRegistry) -> Callable[[int], list[Style]]:
    rows: Iterator[int] = count()

    def make(number: int) -> list[Style]:
        return [Style(registry.space.z[next(rows)], "", "benchmark") for _ in range(number)]

    return make


def test_an_opening_tree_of_three_styles(
    benchmark: BenchmarkFixture,
    registry: OpponentRegistry,
    new_styles: Callable[[int], list[Style]],
) -> None:
    ask = registry.networks.evaluate
    average = partial(ask, registry.space.style("average"))

    def grow() -> object:
        styles = [partial(ask, style) for style in new_styles(3)]
        return repertoire(styles, average, chess.WHITE, 0.01, 14)

    benchmark.pedantic(grow, rounds=5, warmup_rounds=1)
    assert benchmark.stats.stats.median < LONGEST_COMPARISON


def test_attributes_and_disagreements_of_three_styles(
    benchmark: BenchmarkFixture,
    registry: OpponentRegistry,
    new_styles: Callable[[int], list[Style]],
) -> None:
    meter = FixedPositionsMeter(registry.model, load_fixed_positions())

    def look() -> object:
        styles = new_styles(3)
        measured = [meter.attributes(style) for style in styles]
        return measured, compare(meter, styles), disagreements(meter, styles, 6)

    benchmark.pedantic(look, rounds=5, warmup_rounds=1)
    assert benchmark.stats.stats.median < LONGEST_DISAGREEMENT
