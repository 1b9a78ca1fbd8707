"""The whole way from games to assets, stopped and taken up again."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import chess
import numpy as np
import pytest
import torch

from engine.analysis.identification import COSINE_SCALE_FILE, load_scale
from engine.assets import ENVIRONMENT_VARIABLE
from engine.errors import StylemateError
from engine.evaluation.report.report import read_report
from engine.games.records import GameRecord
from engine.games.store_writer import GameStoreWriter
from engine.model.fingerprint import model_fingerprint
from engine.model.mhr.config import MHRConfig
from engine.pipeline import PipelineOptions, StoppedError, run_pipeline
from engine.play.opponents import load_registry
from engine.position.moves import encode_move
from engine.style.player_games import PlayerGames
from engine.style.steering.build_options import BuildOptions
from engine.training.dials.dials import DIAL_KEYS
from engine.training.habits_fit import HabitOptions
from engine.training.options import (
    BackboneOptions,
    PopulationFitOptions,
    Precision,
    StylesOptions,
)
from engine.training.sliders.options import SliderOptions
from tests.steering_assets import add_positions
from tests.training.dials.conftest import tiny_options

PLAYERS = tuple(f"Player, {letter}" for letter in "ABCDEFGHIJ")
SHORT: dict[str, Any] = {"batch_size": 16, "validation_positions": 16, "precision": "float32"}
OPTIONS = PipelineOptions(
    backbone=BackboneOptions(positions=32, **SHORT),
    styles=StylesOptions(
        positions=640, least_games=1, mhr=MHRConfig(modules=2, rank=2, heads=8), **SHORT
    ),
    population=PopulationFitOptions(least_games=1, positions_each=40, fisher_positions=200),
    build=BuildOptions(correction_players=2, report_players=2, rounds=1),
    dials=tiny_options(32),
    sliders=SliderOptions(
        only=DIAL_KEYS[:1],
        turns=1,
        games=4,
        batch_size=16,
        validation_games=4,
        precision=Precision.FLOAT32,
    ),
    habits=HabitOptions(positions=60, positions_of_few=60),
    least_games=2,
    most_games=4,
    unseen_players=0,
    experiments=("stylometry", "consistency"),
    size="smoke",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random games between ten players."""
    path, source = tmp_path_factory.mktemp("pipeline") / "store", random.Random(1)
    with GameStoreWriter(path) as writer:
        for number in range(90):
            board, moves = chess.Board(), []
            while len(moves) < 40 and not board.is_game_over():
                move = source.choice(list(board.legal_moves))
                moves.append(encode_move(move))
                board.push(move)
            white, black = source.sample(PLAYERS, 2)
            result = source.choice(("1-0", "0-1", "1/2-1/2"))
            codes = np.array(moves, dtype=np.uint16)
            date = f"20{number:02}.01.01"
            writer.add(GameRecord(white=white, black=black, moves=codes, date=date, result=result))
    return path


@pytest.fixture
def pipeline(
    store: Path,
    tiny_assets: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    with_tiny_backbone: None,
) -> Callable[..., Any]:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(add_positions(tiny_assets, tmp_path / "shipped")))

    def run(options: PipelineOptions = OPTIONS, **watch: Any) -> Any:
        assets, work = tmp_path / "assets", tmp_path / "work"
        return run_pipeline(store, assets, work, options, torch.device("cpu"), **watch)

    return run


@pytest.mark.slow
def test_games_become_assets_with_a_report(
    pipeline: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoppedError):
        pipeline(is_stopped=lambda: True)
    assert not (tmp_path / "assets").exists()

    told: list[str] = []
    report = pipeline(tell=lambda what, share, note: told.append(what))
    with monkeypatch.context() as patch:
        patch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "assets"))
        registry = load_registry()
    assert set(registry.space.names) == set(PLAYERS)
    assert registry.bot("0.5 Player, A + 0.5 Player, B | king_danger +1").play(chess.Board())
    assert {dial.key for dial in registry.space.sliders} >= set(DIAL_KEYS)
    assert registry.space.habits_of("Player, A") is not None
    assert set(PlayerGames.load(tmp_path / "assets" / "styles").names) == set(PLAYERS)
    assert set(report.experiments) | set(report.failures) == {"stylometry", "consistency"}
    assert read_report(tmp_path / "assets" / "report").experiments == report.experiments
    if "stylometry" in report.experiments:
        fingerprint = model_fingerprint(registry.model)
        assert load_scale(tmp_path / "assets" / COSINE_SCALE_FILE, fingerprint).by_games
    assert "Training the styles" in told

    told.clear()
    pipeline(tell=lambda what, share, note: told.append(what))
    assert not {name for name in told if name.startswith(("Training", "Fitting", "Measuring st"))}
    with pytest.raises(StylemateError, match="styles step with other settings"):
        pipeline(replace(OPTIONS, styles=replace(OPTIONS.styles, seed=7)))
