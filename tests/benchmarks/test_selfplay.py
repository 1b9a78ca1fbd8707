"""Games per second between styles, all different, in one batch; run with ``--benchmark-only``."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.model.backbone import BACKBONE_PRESETS, Backbone
from engine.model.checkpoint import load_model
from engine.model.mhr.config import MHRConfig
from engine.model.style_model import StyleModel
from engine.play.fixtures import Contestant, Fixture, PlayedGames, PlayRules
from engine.play.selfplay import play_games

GAMES = 200
SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "model"


@pytest.mark.benchmark(group="selfplay")
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_games_per_second(benchmark: Any, precision: torch.dtype) -> None:
    if SHIPPED.is_dir():
        model = load_model(SHIPPED)
    else:
        model = StyleModel(Backbone(BACKBONE_PRESETS["small"]).eval(), MHRConfig())
    random = np.random.default_rng(0)
    styles = random.normal(size=(GAMES, *model.style_shape)).astype(np.float32)
    fixtures = [Fixture(game, (game + 1) % GAMES, seed=game) for game in range(GAMES)]

    def play() -> PlayedGames:
        rules = PlayRules(longest=160)
        return play_games(
            model, [Contestant(z) for z in styles], fixtures, rules, precision=precision
        )

    games = benchmark.pedantic(play, rounds=1, warmup_rounds=0)
    seconds = benchmark.stats["min"]
    benchmark.extra_info["games_per_second"] = round(GAMES / seconds, 1)
    benchmark.extra_info["plies_per_second"] = round(len(games.moves) / seconds)
    assert len(games) == GAMES
