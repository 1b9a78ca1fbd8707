"""How long a move takes at each setting of strength; run with ``--benchmark-only``.

What is asserted are ratios within one run: a busy machine slows all settings alike.
"""

import random
import statistics
import time

import chess
import pytest

from engine.play.opponents import OpponentRegistry
from engine.play.strength.rated_bot import RatedBot
from engine.play.strength.setting import RUNGS, Setting

POSITIONS = 6
MOST_OF_A_VISIT = 2.5
"""A visit of a long search takes no more than so many times that of a short one."""


@pytest.fixture(scope="module")
def boards() -> list[chess.Board]:
    """Return middlegames of random games with their history."""
    chooser, found = random.Random(4), []
    while len(found) < POSITIONS:
        board = chess.Board()
        while len(board.move_stack) < 24 and not board.is_game_over():
            board.push(chooser.choice(list(board.legal_moves)))
        if not board.is_game_over():
            found.append(board)
    return found


def seconds_of(registry: OpponentRegistry, setting: Setting, board: chess.Board) -> float:
    style = registry.space.style("average")
    bot = RatedBot(registry.networks, style, setting, registry.space, seed=1, seconds=None)
    began = time.perf_counter()
    bot.play(board)
    return time.perf_counter() - began


@pytest.mark.parametrize("rung", range(len(RUNGS)))
def test_a_move(
    benchmark, registry: OpponentRegistry, boards: list[chess.Board], rung: int
) -> None:  # type: ignore[no-untyped-def]
    setting = RUNGS[rung]
    seconds_of(registry, setting, boards[0])  # merges the style
    following = iter(boards)
    benchmark.extra_info["visits"] = setting.visits
    benchmark.pedantic(
        lambda board: seconds_of(registry, setting, board),
        setup=lambda: ((next(following),), {}),
        rounds=len(boards),
    )


def test_a_visit_costs_the_same_in_short_and_long_searches(
    benchmark,  # type: ignore[no-untyped-def]
    registry: OpponentRegistry,
    boards: list[chess.Board],
) -> None:
    """Settings take turns on each position, so that a busy moment meets all of them."""
    searching = [setting for setting in RUNGS if setting.visits >= 20]
    taken: dict[int, list[float]] = {setting.visits: [] for setting in searching}
    seconds_of(registry, searching[0], boards[0])

    def all_settings() -> None:
        for board in boards:
            for setting in searching:
                taken[setting.visits].append(seconds_of(registry, setting, board) / setting.visits)

    benchmark.pedantic(all_settings, rounds=1)
    visits = {count: statistics.median(seconds) for count, seconds in taken.items()}
    assert visits[max(visits)] < MOST_OF_A_VISIT * visits[min(visits)]
