"""Why the opponent played a move, in one sentence of its own numbers."""

import chess

from engine.analysis.move_reason import Effect, MoveReason
from engine.attributes.registry import BY_KEY
from engine.style.habits import PHRASES
from ui.shared.text import minus

LEAST_COST = 0.005
"""Expected points; less is no cost that anybody can see."""

HABITS = {
    "captures": ("takes", "take"),
    "checks": ("gives check", "give check"),
    "queen_trades": ("trades queens or offers to", "trade queens or offer to"),
    "minor_trades": ("trades a knight or a bishop", "trade a knight or a bishop"),
    "sacrifices": ("offers material", "offer material"),
    "castling_kingside": ("castles short", "castle short"),
    "castling_queenside": ("castles long", "castle long"),
    "pawn_moves": ("moves a pawn", "move a pawn"),
    "pawn_storms": ("storms with a pawn", "storm with a pawn"),
    "quiet_retreats": ("steps back", "step back"),
    "king_walks": ("walks the king", "walk the king"),
}
"""What a move does by a habit's key, and the same of many moves."""


def reason_words(board: chess.Board, move: chess.Move, reason: MoveReason, name: str) -> str:
    """Return the sentence.

    Args:
        board: before the move.
        move: what was played.
        reason: why.
        name: of the style within a sentence.
    """
    san = board.san(move)
    if reason.choices == 1:
        return f"{san} was the only move."
    parts = [
        f"{name} plays {san} in {_of_hundred(reason.style)} of 100 such positions, "
        f"the average player in {_of_hundred(reason.others)}"
    ]
    if san.endswith("#"):
        parts.append("it is mate")
    else:
        if reason.effect is not None:
            parts.append(_effect_words(reason.effect))
        parts.append(_cost_words(board, move, reason))
    sentence = "; ".join(parts) + "."
    return sentence[0].upper() + sentence[1:]


def _of_hundred(share: float) -> str:
    return "less than 1" if share < 0.01 else f"{100 * share:.0f}"


def _effect_words(effect: Effect) -> str:
    attribute = BY_KEY[effect.key]
    if effect.key in HABITS:
        does, do = HABITS[effect.key]
        others = _of_hundred(effect.usual)
        if effect.value > effect.usual:
            return f"it {does}, as {others} of 100 moves of others do here"
        return f"{others} of 100 moves of others here {do}, and this one does not"
    more = "more" if effect.spreads > 0 else "less"
    unit, _, _ = attribute.unit.partition(" (")
    value, usual = _number(effect.value, unit), _number(effect.usual, unit)
    return (
        f"it {PHRASES[effect.key]} {more} than what others play here "
        f"({value} against {usual} {unit})"
    )


def _number(value: float, unit: str) -> str:
    return minus(f"{value:.0f}" if unit == "king-danger points" else f"{value:.2f}")


def _cost_words(board: chess.Board, move: chess.Move, reason: MoveReason) -> str:
    if reason.best == move or reason.cost < LEAST_COST:
        return "it costs nothing that its own judgement can see"
    return (
        f"it costs {100 * reason.cost:.0f} of 100 points against {board.san(reason.best)}, "
        "by its own judgement"
    )
