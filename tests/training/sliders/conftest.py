"""Assets with dials that mean nothing yet, and options with which a run takes seconds."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.model.checkpoint import save_model
from engine.model.mhr.config import Attachment
from engine.model.style_model import StyleModel
from engine.style.records import AttributeInfo, PlayerInfo
from engine.style.space import StyleSpace
from engine.training.options import Precision
from engine.training.sliders.options import SliderOptions
from tests.conftest import tiny_model

KEYS = ("pawn_moves", "queen_trades")
DIAL_HEADS = 2


def tiny_slider_options(**changes: object) -> SliderOptions:
    settings = {
        "turns": 2,
        "games": 8,
        "batch_size": 64,
        "validation_games": 4,
        "precision": Precision.FLOAT32,
    }
    return SliderOptions(**(settings | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def dialled() -> StyleModel:
    """A tiny model whose dials' modules are random, as training leaves them."""
    model = tiny_model().with_dials(DIAL_HEADS, Attachment.FULL)
    generator = torch.Generator().manual_seed(8)
    with torch.no_grad():
        for number in model.dial_parameters():
            number.copy_(torch.randn(number.shape, generator=generator) * 0.15)
    return model.eval()


@pytest.fixture
def assets(dialled: StyleModel, tmp_path: Path) -> Path:
    """Write assets with two players and two sliders."""
    random = np.random.default_rng(3)
    heads, modules = dialled.style_shape
    z = random.normal(size=(2, heads, modules)).astype(np.float32)
    players = [PlayerInfo("Player, A", 40), PlayerInfo("Player, B", 40)]
    infos = [AttributeInfo(key, key, "low", "high", "what", 1.0, 2.0) for key in KEYS]
    steps = {}
    for key in KEYS:
        steps[key] = np.zeros((heads + DIAL_HEADS, modules), dtype=np.float32)
        steps[key][heads:] = random.normal(size=(DIAL_HEADS, modules)) * 0.1
    directory = tmp_path / "assets"
    save_model(directory / "model", dialled, {"made": "by a test"}, torch.float16)
    StyleSpace(z, players, infos, steps).save(directory / "styles")
    return directory
