"""Files and folders that are written and read whole."""

import datetime
from pathlib import Path

import chess
import numpy as np
import torch

from engine.analysis.identification import DEFAULT_SCALE, load_scale, save_scale
from engine.attributes.fixed_positions import POSITIONS_FILE, QUALITY_FILE, QUALITY_VERSION
from engine.evaluation.experiment import Estimate, Plot, PlotSeries, Result, Table
from engine.evaluation.ladder.endings import EndingResult
from engine.evaluation.ladder.shipped import (
    ENDINGS_FILE,
    best_in_words,
    load_measured,
    save_rows,
    strength_tables,
)
from engine.evaluation.report.report import Report, Run, write_report
from engine.files import write_json
from engine.games.records import GameRecord
from engine.games.store import GameStore
from engine.games.store_writer import GameStoreWriter
from engine.model.checkpoint import save_model
from engine.play.strength.setting import Setting
from engine.play.strength.table import OpponentRating, RungRating, StrengthTable
from engine.style.style_file import style_bytes
from engine.training.checkpoint import RunState, load_checkpoint, read_run_state, save_checkpoint
from tests.conftest import tiny_habits, tiny_model, tiny_space
from tests.style.habit_tables import habits
from tests.style.style_files import style_file


def save_tiny_assets(folder: Path) -> None:
    """Write a small model and its styles."""
    save_model(folder / "model", tiny_model(), {"note": "random, for tests"})
    tiny_space().save(folder / "styles")
    tiny_habits().save(folder / "styles")


def style_file_bytes() -> bytes:
    z = np.random.default_rng(1).normal(size=(2, 4)).astype(np.float32)
    return style_bytes(style_file(z=z, signature=z[::-1], habits=habits(king_danger=0.01)))


def save_report(folder: Path) -> None:
    result = Result(
        title="Predicting moves",
        words="How often the model plays what a master played.",
        settings={"players": 12},
        figures={"gain": Estimate(1.6, 0.4, 2.9, 12), "share": 0.5},
        tables=(Table("By phase", ("phase", "top-1"), (("opening", Estimate(50, 48, 52, 12)),)),),
        plots=(
            Plot("line", "Games", "games", "%", (PlotSeries("own", (10.0, 30.0), (1.0, 2.0)),)),
        ),
    )
    run = Run(3, "smoke", "stylemate evaluate store", "2026-11-21", {"cores": "2"}, "abc", 1.5)
    write_report(
        Report("0" * 32, "1" * 32, run, {"move_matching": result}, {"move_matching": run}), folder
    )
    for path in (*folder.rglob("*.svg"), *folder.rglob("*.md")):
        path.unlink()  # nothing reads them


def save_strength(folder: Path) -> None:
    setting = Setting(0.5, 0.5, 0.5, 1)
    rungs = tuple(RungRating(setting, elo, elo - 20, elo + 20, 100) for elo in (900.0, 1500.0))
    others = (OpponentRating("Stockfish skill 3", 1500.0, 20.0, 90),)
    table = StrengthTable(rungs, "a scale", "2026-11-21", "0" * 32, rungs[0], others)
    table.save(folder / "strength.json")
    ending = EndingResult("average", "K+R against K", 20, 19, 11.5, {"repetition": 1})
    save_rows(folder / ENDINGS_FILE, [ending.as_json()], "0" * 32, datetime.date(2026, 11, 21))


def load_strength(folder: Path) -> object:
    table = StrengthTable.load(folder / "strength.json", "0" * 32)
    strength_tables(table, load_measured(folder, "0" * 32))
    best_in_words(table)
    return table.level(1200) if table.rungs else None


def write_scale(folder: Path) -> None:
    save_scale(folder / "identify.json", DEFAULT_SCALE, "0" * 32)


def load_made_scale(folder: Path) -> object:
    return load_scale(folder / "identify.json", "0" * 32).sharpness(30)


def save_positions(folder: Path) -> None:
    board = chess.Board()
    rows = [{"fen": board.fen(), "moves": ["e2e4", "e7e5"], "phase": "opening"}]
    for move in rows[0]["moves"]:
        board.push_uci(move)
    losses = [{move.uci(): 0.01 for move in board.legal_moves}]
    write_json(folder / POSITIONS_FILE, rows)
    write_json(folder / QUALITY_FILE, {"version": QUALITY_VERSION, "losses": losses})


def _network() -> tuple[torch.nn.Linear, torch.optim.AdamW]:
    torch.manual_seed(0)
    network = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(network.parameters())
    network(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return network, optimizer


def save_run(folder: Path) -> None:
    folder.mkdir(parents=True)
    save_checkpoint(folder, *_network(), RunState(7, {"steps": 10}, "abc"))


def load_run(folder: Path) -> object:
    state = read_run_state(folder)
    return state, load_checkpoint(folder, *_network(), torch.device("cpu"))


def save_store(folder: Path) -> None:
    moves = np.array([12 | 28 << 6, 52 | 36 << 6], dtype=np.uint16)
    with GameStoreWriter(folder) as writer:
        for number in range(5):
            writer.add(GameRecord("Tal, Mikhail", f"Elm {number}", moves, 2600, 0, "1960.??.??"))


def load_store(folder: Path) -> object:
    return list(GameStore.open(folder).records())
