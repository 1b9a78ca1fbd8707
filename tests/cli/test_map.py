"""``stylemate styles project``: the style map, computed and shipped from the shell."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.analysis.projection import load_projection
from engine.analysis.style_map import StyleMap
from engine.assets import ENVIRONMENT_VARIABLE
from engine.cli import app
from engine.errors import StylemateError
from engine.style.space import StyleSpace
from tests.conftest import tiny_space


def test_the_map_is_computed_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_space().save(tmp_path / "styles")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))
    result = CliRunner().invoke(app, ["styles", "project"])
    assert result.exit_code == 0, result.output
    assert "12 styles on the map" in result.stdout
    space = StyleSpace.load(tmp_path / "styles")
    styles = StyleMap(space, load_projection(tmp_path / "styles", space))
    assert "tsne" in styles.kinds


def test_a_folder_without_styles_is_explained(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["styles", "project", "--assets", str(tmp_path)])
    assert isinstance(result.exception, StylemateError)
    assert "is missing" in str(result.exception)
    assert not list(tmp_path.rglob("projection*"))
