"""The map of habits: players lie together in whose games the same happens."""

from pathlib import Path

import numpy as np
import pytest

from engine.analysis.projection import compute_projection, load_projection, save_projection
from engine.analysis.style_map import MapView, StyleMap
from engine.errors import StylemateError
from engine.style.intensity import Intensifier
from engine.style.recipe import Component, Recipe, Steering
from engine.style.space import StyleSpace
from tests.analysis.test_projection import made_space
from tests.style.game_tables import game_habits, mixing, player_table

SPACE = made_space()
UNKNOWN = StyleMap(SPACE, compute_projection(SPACE, with_tsne=False))
"""The same players, of whose games nothing is known."""


@pytest.fixture(scope="module")
def by_habits() -> StyleMap:
    """A map of players, half of whom take much and half little in their games."""
    rows = {
        name: game_habits(captures=3.0 if number % 2 else -3.0, checks=0.2 * number)
        for number, name in enumerate(SPACE.names[:-1])
    }
    known = Intensifier(player_table(rows), mixing(boldness={"captures": 2.0}))
    space = StyleSpace(SPACE.z, SPACE.players, SPACE.attributes, SPACE.deltas, intensifier=known)
    return StyleMap(space, compute_projection(space))


def test_players_in_whose_games_the_same_happens_lie_together(by_habits: StyleMap) -> None:
    assert "habits" in by_habits.kinds
    assert "habits" not in UNKNOWN.kinds
    places = by_habits.coordinates(MapView("habits", 2))
    assert np.isfinite(places[:-1]).all()
    assert np.isnan(places[-1]).all()  # nothing is known of this player's games
    many, few = places[1:-1:2], places[0:-1:2]
    within = np.linalg.norm(many - many.mean(axis=0), axis=1).mean()
    assert np.linalg.norm(many.mean(axis=0) - few.mean(axis=0)) > within


def test_a_recipe_has_a_place_by_its_habits_and_its_pushes(by_habits: StyleMap) -> None:
    space = by_habits.space
    for dimensions in (2, 3):
        view = MapView("habits", dimensions)
        places = by_habits.coordinates(view)
        for row in (0, 1):
            own = by_habits.place_recipe(view, Recipe((Component(space.names[row]),)))
            np.testing.assert_allclose(own, places[row], atol=1e-4)
        average = by_habits.place_recipe(view, Recipe())
        np.testing.assert_allclose(average, np.nanmean(places, axis=0), atol=1e-4)
    view = MapView("habits", 2)
    places = by_habits.coordinates(view)
    pushed = by_habits.place_recipe(view, Recipe((), (Steering("boldness", 2.0),)))
    to_many = np.linalg.norm(places[1:-1:2] - pushed, axis=1).min()
    assert to_many < np.linalg.norm(places[0:-1:2] - pushed, axis=1).min()
    with pytest.raises(StylemateError, match="no place on the map of habits"):
        by_habits.place(MapView("habits", 2), space.z[:1])
    with pytest.raises(StylemateError, match="stylemate styles project"):
        UNKNOWN.coordinates(MapView("habits", 2))


def test_the_map_of_habits_is_kept(by_habits: StyleMap, tmp_path: Path) -> None:
    by_habits.space.save(tmp_path)
    save_projection(tmp_path, by_habits.projection)
    read = load_projection(tmp_path, StyleSpace.load(tmp_path))
    for dimensions in (2, 3):
        np.testing.assert_array_equal(
            read.habits[dimensions], by_habits.projection.habits[dimensions]
        )
