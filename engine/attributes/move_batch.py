"""Moves of many boards as arrays, and the positions that they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass

import chess
import numpy as np
from numpy.typing import NDArray

from engine.attributes.bitboards import EMPTY, RANK_OF, SQUARE_BITS, Flags, Indices
from engine.attributes.position_batch import KING, NO_SQUARE, PAWN, PositionBatch

_NO_MAN = -1
# Castling rights that survive a man leaving or reaching each square.
_KEPT_RIGHTS: NDArray[np.uint8] = np.full(64, 15, dtype=np.uint8)
_KEPT_RIGHTS[[chess.E1, chess.H1, chess.A1]] = [12, 14, 13]
_KEPT_RIGHTS[[chess.E8, chess.H8, chess.A8]] = [3, 11, 7]
_ROOK = chess.ROOK - 1


@dataclass(frozen=True, slots=True)
class Moves:
    """M moves on the positions of a batch, arrays of shape (M,).

    Attributes:
        before: the position before each move, M positions.
        origin, target: squares 0..63; castling as the king's two steps.
        promotion: kind 1..4 (knight to queen) of the new man, or -1.
        mover: 0 White, 1 Black.
        man: kind 0..5 of the man that moves.
        taken: kind 0..4 of the man taken, or -1; a pawn taken in passing counts.
    """

    before: PositionBatch
    origin: Indices
    target: Indices
    promotion: Indices
    mover: Indices
    man: Indices
    taken: Indices

    def __len__(self) -> int:
        return len(self.origin)

    @classmethod
    def of(cls, batch: PositionBatch, rows: Indices, moves: Sequence[chess.Move]) -> "Moves":
        """Pair legal moves with the rows of the batch that they are played in."""
        origin = np.array([move.from_square for move in moves], dtype=np.intp)
        target = np.array([move.to_square for move in moves], dtype=np.intp)
        promotion = np.array([(move.promotion or 0) - 1 for move in moves], dtype=np.intp)
        return cls._from(batch.take(rows), origin, target, promotion)

    @classmethod
    def of_codes(
        cls,
        squares: NDArray[np.int8],
        white_to_move: Flags,
        castling: NDArray[np.uint8],
        codes: NDArray[np.uint16],
    ) -> "Moves":
        """Pair positions with the one legal move played in each, by its 16-bit code.

        Args:
            squares: int8 (M, 64), piece codes as ``PositionBatch.from_arrays`` takes them.
            white_to_move: bool (M,).
            castling: uint8 (M,), rights as in ``PositionBatch``.
            codes: uint16 (M,), ``from | to << 6 | promotion << 12``.
        """
        origin = (codes & 63).astype(np.intp)
        target = (codes >> 6 & 63).astype(np.intp)
        promotion = (codes >> 12).astype(np.intp) - 1
        every = np.arange(len(codes))
        pawn = squares[every, origin] % 6 == PAWN + 1
        # A pawn that goes slantwise to an empty square takes in passing: the right must be there.
        passing = pawn & ((origin ^ target) & 7 != 0) & (squares[every, target] == 0)
        en_passant = np.where(passing, target, NO_SQUARE).astype(np.int8)
        before = PositionBatch.from_arrays(squares, white_to_move, castling, en_passant)
        return cls._from(before, origin, target, promotion)

    @classmethod
    def _from(
        cls, before: PositionBatch, origin: Indices, target: Indices, promotion: Indices
    ) -> "Moves":
        mover = np.where(before.white_to_move, 0, 1)
        every = np.arange(len(before))
        man = _kind_on(before, every, mover, origin)
        taken = _kind_on(before, every, 1 - mover, target)
        taken[(man == PAWN) & (target == before.en_passant) & ((origin ^ target) & 7 != 0)] = PAWN
        return cls(before, origin, target, promotion, mover, man, taken)

    @property
    def castles(self) -> Flags:
        """Which moves castle."""
        castles: Flags = (self.man == KING) & (np.abs(self.target - self.origin) == 2)
        return castles

    @property
    def taken_on(self) -> Indices:
        """Square of the man taken; the target but for a pawn taken in passing."""
        beside = (self.origin & 56) | (self.target & 7)
        empty = _kind_on(self.before, np.arange(len(self)), 1 - self.mover, self.target) == _NO_MAN
        return np.where((self.taken != _NO_MAN) & empty, beside, self.target)

    def after(self) -> PositionBatch:
        """Return the positions after the moves, M of them."""
        every = np.arange(len(self))
        pieces = self.before.pieces.copy()
        pieces[every, self.mover, self.man] &= ~SQUARE_BITS[self.origin]
        takes = np.flatnonzero(self.taken != _NO_MAN)
        pieces[takes, 1 - self.mover[takes], self.taken[takes]] &= ~SQUARE_BITS[
            self.taken_on[takes]
        ]
        placed = np.where(self.promotion >= 0, self.promotion, self.man)
        pieces[every, self.mover, placed] |= SQUARE_BITS[self.target]
        castles = np.flatnonzero(self.castles)
        short = self.target[castles] > self.origin[castles]
        corner = np.where(short, self.target[castles] + 1, self.target[castles] - 2)
        inside = np.where(short, self.target[castles] - 1, self.target[castles] + 1)
        pieces[castles, self.mover[castles], _ROOK] ^= SQUARE_BITS[corner] | SQUARE_BITS[inside]
        return PositionBatch(
            pieces=pieces,
            white_to_move=~self.before.white_to_move,
            castling=self.before.castling & _KEPT_RIGHTS[self.origin] & _KEPT_RIGHTS[self.target],
            en_passant=self._skipped(),
        )

    def forward_steps(self) -> Indices:
        """Return how many ranks each move goes forward, negative for a retreat."""
        steps = (self.target >> 3) - (self.origin >> 3)
        return np.where(self.mover == 0, steps, -steps)

    def target_rank(self) -> Indices:
        """Return the rank of arrival as the mover counts it, 0..7."""
        rank = RANK_OF[self.target]
        return np.where(self.mover == 0, rank, 7 - rank)

    def _skipped(self) -> NDArray[np.int8]:
        double = (self.man == PAWN) & (np.abs(self.target - self.origin) == 16)
        return np.where(double, (self.target + self.origin) // 2, NO_SQUARE).astype(np.int8)


def _kind_on(batch: PositionBatch, rows: Indices, colours: Indices, squares: Indices) -> Indices:
    """Return the kind of a colour's man on one square per row, -1 for none."""
    there = (batch.pieces[rows, colours] & SQUARE_BITS[squares][:, None]) != EMPTY
    return np.where(there.any(axis=1), there.argmax(axis=1), _NO_MAN)
