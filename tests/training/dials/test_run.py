"""Dials from a game store to a slider, in seconds: what comes out, resume, and the commands."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from typer.testing import CliRunner

from engine.assets import assets_directory
from engine.attributes.fixed_positions import POSITIONS_FILE, QUALITY_FILE
from engine.cli import app
from engine.errors import StylemateError
from engine.files import read_json, write_json, write_tensors
from engine.model.checkpoint import load_model, read_description, save_model
from engine.style.records import AttributeInfo
from engine.style.space import StyleSpace
from engine.style.steering.dials import load_dials
from engine.style.style import steer
from engine.training.dials.dials import DIAL_KEYS
from engine.training.dials.options import DialOptions, DistillationOptions
from engine.training.dials.run import StageProgress, train_dials
from engine.training.dials.task import drawn_amounts
from engine.training.ranks import Ranks
from tests.conftest import tiny_model
from tests.training.dials.conftest import tiny_options

ALONE = Ranks(0, 1, torch.device("cpu"))


class Stop:
    """Asks for a stop the n-th time that a stage asks."""

    def __init__(self, stage: str = "", times: int = 0) -> None:
        self.stage, self.left, self.at = stage, times, ""
        self.seen: list[StageProgress] = []

    def report(self, progress: StageProgress) -> None:
        self.at = progress.stage
        self.seen.append(progress)

    def __call__(self) -> bool:
        self.left -= self.at == self.stage
        return self.at == self.stage and self.left < 0


def run(
    store: Path,
    assets: Path,
    directory: Path,
    options: DialOptions | None = None,
    stop: Stop | None = None,
) -> dict[str, float] | None:
    stop = stop or Stop()
    return train_dials(
        store, assets, directory, options or tiny_options(), ALONE, None, stop.report, stop
    )


def write_assets(directory: Path, space: StyleSpace, seed: int = 0) -> Path:
    """Write assets with two sliders of the old kind."""
    save_model(directory / "model", tiny_model(seed), {"made": "by a test"}, torch.float16)
    random = np.random.default_rng(2)
    keys = ("king_danger", "strength")
    attributes = [AttributeInfo(key, key, "low", "high", "what", 1.0, 2.0) for key in keys]
    deltas = {key: random.normal(size=(2, 4)).astype(np.float32) for key in keys}
    StyleSpace(space.z, space.players, attributes, deltas).save(directory / "styles")
    return directory


def few_positions(folder: Path) -> Path:
    """Write a few of the fixed positions: measuring on all takes minutes."""
    shipped = assets_directory() / "positions"
    rows, quality = read_json(shipped / POSITIONS_FILE), read_json(shipped / QUALITY_FILE)
    write_json(folder / POSITIONS_FILE, rows[:4])
    write_json(folder / QUALITY_FILE, quality | {"losses": quality["losses"][:4]})
    return folder


@pytest.fixture
def assets(space: StyleSpace, tmp_path: Path) -> Path:
    return write_assets(tmp_path / "assets", space)


@pytest.fixture(scope="module")
def done(store: Path, space: StyleSpace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assets = write_assets(tmp_path_factory.mktemp("assets"), space)
    directory = tmp_path_factory.mktemp("dials") / "whole"
    stop = Stop()
    figures = run(store, assets, directory, tiny_options(), stop)
    assert figures is not None
    assert figures["at_rest"] < 1e-3
    assert {f"learnt_{key}" for key in DIAL_KEYS} <= set(figures)
    stages = list(dict.fromkeys(progress.stage for progress in stop.seen))
    assert stages == ["futures", "head", "targets", "validation", "dials"]
    assert all(p.done <= p.total for p in stop.seen)
    return directory


def test_players_play_as_before_and_dials_do_something(
    done: Path, assets: Path, space: StyleSpace
) -> None:
    before, after = load_model(assets / "model"), load_model(done / "model")
    planes = torch.rand(4, 112, 8, 8, generator=torch.Generator().manual_seed(0))
    deltas = load_file(done / "dials.safetensors")
    assert set(deltas) == set(DIAL_KEYS)
    for row, z in enumerate(space.population):
        style = torch.from_numpy(z.copy())
        with torch.no_grad():
            expected = before(planes, style)[0]
            assert torch.equal(after(planes, style)[0], expected)
            for key in (DIAL_KEYS[row], DIAL_KEYS[-1]):
                turned = torch.from_numpy(steer(z, deltas[key], 1.0))
                played = after(planes, turned)[0]
                assert (played - expected).abs().max() > 1e-3
                merged = after.merge(turned)(planes)[0]
                torch.testing.assert_close(merged, played, atol=1e-3, rtol=1e-3)
    for delta in deltas.values():
        assert delta.shape == after.config.steered_shape
        assert not delta[:2].any()
    metadata = read_description(done / "model")["metadata"]
    assert metadata["made"] == "by a test"
    assert "learnt" in metadata["dials"]["validation"]


@pytest.mark.parametrize(
    ("stage", "times"), [("futures", 0), ("head", 2), ("targets", 0), ("dials", 3)]
)
def test_a_stopped_run_resumes_exactly(
    store: Path, assets: Path, tmp_path: Path, stage: str, times: int
) -> None:
    assert run(store, assets, tmp_path / "whole") is not None
    assert run(store, assets, tmp_path / "parts", stop=Stop(stage, times)) is None
    assert not (tmp_path / "parts" / "dials.safetensors").exists()
    assert run(store, assets, tmp_path / "parts") is not None
    for name in ("dials.safetensors", "model/inventory.safetensors", "head/head.safetensors"):
        whole, parts = (load_file(tmp_path / folder / name) for folder in ("whole", "parts"))
        assert set(whole) == set(parts)
        for key, value in whole.items():
            np.testing.assert_array_equal(value, parts[key], err_msg=f"{name} {key}")


def test_another_run_in_the_folder_is_refused(
    done: Path, store: Path, assets: Path, space: StyleSpace, tmp_path: Path
) -> None:
    with pytest.raises(StylemateError, match="differs in options"):
        run(store, assets, done, replace(tiny_options(), discount=0.8))
    with pytest.raises(StylemateError, match="differs in model"):
        run(store, write_assets(tmp_path / "other", space, seed=1), done)


def test_a_store_of_short_games_is_refused(store: Path, assets: Path, tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="no game of 500 plies"):
        run(store, assets, tmp_path / "run", replace(tiny_options(), least_plies=500))


def test_amounts_depend_on_the_step_alone() -> None:
    options = DistillationOptions()
    amounts = drawn_amounts(options, 7, 2000)
    assert torch.equal(amounts, drawn_amounts(options, 7, 2000))
    assert not torch.equal(amounts, drawn_amounts(options, 8, 2000))
    turned = (amounts != 0).sum(1)
    assert 0.6 < float((turned == 1).float().mean()) < 0.8
    assert 0.04 < float((turned > 2).float().mean()) < 0.12
    alone = amounts[turned == 1].abs().amax(1)
    assert float(alone.min()) >= 0.25
    assert float(alone.max()) <= 1.1


def test_dials_are_loaded_to_be_installed(done: Path, tmp_path: Path) -> None:
    trained = load_dials(done)
    assert set(trained.deltas) == set(DIAL_KEYS)
    written = load_file(done / "dials.safetensors")
    np.testing.assert_array_equal(trained.deltas["checks"], written["checks"][2:])
    assert set(trained.about) >= {"options", "validation"}
    shutil.copytree(done / "model", tmp_path / "model")
    write_tensors(tmp_path / "dials.safetensors", {"checks": written["checks"][1:]})
    with pytest.raises(StylemateError, match="delta of checks"):
        load_dials(tmp_path)


def test_the_commands_train_and_put_dials(store: Path, assets: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ["train", "dials", str(store), "--assets", str(assets), "--out", str(out)]
    sizes = ["--games", "40", "--head-positions", "64", "--target-positions", "64"]
    sizes += ["--positions", "64", "--batch-size", "32", "--device", "cpu"]
    sizes += ["--validation-positions", "16"]
    trained = CliRunner().invoke(app, [*words, *sizes])
    assert trained.exit_code == 0, trained.output
    assert "king_danger" in trained.output
    few = ["--positions", str(few_positions(tmp_path / "positions"))]
    put = CliRunner().invoke(app, ["styles", "dials", str(out), "--assets", str(assets), *few])
    assert put.exit_code == 0, put.output
    assert "19 dials" in put.output
    space = StyleSpace.load(assets / "styles")
    assert {attribute.key for attribute in space.attributes} == {*DIAL_KEYS, "strength"}
    assert read_json(assets / "model" / "model.json")["inventory"]["dial_heads"] == 8
