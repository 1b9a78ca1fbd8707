"""How games end: the rules that end them at once, and the words for it."""

from dataclasses import dataclass
from typing import Final

import chess
from chess import Outcome, Termination

_TIME = "time"
_SIDES = {chess.WHITE: "White", chess.BLACK: "Black"}
_WORDS: Final = {
    Termination.CHECKMATE: ("checkmate", "{side} is in check and has no way out of it."),
    Termination.STALEMATE: ("stalemate", "{side} has no legal move and is not in check."),
    Termination.INSUFFICIENT_MATERIAL: (
        "insufficient material",
        "Neither side has the pieces to checkmate any more.",
    ),
    Termination.THREEFOLD_REPETITION: (
        "repetition",
        "The same position came up for the third time.",
    ),
    Termination.FIFTY_MOVES: (
        "fifty-move rule",
        "Fifty moves passed without a capture or a pawn move.",
    ),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a game ended, by a rule or otherwise.

    Attributes:
        result: ``1-0``, ``0-1`` or ``1/2-1/2``; ``*`` if it was left undecided.
        winner: the colour that won, None if nobody did.
        reason: what ended it, in a word or two, such as "checkmate".
        explanation: what that means, in a sentence for people.
    """

    result: str
    winner: chess.Color | None
    reason: str
    explanation: str

    @property
    def how(self) -> str:
        """How it came about, such as "by checkmate" or "on time"."""
        return f"on {self.reason}" if self.reason == _TIME else f"by {self.reason}"

    @property
    def words(self) -> str:
        """The end in one sentence after another, such as "White won by checkmate. ..."."""
        if self.result == "*":
            return self.explanation
        verdict = "Draw" if self.winner is None else f"{_SIDES[self.winner]} won"
        return f"{verdict} {self.how}. {self.explanation}"


def outcome(board: chess.Board) -> Outcome | None:
    """Return what the rules say of a board with its history, None while the game goes on.

    As on chess sites, a position that stands for the third time and fifty moves without capture or
    pawn move end the game at once: nobody need claim the draw.
    """
    if board.is_checkmate():
        return Outcome(Termination.CHECKMATE, not board.turn)
    if board.is_stalemate():
        return Outcome(Termination.STALEMATE, None)
    if board.is_insufficient_material():
        return Outcome(Termination.INSUFFICIENT_MATERIAL, None)
    if board.is_repetition(3):
        return Outcome(Termination.THREEFOLD_REPETITION, None)
    if board.is_fifty_moves():
        return Outcome(Termination.FIFTY_MOVES, None)
    return None


def ending_by_rule(board: chess.Board) -> Ending | None:
    """Return how the game on a board ended by the rules, or None while it goes on."""
    found = outcome(board)
    if found is None:
        return None
    reason, explanation = _WORDS[found.termination]
    side = _SIDES[board.turn]
    return Ending(found.result(), found.winner, reason, explanation.format(side=side))


def resignation(loser: chess.Color) -> Ending:
    """Return how a game ended that a side gave up."""
    result = "0-1" if loser == chess.WHITE else "1-0"
    return Ending(result, not loser, "resignation", f"{_SIDES[loser]} resigned.")


def agreement() -> Ending:
    """Return how a game ended in which both sides wanted a draw."""
    return Ending("1/2-1/2", None, "agreement", "Both sides agreed on a draw.")


def time_forfeit(loser: chess.Color, board: chess.Board) -> Ending:
    """Return how a game ended in which a side's time ran out.

    Who cannot checkmate by any legal moves does not win by it (FIDE Laws of Chess, 6.9).

    Args:
        loser: whose time it was.
        board: the position.
    """
    if board.has_insufficient_material(not loser):
        side, other = _SIDES[loser], _SIDES[not loser]
        return Ending(
            "1/2-1/2",
            None,
            "timeout against insufficient material",
            f"{side} ran out of time, and {other} has not the pieces to checkmate.",
        )
    result = "0-1" if loser == chess.WHITE else "1-0"
    return Ending(result, not loser, _TIME, f"{_SIDES[loser]} ran out of time.")


def undecided(explanation: str) -> Ending:
    """Return how a game ended that was broken off."""
    return Ending("*", None, "", explanation)
