"""Habits in words, no surer than they are."""

from engine.style.game_habits import told_in_games
from tests.style.game_tables import game_habits, player_table
from tests.style.habit_tables import habits, scale
from ui.shared.habit_list import habits_html, told_habits


def test_only_what_halves_agree_on_and_is_clear_is_told_of_choices() -> None:
    measured = scale({"captures": 0.5, "checks": None})
    mine = habits(error=0.01, captures=0.06, checks=-0.05, queen_trades=-0.03, space=0.015)
    told = told_habits(mine, measured)
    assert [line.key for line in told] == ["queen_trades"]
    assert "trades queens less than others" in habits_html(told)


def test_the_list_shows_games_with_how_sure_they_are() -> None:
    shown = habits_html(told_in_games(game_habits(queens_off_20=4), player_table({})))
    assert "queens come off by move 20 in 60 of 100 games (others 40)" in shown
    assert '<span class="certainty">clear</span>' in shown
