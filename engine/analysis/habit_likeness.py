"""In whose games the same things happen: likeness by habits in games."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from engine.analysis.neighbours import SAMPLE, Neighbour, Strangers, shared_traits
from engine.attributes.figure_registry import FIGURE_KEYS
from engine.style.game_habits import GameHabits, deviations, figure_columns, is_told
from engine.style.player_games import PlayerGames
from engine.style.recipe import Recipe
from engine.style.space import StyleSpace

Values = npt.NDArray[np.float64]


def alike_in_games(
    habits: GameHabits, table: PlayerGames, count: int, without: frozenset[str] = frozenset()
) -> list[tuple[str, float]]:
    """Return the players whose habits in games point the same way, the most alike first.

    Returns:
        Name, and the cosine of the deviations; 0 for somebody of whom nothing is known.
    """
    cosines = _cosines(all_deviations(table), deviations(habits, table))
    order = np.argsort(-cosines, kind="stable").tolist()
    names = [(table.names[row], float(cosines[row])) for row in order]
    return [found for found in names if found[0] not in without][:count]


def habit_neighbours(
    mine: Values,
    space: StyleSpace,
    count: int,
    without: Collection[str] = (),
    farthest: bool = False,
) -> list[Neighbour]:
    """Return the known players in whose games the same things happen, the most alike first.

    Args:
        mine: float64 (F,), of ``recipe_deviations``.
        space: the known players, with a table of their games.
        count: how many to return.
        without: names of players to leave out.
        farthest: return the least alike instead, the farthest first.
    """
    table = space.player_games
    if table is None:
        return []
    points = all_deviations(table)
    cosines = _cosines(points, mine)
    order = np.argsort(cosines if farthest else -cosines, kind="stable").tolist()
    known = {player.name: player for player in space.players}
    rows = [
        row
        for row in order
        if points[row].any() and table.names[row] in known and table.names[row] not in without
    ]
    return [
        Neighbour(
            known[table.names[row]],
            float(cosines[row]),
            shared_traits(_by_figure(mine), _by_figure(points[row])),
        )
        for row in rows[:count]
    ]


def recipe_deviations(recipe: Recipe, space: StyleSpace) -> Values | None:
    """Return how far the habits in games of a recipe's players lie from the mean of all players.

    Steps of sliders and intensity do not count: this is what people do.

    Returns:
        As ``deviations``, in the shares of the players; None if nothing is known of one of them.
    """
    table = space.player_games
    if table is None:
        return None
    found = np.zeros(len(FIGURE_KEYS))
    for component in recipe.components:
        if component.is_average:
            continue
        habits = space.game_habits_of(component.name)
        if habits is None:
            return None
        found += component.weight * deviations(habits, table)
    return found


def strangers_in_games(table: PlayerGames, sample: int = SAMPLE, seed: int = 0) -> Strangers:
    """Return the cosines between the habits in games of different players.

    Args:
        table: with two players or more.
        sample: how many of them to compare with each other.
        seed: of the draw.
    """
    points = all_deviations(table)
    points = points[points.any(axis=1)]
    rows = np.random.default_rng(seed).permutation(len(points))[:sample]
    chosen = points[rows] / np.linalg.norm(points[rows], axis=1, keepdims=True)
    return Strangers.of((chosen @ chosen.T)[np.triu_indices(len(rows), k=1)])


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


def _cosines(points: Values, mine: Values) -> Values:
    sizes = np.linalg.norm(points, axis=1) * np.linalg.norm(mine)
    found: Values = np.divide(points @ mine, sizes, out=np.zeros(len(points)), where=sizes > 0)
    return found


def _by_figure(far: Values) -> dict[str, float]:
    return dict(zip(FIGURE_KEYS, far.tolist(), strict=True))
