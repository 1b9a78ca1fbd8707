"""Likeness by habits."""

import numpy as np
import pytest

from engine.analysis.habit_likeness import alike_by_habits, habit_points
from tests.style.habit_tables import SPREAD, habits, table


def test_those_come_first_who_lean_the_same_way() -> None:
    known = table(
        {
            "same": habits(captures=0.02, checks=0.01),
            "opposite": habits(captures=-0.04),
            "other": habits(king_walks=0.04),
            "nothing": habits(),
        }
    )
    mine = habits(captures=0.04, checks=0.02)
    found = dict(alike_by_habits(mine, known, 4))
    assert next(iter(found)) == "same"
    assert list(found)[-1] == "opposite"
    assert found["same"] == pytest.approx(1, abs=1e-6)
    assert found["other"] == found["nothing"] == 0
    assert next(name for name, _ in alike_by_habits(mine, known, 9, frozenset({"same"}))) != "same"
    assert dict(alike_by_habits(habits(), known, 4))["same"] == 0
    assert np.abs(habit_points(known)).max() == pytest.approx(0.04 / SPREAD)
