"""Players who know the rules and nothing more."""

from collections.abc import Iterator
from contextlib import contextmanager

import chess
import numpy as np


class Mouse:
    """Plays moves drawn from its seed; another match of the same seed plays the same."""

    recipe = None

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_closed = False

    @contextmanager
    def sit_down(self, seed: int) -> Iterator["_Paw"]:
        yield _Paw(seed)

    def close(self) -> None:
        self.is_closed = True


class _Paw:
    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def play(self, board: chess.Board) -> chess.Move:
        moves = sorted(board.legal_moves, key=chess.Move.uci)
        return moves[int(self.random.integers(len(moves)))]


def mice(count: int = 3) -> list[Mouse]:
    return [Mouse(f'Mouse "{letter}", the \\ {letter}th') for letter in "ABCDE"[:count]]
