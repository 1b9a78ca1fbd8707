"""What a search saves by what others asked before it; run with ``--benchmark-only -s``.

Both sides of a game look ahead. Each has a memory of its own, as against a person who asks nothing,
or they share one. The same moves are played by the same visits.
"""

import time
from dataclasses import dataclass

import chess
import numpy as np
import pytest

from engine.play.batcher import Answer, Planes
from engine.play.opponents import OpponentRegistry
from engine.play.search.memory import Memory
from engine.play.search.search import Search, SearchLimits
from engine.play.strength.rated_bot import move_chances
from engine.play.strength.setting import RUNGS, Setting

PLIES = 40
SEARCHING = [setting for setting in RUNGS if 0 < setting.visits <= 130]


@dataclass(slots=True)
class Game:
    """What was played, and what it took.

    Attributes:
        played: each move with the visits behind it.
        asked: positions that the network was asked about.
        seconds: of the processor, all threads together, that searching took.
    """

    played: list[tuple[chess.Move, tuple[int, ...]]]
    asked: int
    seconds: float


def game(registry: OpponentRegistry, setting: Setting, memories: dict[chess.Color, Memory]) -> Game:
    result, random, board = Game([], 0, 0.0), np.random.default_rng(1), chess.Board()

    def network(planes: Planes) -> Answer:
        result.asked += len(planes)
        return registry.networks.plain(planes)

    style = registry.space.style("average")
    sides = {colour: Search(network, memories[colour]) for colour in chess.COLORS}
    while len(board.move_stack) < PLIES and not board.is_game_over():
        policy = registry.networks.evaluate(style, [board])[0]
        began = time.process_time()
        found = sides[board.turn].run(board, policy, SearchLimits(setting.visits))
        result.seconds += time.process_time() - began
        chances = move_chances(policy, found, setting)
        move = policy.moves[int(random.choice(len(chances), p=chances))]
        result.played.append((move, tuple(found.visits.tolist())))
        board.push(move)
    return result


@pytest.mark.parametrize("setting", SEARCHING, ids=lambda setting: f"{setting.visits} visits")
def test_a_game_with_and_without_a_common_memory(
    benchmark,  # type: ignore[no-untyped-def]
    registry: OpponentRegistry,
    setting: Setting,
) -> None:
    def both() -> tuple[Game, Game]:
        apart = game(registry, setting, {colour: Memory() for colour in chess.COLORS})
        return apart, game(registry, setting, dict.fromkeys(chess.COLORS, Memory()))

    apart, together = benchmark.pedantic(both, rounds=1, warmup_rounds=0)
    assert together.played == apart.played
    assert together.asked < apart.asked
    print(
        f"\n{setting.visits} visits: asked {apart.asked}, {together.asked} with a common memory; "
        f"{apart.seconds:.2f} s of the processor, {together.seconds:.2f} s"
    )
