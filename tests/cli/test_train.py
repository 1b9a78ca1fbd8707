"""What `stylemate train styles` refuses before it reads a game."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from engine.cli import app
from engine.errors import StylemateError
from engine.model.checkpoint import save_backbone
from engine.style.artifact import TrainedStyles
from engine.style.records import PlayerInfo
from tests.conftest import tiny_model

SHAPE = ["--modules", "4", "--heads", "2", "--rank", "2", "--alpha", "16", "--attach", "se"]


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """Results of a training, and beside them its backbone and another one."""
    model = tiny_model()
    z = np.zeros((1, *model.style_shape), dtype=np.float32)
    TrainedStyles(model, {}, z, (PlayerInfo("Player, A", 9),), z[0]).save(tmp_path / "run")
    save_backbone(tmp_path / "own", model.plain_backbone(), {})
    save_backbone(tmp_path / "other", tiny_model(seed=1).plain_backbone(), {})
    return tmp_path


def why_refused(folder: Path, *options: str) -> str:
    words = ["train", "styles", str(folder / "no-store"), "--out", str(folder / "out"), *options]
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, StylemateError), done.output
    assert not (folder / "out").exists()
    return str(done.exception)


def test_a_training_goes_on_over_its_own_backbone_only(trained: Path) -> None:
    start = ["--start-from", str(trained / "run")]
    other = why_refused(trained, *start, *SHAPE, "--backbone", str(trained / "other"))
    assert "another backbone" in other
    shape = why_refused(trained, *start, "--backbone", str(trained / "own"))
    assert "another shape" in shape
    # With both right the next thing missed is the store.
    fitting = why_refused(trained, *start, *SHAPE, "--backbone", str(trained / "own"))
    assert "no-store" in fitting


def test_shares_leave_something_for_the_players(trained: Path) -> None:
    shares = ["--group-share", "0.6", "--population-share", "0.4"]
    said = why_refused(trained, "--backbone", str(trained / "own"), *shares)
    assert "--group-share" in said
