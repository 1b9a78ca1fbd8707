"""What games may be given to the You page, and how they are chosen among."""

import datetime
import gzip
import threading
from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from engine.games.online.archive import Archive, ArchiveError, Download, GameRequest
from engine.games.selection import Speed
from engine.games.uploads import UploadLimits
from engine.progress import TellShare
from tests.ui.you.visit import (
    ADA,
    PGN,
    TIMEOUT,
    errors,
    games,
    press,
    session,
    settled,
    upload,
    words,
)
from ui.shared.jobs import Job, draw_progress
from ui.you import background
from ui.you import session as you
from ui.you.background import LoadedGames


def test_games_read_while_the_page_is_drawn_are_shown(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Event()
    read_files = background.read_files

    def read_late(files: Sequence[tuple[str, bytes]], job: Job[LoadedGames]) -> LoadedGames:
        assert looked.wait(TIMEOUT)
        return read_files(files, job)

    def draw_late(job: Job[LoadedGames]) -> None:
        looked.set()
        assert job.wait(TIMEOUT)
        draw_progress(job)

    monkeypatch.setattr(background, "read_files", read_late)
    monkeypatch.setattr("ui.you.page.draw_progress", draw_late)
    page.file_uploader[0].set_value([("a.pgn", games(12), PGN)]).run()
    assert not page.exception
    assert "12 games read" in words(page)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"Dear diary, no games today.", "No game could be read"),
        (games(3, Variant="Crazyhouse"), "another chess variant"),
        (b"PK\x03\x04zip", "zip archive"),
        (gzip.compress(games(3), mtime=0)[:60], "not read to its end"),
    ],
)
def test_files_without_a_usable_game_say_why(page: AppTest, data: bytes, said: str) -> None:
    upload(page, ("bad.pgn", data))
    assert said in errors(page)
    assert session(page).loaded is None


def test_games_without_names_are_refused(page: AppTest) -> None:
    upload(page, ("a.pgn", games(2, White="?", Black="?")))
    assert "do not say who played" in errors(page)


def test_one_game_cannot_be_learnt_from(page: AppTest) -> None:
    upload(page, ("a.pgn", games(1)))
    assert "needs two games" in words(page)
    assert [b.disabled for b in page.button if b.label == "Learn my style"] == [True]


def test_games_of_variants_among_others_are_counted(page: AppTest) -> None:
    upload(page, ("a.pgn", games(4) + games(2, seed=3, Variant="Chess960")))
    assert "2 of 6 games left out: another chess variant" in " ".join(
        element.value for element in page.text
    )
    assert "4 games read" in words(page)


def test_namesakes_and_other_spellings_are_pointed_out(page: AppTest) -> None:
    same = games(2, seed=3, White=ADA, Black=ADA)
    spelt = games(2, seed=4, player="Ada, C")
    ratings = games(4, seed=5, WhiteElo="1200", BlackElo="1200") + games(
        4, seed=6, WhiteElo="2600", BlackElo="2600"
    )
    upload(page, ("a.pgn", games(3) + same + spelt + ratings))
    said = words(page)
    assert "both sides are called" in said
    assert "two people of one name" in said
    assert "perhaps the same person" in said
    count = len(you.choice(session(page), (ADA,)).games)
    page.multiselect(you.ALSO).set_value(["Ada, C"]).run()
    assert not page.exception
    assert len(you.choice(session(page), (ADA, "Ada, C")).games) == count + 2


def test_games_are_chosen_by_time_control_and_date(page: AppTest) -> None:
    fast = games(4, seed=3, TimeControl="60", Date="2020.01.01")
    upload(page, ("a.pgn", games(6, Date="2024.06.01") + fast))
    assert "10 games are too few" in words(page)
    page.session_state[you.SPEEDS] = [Speed.BULLET]
    page.run()
    assert "4 games are too few" in words(page)
    page.session_state[you.SPEEDS] = []
    page.session_state[you.SINCE] = datetime.date(2024, 1, 1)
    page.run()
    assert not page.exception
    assert "6 games are too few" in words(page)


def test_pasted_games_are_read(page: AppTest) -> None:
    press(page, "Read these games")
    assert "Paste your games first" in errors(page)
    page.text_area(you.PASTED).set_value(games(5).decode()).run()
    settled(press(page, "Read these games"))
    assert not page.error
    assert "5 games read" in words(page)


class Site:
    """An archive that answers at once."""

    name = "Lichess"

    def __init__(self, answer: Download | ArchiveError) -> None:
        self.answer = answer
        self.asked: list[GameRequest] = []

    def fetch(self, request: GameRequest, progress: TellShare) -> Download:
        self.asked.append(request)
        progress(0.5, "coming …")
        if isinstance(self.answer, ArchiveError):
            raise self.answer
        return self.answer


def with_site(monkeypatch: pytest.MonkeyPatch, answer: Download | ArchiveError) -> Site:
    site = Site(answer)
    archives: dict[str, Archive] = {"Lichess": site}
    monkeypatch.setattr(you, "_archives", lambda: archives)
    return site


def test_games_of_a_user_are_fetched(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    text = games(6, player="ada_l") + games(6, seed=2, player="Someone")
    site = with_site(monkeypatch, Download(text, 12, ("The connection broke off.",)))
    page.text_input(you.USER).set_value("https://lichess.org/@/Ada_L").run()
    settled(press(page, "Get my games"))
    assert site.asked[0].user == "Ada_L"
    assert page.selectbox(you.PLAYER).value == "ada_l"
    assert "The connection broke off." in page.text[0].value


def test_what_an_archive_says_is_shown(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with_site(monkeypatch, ArchiveError("Lichess cannot be reached: offline."))
    press(page, "Get my games")
    assert "Type your user name" in errors(page)
    page.text_input(you.USER).set_value("ada").run()
    settled(press(page, "Get my games"))
    assert "cannot be reached" in errors(page)
    page.text_input(you.USER).set_value("no name").run()
    press(page, "Get my games")
    assert "cannot be a user name" in errors(page)


def test_many_games_are_read_up_to_a_limit(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "LIMITS", UploadLimits(games=10))
    upload(page, ("a.pgn", games(25)))
    assert "10 games read" in words(page)
    assert "only its first 10 games were read" in page.text[0].value
