"""Moves as numbers: the 16-bit move code of the game store and lc0's 1858-entry policy index.

Every move is indexed from the side to move's point of view, as if that side were White: Black's
moves are mirrored vertically first. Following lc0's classical policy, a promotion without a suffix
is a promotion to a *knight*, and castling is "king takes its own rook" (``e1h1``, ``e1a1``).
"""

from functools import lru_cache

import chess
import numpy as np
import numpy.typing as npt

POLICY_SIZE = 1858
NO_INDEX = -1
_MIRROR = 56  # XOR with 56 flips a square's rank


def encode_move(move: chess.Move) -> int:
    """Return the 16-bit code ``from | to << 6 | promotion << 12`` (castling as king e1g1)."""
    return move.from_square | move.to_square << 6 | (move.promotion or 0) << 12


def decode_move(code: int) -> chess.Move:
    """Return the move of a 16-bit code.

    Raises:
        ValueError: the promotion field is not 0 (none) or 2 to 5 (knight to queen).
    """
    promotion = code >> 12
    if promotion not in (0, chess.KNIGHT, chess.BISHOP, chess.ROOK, chess.QUEEN):
        raise ValueError(f"{code} is not a move code")
    return chess.Move(code & 63, code >> 6 & 63, promotion or None)


def _policy_move_codes() -> list[int]:
    """List the move codes of lc0's policy in order, with queen, rook and bishop promotions last."""
    codes = []
    for origin in chess.SQUARES:
        occupancy_free = (
            chess.BB_DIAG_ATTACKS[origin][0]
            | chess.BB_RANK_ATTACKS[origin][0]
            | chess.BB_FILE_ATTACKS[origin][0]
            | chess.BB_KNIGHT_ATTACKS[origin]
        )
        codes += [origin | target << 6 for target in chess.scan_forward(occupancy_free)]
    for plain in _promotion_steps():
        codes += [plain | piece << 12 for piece in (chess.QUEEN, chess.ROOK, chess.BISHOP)]
    return codes


def _promotion_steps() -> list[int]:
    """List the codes, without promotion field, of pawn moves from the seventh rank."""
    return [
        origin | origin + step << 6
        for origin in chess.SquareSet(chess.BB_RANK_7)
        for step in (7, 8, 9)
        if abs(chess.square_file(origin + step) - chess.square_file(origin)) <= 1
        and origin + step < 64
    ]


def _index_by_code() -> npt.NDArray[np.int16]:
    """Map every 16-bit code (for White to move, castling excluded) to its policy index or -1."""
    table = np.full(1 << 16, NO_INDEX, dtype=np.int16)
    for index, code in enumerate(POLICY_MOVE_CODES):
        table[code] = index
    for plain in _promotion_steps():
        table[plain | chess.KNIGHT << 12] = table[plain]
    return table


POLICY_MOVE_CODES: list[int] = _policy_move_codes()
POLICY_INDEX_BY_CODE: npt.NDArray[np.int16] = _index_by_code()
"""Policy index of a move code seen from the side to move; castling as king takes rook."""


def policy_index(move: chess.Move, turn: chess.Color, castling: bool = False) -> int:
    """Return the policy index, 0 to 1857, of a move.

    Args:
        move: a move on standard chess squares.
        turn: the side that makes it; Black's moves are mirrored.
        castling: the move is a castling move in king-two-squares form.
    """
    flip = 0 if turn == chess.WHITE else _MIRROR
    origin, target = move.from_square ^ flip, move.to_square ^ flip
    if castling:
        target = chess.H1 if target > origin else chess.A1
    return int(POLICY_INDEX_BY_CODE[origin | target << 6 | (move.promotion or 0) << 12])


def legal_moves_and_indices(
    board: chess.Board,
) -> tuple[list[chess.Move], npt.NDArray[np.int64]]:
    """Return the legal moves and the policy index of each, int64 of the same length."""
    moves = list(board.legal_moves)
    kings = board.kings
    indices = [
        policy_index(
            move,
            board.turn,
            bool(chess.BB_SQUARES[move.from_square] & kings) and board.is_castling(move),
        )
        for move in moves
    ]
    return moves, np.array(indices, dtype=np.int64)


@lru_cache(maxsize=1)
def policy_plane_map() -> npt.NDArray[np.int64]:
    """Return, for each policy index, its place (1858,) in the flattened (80, 8, 8) policy planes.

    lc0's convolutional policy head: 56 planes of queen moves (eight directions clockwise from
    north, one to seven steps), 8 of knight moves, 9 of promotions to rook, bishop and queen
    (captures to the left, straight on, to the right), and 7 that stay unused.
    """
    directions = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)]
    steps = [(dx * n, dy * n, 0) for dx, dy in directions for n in range(1, 8)]
    steps += [
        (dx, dy, 0)
        for dx, dy in [(1, 2), (2, 1), (2, -1), (1, -2), (-1, -2), (-2, -1), (-2, 1), (-1, 2)]
    ]
    steps += [
        (dx, 1, piece) for dx in (-1, 0, 1) for piece in (chess.ROOK, chess.BISHOP, chess.QUEEN)
    ]
    index_by_code = {code: index for index, code in enumerate(POLICY_MOVE_CODES)}
    places = np.full(POLICY_SIZE, -1, dtype=np.int64)
    for plane, (dx, dy, promotion) in enumerate(steps):
        for origin in chess.SQUARES:
            file, rank = chess.square_file(origin) + dx, chess.square_rank(origin) + dy
            if not (0 <= file < 8 and 0 <= rank < 8):
                continue
            code = origin | chess.square(file, rank) << 6 | promotion << 12
            if code in index_by_code:
                places[index_by_code[code]] = plane * 64 + origin
    return places
