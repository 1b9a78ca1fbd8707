"""Sliders trained in games, from a store to assets: resumed as if never stopped, and refused."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from typer.testing import CliRunner

from engine.assets import assets_directory
from engine.attributes.fixed_positions import FixedPosition, load_fixed_positions
from engine.cli import app
from engine.errors import StylemateError
from engine.model.checkpoint import save_model
from engine.style.space import StyleSpace
from engine.style.steering.slider_steps import load_steps, put_steps
from engine.training.data import load_games
from engine.training.ranks import Ranks
from engine.training.sliders.run import train_sliders, training_openings
from engine.training.splits import Split, split_of_games
from tests.conftest import tiny_model
from tests.training.dials.test_run import few_positions
from tests.training.sliders.conftest import DIAL_HEADS, KEYS, tiny_slider_options

ALONE = Ranks(0, 1, torch.device("cpu"))


class StopAfter:
    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_stopped_run_goes_on_as_if_never_stopped(
    store: Path, assets: Path, tmp_path: Path
) -> None:
    options = tiny_slider_options(only=KEYS)
    whole = train_sliders(store, assets, tmp_path / "whole", options, ALONE)
    assert whole.finished
    assert set(whole.figures) >= {"queen_trades+5", "queen_trades-5_points", "points"}
    stop = StopAfter(1)
    parts = tmp_path / "parts"
    part = train_sliders(store, assets, parts, options, ALONE, stop_requested=stop)
    assert not part.finished
    assert not (parts / "steps.safetensors").exists()
    assert train_sliders(store, assets, parts, options, ALONE).finished
    one, other = (load_file(tmp_path / n / "steps.safetensors") for n in ("whole", "parts"))
    assert set(one) == set(other) == set(KEYS)
    for key in KEYS:
        np.testing.assert_allclose(one[key], other[key], atol=1e-6)


def test_new_steps_reach_the_assets_and_nothing_else_changes(
    store: Path, assets: Path, tmp_path: Path
) -> None:
    before = StyleSpace.load(assets / "styles")
    run = tmp_path / "run"
    options = tiny_slider_options()
    assert train_sliders(store, assets, run, replace(options, only=KEYS[:1]), ALONE).finished
    steps = load_steps(run, assets)
    put_steps(assets, steps, few(tmp_path), reported=2)
    after = StyleSpace.load(assets / "styles")
    key, other = KEYS
    heads = before.shape[0]
    assert not np.allclose(after.deltas[key], before.deltas[key])
    np.testing.assert_allclose(after.deltas[key], steps[key], atol=1e-6)
    assert not after.deltas[key][:heads].any()
    np.testing.assert_array_equal(after.deltas[other], before.deltas[other])
    np.testing.assert_array_equal(after.z, before.z)


def few(folder: Path) -> list[FixedPosition]:
    (folder / "positions").mkdir()
    return load_fixed_positions(few_positions(folder / "positions"))


def test_the_commands_train_and_put_sliders(
    store: Path, assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(assets_directory() / "positions", assets / "positions")
    few_positions(assets / "positions")
    monkeypatch.setenv("STYLEMATE_ASSETS", str(assets))
    run = tmp_path / "run"
    words = ["train", "sliders", str(store), "--out", str(run), "--slider", "pawn_moves"]
    sizes = ["--turns", "1", "--games", "4", "--batch-size", "16", "--validation-games", "4"]
    result = CliRunner().invoke(app, [*words, *sizes], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "pawn_moves+5" in result.output
    before = StyleSpace.load(assets / "styles").deltas["pawn_moves"]
    result = CliRunner().invoke(app, ["styles", "sliders", str(run)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "1 sliders" in result.output or "1 slider" in result.output
    assert not np.allclose(StyleSpace.load(assets / "styles").deltas["pawn_moves"], before)


def test_what_cannot_be_trained_is_refused_in_words(
    store: Path, assets: Path, tmp_path: Path
) -> None:
    options = tiny_slider_options()
    with pytest.raises(StylemateError, match="no dial 'luck'"):
        train_sliders(store, assets, tmp_path / "a", tiny_slider_options(only=("luck",)), ALONE)
    with pytest.raises(StylemateError, match="multiple of 4"):
        train_sliders(store, assets, tmp_path / "a", tiny_slider_options(games=6), ALONE)
    two = Ranks(0, 2, torch.device("cpu"))
    with pytest.raises(StylemateError, match="one process"):
        train_sliders(store, assets, tmp_path / "a", options, two)
    space = StyleSpace.load(assets / "styles")
    heads = space.shape[0]
    steps = {key: step[:heads] for key, step in space.deltas.items()}
    plain = tmp_path / "plain"
    save_model(plain / "model", tiny_model(), {}, torch.float16)
    StyleSpace(space.z, space.players, space.attributes, steps).save(plain / "styles")
    with pytest.raises(StylemateError, match="no dials"):
        train_sliders(store, plain, tmp_path / "a", options, ALONE)


def test_steps_of_another_model_or_shape_are_refused(
    store: Path, assets: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    train_sliders(store, assets, run, tiny_slider_options(turns=1, only=KEYS[:1]), ALONE)
    other = shutil.copytree(assets, tmp_path / "other")
    save_model(other / "model", tiny_model(3).with_dials(DIAL_HEADS), {}, torch.float16)
    with pytest.raises(StylemateError, match="not trained on the model"):
        load_steps(run, other)
    with pytest.raises(StylemateError, match="does not fit"):
        put_steps(assets, {KEYS[0]: np.zeros((1, 1), dtype=np.float32)}, [])
    with pytest.raises(StylemateError, match="no slider 'luck'"):
        put_steps(assets, {"luck": np.zeros((1, 1), dtype=np.float32)}, [])
    (run / "steps.safetensors").write_bytes(b"nonsense")
    with pytest.raises(StylemateError, match="damaged"):
        load_steps(run, assets)


def test_openings_are_those_of_training_games(store: Path) -> None:
    games = load_games(store)
    book = training_openings(games, 1)
    train = split_of_games(games.game_ids) == int(Split.TRAIN)
    lines = {
        tuple(games.moves[games.offsets[g] : games.offsets[g] + 8].tolist())
        for g in np.flatnonzero(train)
    }
    assert book
    assert set(book) <= lines
    assert len(set(book)) == len(book)
