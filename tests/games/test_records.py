import hashlib

import numpy as np
import pytest

from engine.games.records import GameRecord, parse_date, record_from_headers

MOVES = np.array([12 | 28 << 6, 52 | 36 << 6], dtype=np.uint16)


def test_game_id_is_the_documented_hash() -> None:
    game = GameRecord("Tal, Mikhail", "Petrosian, Tigran V", MOVES, date="1962.05.02")
    text = b"Tal, Mikhail|Petrosian, Tigran V|1962.05.02|"
    digest = hashlib.blake2b(text + MOVES.astype("<u2").tobytes(), digest_size=8).digest()
    assert game.game_id == int.from_bytes(digest, "little")
    assert game.year == 1962
    assert GameRecord("a", "b", MOVES, date="????.??.??").year is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1960.03.15", "1960.03.15"),
        ("1960.??.??", "1960.??.??"),
        ("????.??.??", "????.??.??"),
        ("1960", "1960.??.??"),
        ("1960-3-5", "1960.03.05"),
        ("1960/12", "1960.12.??"),
        ("1960.13.45", "1960.??.??"),
        ("0000.00.00", "????.??.??"),
        ("0000", "????.??.??"),
        ("0001.01.01", "????.??.??"),
        ("9999.01.01", "????.??.??"),
        ("31.12.2020", "2020.12.31"),
        ("5.6.2020", "2020.06.05"),
        ("12/31/2020", "2020.12.31"),
        ("31/12/2020", "2020.12.31"),
        ("03/04/2020", "2020.??.??"),  # March or April
        ("4-4-2020", "2020.04.04"),
        ("31.12/2020", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2700", 2700), ("1500?", 1500), ("0", 0), ("?", 0), ("-", 0), ("9999", 0), ("٣", 0)],
)
def test_ratings(text: str, expected: int) -> None:
    assert record_from_headers({"whiteelo": text}, MOVES, "").white_elo == expected


def test_missing_and_messy_headers() -> None:
    game = record_from_headers({"white": " Tal,\x00 \tMikhail ", "event": "x" * 999}, MOVES, "1-0")
    assert (game.white, game.black) == ("Tal, Mikhail", "?")
    assert (game.white_elo, game.date, game.result, game.time_control) == (0, "", "1-0", "")
    assert len(game.event) == 200


def test_date_of_online_games() -> None:
    headers = {"date": "????.??.??", "utcdate": "2018.10.26"}
    assert record_from_headers(headers, MOVES, "").date == "2018.10.26"


@pytest.mark.parametrize(
    "name",
    ["?", "N.N.", "NN, NN", "Unknown, Player", "[unknown]", "Guest1234", "stockfish level 3", "-"],
)
def test_names_of_nobody(name: str) -> None:
    assert record_from_headers({"white": name}, MOVES, "").white == "?"


@pytest.mark.parametrize("name", ["Nunn", "Guest, Edgar", "Player, Ann", "Stockfish", "Noname, A"])
def test_names_of_somebody(name: str) -> None:
    assert record_from_headers({"white": name}, MOVES, "").white == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("O&#39;Kelly, Alb&eacute;ric", "O'Kelly, Albéric"),
        ("&quot;Tal&quot;", "Tal"),
        ("Tal &amp; Co", "Tal & Co"),
        ("AT&T", "AT&T"),
        ("&#27;[31mTal", "[31mTal"),
        ("&lt;b&gt;Tal", "<b>Tal"),
        ("&" * 5000, "?"),
    ],
)
def test_names_copied_from_the_source_of_a_page(written: str, name: str) -> None:
    assert record_from_headers({"white": written}, MOVES, "").white == name
