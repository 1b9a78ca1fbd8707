"""The registry of this process's opponents."""

import gc
import json
import shutil
import threading
from pathlib import Path

import chess
import pytest

from engine.assets import ENVIRONMENT_VARIABLE
from engine.errors import StylemateError
from engine.play.opponents import OpponentRegistry, load_registry
from engine.style.recipe import RecipeError
from engine.style.recipe_parser import parse_recipe
from tests.conftest import tiny_space


def test_one_registry_for_the_process(with_tiny_assets: Path) -> None:
    found: list[OpponentRegistry] = []
    threads = [threading.Thread(target=lambda: found.append(load_registry())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len({id(registry) for registry in found}) == 1


def test_what_was_loaded_costs_the_garbage_collector_nothing(own_assets: Path) -> None:
    gc.unfreeze()
    gc.collect()  # other tests' garbage is nothing to freeze
    watched = len(gc.get_objects())
    load_registry()
    assert gc.get_freeze_count() > 0.9 * watched
    assert len(gc.get_objects()) < watched / 20  # get_objects() leaves out what is frozen


def test_bot_of_a_recipe(with_tiny_assets: Path) -> None:
    registry = load_registry()
    bot = registry.bot("0.6 tal + 0.4 carlsen | king danger 1", temperature=0)
    assert bot.style.recipe == "0.6 Tal, Mikhail + 0.4 Carlsen, Magnus | king_danger +1"
    again = registry.bot(parse_recipe(bot.style.recipe), temperature=0)
    assert bot.play(chess.Board()) == again.play(chess.Board())


def test_a_style_is_made_once(with_tiny_assets: Path) -> None:
    registry = load_registry()
    recipe = parse_recipe("Tal, Mikhail | king_danger +1")
    style = registry.style(recipe)
    assert registry.style(parse_recipe(str(recipe))) is style
    assert registry.bot(recipe).style is style
    assert style.fingerprint == registry.space.style(recipe).fingerprint
    assert registry.style("Carlsen, Magnus").fingerprint != style.fingerprint


def test_wrong_recipe(with_tiny_assets: Path) -> None:
    with pytest.raises(RecipeError, match="Nearest: Carlsen, Magnus"):
        load_registry().bot("Carlsem")


@pytest.fixture
def own_assets(tiny_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the assets that a test may damage."""
    directory = tmp_path / "assets"
    shutil.copytree(tiny_assets, directory)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(directory))
    return directory


def test_missing_model(own_assets: Path) -> None:
    shutil.rmtree(own_assets / "model")
    with pytest.raises(StylemateError, match="no model"):
        load_registry()


def test_missing_styles(own_assets: Path) -> None:
    shutil.rmtree(own_assets / "styles")
    with pytest.raises(StylemateError, match="missing"):
        load_registry()


def test_missing_assets(own_assets: Path) -> None:
    shutil.rmtree(own_assets)
    with pytest.raises(StylemateError, match="No assets"):
        load_registry()


def test_damaged_model(own_assets: Path) -> None:
    path = own_assets / "model" / "backbone.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(StylemateError, match="damaged"):
        load_registry()


def test_a_failed_load_is_tried_again(own_assets: Path) -> None:
    path = own_assets / "styles" / "players.json"
    rows = path.read_text()
    path.write_text(json.dumps([]))
    with pytest.raises(StylemateError, match="12 styles for 0 players"):
        load_registry()
    path.write_text(rows)
    assert load_registry().space.players == tiny_space().players


def test_styles_of_another_model(own_assets: Path) -> None:
    space = tiny_space()
    space.z = space.z[:, :1]
    space.deltas = {key: delta[:1] for key, delta in space.deltas.items()}
    space.save(own_assets / "styles")
    with pytest.raises(StylemateError, match="not of the same training"):
        load_registry()
