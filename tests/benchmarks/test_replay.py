"""Planes per second: vectorised replay beside the python-chess path, in one run."""

from typing import Any

import chess
import numpy as np
import pytest
import torch

from engine.position.moves import encode_move
from engine.position.planes import board_planes
from engine.position.replay import replay
from tests.position.random_games import random_game

GAMES = [random_game(seed, plies=80) for seed in range(40)]
COPIES = 100


def vectorised() -> int:
    codes = [encode_move(move) for game in GAMES for move in game] * COPIES
    lengths = [len(game) for game in GAMES] * COPIES
    moves = torch.from_numpy(np.array(codes, dtype=np.uint16).view(np.int16))
    packed = replay(moves, torch.from_numpy(np.cumsum([0, *lengths])))
    for first in range(0, len(packed), 1024):
        rows = torch.arange(first, min(first + 1024, len(packed)))
        packed.planes(rows, torch.bfloat16)
    return len(packed)


def one_by_one() -> int:
    count = 0
    for game in GAMES[:10]:
        board = chess.Board()
        for move in game:
            board_planes(board)
            board.push(move)
            count += 1
    return count


@pytest.mark.benchmark(group="planes")
@pytest.mark.parametrize("path", [vectorised, one_by_one])
def test_plies_per_second(benchmark: Any, path: Any) -> None:
    plies = benchmark.pedantic(path, rounds=3, warmup_rounds=1)
    benchmark.extra_info["plies_per_second"] = round(plies / benchmark.stats["min"])
