"""Sets of squares as 64-bit numbers, a whole array of boards at a time.

A bitboard has bit ``s`` set for square ``s`` (a1 = 0, b1 = 1, ... h8 = 63). Every function here
works on arrays of bitboards element by element, so one call serves thousands of positions.
Sliding attacks use the subtraction trick (``occupied - 2 * slider`` flips the ray up to the first
blocker) on files and diagonals and a table on ranks.
"""

from collections.abc import Iterator

import chess
import numpy as np
from numpy.typing import NDArray

Bitboards = NDArray[np.uint64]
Integers = NDArray[np.int32]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

EMPTY = np.uint64(0)
ONE = np.uint64(1)
FULL = np.uint64(chess.BB_ALL)

FILES: Bitboards = np.array(chess.BB_FILES, dtype=np.uint64)
RANKS: Bitboards = np.array(chess.BB_RANKS, dtype=np.uint64)
NOT_FILE_A = np.uint64(chess.BB_ALL & ~chess.BB_FILE_A)
NOT_FILE_H = np.uint64(chess.BB_ALL & ~chess.BB_FILE_H)
CENTRE_FILES = FILES[2] | FILES[3] | FILES[4] | FILES[5]
QUEEN_SIDE = FILES[0] | FILES[1] | FILES[2] | FILES[3]
KING_SIDE = FILES[4] | FILES[5] | FILES[6] | FILES[7]

SQUARE_BITS: Bitboards = np.array(chess.BB_SQUARES, dtype=np.uint64)
KING_ATTACKS: Bitboards = np.array(chess.BB_KING_ATTACKS, dtype=np.uint64)
KNIGHT_ATTACKS: Bitboards = np.array(chess.BB_KNIGHT_ATTACKS, dtype=np.uint64)
# Squares that a pawn moving up the board attacks, and those it would be attacked from.
UP_PAWN_ATTACKS: Bitboards = np.array(chess.BB_PAWN_ATTACKS[chess.WHITE], dtype=np.uint64)
DOWN_PAWN_ATTACKS: Bitboards = np.array(chess.BB_PAWN_ATTACKS[chess.BLACK], dtype=np.uint64)

FILE_OF: Integers = np.arange(64, dtype=np.int32) & 7
RANK_OF: Integers = np.arange(64, dtype=np.int32) >> 3
EDGE_DISTANCE: Integers = np.minimum(np.arange(8), 7 - np.arange(8)).astype(np.int32)
# Steps a king needs from one square to another, (64, 64).
DISTANCE: Integers = np.array(
    [[chess.square_distance(a, b) for b in chess.SQUARES] for a in chess.SQUARES], dtype=np.int32
)
# Whole line through two squares (empty when they share none), and the squares strictly between.
LINE: Bitboards = np.array(
    [[chess.ray(a, b) for b in chess.SQUARES] for a in chess.SQUARES], dtype=np.uint64
)
BETWEEN: Bitboards = np.array(
    [[chess.between(a, b) for b in chess.SQUARES] for a in chess.SQUARES], dtype=np.uint64
)


def _forward_ranks() -> Bitboards:
    ranks = np.array(
        [chess.BB_ALL & ~((1 << (8 * (rank + 1))) - 1) for rank in range(8)], dtype=np.uint64
    )
    return ranks[RANK_OF]


FORWARD_RANKS: Bitboards = _forward_ranks()
FORWARD_FILE: Bitboards = FORWARD_RANKS & FILES[FILE_OF]
BACKWARD_FILE: Bitboards = FILES[FILE_OF] & ~FORWARD_RANKS & ~SQUARE_BITS
ADJACENT_FILES: Bitboards = ((FILES & NOT_FILE_A) >> ONE | (FILES & NOT_FILE_H) << ONE)[FILE_OF]
# Squares that a pawn may attack on its way up, and with its own file those it must pass.
PAWN_ATTACK_SPAN: Bitboards = FORWARD_RANKS & ADJACENT_FILES
PASSED_SPAN: Bitboards = PAWN_ATTACK_SPAN | FORWARD_FILE


def _line_masks(steps: tuple[int, int]) -> Bitboards:
    """Squares on the line through each square in a direction and its opposite, itself left out."""
    masks = []
    for square in chess.SQUARES:
        mask = 0
        for sign in (1, -1):
            file = chess.square_file(square) + sign * steps[0]
            rank = chess.square_rank(square) + sign * steps[1]
            while 0 <= file < 8 and 0 <= rank < 8:
                mask |= chess.BB_SQUARES[chess.square(file, rank)]
                file += sign * steps[0]
                rank += sign * steps[1]
        masks.append(mask)
    return np.array(masks, dtype=np.uint64)


_FILE_LINES = _line_masks((0, 1))
_DIAGONAL_LINES = _line_masks((1, 1))
_ANTIDIAGONAL_LINES = _line_masks((1, -1))
EMPTY_BOARD_ROOK: Bitboards = _FILE_LINES | _line_masks((1, 0))
EMPTY_BOARD_BISHOP: Bitboards = _DIAGONAL_LINES | _ANTIDIAGONAL_LINES


def _rank_attack_table() -> Bitboards:
    """Attacks along a rank by file and occupancy of the six inner squares, shape (8, 64)."""
    table = np.zeros((8, 64), dtype=np.uint64)
    for file in range(8):
        for inner in range(64):
            occupied = inner << 1
            attacks = 0
            for step in (1, -1):
                target = file + step
                while 0 <= target < 8:
                    attacks |= 1 << target
                    if occupied >> target & 1:
                        break
                    target += step
            table[file, inner] = attacks
    return table


_RANK_ATTACKS = _rank_attack_table()
_INNER_FILES = np.uint64(63)


def count(bitboards: Bitboards) -> Integers:
    """Return the number of squares in each bitboard, int32 of the same shape."""
    return np.bitwise_count(bitboards).astype(np.int32)


def more_than_one(bitboards: Bitboards) -> Flags:
    """Tell for each bitboard whether it holds at least two squares."""
    several: Flags = (bitboards & (bitboards - ONE)) != EMPTY
    return several


def lowest_square(bitboards: Bitboards) -> Indices:
    """Return the lowest square of each bitboard; 64 for an empty one."""
    return np.bitwise_count((bitboards & (~bitboards + ONE)) - ONE).astype(np.intp)


def mirrored(bitboards: Bitboards) -> Bitboards:
    """Return the boards upside down: a1 becomes a8, so that Black, too, moves up."""
    return bitboards.byteswap()


def up(bitboards: Bitboards) -> Bitboards:
    """Shift every square one rank up; squares of the last rank disappear."""
    return bitboards << np.uint64(8)


def down(bitboards: Bitboards) -> Bitboards:
    """Shift every square one rank down; squares of the first rank disappear."""
    return bitboards >> np.uint64(8)


def sideways(bitboards: Bitboards) -> Bitboards:
    """Return the squares beside each square, left and right."""
    return (bitboards & NOT_FILE_A) >> ONE | (bitboards & NOT_FILE_H) << ONE


def pawn_attacks_up(pawns: Bitboards) -> Bitboards:
    """Return what pawns moving up attack."""
    return (pawns & NOT_FILE_A) << np.uint64(7) | (pawns & NOT_FILE_H) << np.uint64(9)


def double_pawn_attacks_up(pawns: Bitboards) -> Bitboards:
    """Return what two pawns moving up attack at once."""
    return (pawns & NOT_FILE_A) << np.uint64(7) & (pawns & NOT_FILE_H) << np.uint64(9)


def _attacks_on_line(bits: Bitboards, occupied: Bitboards, line: Bitboards) -> Bitboards:
    blockers = occupied & line
    forward = blockers - (bits << ONE)
    backward = (blockers.byteswap() - (bits.byteswap() << ONE)).byteswap()
    return (forward ^ backward) & line


def bishop_attacks(squares: Indices, occupied: Bitboards) -> Bitboards:
    """Return the attacks of a bishop on each square with each occupancy."""
    bits = SQUARE_BITS[squares]
    return _attacks_on_line(bits, occupied, _DIAGONAL_LINES[squares]) | _attacks_on_line(
        bits, occupied, _ANTIDIAGONAL_LINES[squares]
    )


def rook_attacks(squares: Indices, occupied: Bitboards) -> Bitboards:
    """Return the attacks of a rook on each square with each occupancy."""
    bits = SQUARE_BITS[squares]
    shift = (squares & 56).astype(np.uint64)
    inner = occupied >> (shift + ONE) & _INNER_FILES
    along_rank = _RANK_ATTACKS[squares & 7, inner.astype(np.intp)] << shift
    attacks: Bitboards = _attacks_on_line(bits, occupied, _FILE_LINES[squares]) | along_rank
    return attacks


def each_square(bitboards: Bitboards) -> Iterator[tuple[Indices, Indices]]:
    """Walk all squares of all bitboards, one square of every bitboard at a time.

    Yields pairs (rows, squares): each row occurs at most once in a pair, so results can be written
    back with plain indexing. The number of rounds is that of the fullest bitboard.
    """
    rows = np.flatnonzero(bitboards)
    remaining = bitboards[rows]
    while rows.size:
        yield rows, lowest_square(remaining)
        remaining = remaining & (remaining - ONE)
        kept = remaining != EMPTY
        rows, remaining = rows[kept], remaining[kept]
