"""Online archives against a site on this machine: as documented, and as sites behave at times."""

import datetime
import email.utils
import json
import socket
import threading
import time
from collections.abc import Callable

import pytest

from engine.games.online.archive import Archive, ArchiveError, GameRequest
from engine.games.online.chess_com import ChessComArchive
from engine.games.online.lichess import LichessArchive
from engine.games.online.polite import Patience
from tests.games.online.server import Answer, Asked, serving
from tests.games.online.sites import ADA, QUICK, both, chess_site, silent


@both
def test_unknown_users_are_named(
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer]
) -> None:
    with serving(answer) as site, pytest.raises(ArchiveError, match="no user called 'Nobody'"):
        archive(site.address, QUICK).fetch(GameRequest(user="Nobody"), silent)


@pytest.mark.parametrize(
    ("archive", "body"),
    [(LichessArchive, b""), (LichessArchive, b"\n\n"), (ChessComArchive, b'{"archives": []}')],
)
def test_users_without_games(archive: Callable[[str, Patience], Archive], body: bytes) -> None:
    with (
        serving(lambda asked: Answer(200, body)) as site,
        pytest.raises(ArchiveError, match=r"Ada_L has no games .* that fit"),
    ):
        archive(site.address, QUICK).fetch(ADA, silent)


@both
def test_nobody_answers(
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer]
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(ArchiveError, match="seems to be offline"):
        archive(address, QUICK).fetch(ADA, silent)


@both
def test_too_many_requests_wait_and_try_again(
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer]
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
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer]
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


@both
def test_silence_ends(
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer]
) -> None:
    with (
        serving(lambda asked: Answer(delay=2)) as site,
        pytest.raises(ArchiveError, match="did not answer in time"),
    ):
        archive(site.address, QUICK).fetch(ADA, silent)
    assert len(site.asked) == QUICK.tries


@both
def test_a_fault_of_the_site_is_tried_again_and_then_told(
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer]
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
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer], body: bytes
) -> None:
    if archive is LichessArchive and body.startswith(b"["):
        body = b"{}"
    with serving(lambda asked: Answer(200, body)) as site, pytest.raises(ArchiveError):
        archive(site.address, QUICK).fetch(ADA, silent)


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
    archive: Callable[[str, Patience], Archive],
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
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer]
) -> None:
    def stop(share: float, note: str) -> None:
        if "wait" in note:
            raise StoppedError

    patient = Patience(after_too_many=50)
    with serving(lambda asked: Answer(429)) as site:
        began = time.monotonic()
        with pytest.raises(StoppedError):
            archive(site.address, patient).fetch(ADA, stop)
    assert time.monotonic() - began < 10


@both
def test_downloads_of_one_site_take_turns(
    archive: Callable[[str, Patience], Archive], answer: Callable[[Asked], Answer]
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
