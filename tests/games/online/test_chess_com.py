"""Games of chess.com: months, what is remembered of them, and months that fail."""

import datetime

import pytest

from engine.games.online import chess_com
from engine.games.online.archive import ArchiveError, GameRequest
from engine.games.online.chess_com import ChessComArchive
from engine.games.selection import Speed
from tests.games.online.server import Answer, Asked, serving
from tests.games.online.sites import ADA, CHESS_COM, QUICK, chess_site, records_of, silent


def test_chess_com_gives_standard_games_newest_first() -> None:
    with serving(chess_site) as site:
        download = ChessComArchive(site.address, QUICK).fetch(ADA, silent)
    assert [(r.white, r.date) for r in records_of(download)] == [
        ("rival5", "2024.06.05"),
        ("Ada_L", "2024.06.04"),
        ("rival2", "2024.05.06"),
        ("Ada_L", "2024.05.03"),
    ]
    assert download.notes == ("Games of other variants were left out: 1.",)
    assert [asked.path.rpartition("games/")[2] for asked in site.asked] == [
        "archives",
        "2024/06",
        "2024/05",
    ]
    assert all("(username: ada_l)" in asked.headers["User-Agent"] for asked in site.asked)


@pytest.mark.parametrize(
    ("request_", "dates"),
    [
        (GameRequest(user="Ada_L", most=1), ["2024.06.05"]),
        (
            GameRequest(user="Ada_L", speeds=frozenset({Speed.RAPID, Speed.CORRESPONDENCE})),
            ["2024.06.04", "2024.05.03"],
        ),
        (
            GameRequest(
                user="Ada_L", since=datetime.date(2024, 5, 5), until=datetime.date(2024, 6, 4)
            ),
            ["2024.06.04", "2024.05.06"],
        ),
    ],
)
def test_chess_com_games_can_be_chosen(request_: GameRequest, dates: list[str]) -> None:
    with serving(chess_site) as site:
        download = ChessComArchive(site.address, QUICK).fetch(request_, silent)
    assert [record.date for record in records_of(download)] == dates


def test_chess_com_months_are_remembered_and_asked_for_by_etag(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(chess_site) as site:
        archive = ChessComArchive(site.address, QUICK)
        first = archive.fetch(ADA, silent)
        assert archive.fetch(ADA, silent) == first
        assert len(site.asked) == 3
        monkeypatch.setattr(chess_com, "FRESH", 0.0)
        assert archive.fetch(ADA, silent) == first
    assert len(site.asked) == 6
    assert [asked.headers.get("If-None-Match") for asked in site.asked[3:]] == [
        'W/"archives"',
        'W/"2024/06"',
        'W/"2024/05"',
    ]


def test_half_a_month_of_chess_com_is_asked_again() -> None:
    def first_time_half(asked: Asked) -> Answer:
        whole = chess_site(asked)
        is_first = sum(a.path == asked.path for a in site.asked) == 1
        return Answer(200, whole.body, sent=len(whole.body) // 2 if is_first else None)

    with serving(first_time_half) as site:
        assert ChessComArchive(site.address, QUICK).fetch(ADA, silent).games == 4
    assert len(site.asked) == 6


def test_a_month_of_chess_com_that_never_comes_leaves_the_newer_ones() -> None:
    def without_may(asked: Asked) -> Answer:
        return Answer(403) if asked.path.endswith("/05") else chess_site(asked)

    with serving(without_may) as site:
        download = ChessComArchive(site.address, QUICK).fetch(ADA, silent)
    assert download.games == 2
    assert "HTTP 403" in download.notes[0]
    assert "2 newest games are used" in download.notes[0]


@pytest.mark.parametrize("status", [404, 410, 500, 503])
@pytest.mark.parametrize("which", [0, -1])
def test_a_month_that_fails_is_passed_over(status: int, which: int) -> None:
    months = sorted(part for part in CHESS_COM if part[:4].isdigit())
    failing = months[which]

    def answer(asked: Asked) -> Answer:
        return Answer(status) if asked.path.endswith(failing) else chess_site(asked)

    with serving(answer) as site:
        download = ChessComArchive(site.address, QUICK).fetch(ADA, silent)
    assert 0 < download.games < 4
    assert failing.replace("/", "-") in "".join(download.notes)
    assert "knows no user" not in "".join(download.notes)


def test_a_person_of_whom_no_month_comes_is_not_unknown() -> None:
    def answer(asked: Asked) -> Answer:
        return chess_site(asked) if asked.path.endswith("archives") else Answer(404)

    with serving(answer) as site, pytest.raises(ArchiveError, match="did not give the months"):
        ChessComArchive(site.address, QUICK).fetch(ADA, silent)
