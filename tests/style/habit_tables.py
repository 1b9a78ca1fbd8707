"""Made-up habits for tests."""

from collections.abc import Mapping

import numpy as np

from engine.style.habits import HABIT_KEYS, HabitMeasure, Habits, HabitScale, HabitTable

SPREAD = 0.02


def scale(agreement: Mapping[str, float | None] | None = None) -> HabitScale:
    """Return a scale on which players differ by ``SPREAD`` in everything."""
    agreed = dict.fromkeys(HABIT_KEYS, 0.9) | dict(agreement or {})
    return HabitScale(
        "0" * 32, tuple(HabitMeasure(key, 1.0, 0.0, SPREAD, 1.0, agreed[key]) for key in HABIT_KEYS)
    )


def habits(error: float = 0.005, positions: int = 1000, **values: float) -> Habits:
    """Return habits that are 0 but for some, all with one error."""
    size = len(HABIT_KEYS)
    numbers = np.array([values.get(key, 0.0) for key in HABIT_KEYS], dtype=np.float32)
    return Habits(numbers, np.full(size, error, dtype=np.float32), positions)


def table(rows: Mapping[str, Habits], made_with: HabitScale | None = None) -> HabitTable:
    """Return a table of some players' habits."""
    size = (len(rows), len(HABIT_KEYS))
    return HabitTable(
        made_with or scale(),
        list(rows),
        np.array([row.values for row in rows.values()], dtype=np.float32).reshape(size),
        np.array([row.errors for row in rows.values()], dtype=np.float32).reshape(size),
        np.array([row.positions for row in rows.values()], dtype=np.int32),
    )
