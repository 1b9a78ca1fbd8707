"""lc0's classical 112 input planes for one ``chess.Board`` with its history.

Planes 0-103 are eight boards of thirteen planes, newest first: the pawns, knights, bishops, rooks,
queens and king of the side to move, the same of the opponent, and a plane of ones when that
position had occurred before. Planes 104-107 say who may still castle (own queenside, own kingside,
theirs likewise), 108 is ones when Black is to move, 109 the raw count of the fifty-move rule in
plies, 110 zeros, 111 ones. The board is always seen from the side to move: rank 0 is its first.

A position that came from a FEN has no past; like lc0 it repeats its oldest board, except that a
game from the usual start leaves the missing boards empty.
"""

from collections import Counter
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
LONGEST_CLOCK = 99
"""Half-moves without capture or pawn move that the planes tell at most: the game ends at 100.

Networks have seen no more, and what they make of larger numbers is arbitrary.
"""


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


def _board_planes(
    snapshots: list[_Snapshot], repeated: list[bool], flip: bool
) -> npt.NDArray[np.uint8]:
    """Return the planes of some boards, uint8 (boards, 13, 8, 8)."""
    own = slice(6, 12) if flip else slice(0, 6)
    theirs = slice(0, 6) if flip else slice(6, 12)
    bitboards = [[*s.pieces[own], *s.pieces[theirs]] for s in snapshots]
    octets = np.array(bitboards, dtype="<u8").view(np.uint8).reshape(-1, 12, 8, 1)
    planes = np.empty((len(snapshots), PLANES_PER_BOARD, 8, 8), dtype=np.uint8)
    ranks = octets[:, :, ::-1] if flip else octets
    planes[:, :12] = np.unpackbits(ranks, axis=3, bitorder="little")
    planes[:, 12] = np.array(repeated, dtype=np.uint8)[:, None, None]
    return planes


class BoardHistory:
    """The positions of a game as far back as they matter; it grows and shrinks with the game.

    A search walks through thousands of boards that share one past, and asks for each how often it
    occurred and for its planes.
    """

    def __init__(self, board: chess.Board) -> None:
        """Read the past from a board's move stack."""
        self._snapshots = _past_snapshots(board)
        self._repeated: list[bool] = []
        self._times: Counter[_Snapshot] = Counter()
        for snapshot in self._snapshots:
            self._repeated.append(snapshot in self._times)
            self._times[snapshot] += 1

    def push(self, board: chess.Board) -> None:
        """Take in the position after another move, which stands on the board."""
        snapshot = _snapshot(board)
        self._snapshots.append(snapshot)
        self._repeated.append(self._times[snapshot] > 0)
        self._times[snapshot] += 1

    def pop(self) -> None:
        """Forget the last position."""
        self._times[self._snapshots.pop()] -= 1
        self._repeated.pop()

    @property
    def times(self) -> int:
        """How often the last position occurred in the whole game."""
        return self._times[self._snapshots[-1]]

    def recurs_within(self, plies: int) -> bool:
        """Return whether the last position also stood on the board in the plies before it."""
        last = self._snapshots[-1]
        return plies > 0 and last in self._snapshots[max(-1 - plies, -len(self._snapshots)) : -1]

    def planes(self, board: chess.Board) -> npt.NDArray[np.float32]:
        """Encode the last position, which stands on the board.

        Returns:
            float32 array (112, 8, 8); rank 0 is the first rank of the side to move.
        """
        planes = np.zeros((PLANES, 8, 8), dtype=np.float32)
        flip = board.turn == chess.BLACK
        shown = self._snapshots[: -HISTORY - 1 : -1]
        repeated = self._repeated[: -HISTORY - 1 : -1]
        if len(shown) < HISTORY and shown[-1] != _START:
            missing = HISTORY - len(shown)
            shown = shown + [_undo_double_push(shown[-1])] * missing
            repeated = repeated + [repeated[-1]] * missing
        count = len(shown)
        planes[: count * PLANES_PER_BOARD] = _board_planes(shown, repeated, flip).reshape(-1, 8, 8)
        _fill_flags(planes, board, flip)
        return planes


def board_planes(board: chess.Board) -> npt.NDArray[np.float32]:
    """Encode a board and the positions before it on its move stack.

    Returns:
        float32 array (112, 8, 8); rank 0 is the first rank of the side to move.
    """
    return BoardHistory(board).planes(board)


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
    planes[RULE50_PLANE] = min(board.halfmove_clock, LONGEST_CLOCK)
    planes[ONES_PLANE] = 1
