"""Likeness by habits in games."""

import numpy as np
import pytest

from engine.analysis.habit_likeness import alike_in_games, all_deviations
from engine.style.game_habits import deviations, known_habits
from tests.style.game_tables import game_habits, player_table

SAME, OPPOSITE = "Same, Way", "Opposite, Way"
TABLE = player_table(
    {
        SAME: game_habits(captures=4, checks=2),
        OPPOSITE: game_habits(captures=-8),
    }
)


def test_those_come_first_in_whose_games_the_same_things_happen() -> None:
    mine = game_habits(captures=8, checks=4)
    found = alike_in_games(mine, TABLE, len(TABLE.names))
    assert found[0][0] == SAME
    assert found[0][1] > 0.9
    assert found[-1][0] == OPPOSITE
    assert found[-1][1] < -0.8
    assert alike_in_games(mine, TABLE, 1, frozenset({SAME}))[0][0] != SAME


def test_nothing_known_is_like_nobody() -> None:
    unknown = game_habits(error=1e6)
    assert abs(alike_in_games(unknown, TABLE, 1)[0][1]) <= 1
    nothing = player_table({}, dict.fromkeys(TABLE.figures))
    assert alike_in_games(game_habits(captures=3), nothing, 1)[0][1] == 0


def test_all_at_once_is_each_by_itself() -> None:
    points = all_deviations(TABLE)
    for name in (SAME, OPPOSITE, TABLE.names[7]):
        habits = known_habits(TABLE, name)
        assert habits is not None
        row = TABLE.row(name)
        np.testing.assert_allclose(points[row], deviations(habits, TABLE), rtol=1e-4, atol=1e-4)
    assert np.linalg.norm(points[TABLE.row(SAME)]) == pytest.approx(4.4, abs=0.6)
