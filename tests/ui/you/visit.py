"""A visit to the You page: what a person puts in, presses and reads."""

import random

from streamlit.testing.v1 import AppTest

from tests.games.builders import pgn_game, random_moves, sans
from tests.ui.hands import tab_of
from ui.you import session as you
from ui.you.session import YouSession

TIMEOUT = 120
ADA = "Ada, Countess"
PGN = "application/x-chess-pgn"


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
