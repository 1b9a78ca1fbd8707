"""Likeness by habits in games."""

import numpy as np
import pytest

from engine.analysis.habit_likeness import (
    alike_in_games,
    all_deviations,
    habit_neighbours,
    recipe_deviations,
    strangers_in_games,
)
from engine.style.game_habits import deviations, known_habits
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from tests.conftest import tiny_space
from tests.style.game_tables import game_habits, intensifier, player_table

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


TAL, PETROSIAN, CARLSEN = "Tal, Mikhail", "Petrosian, Tigran", "Carlsen, Magnus"


def measured_space() -> StyleSpace:
    space = tiny_space()
    habits = {
        TAL: game_habits(captures=4, checks=2, pawn_moves=-3),
        PETROSIAN: game_habits(captures=-4, checks=-2),
        CARLSEN: game_habits(captures=3, checks=2, pawn_moves=3),
    }
    return StyleSpace(
        space.z, space.players, space.attributes, space.deltas, intensifier=intensifier(habits)
    )


def test_neighbours_by_habits_say_what_they_share() -> None:
    space = measured_space()
    mine = recipe_deviations(parse_recipe(TAL), space)
    assert mine is not None
    found = habit_neighbours(mine, space, 5, {TAL})
    assert [neighbour.player.name for neighbour in found] == [CARLSEN, PETROSIAN]
    assert found[0].shared == ("captures", "checks")
    assert found[1].shared == ()
    assert found[1].cosine < 0
    farthest = habit_neighbours(mine, space, 1, {TAL}, farthest=True)
    assert farthest[0].player.name == PETROSIAN


def test_a_blend_has_its_players_habits_and_pushes_do_not_count() -> None:
    space = measured_space()
    parts = [recipe_deviations(parse_recipe(name), space) for name in (TAL, PETROSIAN)]
    blend = recipe_deviations(parse_recipe(f"0.5 {TAL} + 0.5 {PETROSIAN} | king_danger +2"), space)
    assert blend is not None
    np.testing.assert_allclose(blend, (parts[0] + parts[1]) / 2, atol=1e-9)
    nothing = recipe_deviations(parse_recipe("average"), space)
    assert nothing is not None
    assert not nothing.any()


def test_of_whom_no_games_were_measured_nothing_is_said() -> None:
    space = measured_space()
    unmeasured = next(n for n in space.names if n not in (TAL, PETROSIAN, CARLSEN))
    assert recipe_deviations(parse_recipe(f'"{unmeasured}"'), space) is None
    assert recipe_deviations(parse_recipe(TAL), tiny_space()) is None
    assert habit_neighbours(np.ones(1), tiny_space(), 3) == []


def test_strangers_are_different_players() -> None:
    strangers = strangers_in_games(TABLE)
    count = min(len(TABLE.names), 600)
    assert len(strangers.cosines) == count * (count - 1) // 2
    assert strangers.usual.mean == pytest.approx(0, abs=0.02)
