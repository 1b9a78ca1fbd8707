from pathlib import Path

import numpy as np
import pytest

from engine.games.players import PlayerSummary, matching_players, players_of
from engine.games.records import GameRecord
from engine.games.store import GameStore
from engine.games.store_writer import GameStoreWriter


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
        PlayerSummary("Tal, Mikhail", 3, 2500, 2705, 1958, 1960),
        PlayerSummary("Réti, Richard", 2, None, None, 1958, 1960),
        PlayerSummary("Nobody", 1, None, None, None, None),
    ]


def test_search_ignores_case_accents_and_order(tmp_path: Path) -> None:
    players = players_of(_store(tmp_path / "store"))
    assert [p.name for p in matching_players(players, search="richard RETI")] == ["Réti, Richard"]
    assert [p.name for p in matching_players(players, min_games=3)] == ["Tal, Mikhail"]
    assert matching_players(players, search="fischer") == []
    assert matching_players(players, search="?!") == []


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("Radoslaw", ["Wójcik, Radosław"]),
        ("RADOSŁAW wojcik", ["Wójcik, Radosław"]),
        ("Wo\u0301jcik", ["Wójcik, Radosław"]),
        ("Bjornsen", ["Bjørnsen"]),
        ("tal", ["Tal, Mikhail", "Vitaly, Ivan"]),
        ("Taal", ["Tal, Mikhail"]),
        ("Bjornson", ["Bjørnsen"]),
    ],
)
def test_search_offers_whom_people_mean(search: str, names: list[str]) -> None:
    known = {"Vitaly, Ivan": 9, "Tal, Mikhail": 5, "Wójcik, Radosław": 2, "Bjørnsen": 1}
    players = [PlayerSummary(name, games, None, None, None, None) for name, games in known.items()]
    assert [player.name for player in matching_players(players, search=search)] == names
