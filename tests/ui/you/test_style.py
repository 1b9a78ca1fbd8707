"""What the You page makes of games: a style that is shown, played, kept and loaded again."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import StylemateError
from engine.style.style_file import StyleFile, style_bytes
from tests.style.style_files import style_file
from tests.ui.hands import tab_of
from tests.ui.you.visit import (
    ADA,
    TIMEOUT,
    errors,
    games,
    learn,
    press,
    session,
    settled,
    upload,
    words,
)
from ui.shared.opponents import GUESTS, shared_opponents
from ui.you import background
from ui.you import session as you
from ui.you.style_panel import stability_words


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
    return style_file(**({"z": shared.space.z[0], "model": shared.fingerprint} | changes))


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


def test_three_games_are_too_few_but_work(page: AppTest) -> None:
    upload(page, ("a.pgn", games(3)))
    assert "3 games are too few" in words(page)
    learn(page)
    assert session(page).me is not None
    assert "too few" in words(page)


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
