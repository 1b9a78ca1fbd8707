"""Games of Lichess: what is asked for, and answers of which half is missing."""

import datetime
from urllib.parse import parse_qs

import pytest

from engine.games.online.archive import ArchiveError, GameRequest
from engine.games.online.lichess import LichessArchive
from engine.games.online.polite import Patience
from engine.games.selection import Speed
from tests.games.online.server import Answer, Asked, serving
from tests.games.online.sites import ADA, LICHESS, QUICK, lichess, records_of, silent


def test_lichess_gives_the_games_of_its_export() -> None:
    with serving(lichess) as site:
        download = LichessArchive(site.address, QUICK).fetch(ADA, silent)
    assert download.games == 3
    assert download.notes == ()
    assert [(r.white, r.time_control, r.date) for r in records_of(download)] == [
        ("Ada_L", "180+2", "2024.05.03"),
        ("rival-two", "600+0", "2024.05.02"),
        ("Ada_L", "-", "2024.04.29"),
    ]


def test_lichess_is_asked_as_documented() -> None:
    wanted = GameRequest(
        user="Ada_L",
        most=2,
        speeds=frozenset({Speed.BLITZ, Speed.BULLET}),
        since=datetime.date(2024, 5, 1),
        until=datetime.date(2024, 5, 31),
    )
    with serving(lichess) as site:
        assert LichessArchive(site.address, QUICK).fetch(wanted, silent).games == 2
    (asked,) = site.asked
    query = {key: values[0] for key, values in parse_qs(asked.query).items()}
    assert query["max"] == "2"
    assert query["perfType"] == "ultraBullet,bullet,blitz"
    assert query["since"] == "1714521600000"
    assert query["until"] == "1717199999999"
    assert asked.headers["Accept"] == "application/x-chess-pgn"
    assert asked.headers["User-Agent"].startswith("stylemate/")


def test_lichess_is_given_a_full_minute_after_too_many_requests() -> None:
    assert Patience().after_too_many >= 60


def test_half_of_lichess_answer_is_used_and_said() -> None:
    full = LICHESS["body"].encode()

    def half(asked: Asked) -> Answer:
        return Answer(200, full, LICHESS["headers"], sent=len(full) - 150)

    with serving(half) as site:
        download = LichessArchive(site.address, QUICK).fetch(ADA, silent)
    assert download.games == len(records_of(download)) > 0
    assert "broke off" in download.notes[0]


def test_nothing_of_lichess_answer_is_told() -> None:
    with (
        serving(lambda asked: Answer(200, b"x" * 5000, sent=0)) as site,
        pytest.raises(ArchiveError, match="broke off"),
    ):
        LichessArchive(site.address, QUICK).fetch(ADA, silent)
