"""How much is measured between two styles, and the rules that are stated beforehand."""

from dataclasses import dataclass
from typing import Literal

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the strong (or second) player in a blend."""
Group = Literal["club", "rating", "strength", "opposite"]
DRAW_RULE = (
    "A game is drawn by stalemate, a lack of mating material, a position's third occurrence or "
    "fifty moves without capture or pawn move, at once and unclaimed; and when it grows too long."
)
MONOTONE_RULE = (
    "A pair counts if the strong player's own style scores more than the weak one's, the 95 % "
    "interval of the difference clear of 0, and no larger share of the strong player scores less "
    "than a smaller one by more than chance (one-sided, 95 % for all ten comparisons together)."
)
WAY_SMOKE, WAY_SMALL, WAY_FULL = (2, 10), (10, 120), (100, 500)
"""Games of each blend of an opposite pair, and positions of them that are measured."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much to play, and how."""

    # pairs of each kind
    club_pairs: int
    rating_pairs: int
    strength_pairs: int
    opposite_pairs: int
    # games of each blend against the pair's strong or second player, half with either colour
    games: int
    # plies after which a game is a draw
    longest: int
    # games from which the figures count as measured at full size
    full_games: int = 100
    # 1 plays each move as often as the style would
    temperature: float = 1.0
    top_p: float = 1.0
    # no book: styles play their own openings from the first move
    opening: str = "none"
    draw_rule: str = DRAW_RULE
    monotone_rule: str = MONOTONE_RULE
