from pathlib import Path

import numpy as np

from engine.games.players import PlayerGames, matching_players, players_of
from engine.games.records import GameRecord
from engine.games.store import GameStore, GameStoreWriter


def _store(path: Path) -> GameStore:
    rows = [
        ("Tal, Mikhail", "Réti, Richard", 2600, 0, "1960.03.15"),
        ("Tal, Mikhail", "?", 2705, 0, "????.??.??"),
        ("Réti, Richard", "Tal, Mikhail", 0, 2500, "1958.??.??"),
        ("?", "Nobody", 0, 0, ""),
    ]
    with GameStoreWriter(path) as writer:
        for number, (white, black, white_elo, black_elo, date) in enumerate(rows):
            moves = np.array([number], dtype=np.uint16)
            writer.add(GameRecord(white, black, moves, white_elo, black_elo, date))
    return GameStore.open(path)


def test_players_with_counts_ratings_and_years(tmp_path: Path) -> None:
    assert players_of(_store(tmp_path / "store")) == [
        PlayerGames("Tal, Mikhail", 3, 2500, 2705, 1958, 1960),
        PlayerGames("Réti, Richard", 2, None, None, 1958, 1960),
        PlayerGames("Nobody", 1, None, None, None, None),
    ]


def test_search_ignores_case_accents_and_order(tmp_path: Path) -> None:
    players = players_of(_store(tmp_path / "store"))
    assert [p.name for p in matching_players(players, search="richard RETI")] == ["Réti, Richard"]
    assert [p.name for p in matching_players(players, min_games=3)] == ["Tal, Mikhail"]
    assert matching_players(players, search="fischer") == []
