"""Online archives against a site on this machine: as documented, and as sites behave at times."""

import datetime
import email.utils
import json
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from engine.errors import StylemateError
from engine.games.online import chess_com
from engine.games.online.archive import (
    Archive,
    ArchiveError,
    Download,
    GameRequest,
    user_name,
)
from engine.games.online.chess_com import ChessComArchive
from engine.games.online.lichess import LichessArchive
from engine.games.online.polite import Manners
from engine.games.records import GameRecord
from engine.games.selection import Speed
from engine.games.uploads import UploadedGames
from tests.games.online.server import Answer, Asked, recording, serving

QUICK = Manners(connect=5, read=0.4, after_too_many=0.3, after_fault=0.01, longest_wait=100)
ADA = GameRequest(user="Ada_L")
LICHESS = recording("lichess_games.json")
CHESS_COM = recording("chess_com.json")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def silent(share: float, note: str) -> None:
    assert 0 <= share <= 1
    assert note


def lichess(asked: Asked) -> Answer:
    """Answer as Lichess is recorded to."""
    if asked.path != "/api/games/user/Ada_L":
        return Answer(404, b'{"error":"Not found"}', {"Content-Type": "application/json"})
    games = LICHESS["body"].strip().split("\n\n\n")
    most = int(parse_qs(asked.query)["max"][0])
    text = "\n\n\n".join([*games[:most], ""])
    return Answer(200, text.encode(), LICHESS["headers"])


def chess_site(asked: Asked) -> Answer:
    """Answer as chess.com is recorded to, with ETags."""
    part = asked.path.removeprefix("/pub/player/ada_l/games/")
    if part not in CHESS_COM:
        return Answer(404, json.dumps(CHESS_COM["unknown"]).encode())
    if asked.headers.get("If-None-Match") == f'W/"{part}"':
        return Answer(304)
    body = json.dumps(CHESS_COM[part]).encode()
    return Answer(200, body, {"ETag": f'W/"{part}"', "Content-Type": "application/json"})


def records_of(download: Download) -> list[GameRecord]:
    upload = UploadedGames(download.text)
    records = list(upload)
    assert upload.summary.skipped_by_count() == []
    assert upload.summary.damaged == []
    return records


SITES: list[tuple[Callable[[str, Manners], Archive], Callable[[Asked], Answer]]] = [
    (LichessArchive, lichess),
    (ChessComArchive, chess_site),
]
both = pytest.mark.parametrize(("archive", "answer"), SITES, ids=["lichess", "chess.com"])


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


@both
def test_unknown_users_are_named(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer]
) -> None:
    with serving(answer) as site, pytest.raises(ArchiveError, match="no user called 'Nobody'"):
        archive(site.address, QUICK).fetch(GameRequest(user="Nobody"), silent)


@pytest.mark.parametrize(
    ("archive", "body"),
    [(LichessArchive, b""), (LichessArchive, b"\n\n"), (ChessComArchive, b'{"archives": []}')],
)
def test_users_without_games(archive: Callable[[str, Manners], Archive], body: bytes) -> None:
    with (
        serving(lambda asked: Answer(200, body)) as site,
        pytest.raises(ArchiveError, match=r"Ada_L has no games .* that fit"),
    ):
        archive(site.address, QUICK).fetch(ADA, silent)


@both
def test_nobody_answers(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer]
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(ArchiveError, match="seems to be offline"):
        archive(address, QUICK).fetch(ADA, silent)


@both
def test_too_many_requests_wait_and_try_again(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer]
) -> None:
    notes: list[str] = []
    with serving(lambda asked: Answer(429) if len(site.asked) == 1 else answer(asked)) as site:
        began = time.monotonic()
        download = archive(site.address, QUICK).fetch(ADA, lambda share, note: notes.append(note))
    assert download.games >= 3
    assert time.monotonic() - began >= QUICK.after_too_many
    assert any("asks us to wait" in note for note in notes)


@both
def test_too_many_requests_for_good(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer]
) -> None:
    with (
        serving(lambda asked: Answer(429)) as site,
        pytest.raises(ArchiveError, match="too many requests"),
    ):
        archive(site.address, QUICK).fetch(ADA, silent)
    assert len(site.asked) == QUICK.tries


def test_a_wait_beyond_reason_is_told_instead_of_waited() -> None:
    answer = Answer(429, headers={"Retry-After": "3600"})
    with (
        serving(lambda asked: answer) as site,
        pytest.raises(ArchiveError, match="wait 60 minutes"),
    ):
        LichessArchive(site.address, QUICK).fetch(ADA, silent)
    assert len(site.asked) == 1


def test_lichess_is_given_a_full_minute_after_too_many_requests() -> None:
    assert Manners().after_too_many >= 60


@both
def test_silence_ends(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer]
) -> None:
    with (
        serving(lambda asked: Answer(delay=2)) as site,
        pytest.raises(ArchiveError, match="did not answer in time"),
    ):
        archive(site.address, QUICK).fetch(ADA, silent)
    assert len(site.asked) == QUICK.tries


@both
def test_a_fault_of_the_site_is_tried_again_and_then_told(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer]
) -> None:
    with serving(lambda asked: Answer(503) if len(site.asked) < 3 else answer(asked)) as site:
        assert archive(site.address, QUICK).fetch(ADA, silent).games >= 3
    with serving(lambda asked: Answer(500)) as site, pytest.raises(ArchiveError, match="HTTP 500"):
        archive(site.address, QUICK).fetch(ADA, silent)


@both
@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><html>Please log in</html>", b"\x00\x01\x02\xff\xfe" * 50, b'["x"]', b"7"],
)
def test_garbage_is_no_list_of_games(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer], body: bytes
) -> None:
    if archive is LichessArchive and body.startswith(b"["):
        body = b"{}"
    with serving(lambda asked: Answer(200, body)) as site, pytest.raises(ArchiveError):
        archive(site.address, QUICK).fetch(ADA, silent)


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


def test_a_wait_may_be_told_as_a_date() -> None:
    def answer(asked: Asked) -> Answer:
        until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)
        return Answer(429, headers={"Retry-After": email.utils.format_datetime(until, usegmt=True)})

    with serving(answer) as site, pytest.raises(ArchiveError, match=r"wait 1[12][0-9] minutes"):
        LichessArchive(site.address, QUICK).fetch(ADA, silent)
    assert len(site.asked) == 1


def test_addresses_in_an_answer_are_not_followed() -> None:
    elsewhere = {"archives": ["http://192.0.2.1/pub/player/ada_l/games/2024/05"]}

    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("archives"):
            return Answer(200, json.dumps(elsewhere).encode())
        return chess_site(asked)

    with serving(answer) as site:
        assert ChessComArchive(site.address, QUICK).fetch(ADA, silent).games == 2


@both
def test_an_answer_without_end_is_bounded(
    archive: Callable[[str, Manners], Archive],
    answer: Callable[[Asked], Answer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.games.online.chess_com.LARGEST_TEXT", 1000)
    monkeypatch.setattr("engine.games.online.lichess.LARGEST_TEXT", 600)
    with serving(answer) as site:
        if archive is LichessArchive:
            download = LichessArchive(site.address, QUICK).fetch(ADA, silent)
            assert download.games == 1
            assert "newest of them" in download.notes[0]
        else:
            with pytest.raises(ArchiveError, match="sent more than"):
                archive(site.address, QUICK).fetch(ADA, silent)


class StoppedError(Exception):
    pass


@both
def test_a_download_stops_when_told_even_while_it_waits(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer]
) -> None:
    def stop(share: float, note: str) -> None:
        if "wait" in note:
            raise StoppedError

    patient = Manners(after_too_many=50)
    with serving(lambda asked: Answer(429)) as site:
        began = time.monotonic()
        with pytest.raises(StoppedError):
            archive(site.address, patient).fetch(ADA, stop)
    assert time.monotonic() - began < 10


@both
def test_downloads_of_one_site_take_turns(
    archive: Callable[[str, Manners], Archive], answer: Callable[[Asked], Answer]
) -> None:
    def slowly(asked: Asked) -> Answer:
        time.sleep(0.1)
        return answer(asked)

    with serving(slowly) as site:
        shared = archive(site.address, QUICK)
        threads = [threading.Thread(target=shared.fetch, args=(ADA, silent)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert site.most_at_once == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ada_L", "Ada_L"),
        ("  @ada-l ", "ada-l"),
        ("https://lichess.org/@/Ada_L", "Ada_L"),
        ("lichess.org/@/Ada_L/all", "Ada_L"),
        ("https://www.chess.com/member/ada_l", "ada_l"),
        ("https://www.chess.com/games/archive/ada_l", "ada_l"),
        ("https://www.chess.com/games/archive/ada_l?gameOwner=other_game&page=2", "ada_l"),
        ("https://www.chess.com/stats/live/blitz/ada_l", "ada_l"),
        ("https://www.chess.com/stats/live/rapid/ada_l/30", "ada_l"),
        ("https://www.chess.com/stats/daily/chess/ada_l", "ada_l"),
        ("https://www.chess.com/stats/overview/ada_l", "ada_l"),
        ("https://www.chess.com/de/member/ada_l", "ada_l"),
        ("https://www.chess.com/pt-BR/member/ada_l", "ada_l"),
        ("https://www.chess.com/member/ada_l?ref_id=1", "ada_l"),
        ("https://www.chess.com/member/ada_l#games", "ada_l"),
        ("https://api.chess.com/pub/player/ada_l/games/archives", "ada_l"),
        ("CHESS.COM/Member/Ada_L/", "Ada_L"),
        ("lichess.org/@/Ada_L?page=2", "Ada_L"),
        ("https://lichess.org/@/Ada_L/perf/blitz", "Ada_L"),
        ("https://lichess.org/api/games/user/Ada_L?max=5", "Ada_L"),
    ],
)
def test_user_names_may_be_typed_or_pasted(typed: str, name: str) -> None:
    assert user_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "https://www.chess.com",
        "https://www.chess.com/home",
        "https://www.chess.com/ada_l",
        "https://www.chess.com/game/live/12345678",
        "https://www.chess.com/games/archive",
        "https://www.chess.com/stats/live/blitz",
        "https://www.chess.com/club/ada",
        "https://www.chess.com/de/club/ada",
        "https://lichess.org/abcdefgh",
        "https://lichess.org/team/ada",
        "https://example.org/@/ada",
    ],
)
def test_addresses_that_name_nobody_are_refused(typed: str) -> None:
    with pytest.raises(StylemateError):
        user_name(typed)


@pytest.mark.parametrize("typed", ["", " ", "a", "two words", "../../etc", "x" * 40, "ädä"])
def test_what_no_user_is_called_is_refused_before_asking(typed: str) -> None:
    with pytest.raises(StylemateError):
        GameRequest(user=typed)


def test_requests_are_checked() -> None:
    with pytest.raises(StylemateError, match="Between 1 and"):
        GameRequest(user="ada", most=0)
    with pytest.raises(StylemateError, match="after the last"):
        GameRequest(user="ada", since=datetime.date(2024, 2, 1), until=datetime.date(2024, 1, 1))
