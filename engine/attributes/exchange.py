"""Static exchange: what a move wins or loses if both sides keep taking on its square."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.attributes import bitboards
from engine.attributes.bitboards import (
    DOWN_PAWN_ATTACKS,
    EMPTY,
    KING_ATTACKS,
    KNIGHT_ATTACKS,
    ONE,
    SQUARE_BITS,
    UP_PAWN_ATTACKS,
    Bitboards,
    Flags,
    Indices,
    Integers,
)
from engine.attributes.move_batch import Moves
from engine.attributes.position_batch import KING, PAWN

# Pawn, knight, bishop, rook, queen, king in centipawns.
WORTH: Integers = np.array([100, 300, 300, 500, 900, 10_000], dtype=np.int32)
_QUEEN: Final = 4
_ROOK: Final = 3
_BISHOP: Final = 2
_KNIGHT: Final = 1


@dataclass(frozen=True, slots=True)
class Exchange:
    """How exchanges on each move's target square end when both sides take and stop at their best.

    Both take with their least man first. Pins are not looked at, and men elsewhere on the board do
    not count.

    Attributes:
        balance: int32 (M,); what the mover has won in the end, in centipawns.
        lost: int32 (M, 2, 6); men by colour and kind that are taken after the move itself.
    """

    balance: Integers
    lost: Integers

    @classmethod
    def of(cls, moves: Moves) -> "Exchange":
        """Play out the exchanges after every move."""
        swap = _Swap(moves)
        gains = [swap.first_gain()]
        victims = []
        while swap.rows.size:
            victims.append(swap.on_square.copy())
            gains.append(swap.capture(gains[-1]))
        taken = _taken_in_the_end(gains)
        lost = np.zeros((len(moves), 2, 6), dtype=np.int32)
        for depth, (made, victim) in enumerate(zip(taken, victims, strict=True)):
            rows = np.flatnonzero(made)
            owner = moves.mover[rows] if depth % 2 == 0 else 1 - moves.mover[rows]
            lost[rows, owner, victim[rows]] += 1
        return cls(gains[0], lost)

    @property
    def gives_more_than_a_pawn(self) -> Flags:
        """Which moves end up more than a pawn behind."""
        behind: Flags = self.balance < -int(WORTH[PAWN])
        return behind


def _taken_in_the_end(gains: list[Integers]) -> list[Flags]:
    """Work back from the last capture, and tell which captures are really made.

    Args:
        gains: by depth int32 (M,), the balance for the side that takes there if all stop right
            after; becomes the balance with both sides at their best.

    Returns:
        For each capture after the move bool (M,).
    """
    better: list[Flags] = []
    for later, earlier in zip(gains[:0:-1], gains[-2::-1], strict=True):
        makes = (later != _Swap.NO_CAPTURE) & (later > -earlier)
        earlier[makes] = -later[makes]
        better.append(makes)
    made: list[Flags] = []
    for makes in reversed(better):
        made.append(makes & made[-1] if made else makes)
    return made


class _Swap:
    """The running exchange on one square of every board."""

    NO_CAPTURE: Final = np.iinfo(np.int32).min

    def __init__(self, moves: Moves) -> None:
        self.moves = moves
        self.rows: Indices = np.arange(len(moves))
        self.side = 1 - moves.mover
        self.pieces = moves.before.pieces
        occupied = moves.before.occupied & ~SQUARE_BITS[moves.origin]
        takes = moves.taken >= 0
        occupied[takes] &= ~SQUARE_BITS[moves.taken_on[takes]]
        self.occupied: Bitboards = occupied
        # Kind of the man that stands on the target square and may be taken next.
        self.on_square = np.where(moves.promotion >= 0, moves.promotion, moves.man)

    def first_gain(self) -> Integers:
        """Return what the moves themselves take or gain by promotion."""
        moves = self.moves
        taken = np.where(moves.taken >= 0, WORTH[moves.taken], 0)
        promoted = np.where(moves.promotion >= 0, WORTH[moves.promotion] - WORTH[PAWN], 0)
        gain: Integers = (taken + promoted).astype(np.int32)
        return gain

    def capture(self, previous: Integers) -> Integers:
        """Let the side to take do so with its least man; NO_CAPTURE where it has none."""
        rows = self.rows
        side = self.side[rows]
        target = self.moves.target[rows]
        ours = self._attackers(rows, side, target)
        theirs = self._attackers(rows, 1 - side, target)
        can_take = (ours != EMPTY).any(axis=1)
        kind = (ours != EMPTY).argmax(axis=1)
        # A king may not take what is still guarded.
        can_take &= (kind != KING) | ~(theirs != EMPTY).any(axis=1)

        rows, kind = rows[can_take], kind[can_take]
        taker = ours[can_take, kind]
        gains = np.full(len(self.moves), self.NO_CAPTURE, dtype=np.int32)
        gains[rows] = WORTH[self.on_square[rows]] - previous[rows]
        self.on_square[rows] = kind
        self.occupied[rows] &= ~(taker & (~taker + ONE))
        self.side[rows] = 1 - self.side[rows]
        self.rows = rows
        return gains

    def _attackers(self, rows: Indices, side: Indices, target: Indices) -> Bitboards:
        """Return the men of one side that attack the square, by kind: uint64 (rows, 6)."""
        occupied = self.occupied[rows]
        men = self.pieces[rows, side] & occupied[:, None]
        diagonals = bitboards.bishop_attacks(target, occupied)
        lines = bitboards.rook_attacks(target, occupied)
        # A white pawn attacks the target from where a black pawn on the target would attack.
        from_pawns = np.where(side == 0, DOWN_PAWN_ATTACKS[target], UP_PAWN_ATTACKS[target])
        men[:, PAWN] &= from_pawns
        men[:, _KNIGHT] &= KNIGHT_ATTACKS[target]
        men[:, _BISHOP] &= diagonals
        men[:, _ROOK] &= lines
        men[:, _QUEEN] &= diagonals | lines
        men[:, KING] &= KING_ATTACKS[target]
        return men
