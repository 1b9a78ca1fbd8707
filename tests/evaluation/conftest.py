"""A store of random games and a tiny model whose styles belong to its players."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.evaluation.context import Context
from engine.model.checkpoint import save_model
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from tests.conftest import TINY_ATTRIBUTES, tiny_model
from tests.training.conftest import PLAYERS, write_store

UNSEEN = PLAYERS[3]


def write_assets(directory: Path, players: tuple[str, ...] = PLAYERS[:3]) -> Path:
    """Write a random model with random styles of these players."""
    random = np.random.default_rng(7)
    space = StyleSpace(
        random.normal(size=(len(players), 2, 4)).astype(np.float32),
        [PlayerInfo(name, 40, 1850, 1861, 2500.0 + 40 * n) for n, name in enumerate(players)],
        TINY_ATTRIBUTES,
        {a.key: random.normal(size=(2, 4)).astype(np.float32) for a in TINY_ATTRIBUTES},
    )
    save_model(directory / "model", tiny_model(), {"note": "random, for tests"})
    space.save(directory / "styles")
    (directory / "training").mkdir()
    (directory / "training" / "unseen.json").write_text(json.dumps([UNSEEN]), encoding="utf-8")
    return directory


@pytest.fixture(scope="session")
def games_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("evaluated") / "store")


@pytest.fixture(scope="session")
def evaluated_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_assets(tmp_path_factory.mktemp("evaluated") / "assets")


@pytest.fixture
def context(games_store: Path, evaluated_assets: Path, tmp_path: Path) -> Context:
    """A smoke-sized context of its own for each test."""
    return Context(
        store=games_store,
        assets=evaluated_assets,
        device=torch.device("cpu"),
        seed=3,
        size="smoke",
        directory=tmp_path / "partials",
    )
