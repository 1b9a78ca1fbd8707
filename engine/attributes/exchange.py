"""Static exchange: what a move wins or loses if both sides keep taking on its square."""

from typing import Final

import numpy as np

from engine.attributes import bitboards
from engine.attributes.batch import KING, PAWN
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
from engine.attributes.played import Moves

# Pawn, knight, bishop, rook, queen, king in centipawns.
WORTH: Integers = np.array([100, 300, 300, 500, 900, 10_000], dtype=np.int32)
_QUEEN: Final = 4
_ROOK: Final = 3
_BISHOP: Final = 2
_KNIGHT: Final = 1


def static_exchange(moves: Moves) -> Integers:
    """Return the balance of exchanges on each move's target square, int32 (M,), centipawns.

    Both sides take with their least man first and stop when taking on would lose. Pins are not
    looked at, and men elsewhere on the board do not count.
    """
    swap = _Swap(moves)
    gains = [swap.first_gain()]
    while swap.rows.size:
        gains.append(swap.capture(gains[-1]))
    for later, earlier in zip(gains[:0:-1], gains[-2::-1], strict=True):
        rows = np.flatnonzero(later != _Swap.NO_CAPTURE)
        earlier[rows] = -np.maximum(-earlier[rows], later[rows])
    return gains[0]


class _Swap:
    """The running exchange on one square of every board."""

    NO_CAPTURE: Final = np.iinfo(np.int32).min

    def __init__(self, moves: Moves) -> None:
        self.moves = moves
        self.rows: Indices = np.arange(len(moves))
        self.side = 1 - moves.mover
        self.pieces = moves.before.pieces
        occupied = np.bitwise_or.reduce(self.pieces.reshape(len(moves), -1), axis=1)
        occupied &= ~SQUARE_BITS[moves.origin]
        takes = moves.taken >= 0
        occupied[takes] &= ~SQUARE_BITS[moves.taken_on[takes]]
        self.occupied: Bitboards = occupied
        self.on_square = WORTH[np.where(moves.promotion >= 0, moves.promotion, moves.man)]

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
        gains[rows] = self.on_square[rows] - previous[rows]
        self.on_square[rows] = WORTH[kind]
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


def more_than_a_pawn_lost(moves: Moves) -> Flags:
    """Tell which moves give up more than a pawn by exchanges on their target square."""
    lost: Flags = static_exchange(moves) < -int(WORTH[PAWN])
    return lost
