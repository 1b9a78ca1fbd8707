"""Plies at which phases of a game begin: all bounds that anything here counts by.

A figure's key says from which ply on it was taken: ``top1`` is of all positions,
``top1_from_ply_10`` of those with at least ten moves played before.
"""

from typing import Final

BOOK_PLIES: Final = 10
"""The first five moves of either side, which many play from memory."""
SIGNATURE_PLIES: Final = 12
"""Plies in which positions repeat from game to game and tell most of who plays."""
HABIT_PLIES: Final = 20
"""Habits are of positions after so many plies; before, openings decide."""
FIXED_OPENING_PLIES: Final = 24
"""The last ply of the fixed positions that are counted as of the opening."""
OPENING_PLIES: Final = 30
"""The first fifteen moves of either side; later there is no opening left to know."""


def from_ply(name: str, ply: int) -> str:
    """Return the key of a figure of the positions from a ply on; 0 stands for all."""
    return f"{name}_from_ply_{ply}" if ply else name
