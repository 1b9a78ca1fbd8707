"""Assets that the Steer page can measure on."""

from pathlib import Path

import pytest

from engine.assets import ENVIRONMENT_VARIABLE
from tests.steering_assets import add_positions, add_second_slider


@pytest.fixture(scope="session")
def measurable_assets(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assets = add_positions(tiny_assets, tmp_path_factory.mktemp("steered") / "assets")
    return add_second_slider(assets)


@pytest.fixture
def with_measurable_assets(measurable_assets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make ``measurable_assets`` the assets of this process during one test."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(measurable_assets))
    return measurable_assets
