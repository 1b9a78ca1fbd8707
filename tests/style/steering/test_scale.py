"""Longer and shorter steps of sliders, measured anew."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.attributes.fixed_positions import load_fixed_positions
from engine.errors import StylemateError
from engine.model.checkpoint import load_model
from engine.style.mixing import load_mixing
from engine.style.space import StyleSpace
from engine.style.steering.attribute_meter import AttributeMeter
from engine.style.steering.calibration import load_calibration
from engine.style.steering.slider_steps import scale_sliders
from engine.style.style import steer
from tests.steering_assets import add_positions
from tests.style.game_tables import mixing

KEY = "king_danger"


@pytest.fixture
def assets(tiny_assets: Path, tmp_path: Path) -> Path:
    return add_positions(tiny_assets, tmp_path / "assets")


def test_a_step_is_scaled_and_measured_and_all_else_stays(assets: Path) -> None:
    before = StyleSpace.load(assets / "styles")
    positions = load_fixed_positions(assets / "positions")
    kept = (assets / "styles" / "player_games.safetensors").read_bytes()
    scale_sliders(assets, {KEY: 0.5}, positions, reported=2)
    after = StyleSpace.load(assets / "styles")
    np.testing.assert_allclose(after.deltas[KEY], before.deltas[KEY] / 2, atol=1e-6)
    np.testing.assert_array_equal(after.deltas["strength"], before.deltas["strength"])
    np.testing.assert_array_equal(after.z, before.z)
    assert (assets / "styles" / "player_games.safetensors").read_bytes() == kept
    calibration = load_calibration(assets / "styles")
    assert calibration is not None
    effect = calibration.effects_of_one_step[KEY][KEY]
    info = next(info for info in after.attributes if info.key == KEY)
    assert info.effects[KEY] == effect
    meter = AttributeMeter(load_model(assets / "model"), positions)
    styles = np.stack([after.row(name) for name in calibration.report_names])
    pushed = np.stack([steer(z, after.deltas[KEY], 1.0) for z in styles])
    column = meter.keys.index(KEY)
    moved = (meter.measure(pushed) - meter.measure(styles))[:, column].mean()
    assert effect == pytest.approx(moved / calibration.population[KEY].sd, abs=2e-3)
    assert not [path for path in assets.iterdir() if path.name.startswith(".building")]


def test_shorter_steps_bring_about_less_in_games_too(assets: Path) -> None:
    mixing(king_danger={"checks": 4.0}, captures={"captures": 2.0}).save(assets / "styles")
    scale_sliders(assets, {KEY: 0.5}, load_fixed_positions(assets / "positions"), reported=2)
    known = load_mixing(assets / "styles")
    assert known is not None
    assert known.response.max(axis=0).tolist() == [2.0, 2.0]


def test_what_is_no_slider_or_no_share_is_refused(assets: Path) -> None:
    positions = load_fixed_positions(assets / "positions")
    before = shutil.copytree(assets / "styles", assets.parent / "before")
    with pytest.raises(StylemateError, match="no slider 'luck'"):
        scale_sliders(assets, {"luck": 1.0}, positions)
    for share in (0.0, -1.0, float("nan")):
        with pytest.raises(StylemateError, match="above 0"):
            scale_sliders(assets, {KEY: share}, positions)
    for path in before.iterdir():
        assert (assets / "styles" / path.name).read_bytes() == path.read_bytes()
