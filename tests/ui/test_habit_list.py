"""Habits in words, no surer than they are."""

from engine.style.habits import Certainty
from tests.style.habit_tables import habits, scale
from ui.shared.habit_list import habits_html, told_habits


def test_only_what_halves_agree_on_is_clear() -> None:
    measured = scale({"captures": 0.5, "checks": None})
    mine = habits(error=0.01, captures=0.06, checks=-0.05, queen_trades=-0.03, space=0.002)
    told = told_habits(mine, measured)
    assert [(line.key, line.certainty) for line in told] == [
        ("queen_trades", Certainty.CLEAR),
        ("captures", Certainty.LIKELY),
        ("checks", Certainty.LIKELY),
    ]
    assert "trades queens less than others" in habits_html(told)
    assert told_habits(habits(error=0.05, captures=0.01), measured) == []
    assert len(told_habits(mine, measured, 1)) == 1
