"""Middle-game and end-game values side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.attributes import weights
from engine.attributes.bitboards import Integers

TaperedWeight = tuple[int, int]


@dataclass(slots=True)
class TaperedScore:
    """A running (middle game, end game) value for each of 2N rows, int32, in internal units."""

    middle_game: Integers
    end_game: Integers

    @classmethod
    def zeros(cls, rows: int) -> "TaperedScore":
        """Start every row at nothing."""
        return cls(np.zeros(rows, dtype=np.int32), np.zeros(rows, dtype=np.int32))

    def add(self, pair: TaperedWeight, times: NDArray[np.int32] | NDArray[np.bool_]) -> None:
        """Add ``pair`` as often as ``times`` says for each row."""
        self.middle_game += pair[0] * times
        self.end_game += pair[1] * times

    def subtract(self, pair: TaperedWeight, times: NDArray[np.int32] | NDArray[np.bool_]) -> None:
        """Take ``pair`` away as often as ``times`` says for each row."""
        self.add((-pair[0], -pair[1]), times)

    def in_pawns(self) -> NDArray[np.float32]:
        """Return the values in pawns by position, colour and phase: float32 (N, 2, 2)."""
        return by_position(np.stack([self.middle_game, self.end_game], axis=1)) / np.float32(
            weights.UNITS_PER_PAWN
        )


def by_position(rows: NDArray[np.int32]) -> NDArray[np.float32]:
    """Turn 2N rows, White's first, into float32 (N, 2, ...)."""
    half = len(rows) // 2
    return np.stack([rows[:half], rows[half:]], axis=1).astype(np.float32)


def divided(numerator: Integers, denominator: int) -> Integers:
    """Divide towards zero, as Stockfish's integers do."""
    quotient: Integers = np.sign(numerator) * (np.abs(numerator) // denominator)
    return quotient.astype(np.int32)
