"""In whose games the same things happen: likeness by habits in games."""

import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.style.game_habits import GameHabits, deviations, figure_columns, is_told
from engine.style.player_games import PlayerGames

Values = npt.NDArray[np.float64]


def alike_in_games(
    habits: GameHabits, table: PlayerGames, count: int, without: frozenset[str] = frozenset()
) -> list[tuple[str, float]]:
    """Return the players whose habits in games point the same way, the most alike first.

    Returns:
        Name, and the cosine of the deviations; 0 for somebody of whom nothing is known.
    """
    mine = deviations(habits, table)
    points = all_deviations(table)
    sizes = np.linalg.norm(points, axis=1) * np.linalg.norm(mine)
    cosines = np.divide(points @ mine, sizes, out=np.zeros(len(points)), where=sizes > 0)
    order = np.argsort(-cosines, kind="stable").tolist()
    names = [(table.names[row], float(cosines[row])) for row in order]
    return [found for found in names if found[0] not in without][:count]


def all_deviations(table: PlayerGames) -> Values:
    """Return ``deviations`` of all players of a table, float64 (P, F)."""
    found = np.zeros((len(table.names), len(FIGURE_KEYS)))
    for place, column in enumerate(figure_columns(table)):
        key = FIGURE_KEYS[place]
        spread = table.spread(key)
        if column < 0 or spread is None or spread.sd == 0 or not is_told(table, key):
            continue
        far = (table.means[:, column].astype(np.float64) - spread.mean) / spread.sd
        error = table.errors[:, column].astype(np.float64) / spread.sd
        found[:, place] = np.nan_to_num(far / (1 + error**2))
    return found
