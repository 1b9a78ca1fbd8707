"""Which opening moves two styles share: the reason why they lie near each other.

Styles differ most in how they open. So each is asked for its moves at the first crossroads of the
game, and what it plays there more often than the average player is held against another's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import chess
import numpy as np
import numpy.typing as npt

from engine.play.inference import MergedNetworks, evaluate_styles
from engine.style.style import Routing, stacked

CROSSROADS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("e4",),
    ("d4",),
    ("e4", "e5"),
    ("e4", "c5"),
    ("d4", "d5"),
    ("d4", "Nf6"),
)
"""Positions in which openings part, as moves in standard algebraic notation."""
LEAST_EXCESS: Final = 0.08
"""How much more often than the average player both must play a move."""


@dataclass(frozen=True, slots=True)
class OpeningChoice:
    """A move at a crossroads.

    Attributes:
        line: the moves that lead there, in standard algebraic notation.
        san: the move.
    """

    line: tuple[str, ...]
    san: str

    def __str__(self) -> str:
        """Return the move with its number, and what it answers."""
        number = f"{len(self.line) // 2 + 1}{'…' if len(self.line) % 2 else '.'}"
        move = f"{number}{self.san}"
        if not self.line:
            return move
        numbered = (
            (f"{ply // 2 + 1}." if ply % 2 == 0 else "") + san for ply, san in enumerate(self.line)
        )
        return f"{move} after {' '.join(numbered)}"


@dataclass(frozen=True, eq=False, slots=True)
class OpeningTastes:
    """How much more often than the average player styles choose each move.

    Attributes:
        choices: the C moves.
        excess: float64 (N, C), of each style.
    """

    choices: tuple[OpeningChoice, ...]
    excess: npt.NDArray[np.float64]

    def shared(self, first: int, second: int) -> tuple[OpeningChoice, ...]:
        """Return the moves that two of the styles prefer, the most telling first."""
        least = np.minimum(self.excess[first], self.excess[second])
        order = np.argsort(-least, kind="stable")
        return tuple(self.choices[place] for place in order if least[place] >= LEAST_EXCESS)


def opening_tastes(
    networks: MergedNetworks, average: Routing, styles: Sequence[Routing]
) -> OpeningTastes:
    """Ask styles for their moves at the crossroads.

    Args:
        networks: the model.
        average: float32 (heads, modules), what they are held against.
        styles: N styles, likewise.

    Raises:
        BusyError: too much is asked at once.
    """
    everyone = stacked([average, *styles])
    choices: list[OpeningChoice] = []
    columns: list[npt.NDArray[np.float64]] = []
    for line in CROSSROADS:
        board = chess.Board()
        for san in line:
            board.push_san(san)
        policies = evaluate_styles(networks, board, everyone)
        moves = list(board.legal_moves)
        chances = np.array([[policy.probability(move) for move in moves] for policy in policies])
        choices += (OpeningChoice(line, board.san(move)) for move in moves)
        columns.append(chances[1:] - chances[0])
    return OpeningTastes(tuple(choices), np.concatenate(columns, axis=1))
