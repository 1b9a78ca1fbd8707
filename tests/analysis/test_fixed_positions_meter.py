"""Where sliders show, on a few of the shipped positions."""

from pathlib import Path

import numpy as np
import pytest

from engine.analysis.fixed_positions_meter import (
    POSITIONS_OFFERED,
    TELLING_STEPS,
    FixedPositionsMeter,
    most_visible,
)
from engine.attributes.fixed_positions import load_fixed_positions
from engine.style.steering.attribute_meter import Reading
from tests.conftest import tiny_model, tiny_space
from tests.steering_assets import add_positions

KEY = "king_danger"


@pytest.fixture(scope="module")
def meter(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> FixedPositionsMeter:
    assets = add_positions(tiny_assets, tmp_path_factory.mktemp("meter") / "assets")
    return FixedPositionsMeter(tiny_model(), load_fixed_positions(assets / "positions"))


def test_positions_come_first_in_which_the_favourite_changes() -> None:
    still, moved = np.zeros(5, dtype=np.int64), np.array([0, 7, 7, 7, 0])
    expected = np.array([[9.0], [1.0], [2.0], [3.0], [0.5]])
    found = most_visible(
        Reading(0 * expected, still),
        (Reading(expected, moved), Reading(-expected, still)),
        0,
        ["middlegame", "middlegame", "middlegame", "endgame", "opening"],
    )
    assert [row for row, _ in found] == [2, 1, 3, 0, 4]
    assert found[0][1] == pytest.approx(2.0 / TELLING_STEPS)


def test_telling_positions_are_found_and_remembered(meter: FixedPositionsMeter) -> None:
    space = tiny_space()
    style, delta = space.style("Tal, Mikhail"), space.deltas[KEY]
    found = meter.telling_positions(style, KEY, delta)
    assert len(found) == min(POSITIONS_OFFERED, len(meter.positions))
    rows = [row for row, _ in found]
    assert len(set(rows)) == len(rows)
    assert meter.telling_positions(style, KEY, delta) is found
    other = meter.telling_positions(space.style("Carlsen, Magnus"), KEY, delta)
    assert other != found
