"""What sliders do: measured on positions, and told from noise."""

from pathlib import Path

import numpy as np
import pytest

from engine.analysis.slider_measurement import OFFERED, PUSH, Laboratory, most_visible
from engine.attributes.fixed_positions import FixedPosition, load_fixed_positions
from engine.errors import StylemateError
from engine.play.inference import MergedNetworks, evaluate
from engine.position.moves import legal_moves_and_indices
from engine.style.steering.attribute_meter import Reading, Yardstick
from engine.style.steering.dose_response import (
    Dose,
    DoseResponse,
    Shift,
    measure_response,
)
from engine.style.style import Style, steer
from tests.conftest import tiny_model, tiny_space
from tests.steering_assets import add_positions

KEY = "king_danger"
UNITS = {"king_danger": 3.5, "captures": 0.01, "strength": 0.01}


@pytest.fixture(scope="module")
def assets(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return add_positions(tiny_assets, tmp_path_factory.mktemp("dose") / "assets")


@pytest.fixture(scope="module")
def positions(assets: Path) -> list[FixedPosition]:
    return load_fixed_positions(assets / "positions")


@pytest.fixture(scope="module")
def yardstick(positions: list[FixedPosition]) -> Yardstick:
    return Yardstick(tiny_model(), positions)


@pytest.fixture(scope="module")
def laboratory(assets: Path, positions: list[FixedPosition]) -> Laboratory:
    return Laboratory(tiny_model(), tiny_space(), positions, assets)


def test_reading_by_position_agrees_with_the_mean(yardstick: Yardstick) -> None:
    z = tiny_space().z[0]
    reading = yardstick.read(z)
    assert reading.expected.shape == (len(yardstick), len(yardstick.keys))
    np.testing.assert_allclose(reading.expected.mean(axis=0), yardstick.measure(z[None])[0])


def test_a_reading_knows_the_favourite_moves(
    yardstick: Yardstick, positions: list[FixedPosition]
) -> None:
    z = tiny_space().z[0]
    network = MergedNetworks(tiny_model()).network(Style(z, "", ""))
    policies = evaluate(network, [position.board for position in positions])
    for position, policy, favourite in zip(
        positions, policies, yardstick.read(z).favourites, strict=True
    ):
        moves, indices = legal_moves_and_indices(position.board)
        assert indices[moves.index(policy.moves[0])] == favourite


def test_a_response_is_the_measured_difference(yardstick: Yardstick) -> None:
    space = tiny_space()
    z, delta = space.z[1], space.deltas[KEY]
    told: list[float] = []
    found = measure_response(yardstick, KEY, UNITS, z[None], delta, (1.0, -1.0), told.append)
    assert [dose.amount for dose in found.doses] == [-1.0, 1.0]
    up, plain = yardstick.measure(np.stack([steer(z, delta, 1.0), z]))
    for key, unit in UNITS.items():
        column = yardstick.keys.index(key)
        shift = found.doses[1].shifts[key]
        assert shift.value == pytest.approx((up[column] - plain[column]) / unit, abs=1e-9)
        assert shift.low is not None
        assert shift.high is not None
        assert shift.low <= shift.value <= shift.high
    assert set(found.doses[0].shifts) == set(UNITS)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert found.doses[1].same_favourite is not None


def test_the_interval_of_several_styles_is_over_styles(yardstick: Yardstick) -> None:
    space = tiny_space()
    found = measure_response(yardstick, KEY, UNITS, space.z[:4], space.deltas[KEY], (1.0,))
    singles = [
        measure_response(yardstick, KEY, UNITS, z[None], space.deltas[KEY], (1.0,))
        for z in space.z[:4]
    ]
    values = np.array([single.doses[0].shifts[KEY].value for single in singles])
    shift = found.doses[0].shifts[KEY]
    assert shift.value == pytest.approx(values.mean())
    assert shift.high is not None
    assert shift.high - shift.value == pytest.approx(1.96 * values.std(ddof=1) / 2)
    assert "over players" in found.about


def test_a_stopped_measurement_ends(yardstick: Yardstick) -> None:
    def stop(share: float) -> None:
        raise StylemateError("enough")

    space = tiny_space()
    with pytest.raises(StylemateError, match="enough"):
        measure_response(yardstick, KEY, UNITS, space.z[:2], space.deltas[KEY], progress=stop)


def test_a_curve_goes_through_nothing_at_nothing() -> None:
    doses = (Dose(-1.0, {KEY: Shift(-0.9)}), Dose(1.0, {KEY: Shift(1.1, 1.0, 1.2)}))
    response = DoseResponse(KEY, doses, "now", "")
    assert [amount for amount, _ in response.curve(KEY)] == [-1.0, 0.0, 1.0]
    assert response.curve(KEY)[1][1].value == 0
    assert response.curve("captures") == []


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
    assert found[0][1] == pytest.approx(2.0 / PUSH)


def test_a_laboratory_finds_and_remembers_telling_positions(laboratory: Laboratory) -> None:
    space = tiny_space()
    style = space.style("Tal, Mikhail")
    found = laboratory.telling_positions(style, KEY)
    assert len(found) == min(OFFERED, len(laboratory.positions))
    rows = [row for row, _ in found]
    assert len(set(rows)) == len(rows)
    assert laboratory.telling_positions(style, KEY) is found
    other = laboratory.telling_positions(space.style("Carlsen, Magnus"), KEY)
    assert other != found


def test_a_sample_of_players_is_the_same_again(laboratory: Laboratory) -> None:
    sample = laboratory.sample_styles(5)
    assert sample.shape[0] == 5
    np.testing.assert_array_equal(sample, laboratory.sample_styles(5))
    assert laboratory.sample_styles(10_000).shape[0] == len(tiny_space().z)
