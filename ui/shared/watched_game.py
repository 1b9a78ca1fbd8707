"""A game between two styles that plays on by itself on a page."""

import time

from engine.play.exhibition import Exhibition

TICK = 0.7
"""Seconds between two drawings of such a game."""
BURST = 0.4
"""Seconds that a fast game plays between two drawings."""


def play_on(game: Exhibition, seconds: float = 0.0) -> int:
    """Play a move, or as many as fit into some seconds, and return how many.

    Raises:
        StylemateError: an engine cannot play; the moves before stay.
    """
    deadline, count = time.monotonic() + seconds, 0
    while game.step() is not None:
        count += 1
        if time.monotonic() >= deadline:
            break
    return count
