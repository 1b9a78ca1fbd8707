"""Mating a bare king: a search of every move, a few moves deep.

Where all pieces of a side but the king are gone, a network sees no difference between moves, and a
tree of a few visits wanders until fifty moves are over. Iterated alpha-beta search with the old
measure of progress (``engine.play.search.lone_king``) finds the way with any pieces that can mate.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import chess

from engine.play.search.lone_king import bare_king_progress, mating_side

NODES = 2_000
"""Positions after which no deeper search is begun: queen, rook or two bishops mate in time."""
_MOST_NODES = 6_000
"""Positions after which the search that goes on is broken off."""
_DEEPEST = 12
_MATE = 100_000
_FAR_FROM_MATE = _MATE // 2
_POINT, _PROGRESS = 200, 3_000
"""What a pawn is worth, and what the whole way to the mate is."""
_INFINITY = 10 * _MATE
_WORTH = ((chess.PAWN, 1), (chess.KNIGHT, 3), (chess.BISHOP, 3), (chess.ROOK, 5), (chess.QUEEN, 9))
_Key = tuple[int, ...]


class Way(NamedTuple):
    """How to go on against a bare king.

    Attributes:
        moves: those that are best, all alike.
        plies: half-moves to the mate that they force, 0 if none was seen.
    """

    moves: tuple[chess.Move, ...]
    plies: int


def way_to_mate(
    board: chess.Board, moves: Sequence[chess.Move], stop: threading.Event | None = None
) -> Way | None:
    """Return how to mate a bare king, None where the side to move does not have one before it.

    Args:
        board: left as it is; the game is not over.
        moves: those to choose from.
        stop: ends the search soon after it is set.
    """
    if mating_side(board) != board.turn:
        return None
    search = _MateSearch(board.copy(), _times(board))
    order, best = list(moves), Way((), 0)
    try:
        for depth in range(2, _DEEPEST + 1, 2):
            found, value = search.best_moves(order, depth)
            best = Way(tuple(found), _MATE - value if value > _FAR_FROM_MATE else 0)
            if best.plies or search.nodes > NODES:
                break
            order.sort(key=lambda move: move not in found)
            search.stop, search.most = stop, _MOST_NODES
    except _BrokenOffError:
        pass  # the search before it stands
    return best


class _BrokenOffError(Exception):
    """The search ran out of positions, or was stopped."""


@dataclass(slots=True)
class _MateSearch:
    """One search, whose root has the winner to move; ``board`` is walked and brought back.

    Attributes:
        board: where it is.
        times: how often positions of the game stood on the board. The winner does not go back to
            any, nor lets the other side bring one about for the third time.
        most: positions after which it is broken off, None never.
        stop: breaks it off.
        nodes: positions looked at.
        known: worth of positions by depth: a lower and an upper bound.
        replies: the move that was best in a position.
    """

    board: chess.Board
    times: Mapping[_Key, int]
    most: int | None = None
    stop: threading.Event | None = None
    nodes: int = 0
    known: dict[tuple[_Key, int], tuple[int, int]] = field(default_factory=dict)
    replies: dict[_Key, chess.Move] = field(default_factory=dict)

    def best_moves(self, moves: Sequence[chess.Move], depth: int) -> tuple[list[chess.Move], int]:
        """Return the moves that are best to an even depth, and what they are worth."""
        best, found = -_INFINITY, list[chess.Move]()
        for move in moves:
            value = -self._after(move, depth - 1, -_INFINITY, 1 - best, 1)
            if value > best:
                best, found = value, [move]
            elif value == best:
                found.append(move)
        return found, best

    def _after(self, move: chess.Move, depth: int, alpha: int, beta: int, ply: int) -> int:
        self.board.push(move)
        try:
            return self._value(depth, alpha, beta, ply)
        finally:
            self.board.pop()

    def _value(self, depth: int, alpha: int, beta: int, ply: int) -> int:
        """Return the worth for the side to move; ``ply`` counts half-moves from the root."""
        self.nodes += 1
        is_over = self.most is not None and self.nodes > self.most
        if is_over or (self.stop is not None and self.stop.is_set()):
            raise _BrokenOffError
        board, key = self.board, _key(self.board)
        is_winner = ply % 2 == 0
        if self.times.get(key, 0) >= (2 if is_winner else 1):
            return 0
        if is_winner:
            progress = bare_king_progress(board)
            if progress is None:
                return 0  # a piece was taken, and what is left cannot mate
            if depth == 0:
                return _material(board) + round(_PROGRESS * progress)
        low, high = self.known.get((key, depth), (-_INFINITY, _INFINITY))
        if low >= beta or low == high:
            return low
        if high <= alpha:
            return high
        moves = self._ordered(key)
        if not moves:
            return ply - _MATE if board.is_check() else 0
        if board.halfmove_clock >= 100:
            return 0
        best, reach = -_INFINITY, alpha
        for move in moves:
            value = -self._after(move, depth - 1, -beta, -reach, ply + 1)
            if value > best:
                best, self.replies[key] = value, move
                reach = max(reach, best)
            if reach >= beta:
                break
        if abs(best) < _FAR_FROM_MATE:  # a mate's distance depends on the way that led here
            low = best if best > alpha else low
            high = best if best < beta else high
            self.known[key, depth] = (low, high)
        return best

    def _ordered(self, key: _Key) -> list[chess.Move]:
        """Return the legal moves, that which was best before first, then captures."""
        board, known = self.board, self.replies.get(key)
        moves = list(board.legal_moves)
        moves.sort(key=lambda move: (move != known, not board.is_capture(move)))
        return moves


def _material(board: chess.Board) -> int:
    return _POINT * sum(
        worth * board.pieces_mask(piece, board.turn).bit_count() for piece, worth in _WORTH
    )


def _times(board: chess.Board) -> Counter[_Key]:
    """Count the positions of the game since the last capture or pawn move."""
    walked, times = board.copy(), Counter[_Key]()
    for _ in range(min(board.halfmove_clock, len(board.move_stack))):
        times[_key(walked)] += 1
        walked.pop()
    times[_key(walked)] += 1
    return times


def _key(board: chess.Board) -> _Key:
    """Return what makes a position the same: a bare king has no part in castling or en passant."""
    return (
        board.turn,
        board.occupied_co[chess.WHITE],
        board.pawns,
        board.knights,
        board.bishops,
        board.rooks,
        board.queens,
        board.kings,
        board.castling_rights,
    )
