"""How long one move of one style takes; run with ``--benchmark-only``."""

import itertools
import random
from pathlib import Path

import chess
import pytest
import torch

from engine.model.backbone import BACKBONE_PRESETS, Backbone
from engine.model.checkpoint import load_model
from engine.model.mhr.config import MHRConfig
from engine.model.style_model import StyleModel
from engine.play.bot import Bot
from engine.style.style import Style

SLOWEST_MEDIAN = 0.015  # seconds
SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "model"


@pytest.fixture(scope="module")
def model() -> StyleModel:
    """Return the shipped model, or one of its size while none is shipped."""
    if SHIPPED.is_dir():
        return load_model(SHIPPED)
    return StyleModel(Backbone(BACKBONE_PRESETS["small"]).eval(), MHRConfig())


@pytest.fixture(scope="module")
def boards() -> list[chess.Board]:
    """Return positions of random games with their history."""
    chooser = random.Random(4)
    board, found = chess.Board(), []
    while len(found) < 200:
        if board.is_game_over():
            board = chess.Board()
        found.append(board.copy())
        board.push(chooser.choice(list(board.legal_moves)))
    return found


def test_one_move(benchmark, model: StyleModel, boards: list[chess.Board]) -> None:  # type: ignore[no-untyped-def]
    bot = Bot(model, Style(torch.zeros(model.style_shape).numpy(), "average", "test"), seed=1)
    following = itertools.cycle(boards)
    benchmark.pedantic(
        bot.play, setup=lambda: ((next(following),), {}), rounds=200, warmup_rounds=20
    )
    assert benchmark.stats.stats.median < SLOWEST_MEDIAN
