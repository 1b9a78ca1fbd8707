"""How a game ended, in words."""

from dataclasses import dataclass

import chess


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a game.

    Attributes:
        result: ``1-0``, ``0-1`` or ``1/2-1/2``.
        reason: why, as a sentence for people.
    """

    result: str
    reason: str


def ending(board: chess.Board) -> Ending | None:
    """Return how the game on a board ended by the rules, or None while it goes on.

    A position that stands for the third time, and fifty moves without capture or pawn move, end
    the game at once: nobody need claim the draw.
    """
    if board.is_checkmate():
        winner, result = ("Black", "0-1") if board.turn == chess.WHITE else ("White", "1-0")
        return Ending(result, f"{winner} wins by checkmate.")
    reason = _draw(board)
    return None if reason is None else Ending("1/2-1/2", reason)


def _draw(board: chess.Board) -> str | None:
    if board.is_stalemate():
        side = "White" if board.turn == chess.WHITE else "Black"
        return f"Draw by stalemate: {side} is not in check and has no legal move."
    if board.is_insufficient_material():
        return "Draw: neither side has the pieces to give mate."
    if board.is_repetition(3):
        return "Draw: the same position stands for the third time."
    if board.is_fifty_moves():
        return "Draw: fifty moves without a capture or a pawn move."
    return None
