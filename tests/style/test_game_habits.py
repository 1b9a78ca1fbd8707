"""Habits in games: what of them is told, how sure it is, and how far from others."""

import numpy as np
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.style.game_habits import (
    GameHabits,
    deviations,
    is_told,
    known_habits,
    told_in_games,
)
from engine.style.habits import Certainty
from tests.style.game_tables import ERROR, MEAN, SPREAD, game_habits, player_table

CAPTURES, CHECKS = FIGURE_KEYS.index("captures"), FIGURE_KEYS.index("checks")


def test_few_games_draw_deviations_to_others() -> None:
    table = player_table({})
    spread = table.spread("captures")
    assert spread is not None
    sure, unsure = (
        deviations(game_habits(error, captures=2.0), table) for error in (0.0, 2 * SPREAD)
    )
    assert sure[CAPTURES] == pytest.approx((MEAN + 2 * SPREAD - spread.mean) / spread.sd, rel=1e-4)
    error = 2 * SPREAD / spread.sd
    assert unsure[CAPTURES] == pytest.approx(sure[CAPTURES] / (1 + error**2), rel=1e-4)
    assert abs(sure[CHECKS]) < 0.2


def test_what_halves_do_not_agree_on_or_is_no_style_is_not_told() -> None:
    table = player_table({}, {"captures": 0.79, "checks": None})
    assert not is_told(table, "captures")
    assert not is_told(table, "checks")
    assert not is_told(table, "score")
    assert is_told(table, "pawn_moves")
    found = deviations(game_habits(captures=3, checks=3, score=3, pawn_moves=3), table)
    assert np.flatnonzero(np.abs(found) > 0.5).tolist() == [FIGURE_KEYS.index("pawn_moves")]
    keys = [line.key for line in told_in_games(game_habits(captures=3, pawn_moves=3), table)]
    assert keys[0] == "pawn_moves"
    assert "captures" not in keys


def test_lines_say_how_often_and_how_sure_the_clear_and_far_first() -> None:
    mine = game_habits(error=SPREAD, captures=-1.5, queens_off_20=4, checks=3)
    lines = told_in_games(mine, player_table({}))
    assert [line.key for line in lines] == ["queens_off_20", "checks", "captures"]
    assert str(lines[0]) == "queens come off by move 20 in 60 of 100 games (others 40): clear"
    assert lines[2].certainty is Certainty.LIKELY
    assert lines[2].deviations < 0
    assert told_in_games(game_habits(error=SPREAD), player_table({})) == []


def test_what_has_no_count_is_more_or_less_and_peaks_are_not_told_twice() -> None:
    lines = told_in_games(game_habits(king_safety=-3, king_danger_peak=3), player_table({}))
    texts = {line.key: line.text for line in lines}
    assert texts["king_safety"] == "keeps the own king safe less than others"
    assert "king_danger_peak" not in texts


def test_a_known_player_is_read_from_the_table() -> None:
    mine = game_habits(captures=1.0)
    table = player_table({"Me, Myself": mine})
    found = known_habits(table, "Me, Myself")
    assert found is not None
    np.testing.assert_allclose(found.means, mine.means)
    assert found.games == 400
    assert known_habits(table, "You, Yourself") is None
    unknown = GameHabits(np.full_like(mine.means, np.nan), mine.errors, 3)
    assert not deviations(unknown, table).any()


def test_senseless_numbers_are_refused() -> None:
    good = np.full(len(FIGURE_KEYS), ERROR, dtype=np.float32)
    for means, errors, games in (
        (good[:-1], good, 1),
        (good * np.inf, good, 1),
        (good, -good, 1),
        (good, good, -1),
    ):
        with pytest.raises(StylemateError, match="habits"):
            GameHabits(means, errors, games)
