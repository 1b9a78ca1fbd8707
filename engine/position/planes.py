"""lc0's classical 112 input planes for one ``chess.Board`` with its history.

Planes 0-103 are eight boards of thirteen planes, newest first: the pawns, knights, bishops, rooks,
queens and king of the side to move, the same of the opponent, and a plane of ones when that
position had occurred before. Planes 104-107 say who may still castle (own queenside, own kingside,
theirs likewise), 108 is ones when Black is to move, 109 the raw count of the fifty-move rule in
plies, 110 zeros, 111 ones. The board is always seen from the side to move: rank 0 is its first.

A position that came from a FEN has no past; like lc0 it repeats its oldest board, except that a
game from the usual start leaves the missing boards empty.
"""

from typing import NamedTuple

import chess
import numpy as np
import numpy.typing as npt

PLANES = 112
HISTORY = 8
PLANES_PER_BOARD = 13
CASTLING_PLANES = slice(104, 108)
BLACK_TO_MOVE_PLANE = 108
RULE50_PLANE = 109
ONES_PLANE = 111


class _Snapshot(NamedTuple):
    """The part of a position that its planes and its identity need."""

    pieces: tuple[int, ...]  # white P N B R Q K, black P N B R Q K as bitboards
    castling: int
    en_passant: int  # the square behind a double push, if an enemy pawn stands beside it; else -1
    turn: bool


def _snapshot(board: chess.Board) -> _Snapshot:
    by_type = (board.pawns, board.knights, board.bishops, board.rooks, board.queens, board.kings)
    white, black = board.occupied_co[chess.WHITE], board.occupied_co[chess.BLACK]
    return _Snapshot(
        tuple(b & white for b in by_type) + tuple(b & black for b in by_type),
        board.clean_castling_rights(),
        _en_passant_right(board),
        board.turn,
    )


def _en_passant_right(board: chess.Board) -> int:
    """Return the en passant square if a pawn of the side to move attacks it, else -1.

    Whether the capture would expose the king is left out, so that a vectorised replay can compute
    the same identity without generating moves.
    """
    square = board.ep_square
    if square is None:
        return -1
    attackers = chess.BB_PAWN_ATTACKS[not board.turn][square] & board.pawns
    return square if attackers & board.occupied_co[board.turn] else -1


_START = _snapshot(chess.Board())


def _past_snapshots(board: chess.Board) -> list[_Snapshot]:
    """Return the recent snapshots of a game, oldest first, the position on the board last.

    They reach back far enough to fill the history and to see every repetition in it: a position
    right after a capture or pawn move cannot repeat an older one.
    """
    walker = board.copy(stack=True)
    snapshots = [_snapshot(walker)]
    while walker.move_stack and (len(snapshots) < HISTORY or walker.halfmove_clock > 0):
        walker.pop()
        snapshots.append(_snapshot(walker))
    snapshots.reverse()
    return snapshots


def _bits(bitboard: int, flip: bool) -> npt.NDArray[np.float32]:
    octets = np.array([bitboard], dtype="<u8").view(np.uint8)
    plane = np.unpackbits(octets, bitorder="little").reshape(8, 8)
    return (plane[::-1] if flip else plane).astype(np.float32)


def _undo_double_push(snapshot: _Snapshot) -> _Snapshot:
    """Return the board one move earlier, as lc0 does before it repeats a FEN's board."""
    if snapshot.en_passant < 0:
        return snapshot
    step = -8 if snapshot.turn == chess.WHITE else 8  # the pawn that moved is the opponent's
    landed = chess.BB_SQUARES[snapshot.en_passant + step]
    came_from = chess.BB_SQUARES[snapshot.en_passant - step]
    pieces = list(snapshot.pieces)
    pawns = 6 if snapshot.turn == chess.WHITE else 0
    pieces[pawns] = pieces[pawns] & ~landed | came_from
    return snapshot._replace(pieces=tuple(pieces))


def _fill_board(
    planes: npt.NDArray[np.float32], slot: int, snapshot: _Snapshot, repeated: bool, flip: bool
) -> None:
    own, theirs = (6, 0) if flip else (0, 6)
    first = slot * PLANES_PER_BOARD
    for kind in range(6):
        planes[first + kind] = _bits(snapshot.pieces[own + kind], flip)
        planes[first + 6 + kind] = _bits(snapshot.pieces[theirs + kind], flip)
    if repeated:
        planes[first + 12] = 1


def board_planes(board: chess.Board) -> npt.NDArray[np.float32]:
    """Encode a board and the positions before it on its move stack.

    Returns:
        float32 array (112, 8, 8); rank 0 is the first rank of the side to move.
    """
    planes = np.zeros((PLANES, 8, 8), dtype=np.float32)
    past = _past_snapshots(board)
    flip = board.turn == chess.BLACK
    seen: set[_Snapshot] = set()
    repeated = []
    for snapshot in past:
        repeated.append(snapshot in seen)
        seen.add(snapshot)
    for slot in range(HISTORY):
        age = len(past) - 1 - slot
        if age >= 0:
            _fill_board(planes, slot, past[age], repeated[age], flip)
        elif past[0] != _START:
            _fill_board(planes, slot, _undo_double_push(past[0]), repeated[0], flip)
    _fill_flags(planes, board, flip)
    return planes


def _fill_flags(planes: npt.NDArray[np.float32], board: chess.Board, flip: bool) -> None:
    own, theirs = board.turn, not board.turn
    rights = (
        board.has_queenside_castling_rights(own),
        board.has_kingside_castling_rights(own),
        board.has_queenside_castling_rights(theirs),
        board.has_kingside_castling_rights(theirs),
    )
    planes[CASTLING_PLANES] = np.array(rights, dtype=np.float32)[:, None, None]
    planes[BLACK_TO_MOVE_PLANE] = float(flip)
    planes[RULE50_PLANE] = min(board.halfmove_clock, 255)
    planes[ONES_PLANE] = 1
