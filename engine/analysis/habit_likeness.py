"""Who leans to the same things after the opening: likeness by habits."""

import numpy as np
import numpy.typing as npt

from engine.style.habits import Habits, HabitTable


def habit_points(table: HabitTable) -> npt.NDArray[np.float64]:
    """Return the habits of all players, float64 (players, K), in standard deviations over players.

    They are shrunk by their errors: who is little known lies near 0.
    """
    rows = [habits.values for name in table.names if (habits := table.of(name)) is not None]
    return np.array(rows, dtype=np.float64) / table.scale.spread


def alike_by_habits(
    habits: Habits, table: HabitTable, count: int, without: frozenset[str] = frozenset()
) -> list[tuple[str, float]]:
    """Return the players whose habits point the same way, the most alike first.

    Args:
        habits: whose.
        table: the known players.
        count: how many to return.
        without: names to leave out.

    Returns:
        Name, and the cosine of the habits in standard deviations over players; 0 for somebody of
        whom nothing is known.
    """
    points = habit_points(table)
    mine = np.asarray(habits.values, dtype=np.float64) / table.scale.spread
    sizes = np.linalg.norm(points, axis=1) * np.linalg.norm(mine)
    cosines = np.divide(points @ mine, sizes, out=np.zeros(len(points)), where=sizes > 0)
    order = np.argsort(-cosines, kind="stable").tolist()
    names = [(table.names[row], float(cosines[row])) for row in order]
    return [found for found in names if found[0] not in without][:count]
