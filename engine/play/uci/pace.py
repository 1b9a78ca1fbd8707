"""How long a move takes if it is to look as if somebody had thought about it.

It is a guess with a person's spread, not a model of anybody: shares of the clock are drawn from a
log-normal distribution, short thinks often and long ones rarely.
"""

import math
import random

MOVES_TO_GO = 40
_SPREAD = 0.8
_LARGEST_SHARE = 0.12
_FORCED_SHARE = 0.2


def pause(
    left: float, increment: float, overhead: float, choices: int, source: random.Random
) -> float:
    """Return how many seconds to wait before a move.

    Args:
        left: seconds on the clock.
        increment: seconds gained by the move.
        overhead: seconds that are lost on the way.
        choices: legal moves; with one alone hardly anybody thinks.
        source: of chance.

    Returns:
        0 or more, and never so much that the clock could run out.
    """
    usable = left - overhead
    if usable <= 0:
        return 0.0
    mean = usable / MOVES_TO_GO + 0.8 * max(increment, 0.0)
    drawn = mean * math.exp(source.gauss(-(_SPREAD**2) / 2, _SPREAD))
    if choices <= 1:
        drawn *= _FORCED_SHARE
    return max(0.0, min(drawn, _LARGEST_SHARE * usable + 0.5 * max(increment, 0.0), usable / 2))
