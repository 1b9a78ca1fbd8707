"""Captured pieces and who is ahead, read from two boards."""

from dataclasses import dataclass

import chess

VALUES = {chess.PAWN: 1, chess.KNIGHT: 3, chess.BISHOP: 3, chess.ROOK: 5, chess.QUEEN: 9}


@dataclass(frozen=True, slots=True)
class CapturedMen:
    """What one side has won.

    Attributes:
        captured: symbols of the other side's pieces that are gone, pawns first: ``ppnr``.
        ahead: how many pawns' worth this side leads by, 0 if it does not.
    """

    captured: str
    ahead: int


def material(board: chess.Board, start: chess.Board, color: chess.Color) -> CapturedMen:
    """Return what ``color`` has won since the start position.

    A pawn that was promoted is not counted as captured, and what it became is no loss of a piece.
    """
    other = not color
    missing = {kind: _count(start, kind, other) - _count(board, kind, other) for kind in VALUES}
    promoted = sum(max(-count, 0) for count in missing.values())
    missing[chess.PAWN] -= promoted
    captured = "".join(
        chess.Piece(kind, other).symbol() * max(count, 0) for kind, count in missing.items()
    )
    return CapturedMen(captured, max(_worth(board, color) - _worth(board, other), 0))


def _count(board: chess.Board, kind: chess.PieceType, color: chess.Color) -> int:
    return len(board.pieces(kind, color))


def _worth(board: chess.Board, color: chess.Color) -> int:
    return sum(value * _count(board, kind, color) for kind, value in VALUES.items())
