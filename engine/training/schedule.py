"""Learning rate over a run, as a factor of its peak."""

import math

from engine.training.options import Schedule

_FINAL = 0.01


def learning_rate_factor(schedule: Schedule, progress: float, warm_up: float) -> float:
    """Return the factor at a point of the run.

    Args:
        schedule: ``one-cycle`` rises linearly during the warm-up and falls along a cosine;
            ``cosine`` and ``linear`` fall from the start.
        progress: share of the run that is done, 0 to 1.
        warm_up: share of the run that ``one-cycle`` rises.
    """
    if schedule == "one-cycle" and progress < warm_up:
        return max(progress / warm_up, _FINAL)
    if schedule == "one-cycle":
        progress = (progress - warm_up) / (1 - warm_up)
    fall = 1 - progress if schedule == "linear" else (1 + math.cos(math.pi * progress)) / 2
    return max(fall, _FINAL)
