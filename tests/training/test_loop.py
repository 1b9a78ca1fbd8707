import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.errors import StylemateError
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import load_backbone, load_model, read_description, save_backbone
from engine.model.fingerprint import backbone_fingerprint
from engine.model.imports import import_lc0
from engine.model.lc0 import save_lc0
from engine.model.mhr.config import MHRConfig
from engine.model.style_model import StyleModel
from engine.style.artifact import load_trained
from engine.style.records import PlayerInfo
from engine.style.style import Routing
from engine.training.backbone import BackboneTask, starting_backbone
from engine.training.data import TrainingPositions
from engine.training.loop import LOG_NAME, TrainingOutcome, train
from engine.training.options import BackboneOptions, Precision, StylesOptions
from engine.training.ranks import Ranks
from engine.training.run import Unseen, train_styles
from engine.training.styles import StylesTask
from tests.training.conftest import PLAYERS

ALONE = Ranks(0, 1, torch.device("cpu"))
TINY = BackboneConfig(filters=16, blocks=1)
PATIENCE = 600
"""Seconds for a process of its own, on a machine that has much else to do."""


def backbone_options(**changes: Any) -> BackboneOptions:
    settings: dict[str, Any] = {
        "positions": 640,
        "batch_size": 32,
        "precision": "float32",
        "validate_every": 320,
        "validation_positions": 64,
    }
    return BackboneOptions(**settings | changes)


def tiny_backbone() -> Backbone:
    torch.manual_seed(5)
    return Backbone(TINY)


def run_backbone(
    data: TrainingPositions, directory: Path, stop_after: int | None = None, **changes: Any
) -> TrainingOutcome:
    options = backbone_options(**changes)
    task = BackboneTask(data, options, tiny_backbone())
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls == stop_after

    return train(task, options, directory, ALONE, stop_requested=stop)


TINY_STYLES: dict[str, Any] = {
    "mhr": MHRConfig(modules=4, heads=2, rank=2),
    "learning_rate": 1e-3,
    "balance": 1.0,
    "group_share": None,
    "population_share": 0.0,
}


def run_styles(
    positions: TrainingPositions,
    directory: Path,
    stop_after: int | None = None,
    known: Mapping[str, Routing] | None = None,
    **changes: Any,
) -> tuple[TrainingOutcome, StylesTask]:
    options = StylesOptions(
        positions=960,
        batch_size=32,
        precision="float32",
        validate_every=480,
        validation_positions=64,
        **{**TINY_STYLES, **changes},
    )
    players = [PlayerInfo(name, 40, 1850, 1861) for name in PLAYERS[:3]]
    model = StyleModel(tiny_backbone(), options.mhr)
    task = StylesTask(positions, options, model, players, {"made": "by a test"}, known=known)
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls == stop_after

    return train(task, options, directory, ALONE, stop_requested=stop), task


def test_a_backbone_learns_and_is_exported(positions: TrainingPositions, tmp_path: Path) -> None:
    outcome = run_backbone(positions, tmp_path, positions=3200, learning_rate=5e-3)
    assert outcome.finished
    assert outcome.positions == 3200
    lines = [json.loads(line) for line in (tmp_path / LOG_NAME).read_text().splitlines()]
    validations = [line for line in lines if line["kind"] == "validation"]
    assert [line["positions"] for line in validations] == list(range(320, 3201, 320))
    assert all(0 <= line["top1_from_ply_10"] <= 1 for line in validations)
    losses = [line["policy_loss"] for line in lines if line["kind"] == "train"]
    assert losses[-1] < losses[0] - 1  # legal moves alone are worth more than that
    assert read_description(tmp_path / "backbone")["metadata"]["data_fingerprint"]
    assert load_backbone(tmp_path / "backbone").config == TINY


def test_a_stopped_run_resumes_exactly(positions: TrainingPositions, tmp_path: Path) -> None:
    run_backbone(positions, tmp_path / "whole")
    first = run_backbone(positions, tmp_path / "parts", stop_after=7)
    assert not first.finished
    assert first.positions == 7 * 32
    assert run_backbone(positions, tmp_path / "parts").finished
    whole, parts = (
        load_file(tmp_path / name / "backbone" / "backbone.safetensors")
        for name in ("whole", "parts")
    )
    assert whole.keys() == parts.keys()
    for name, tensor in whole.items():
        assert torch.equal(tensor, parts[name]), name


@pytest.mark.parametrize("balance", [0.5, 1.0])
def test_styles_resume_exactly_and_are_exported(
    positions: TrainingPositions, tmp_path: Path, balance: float
) -> None:
    run_styles(positions, tmp_path / "whole", balance=balance)
    run_styles(positions, tmp_path / "parts", stop_after=11, balance=balance)
    outcome, task = run_styles(positions, tmp_path / "parts", balance=balance)
    for name in ("routing.safetensors", "model/inventory.safetensors"):
        whole, parts = load_file(tmp_path / "whole" / name), load_file(tmp_path / "parts" / name)
        for key, tensor in whole.items():
            assert torch.equal(tensor, parts[key]), (name, key)
    z = load_file(tmp_path / "whole" / "routing.safetensors")["z"]
    assert z.shape == (3, 2, 4)
    torch.testing.assert_close(z.mean(-1), torch.zeros(3, 2), atol=1e-6, rtol=0)
    listed = json.loads((tmp_path / "whole" / "players.json").read_text())
    assert [player["name"] for player in listed] == list(PLAYERS[:3])
    assert {"top1", "another_top1", "mean_top1", "backbone_top1"} <= outcome.figures.keys()
    assert not torch.equal(z[0], z[1])
    model = load_model(tmp_path / "whole" / "model")
    plain = task.network.model.plain_backbone().state_dict()
    for key, tensor in tiny_backbone().state_dict().items():
        assert torch.equal(plain[key], tensor), f"the frozen backbone's {key} changed"
    assert model.style_shape == (2, 4)


def test_only_styled_players_positions_train(positions: TrainingPositions, tmp_path: Path) -> None:
    _, task = run_styles(positions, tmp_path, stop_after=1)
    left_out = positions.players.index(PLAYERS[3])
    for step in range(20):
        rows = task.sample(step, 32, ALONE)
        assert (positions.movers(rows) != left_out).all()


def test_other_masters_train_the_style_of_the_population(
    positions: TrainingPositions, tmp_path: Path
) -> None:
    outcome, task = run_styles(positions, tmp_path, population_share=0.4)
    other = positions.players.index(PLAYERS[3])
    drawn = torch.cat([task.sample(step, 32, ALONE) for step in range(100)])
    share = (positions.movers(drawn) == other).float().mean()
    assert 0.35 < share < 0.45
    assert (positions.movers(task.held_out.rows) != other).all()
    trained = load_trained(tmp_path)
    assert len(trained.z) == 3
    population = task.network.styles[3].detach()
    expected = population - population.mean(-1, keepdim=True)
    np.testing.assert_allclose(trained.mean, expected.numpy(), atol=1e-6)
    assert np.abs(trained.mean - trained.z.mean(axis=0)).max() > 1e-2
    assert {"mean_top1", "another_top1"} <= outcome.figures.keys()


def test_a_training_goes_on_from_known_styles(positions: TrainingPositions, tmp_path: Path) -> None:
    known = {
        name: np.full((2, 4), place, dtype=np.float32) for place, name in enumerate(PLAYERS[:2])
    }
    known["Somebody, Else"] = np.zeros((2, 4), dtype=np.float32)
    _, task = run_styles(positions, tmp_path, 1, known, population_share=0.1)
    begun = task.network.natural
    assert begun is not None
    assert (begun.seen[:2] >= 2000).all()
    assert begun.seen[2] < 1000
    # One step of a few positions hardly moves what so many are said to have made.
    for place, name in enumerate(PLAYERS[:2]):
        np.testing.assert_allclose(task.network.styles[place].detach(), known[name], atol=0.2)


def test_left_out_players_are_fitted_to_the_frozen_inventory(
    positions: TrainingPositions, tmp_path: Path
) -> None:
    run_styles(positions, tmp_path / "trained")
    before = load_file(tmp_path / "trained" / "model" / "inventory.safetensors")
    model = load_model(tmp_path / "trained" / "model")
    options = StylesOptions(
        positions=960,
        batch_size=32,
        precision="float32",
        validation_positions=64,
        **{**TINY_STYLES, "mhr": model.config},
    )
    newcomer = PlayerInfo(PLAYERS[3], 40, 1850, 1861)
    task = StylesTask(positions, options, model, [newcomer], {}, routing_only=True)
    train(task, options, tmp_path / "fitted", ALONE)
    after = load_file(tmp_path / "fitted" / "model" / "inventory.safetensors")
    for key, tensor in before.items():
        assert torch.equal(tensor, after[key])
    z = load_file(tmp_path / "fitted" / "routing.safetensors")["z"]
    assert z.shape == (1, 2, 4)
    assert z.abs().max() > 1e-2


def test_another_run_in_the_directory_is_refused(
    positions: TrainingPositions, tmp_path: Path
) -> None:
    run_backbone(positions, tmp_path, stop_after=2)
    with pytest.raises(StylemateError, match="differs in learning_rate"):
        run_backbone(positions, tmp_path, learning_rate=0.5)


def test_a_damaged_checkpoint_says_so(positions: TrainingPositions, tmp_path: Path) -> None:
    run_backbone(positions, tmp_path, stop_after=2)
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(StylemateError, match="cannot be read"):
        run_backbone(positions, tmp_path)


def test_a_diverging_run_stops_with_advice(positions: TrainingPositions, tmp_path: Path) -> None:
    options = backbone_options(positions=32 * 400)
    task = BackboneTask(positions, options, tiny_backbone())
    with torch.no_grad():
        task.backbone.stem.convolution.weight.fill_(float("nan"))
    with pytest.raises(StylemateError, match="no longer finite"):
        train(task, options, tmp_path, ALONE)


@pytest.mark.parametrize("value_head", ["wdl", "scalar"])
def test_training_starts_from_an_lc0_file(tmp_path: Path, value_head: str) -> None:
    source = Backbone(BackboneConfig(filters=16, blocks=2, value_head=value_head)).eval()  # type: ignore[arg-type]
    save_lc0(source, tmp_path / "net.pb.gz")
    started = starting_backbone(backbone_options(start_from=str(tmp_path / "net.pb.gz"))).eval()
    assert started.config == BackboneConfig(filters=16, blocks=2)
    planes = torch.rand(2, 112, 8, 8)
    torch.testing.assert_close(started(planes)[0], source(planes)[0], atol=5e-3, rtol=5e-3)


@pytest.mark.parametrize("is_imported", [True, False], ids=["imported", "file"])
def test_styles_are_trained_over_an_lc0_network(
    store: Path, tmp_path: Path, is_imported: bool
) -> None:
    torch.manual_seed(5)
    network = tmp_path / "net.pb.gz"
    save_lc0(Backbone(BackboneConfig(filters=16, blocks=1, value_head="scalar")), network)
    imported, _ = import_lc0(network, tmp_path / "imported")
    options = StylesOptions(
        positions=96,
        batch_size=32,
        precision=Precision.FLOAT32,
        validate_every=96,
        validation_positions=64,
        least_games=10,
        **TINY_STYLES,
    )
    outcome = train_styles(
        store,
        tmp_path / "run",
        tmp_path / "imported" if is_imported else network,
        options,
        ALONE,
        groups_ratings=False,
        unseen=Unseen(count=0),
    )
    assert outcome.finished
    trained = load_trained(tmp_path / "run")
    assert {player.name for player in trained.players} == set(PLAYERS)
    assert np.abs(trained.z).max() > 0
    assert backbone_fingerprint(trained.model.plain_backbone()) == backbone_fingerprint(imported)


def test_unknown_presets_are_named() -> None:
    with pytest.raises(StylemateError, match="small, medium, paper"):
        starting_backbone(backbone_options(preset="huge"))


def test_the_exported_metadata_names_no_folder(
    positions: TrainingPositions, tmp_path: Path
) -> None:
    save_backbone(tmp_path / "start", tiny_backbone(), {})
    options = backbone_options(start_from=str(tmp_path / "start"), positions=32)
    task = BackboneTask(positions, options, starting_backbone(options))
    train(task, options, tmp_path / "run", ALONE)
    text = (tmp_path / "run" / "backbone" / "model.json").read_text()
    assert str(tmp_path) not in text


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "engine.cli", "train", *map(str, arguments)]


def environment() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "200"}


def test_two_processes_train_the_same_network_as_one(
    positions: TrainingPositions, store: Path, tmp_path: Path
) -> None:
    """DistributedDataParallel over gloo: two processes with half of each batch."""
    save_backbone(tmp_path / "start", tiny_backbone(), {})
    shared = [
        "styles",
        store,
        "--backbone",
        tmp_path / "start",
        "--least-games=10",
        "--unseen-players=0",
        "--positions=320",
        "--batch-size=32",
        "--modules=4",
        "--heads=2",
        "--rank=2",
        "--precision=float32",
        "--device=cpu",
        "--validation-positions=32",
    ]
    alone = command(*shared, "--out", tmp_path / "one")
    subprocess.run(alone, check=True, env=environment(), timeout=PATIENCE)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2"]
    together = [*launcher, *command(*shared, "--out", tmp_path / "two")[1:]]
    subprocess.run(together, check=True, env=environment(), timeout=PATIENCE)
    one, two = (load_file(tmp_path / name / "routing.safetensors")["z"] for name in ("one", "two"))
    assert one.abs().max() > 1e-2
    torch.testing.assert_close(one, two, atol=1e-4, rtol=1e-3)


def test_ctrl_c_stops_cleanly_and_the_command_goes_on(store: Path, tmp_path: Path) -> None:
    save_backbone(tmp_path / "start", tiny_backbone(), {})
    arguments = command(
        "backbone",
        store,
        "--out",
        tmp_path / "run",
        "--start-from",
        tmp_path / "start",
        "--unseen-players=0",
        "--positions=40000",
        "--batch-size=32",
        "--validation-positions=32",
        "--device=cpu",
    )
    process = subprocess.Popen(
        arguments, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    deadline = time.monotonic() + PATIENCE
    while not (tmp_path / "run" / LOG_NAME).exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, output
    assert "run the same command again" in output
    assert "Traceback" not in output
    state = json.loads((tmp_path / "run" / "checkpoint.json").read_text())
    assert 0 < state["step"] < 1250
