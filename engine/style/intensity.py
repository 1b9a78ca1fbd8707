"""Intensity: a player's habits turned up, as slider amounts on top of their style.

At 1 a style plays as it was fitted, at 0 as the population does, and in between by shares. Above 1
it is a caricature: habits are real, but so small that nobody feels them in one game, so they are
added again and again as pushes along the attributes' deltas.
"""

import numpy as np

from engine.style.habits import HABIT_KEYS, Habits, HabitScale
from engine.style.recipe import MAXIMUM_AMOUNT
from engine.style.style import Routing

INTENSITY_STEP = 1.0
"""Slider steps that one point of intensity above 1 adds for a habit that lies one standard
deviation over players from the population. The one number to calibrate in played games: at 3 a
style is to be felt in one game, at 5 it is a caricature."""


def amounts(habits: Habits, scale: HabitScale, intensity: float) -> dict[str, float]:
    """Return by how many slider steps an intensity above 1 pushes each property of moves.

    A slider's step is one standard deviation over players, so habits count in these too. None goes
    beyond a slider's end.

    Args:
        habits: shrunk by their errors, so that what is not known is not turned up.
        scale: how they were measured.
        intensity: 1 and below adds nothing.
    """
    steps = max(intensity - 1, 0.0) * INTENSITY_STEP * habits.values / scale.spread
    bounded = np.clip(steps, -MAXIMUM_AMOUNT, MAXIMUM_AMOUNT)
    return dict(zip(HABIT_KEYS, bounded.tolist(), strict=True))


def turned_down(z: Routing, average: Routing, intensity: float) -> Routing:
    """Return a style on its way from the population's, at 0, to itself, at 1."""
    share = np.float32(min(max(intensity, 0.0), 1.0))
    return average + share * (z - average)
