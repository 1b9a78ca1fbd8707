"""The You page in Streamlit's own test runner: games in, style out, bad input, nothing kept."""

import datetime
import gzip
import json
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import StylemateError
from engine.games.online.archive import Archive, ArchiveError, Download, GameRequest
from engine.games.selection import Speed
from engine.games.uploads import UploadLimits
from engine.progress import TellShare
from engine.style.style_file import StyleFile, style_bytes
from tests.games.builders import pgn_game, random_moves, sans
from tests.ui.hands import tab_of
from ui.shared.jobs import Job, draw_progress
from ui.shared.opponents import GUESTS, shared_opponents
from ui.you import background
from ui.you import session as you
from ui.you.background import LoadedGames
from ui.you.session import YouSession
from ui.you.style_panel import stability_words

TIMEOUT = 120
ADA = "Ada, Countess"
PGN = "application/x-chess-pgn"

pytestmark = pytest.mark.usefixtures("with_tiny_assets")


def games(count: int, seed: int = 1, player: str = ADA, **headers: str) -> bytes:
    """Return PGN of random games of a player, who is White in every other one."""
    rng = random.Random(seed)
    texts = []
    for number in range(count):
        while len(moves := random_moves(rng, 40)) < 14:
            pass
        sides = (player, f"Rival {seed}.{number}")
        white, black = sides if number % 2 else sides[::-1]
        names = {"White": white, "Black": black, "TimeControl": "180+2"} | headers
        texts.append(pgn_game(sans(moves), **names))
    return "".join(texts).encode()


def app() -> None:
    from ui.you.page import you_page

    you_page()


@pytest.fixture
def page() -> Iterator[AppTest]:
    test = AppTest.from_function(app, default_timeout=TIMEOUT).run()
    assert not test.exception
    yield test
    now = session(test)
    for job in (now.reading, now.fitting, now.looking):
        if job is not None:
            job.cancel()


def session(page: AppTest) -> YouSession:
    state: YouSession = tab_of(page)[you.STATE]
    return state


def upload(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    page.file_uploader[0].set_value([(name, data, PGN) for name, data in files]).run()
    return settled(page)


def settled(page: AppTest) -> AppTest:
    """Wait for work in the background and draw its results."""
    while True:
        now = session(page)
        jobs = [job for job in (now.reading, now.fitting, now.looking) if job is not None]
        if not jobs:
            return page
        for job in jobs:
            assert job.wait(TIMEOUT)
        page.run()
        assert not page.exception


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [button for button in page.button if button.label == label]
    button.click().run()
    assert not page.exception
    return page


def learn(page: AppTest) -> AppTest:
    return settled(press(page, "Learn my style"))


def errors(page: AppTest) -> str:
    return " ".join(element.value for element in page.error)


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.info, page.header, page.title)
    texts = [element.value for kind in kinds for element in kind]
    return " ".join([*texts, *(element.proto.body for element in page.get("html"))])


def test_a_visitor_is_asked_for_games(page: AppTest) -> None:
    assert "Meet yourself" in words(page)
    assert [tab.label for tab in page.tabs] == [
        "Upload",
        "Paste",
        "Lichess · chess.com",
        "Style file",
    ]
    assert not page.error


def test_games_become_a_style_and_a_portrait(page: AppTest) -> None:
    upload(page, ("a.pgn", games(20)), ("b.pgn.gz", gzip.compress(games(20, seed=2), mtime=0)))
    assert page.selectbox(you.PLAYER).value == ADA
    assert "40 games count" in words(page)
    learn(page)
    me = session(page).me
    assert me is not None
    assert me.style.games == 40
    assert me.style.label == "Me"
    said = words(page)
    for part in (
        "The style of Countess Ada",
        "How much of it is you?",
        "Where you are on the map",
        "Your attributes among all players",
        "Whom you resemble",
        "Your most typical moves",
        "Your most unusual moves",
    ):
        assert part in said
    assert said.count('<figure class="you-board">') == 12
    assert me.portrait.matches[0].name.split(",")[0] in said
    assert [element.proto.id != "" for element in page.get("plotly_chart")] == [True] * 3


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


def test_the_style_is_kept_until_it_is_deleted(page: AppTest) -> None:
    learn(upload(page, ("a.pgn", games(12))))
    assert set(tab_of(page)[GUESTS].styles) == {"Me"}
    assert "Kept in this browser" in words(page)
    press(page, "Other games")
    assert page.text_input(you.LABEL).value == "Me 2", "the first is not replaced unasked"
    press(page, "Other games")
    assert "12 games of Ada, Countess" in words(page)
    settled(press(page, "Open"))
    assert "The style of Countess Ada" in words(page)
    press(page, "Delete")
    assert session(page).me is None
    assert session(page).loaded is None
    assert tab_of(page)[GUESTS].styles == {}


@pytest.mark.parametrize(
    ("label", "recipe"),
    [
        ("Play yourself", "Me"),
        ("Play you × Tal", "Me + Tal, Mikhail"),
        ("You, with more king danger", "Me | king_danger +1.5"),
    ],
)
def test_playing_oneself_hands_over_a_recipe(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, label: str, recipe: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(you, "ask_to_play", asked.append)
    learn(upload(page, ("a.pgn", games(6))))
    press(page, label)
    assert asked == [recipe]
    registry = tab_of(page)[GUESTS].opponents(shared_opponents())
    assert registry.space.style(recipe).recipe == recipe


def test_a_downloaded_style_can_be_loaded_again(page: AppTest) -> None:
    learn(upload(page, ("a.pgn", games(8))))
    me = session(page).me
    assert me is not None
    data = style_bytes(me.style)
    press(page, "Delete")
    page.file_uploader[1].set_value(("me.style", data, "application/json")).run()
    settled(page)
    again = session(page).me
    assert again is not None
    assert again.style.label == "Me"
    assert again.portrait.moves is None
    assert again.portrait.matches[0].name == me.portrait.matches[0].name
    assert again.portrait.matches[0].cosine == pytest.approx(me.portrait.matches[0].cosine, 1e-4)


def load_style(page: AppTest, data: bytes) -> str:
    page.file_uploader[1].set_value(("me.style", data, "application/json")).run()
    settled(page)
    assert session(page).me is None
    return errors(page)


def a_style(**changes: Any) -> StyleFile:
    shared = shared_opponents()
    values: dict[str, Any] = {
        "label": "Me",
        "player": ADA,
        "z": shared.space.z[0],
        "model": shared.fingerprint,
        "games": 40,
        "positions": 900,
        "first_year": None,
        "last_year": None,
        "rating": None,
        "stability": 0.4,
        "gain": 0.01,
        "created": "2025-02-14",
        "created_with": "tests",
    }
    return StyleFile(**(values | changes))


def test_style_files_that_do_not_fit_are_refused(page: AppTest) -> None:
    good = style_bytes(a_style())
    assert "another version of the model" in load_style(page, style_bytes(a_style(model="0" * 32)))
    changed = json.dumps(json.loads(good) | {"games": 4000}).encode()
    assert "was changed after it was written" in load_style(page, changed)
    assert "not a style file" in load_style(page, b"PNG")
    taken = style_bytes(a_style(label="Tal, Mikhail"))
    assert "a player called 'Tal, Mikhail' already" in load_style(page, taken)
    page.file_uploader[1].set_value(("me.style", good, "application/json")).run()
    settled(page)
    assert not page.error
    assert session(page).me is not None


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


def test_three_games_are_too_few_but_work(page: AppTest) -> None:
    upload(page, ("a.pgn", games(3)))
    assert "3 games are too few" in words(page)
    learn(page)
    assert session(page).me is not None
    assert "too few" in words(page)


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


@pytest.mark.parametrize(
    ("label", "said"),
    [("Tal, Mikhail", "already"), ("average", "average")],
)
def test_a_label_must_be_new(page: AppTest, label: str, said: str) -> None:
    upload(page, ("a.pgn", games(4)))
    page.text_input(you.LABEL).set_value(label).run()
    press(page, "Learn my style")
    assert said in errors(page)
    assert session(page).fitting is None


def test_a_fit_can_be_stopped(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def forever(*arguments: object, **named: Callable[..., Any]) -> None:
        while not named["cancelled"]():
            pass
        raise StylemateError("The fit was stopped.")

    monkeypatch.setattr(background, "fit_player", forever)
    upload(page, ("a.pgn", games(4)))
    press(page, "Learn my style")
    assert "Learning your style" in words(page)
    job = session(page).fitting
    assert job is not None
    press(page, "Stop")
    assert job.wait(TIMEOUT)
    page.run()
    assert session(page).me is None
    assert not page.error
    assert "4 games read" in words(page)


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


def test_names_cannot_bring_markup_into_the_page(page: AppTest) -> None:
    evil = "<script>alert(1)</script>"
    learn(upload(page, ("a.pgn", games(6, White=ADA, Black=evil))))
    for element in page.get("html"):
        assert "<script" not in element.proto.body


@pytest.mark.parametrize(
    ("stability", "says"),
    [(0.05, "Too few"), (-1.0, "Too few"), (0.3, "A sketch"), (0.8, "A steady portrait")],
)
def test_stability_in_words(stability: float, says: str) -> None:
    text, whole = stability_words(stability, 100)
    assert says in text
    assert -1 <= whole <= 1
    if stability == 0.3:
        assert whole == pytest.approx(0.6 / 1.3)
        # Spearman and Brown turned round: 0.7 of whole games needs 2.72 times as many.
        assert "About 270 games" in text
