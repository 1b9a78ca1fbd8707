"""What sliders do: measured on positions, and told from noise."""

from pathlib import Path

import numpy as np
import pytest

from engine.attributes.fixed_positions import FixedPosition, load_fixed_positions
from engine.errors import StylemateError
from engine.play.inference import MergedNetworks, plain_policies
from engine.position.moves import legal_moves_and_indices
from engine.style.steering.attribute_meter import AttributeMeter
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
def meter(positions: list[FixedPosition]) -> AttributeMeter:
    return AttributeMeter(tiny_model(), positions)


def test_reading_by_position_agrees_with_the_mean(meter: AttributeMeter) -> None:
    z = tiny_space().z[0]
    reading = meter.read(z)
    assert reading.expected.shape == (len(meter), len(meter.keys))
    np.testing.assert_allclose(reading.expected.mean(axis=0), meter.measure(z[None])[0])


def test_a_reading_knows_the_favourite_moves(
    meter: AttributeMeter, positions: list[FixedPosition]
) -> None:
    z = tiny_space().z[0]
    network = MergedNetworks(tiny_model()).network(Style(z, "", ""))
    policies = plain_policies(network, [position.board for position in positions])
    for position, policy, favourite in zip(
        positions, policies, meter.read(z).favourites, strict=True
    ):
        moves, indices = legal_moves_and_indices(position.board)
        assert indices[moves.index(policy.moves[0])] == favourite


def test_a_response_is_the_measured_difference(meter: AttributeMeter) -> None:
    space = tiny_space()
    z, delta = space.z[1], space.deltas[KEY]
    told: list[float] = []
    found = measure_response(meter, KEY, UNITS, z[None], delta, (1.0, -1.0), told.append)
    assert [dose.amount for dose in found.doses] == [-1.0, 1.0]
    up, plain = meter.measure(np.stack([steer(z, delta, 1.0), z]))
    for key, unit in UNITS.items():
        column = meter.keys.index(key)
        shift = found.doses[1].shifts[key]
        assert shift.value == pytest.approx((up[column] - plain[column]) / unit, abs=1e-9)
        assert shift.low is not None
        assert shift.high is not None
        assert shift.low <= shift.value <= shift.high
    assert set(found.doses[0].shifts) == set(UNITS)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert found.doses[1].same_favourite is not None


def test_the_interval_of_several_styles_is_over_styles(meter: AttributeMeter) -> None:
    space = tiny_space()
    found = measure_response(meter, KEY, UNITS, space.z[:4], space.deltas[KEY], (1.0,))
    singles = [
        measure_response(meter, KEY, UNITS, z[None], space.deltas[KEY], (1.0,)) for z in space.z[:4]
    ]
    values = np.array([single.doses[0].shifts[KEY].value for single in singles])
    shift = found.doses[0].shifts[KEY]
    assert shift.value == pytest.approx(values.mean())
    assert shift.high is not None
    assert shift.high - shift.value == pytest.approx(1.96 * values.std(ddof=1) / 2)
    assert "over players" in found.about


def test_a_stopped_measurement_ends(meter: AttributeMeter) -> None:
    def stop(share: float) -> None:
        raise StylemateError("enough")

    space = tiny_space()
    with pytest.raises(StylemateError, match="enough"):
        measure_response(meter, KEY, UNITS, space.z[:2], space.deltas[KEY], progress=stop)


def test_a_curve_goes_through_nothing_at_nothing() -> None:
    doses = (Dose(-1.0, {KEY: Shift(-0.9)}), Dose(1.0, {KEY: Shift(1.1, 1.0, 1.2)}))
    response = DoseResponse(KEY, doses, "now", "")
    assert [amount for amount, _ in response.curve(KEY)] == [-1.0, 0.0, 1.0]
    assert response.curve(KEY)[1][1].value == 0
    assert response.curve("captures") == []
