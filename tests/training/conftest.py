"""A small game store of random legal games between a handful of players."""

from pathlib import Path

import numpy as np
import pytest

from engine.games.records import GameRecord
from engine.games.store_writer import GameStoreWriter
from engine.position.moves import encode_move
from engine.training.data import TrainingPositions, load_games, prepare_positions
from tests.position.random_games import random_game

PLAYERS = ("Anderssen, Adolf", "Morphy, Paul", "Staunton, Howard", "Paulsen, Louis")
GAMES = 80


def write_store(path: Path, games: int = GAMES) -> Path:
    with GameStoreWriter(path) as writer:
        for number in range(games):
            moves = [encode_move(move) for move in random_game(number, plies=20 + number % 30)]
            writer.add(
                GameRecord(
                    white=PLAYERS[number % 4],
                    black=PLAYERS[(number // 4 + number + 1) % 4],
                    moves=np.array(moves, dtype=np.uint16),
                    white_elo=2500 + number,
                    black_elo=0,
                    date=f"{1850 + number % 12}.01.??",
                    result=("1-0", "0-1", "1/2-1/2", "*")[number % 4],
                )
            )
    return path


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("stores") / "small")


@pytest.fixture(scope="session")
def positions(store: Path) -> TrainingPositions:
    return prepare_positions(load_games(store), [], "cpu")
