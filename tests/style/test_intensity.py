"""Intensity: between the population and the player, as fitted, and beyond."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.style.intensity import AS_REAL, CARICATURE, times_real
from engine.style.mixing import RESTRAINT
from engine.style.recipe import MAXIMUM_AMOUNT, Component, Recipe, RecipeError, Steering
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from engine.style.style import centred
from tests.conftest import tiny_space
from tests.style.game_tables import game_habits, intensifier

TAL, LEKO, UNKNOWN = "Tal, Mikhail", "Carlsen, Magnus", "L'Ami, Erwin"


STEP = 4.0 / (16.0 + RESTRAINT)
"""Steps of king danger that one deviation asks for, by the made-up mixing matrix."""


@pytest.fixture
def space() -> StyleSpace:
    """A space in whose games two players differ in king danger, and their errors are nothing."""
    tiny = tiny_space()
    rows = {TAL: game_habits(0.0, king_danger=2.0), LEKO: game_habits(0.0, king_danger=-1.0)}
    found = intensifier(rows)
    return StyleSpace(tiny.z, tiny.players, tiny.attributes, tiny.deltas, intensifier=found)


def steps_of(space: StyleSpace, name: str) -> float:
    """Return the steps of king danger that are added at intensity 1."""
    found = space.habit_amounts(Recipe((Component(name),)))
    assert set(found) == {"king_danger"}
    return found["king_danger"]


def pushed(space: StyleSpace, name: str, steps: float) -> np.ndarray:
    return centred(space.row(name) + np.float32(steps) * space.deltas["king_danger"])


def test_one_is_the_style_with_the_habits_of_real_games(space: StyleSpace) -> None:
    plain = space.style(TAL)
    np.testing.assert_array_equal(space.style(f"{TAL} | intensity 1").z, plain.z)
    assert space.style(f"{TAL} | intensity 1").recipe == TAL
    assert steps_of(space, TAL) == pytest.approx(AS_REAL * 2 * STEP, rel=0.1)
    assert steps_of(space, LEKO) == pytest.approx(-AS_REAL * STEP, rel=0.2)
    np.testing.assert_allclose(plain.z, pushed(space, TAL, steps_of(space, TAL)), atol=1e-5)
    # Whose games were not measured plays the style alone, and so does a space without a table.
    np.testing.assert_allclose(space.style(UNKNOWN).z, space.row(UNKNOWN), atol=1e-6)
    np.testing.assert_allclose(tiny_space().style(TAL).z, tiny_space().row(TAL), atol=1e-6)


def test_below_one_it_lies_between_the_population_and_the_player(space: StyleSpace) -> None:
    np.testing.assert_allclose(space.style(f"{TAL} | intensity 0").z, space.average, atol=1e-6)
    half = space.style(f"{TAL} | intensity .5")
    between = (space.average + space.style(TAL).z) / 2
    np.testing.assert_allclose(half.z, between, atol=1e-5)
    unknown = space.style(f"{UNKNOWN} | intensity 0.25").z
    between = space.average + 0.25 * (space.row(UNKNOWN) - space.average)
    np.testing.assert_allclose(unknown, between, atol=1e-6)


@pytest.mark.parametrize("intensity", [1.5, 2, 3, 4])
def test_above_one_habits_are_turned_up(space: StyleSpace, intensity: float) -> None:
    found = space.style(f"{TAL} | intensity {intensity}")
    steps = (AS_REAL + CARICATURE * (intensity - 1)) / AS_REAL * steps_of(space, TAL)
    np.testing.assert_allclose(found.z, pushed(space, TAL, steps), atol=1e-5)
    assert found.recipe == f"{TAL} | intensity {intensity:g}"


def test_pushes_come_on_top(space: StyleSpace) -> None:
    found = space.style(f"{TAL} | strength -1 | intensity 3")
    turned = space.style(f"{TAL} | intensity 3").z - space.deltas["strength"]
    np.testing.assert_allclose(found.z, centred(turned), atol=1e-5)
    assert found.recipe == f"{TAL} | intensity 3 | strength -1"


def test_blends_mix_habits_by_weight_and_the_average_has_none(space: StyleSpace) -> None:
    own = {name: steps_of(space, name) for name in (TAL, LEKO)}
    for other, steps in ((LEKO, own[LEKO]), ("average", 0.0)):
        text = f"0.5 {TAL} + 0.5 {other}"
        found = space.style(f"{text} | intensity 3").z
        rows = [space.average if name == "average" else space.row(name) for name in (TAL, other)]
        push = times_real(3) / AS_REAL * (0.5 * own[TAL] + 0.5 * steps)
        expected = centred((rows[0] + rows[1]) / 2 + np.float32(push) * space.deltas["king_danger"])
        np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_array_equal(space.style("average | intensity 4").z, space.style("average").z)


def test_no_slider_is_pushed_beyond_its_end() -> None:
    far = intensifier({TAL: game_habits(0.0, king_danger=90.0)})
    assert far.amounts({TAL: 1.0}, 5) == {"king_danger": MAXIMUM_AMOUNT}
    assert far.amounts({TAL: -1.0}, 5) == {"king_danger": -MAXIMUM_AMOUNT}
    assert not any(far.amounts({TAL: 1.0}, 0).values())
    assert not any(far.amounts({}, 5).values())


def test_habits_nobody_measured_cannot_be_turned_up(space: StyleSpace) -> None:
    text = f"{UNKNOWN} | intensity 2 | strength +1"
    with pytest.raises(RecipeError, match="not clear yet") as caught:
        space.style(text)
    assert caught.value.suggestion == f"{UNKNOWN} | strength +1"
    assert caught.value.position == text.index("|")
    with pytest.raises(RecipeError, match=UNKNOWN):
        space.style(Recipe((Component(TAL), Component("L'Ami")), (), 2))
    without = tiny_space()
    with pytest.raises(RecipeError, match="not clear yet"):
        without.style(f"{TAL} | intensity 2")
    assert without.style(f"{TAL} | intensity 0.5").recipe == f"{TAL} | intensity 0.5"


def test_mistakes_elsewhere_keep_the_intensity(space: StyleSpace) -> None:
    with pytest.raises(RecipeError) as caught:
        space.style("Tqll | intensity 2 | king_danger 1")
    assert caught.value.suggestion == f"{TAL} | intensity 2 | king_danger +1"
    with pytest.raises(RecipeError) as caught:
        space.style("Tal, Mikhail | intensity 2 | king_dager 1")
    assert caught.value.suggestion == f"{TAL} | intensity 2 | king_danger +1"
    resolved = space.resolve(Recipe((Component("tal"),), (Steering("King danger", 1),), 2.5))
    assert str(resolved) == f"{TAL} | intensity 2.5 | king_danger +1"


def test_guests_bring_their_habits(space: StyleSpace) -> None:
    me = PlayerInfo("Me", 100)
    own = game_habits(0.0, king_danger=2.0)
    with_me = space.with_style(me, space.row(LEKO), None, own)
    with_both = with_me.with_style(replace(me, name="You"), space.row(LEKO))
    assert with_both.game_habits_of("Me") is own
    assert with_both.game_habits_of("You") is None
    assert with_both.game_habits_of(TAL) is not None
    found = with_both.style("Me | intensity 2").z
    steps = times_real(2) / AS_REAL * steps_of(with_both, "Me")
    expected = centred(space.row(LEKO) + np.float32(steps) * space.deltas["king_danger"])
    np.testing.assert_allclose(found, expected, atol=1e-5)
    with pytest.raises(RecipeError, match="You"):
        with_both.style("You | intensity 2")


def test_a_space_is_loaded_with_its_habits(space: StyleSpace, tmp_path: Path) -> None:
    space.save(tmp_path)
    assert StyleSpace.load(tmp_path).intensifier is None
    assert space.intensifier is not None
    space.intensifier.players.save(tmp_path)
    space.intensifier.mixing.save(tmp_path)
    loaded = StyleSpace.load(tmp_path)
    assert loaded.game_habits_of(TAL) is not None
    found, expected = (s.style(f"{TAL} | intensity 3").z for s in (loaded, space))
    np.testing.assert_allclose(found, expected, atol=0.02)
