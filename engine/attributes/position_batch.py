"""Many positions at once, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import chess
import numpy as np
from numpy.typing import NDArray

from engine.attributes import bitboards
from engine.attributes.bitboards import Bitboards, Flags
from engine.errors import StylemateError

WHITE_KING_SIDE = 1
WHITE_QUEEN_SIDE = 2
BLACK_KING_SIDE = 4
BLACK_QUEEN_SIDE = 8
NO_SQUARE = -1
PAWN = chess.PAWN - 1
KING = chess.KING - 1
_BACK_RANKS = np.uint64(chess.BB_BACKRANKS)


@dataclass(frozen=True, slots=True)
class PositionBatch:
    """N positions of standard chess.

    Attributes:
        pieces: uint64 (N, 2, 6); bitboards by colour (0 White, 1 Black) and kind
            (0 pawn, 1 knight, 2 bishop, 3 rook, 4 queen, 5 king).
        white_to_move: bool (N,).
        castling: uint8 (N,); rights as bits 1 White king side, 2 White queen side,
            4 Black king side, 8 Black queen side.
        en_passant: int8 (N,); the square behind a pawn that has just moved two squares, or -1.
    """

    pieces: Bitboards
    white_to_move: Flags
    castling: NDArray[np.uint8]
    en_passant: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.pieces)

    @classmethod
    def from_boards(cls, boards: Sequence[chess.Board]) -> "PositionBatch":
        """Make a batch of boards.

        Raises:
            StylemateError: a board lacks a king, has two, or has a pawn on a back rank.
        """
        pieces = np.array(
            [
                [
                    [kind & board.occupied_co[colour] for kind in _kinds(board)]
                    for colour in (chess.WHITE, chess.BLACK)
                ]
                for board in boards
            ],
            dtype=np.uint64,
        ).reshape(len(boards), 2, 6)
        _require_standard(pieces)
        return cls(
            pieces=pieces,
            white_to_move=np.array([board.turn for board in boards], dtype=np.bool_),
            castling=np.array([_castling_bits(board) for board in boards], dtype=np.uint8),
            en_passant=np.array(
                [NO_SQUARE if board.ep_square is None else board.ep_square for board in boards],
                dtype=np.int8,
            ),
        )

    @classmethod
    def from_arrays(
        cls,
        squares: NDArray[np.int8],
        white_to_move: Flags,
        castling: NDArray[np.uint8],
        en_passant: NDArray[np.int8],
    ) -> "PositionBatch":
        """Make a batch of piece codes by square.

        Args:
            squares: int8 (N, 64); 0 empty, 1..6 White's pawn, knight, bishop, rook, queen, king,
                7..12 Black's.
            white_to_move: bool (N,).
            castling: uint8 (N,); see the class.
            en_passant: int8 (N,); see the class.

        Raises:
            StylemateError: the shapes disagree, or a position lacks a king, has two, or has a pawn
                on a back rank.
        """
        size = len(squares)
        if squares.shape != (size, 64):
            raise StylemateError(f"Positions need 64 squares each; got shape {squares.shape}.")
        for name, values in (
            ("white_to_move", white_to_move),
            ("castling", castling),
            ("en_passant", en_passant),
        ):
            if values.shape != (size,):
                raise StylemateError(
                    f"{name} has shape {values.shape}; {size} positions need ({size},)."
                )
        pieces = np.empty((size, 2, 6), dtype=np.uint64)
        for code in range(1, 13):
            pieces[:, (code - 1) // 6, (code - 1) % 6] = _packed(squares == code)
        _require_standard(pieces)
        return cls(pieces, white_to_move, castling, en_passant)

    @property
    def occupied(self) -> Bitboards:
        """All men of each position, uint64 (N,)."""
        men: Bitboards = np.bitwise_or.reduce(self.pieces, axis=(1, 2))
        return men

    def squares(self) -> NDArray[np.int8]:
        """Return piece codes by square, int8 (N, 64), as :meth:`from_arrays` takes them."""
        codes = np.zeros((len(self), 64), dtype=np.int8)
        for code in range(1, 13):
            codes[_unpacked(self.pieces[:, (code - 1) // 6, (code - 1) % 6])] = code
        return codes

    def take(self, rows: NDArray[Any]) -> "PositionBatch":
        """Return the batch of the given rows (indices or a mask), copied."""
        return PositionBatch(
            self.pieces[rows], self.white_to_move[rows], self.castling[rows], self.en_passant[rows]
        )

    def slice(self, start: int, stop: int) -> "PositionBatch":
        """Return positions ``start`` up to ``stop`` without copying."""
        return PositionBatch(
            self.pieces[start:stop],
            self.white_to_move[start:stop],
            self.castling[start:stop],
            self.en_passant[start:stop],
        )


def _kinds(board: chess.Board) -> tuple[int, ...]:
    return (board.pawns, board.knights, board.bishops, board.rooks, board.queens, board.kings)


def _castling_bits(board: chess.Board) -> int:
    rights = board.clean_castling_rights()
    return (
        WHITE_KING_SIDE * bool(rights & chess.BB_H1)
        | WHITE_QUEEN_SIDE * bool(rights & chess.BB_A1)
        | BLACK_KING_SIDE * bool(rights & chess.BB_H8)
        | BLACK_QUEEN_SIDE * bool(rights & chess.BB_A8)
    )


def _packed(mask: Flags) -> Bitboards:
    packed = np.packbits(mask, axis=1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u8")[:, 0].astype(np.uint64)


def _unpacked(boards: Bitboards) -> Flags:
    as_bytes = np.ascontiguousarray(boards, dtype="<u8").view(np.uint8).reshape(-1, 8)
    return np.unpackbits(as_bytes, axis=1, bitorder="little").astype(np.bool_)


def _require_standard(pieces: Bitboards) -> None:
    wrong = np.flatnonzero((bitboards.count(pieces[:, :, KING]) != 1).any(axis=1))
    if wrong.size:
        raise StylemateError(
            f"Position {wrong[0]} of {len(pieces)} has not exactly one king of each colour; "
            "attributes are defined for standard chess only."
        )
    stray = np.flatnonzero((pieces[:, :, PAWN] & _BACK_RANKS).any(axis=1))
    if stray.size:
        raise StylemateError(
            f"Position {stray[0]} of {len(pieces)} has a pawn on its first or last rank; "
            "attributes are defined for standard chess only."
        )
