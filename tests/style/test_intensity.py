"""Intensity: between the population and the player, as fitted, and beyond."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.style.habits import HABITS_FILE, SCALE_FILE
from engine.style.intensity import INTENSITY_STEP, amounts
from engine.style.recipe import MAXIMUM_AMOUNT, Component, Recipe, RecipeError, Steering
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from engine.style.style import centred
from tests.conftest import tiny_space
from tests.style.habit_tables import SPREAD, habits, scale, table

TAL, LEKO, UNKNOWN = "Tal, Mikhail", "Carlsen, Magnus", "L'Ami, Erwin"


@pytest.fixture
def space() -> StyleSpace:
    """A space with one slider for a habit, king danger, and one for none, strength."""
    tiny = tiny_space()
    rows = {
        TAL: habits(king_danger=0.5 * SPREAD, checks=SPREAD),
        LEKO: habits(king_danger=-0.25 * SPREAD),
    }
    return StyleSpace(tiny.z, tiny.players, tiny.attributes, tiny.deltas, habits=table(rows))


def pushed(space: StyleSpace, name: str, steps: float) -> np.ndarray:
    return centred(space.row(name) + np.float32(steps) * space.deltas["king_danger"])


def test_one_is_as_fitted(space: StyleSpace) -> None:
    plain = space.style(TAL)
    np.testing.assert_array_equal(space.style(f"{TAL} | intensity 1").z, plain.z)
    assert space.style(f"{TAL} | intensity 1").recipe == TAL
    np.testing.assert_array_equal(plain.z, space.row(TAL))


def test_below_one_it_lies_between_the_population_and_the_player(space: StyleSpace) -> None:
    np.testing.assert_allclose(space.style(f"{TAL} | intensity 0").z, space.average, atol=1e-6)
    half = space.style(f"{TAL} | intensity .5")
    np.testing.assert_allclose(half.z, (space.average + space.row(TAL)) / 2, atol=1e-6)
    # The habits play no part, so they need not be known.
    unknown = space.style(f"{UNKNOWN} | intensity 0.25").z
    between = space.average + 0.25 * (space.row(UNKNOWN) - space.average)
    np.testing.assert_allclose(unknown, between, atol=1e-6)


@pytest.mark.parametrize("intensity", [1.5, 2, 3, 5])
def test_above_one_habits_that_are_sliders_are_turned_up(
    space: StyleSpace, intensity: float
) -> None:
    found = space.style(f"{TAL} | intensity {intensity}")
    steps = (intensity - 1) * INTENSITY_STEP * 0.5
    np.testing.assert_allclose(found.z, pushed(space, TAL, steps), atol=1e-5)
    assert found.recipe == f"{TAL} | intensity {intensity:g}"


def test_pushes_come_on_top(space: StyleSpace) -> None:
    found = space.style(f"{TAL} | strength -1 | intensity 3")
    turned = space.style(f"{TAL} | intensity 3").z - space.deltas["strength"]
    np.testing.assert_allclose(found.z, centred(turned), atol=1e-5)
    assert found.recipe == f"{TAL} | intensity 3 | strength -1"


def test_blends_mix_habits_by_weight_and_the_average_has_none(space: StyleSpace) -> None:
    found = space.style(f"0.5 {TAL} + 0.5 {LEKO} | intensity 3")
    steps = 2 * INTENSITY_STEP * (0.5 * 0.5 - 0.5 * 0.25)
    blend = space.style(f"0.5 {TAL} + 0.5 {LEKO}").z
    expected = centred(blend + np.float32(steps) * space.deltas["king_danger"])
    np.testing.assert_allclose(found.z, expected, atol=1e-5)
    half = space.style(f"0.5 {TAL} + 0.5 average | intensity 3")
    blend = space.style(f"0.5 {TAL} + 0.5 average").z
    steps = 2 * INTENSITY_STEP * 0.5 * 0.5
    expected = centred(blend + np.float32(steps) * space.deltas["king_danger"])
    np.testing.assert_allclose(half.z, expected, atol=1e-5)
    np.testing.assert_array_equal(space.style("average | intensity 4").z, space.style("average").z)


def test_no_slider_is_pushed_beyond_its_end() -> None:
    far = habits(king_danger=40 * SPREAD, checks=-40 * SPREAD, mobility=0.001)
    found = amounts(far, scale(), 5)
    assert found["king_danger"] == MAXIMUM_AMOUNT
    assert found["checks"] == -MAXIMUM_AMOUNT
    assert found["mobility"] == pytest.approx(4 * INTENSITY_STEP * 0.001 / SPREAD, rel=1e-5)
    assert not any(amounts(far, scale(), 1).values())
    assert not any(amounts(far, scale(), 0).values())


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
        space.style("Tall, Mikhail | intensity 2 | king_danger 1")
    assert caught.value.suggestion == f"{TAL} | intensity 2 | king_danger +1"
    with pytest.raises(RecipeError) as caught:
        space.style("Tal, Mikhail | intensity 2 | king_dager 1")
    assert caught.value.suggestion == f"{TAL} | intensity 2 | king_danger +1"
    resolved = space.resolve(Recipe((Component("tal"),), (Steering("King danger", 1),), 2.5))
    assert str(resolved) == f"{TAL} | intensity 2.5 | king_danger +1"


def test_guests_bring_their_habits(space: StyleSpace) -> None:
    me = PlayerInfo("Me", 100)
    own = habits(king_danger=SPREAD)
    with_me = space.with_style(me, space.row(LEKO), own)
    with_both = with_me.with_style(replace(me, name="You"), space.row(LEKO))
    assert with_both.habits_of("Me") is own
    assert with_both.habits_of("You") is None
    assert with_both.habits_of(TAL) is not None
    found = with_both.style("Me | intensity 2").z
    expected = centred(space.row(LEKO) + np.float32(INTENSITY_STEP) * space.deltas["king_danger"])
    np.testing.assert_allclose(found, expected, atol=1e-5)
    with pytest.raises(RecipeError, match="You"):
        with_both.style("You | intensity 2")


def test_a_space_is_loaded_with_its_habits(space: StyleSpace, tmp_path: Path) -> None:
    space.save(tmp_path)
    assert StyleSpace.load(tmp_path).habits is None
    assert space.habits is not None
    space.habits.save(tmp_path)
    loaded = StyleSpace.load(tmp_path)
    assert loaded.habits_of(TAL) is not None
    found, expected = (s.style(f"{TAL} | intensity 3").z for s in (loaded, space))
    np.testing.assert_allclose(found, expected, atol=0.01)
    assert {HABITS_FILE, SCALE_FILE} <= {path.name for path in tmp_path.iterdir()}
