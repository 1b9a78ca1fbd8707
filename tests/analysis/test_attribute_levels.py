"""Where styles stand in the measured attributes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.attribute_levels import Levels
from engine.style.recipe import Component, Recipe, Steering
from engine.style.records import PlayerInfo
from engine.style.style import centred
from tests.analysis.test_projection import KEYS, PLAYERS, SPACE
from tests.conftest import tiny_space

LEVELS = Levels(SPACE)
names = st.sampled_from(SPACE.names)


def test_a_players_levels_are_the_measured_ones() -> None:
    player = SPACE.players[5]
    assert LEVELS.of_recipe(Recipe((Component(player.name),))) == pytest.approx(player.attributes)


@given(first=names, second=names, share=st.integers(1, 99))
def test_a_blend_stands_between(first: str, second: str, share: int) -> None:
    recipe = Recipe((Component(first, share / 100), Component(second, 1 - share / 100)))
    found = LEVELS.of_recipe(recipe)
    for key in KEYS:
        ends = sorted(SPACE.find(name).attributes[key] for name in (first, second))
        assert ends[0] - 1e-9 <= found[key] <= ends[1] + 1e-9


@given(name=names, amount=st.floats(-3, 3))
def test_steering_adds_what_was_measured(name: str, amount: float) -> None:
    push = Steering("boldness", amount)
    plain = LEVELS.of_recipe(Recipe((Component(name),)))
    pushed = LEVELS.of_recipe(Recipe((Component(name),), (push,)))
    assert pushed["boldness"] - plain["boldness"] == pytest.approx(push.amount, abs=1e-9)
    assert pushed["greed"] == pytest.approx(plain["greed"])


def test_the_average_stands_in_the_middle() -> None:
    found = LEVELS.of_recipe(Recipe())
    assert max(abs(level) for level in found.values()) < 1e-6


def test_a_style_that_nobody_measured_is_estimated() -> None:
    """These attributes are linear in the style, so the linear fit finds them."""
    estimates = LEVELS.of_styles(SPACE.population)
    truth = LEVELS.table
    assert np.abs(estimates - truth).max() < 0.1
    guest = SPACE.with_style(PlayerInfo("Me", 40), SPACE.population[3])
    found = LEVELS.of_recipe(Recipe((Component("Me"),)), guest)
    assert found == pytest.approx(SPACE.players[3].attributes, abs=0.1)


@given(low=st.floats(-4, 4), step=st.floats(0, 4))
def test_percentiles_grow_with_the_level(low: float, step: float) -> None:
    assert 0 <= LEVELS.percentile("greed", low) <= LEVELS.percentile("greed", low + step) <= 100


def test_percentiles_count_players() -> None:
    column = np.sort(LEVELS.column("greed"))
    assert LEVELS.percentile("greed", column[0] - 1) == 0
    assert LEVELS.percentile("greed", column[-1] + 1) == 100
    assert LEVELS.percentile("greed", (column[29] + column[30]) / 2) == pytest.approx(50)
    assert LEVELS.percentile("greed", column[0]) == pytest.approx(50 / PLAYERS)


def test_attributes_that_nobody_was_measured_in_are_left_out() -> None:
    levels = Levels(tiny_space())
    assert levels.keys == ("king_danger",)
    random = np.random.default_rng(1)
    z = centred(random.normal(size=(2, 2, 4)).astype(np.float32))
    assert np.isfinite(levels.of_styles(z)).all()
