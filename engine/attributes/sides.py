"""Each position seen twice, once by each colour, so that rules are written for one side only.

A batch of N positions becomes 2N rows: rows 0..N-1 are White's view, rows N..2N-1 are Black's with
the board upside down. In every row "ours" moves up the board.
"""

from dataclasses import dataclass

import numpy as np

from engine.attributes import bitboards
from engine.attributes.bitboards import Bitboards, Flags, Indices, Integers
from engine.attributes.position_batch import (
    BLACK_KING_SIDE,
    BLACK_QUEEN_SIDE,
    WHITE_KING_SIDE,
    WHITE_QUEEN_SIDE,
    PositionBatch,
)


@dataclass(frozen=True, slots=True)
class Men:
    """The men of one side in every row: bitboards of shape (2N,) by kind, and all of them."""

    pawns: Bitboards
    knights: Bitboards
    bishops: Bitboards
    rooks: Bitboards
    queens: Bitboards
    king: Bitboards
    all: Bitboards

    @property
    def kinds(self) -> tuple[Bitboards, ...]:
        """Pawns, knights, bishops, rooks, queens, king."""
        return (self.pawns, self.knights, self.bishops, self.rooks, self.queens, self.king)


@dataclass(frozen=True, slots=True)
class Sides:
    """The 2N views of a batch.

    Attributes:
        ours, theirs: the men of the row's own side and of its opponent.
        occupied: all men.
        king_square, their_king_square: (2N,) squares 0..63 as the row sees the board.
        castles_king_side, castles_queen_side: bool (2N,); our castling rights.
    """

    ours: Men
    theirs: Men
    occupied: Bitboards
    king_square: Indices
    their_king_square: Indices
    castles_king_side: Flags
    castles_queen_side: Flags

    @classmethod
    def of(cls, batch: PositionBatch) -> "Sides":
        """Make both views of every position."""
        white, black = batch.pieces[:, 0].T, batch.pieces[:, 1].T
        ours = _men(np.concatenate([white, bitboards.mirrored(black)], axis=1))
        theirs = _men(np.concatenate([black, bitboards.mirrored(white)], axis=1))
        return cls(
            ours=ours,
            theirs=theirs,
            occupied=ours.all | theirs.all,
            king_square=bitboards.lowest_square(ours.king),
            their_king_square=bitboards.lowest_square(theirs.king),
            castles_king_side=_rights(batch, WHITE_KING_SIDE, BLACK_KING_SIDE),
            castles_queen_side=_rights(batch, WHITE_QUEEN_SIDE, BLACK_QUEEN_SIDE),
        )


def _men(kinds: Bitboards) -> Men:
    pawns, knights, bishops, rooks, queens, king = np.ascontiguousarray(kinds)
    everyone = np.bitwise_or.reduce(kinds, axis=0)
    return Men(pawns, knights, bishops, rooks, queens, king, all=everyone)


def _rights(batch: PositionBatch, white: int, black: int) -> Flags:
    return np.concatenate([batch.castling & white, batch.castling & black]).astype(np.bool_)


def opponents_values(values: Integers) -> Integers:
    """Return for every row the number that the opponent's row holds."""
    half = len(values) // 2
    return np.concatenate([values[half:], values[:half]])


def opponents_squares(values: Bitboards) -> Bitboards:
    """Return for every row the opponent's squares, as this row sees the board."""
    half = len(values) // 2
    return bitboards.mirrored(np.concatenate([values[half:], values[:half]]))
