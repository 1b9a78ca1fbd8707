"""A person's history of games: what the browser keeps, what it is read back as, and the score."""

import io
import json
from typing import Any

import chess
import chess.pgn
import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import StylemateError
from engine.style.recipe_parser import parse_recipe
from tests.ui.hands import component, tab_of
from tests.ui.test_pages import open_page
from ui.memory.history import MOST_GAMES, KeptGames, read_told
from ui.play import state as playing
from ui.play.state import PlaySession
from ui.shared.game import Game, replayed, resign
from ui.shared.history import (
    STATE,
    History,
    PlayedGame,
    all_pgn,
    read_game,
    scores,
    sides,
    write_game,
)
from ui.shared.opponent import Opponent

TAL = Opponent(parse_recipe("Tal, Mikhail"))
MATED = replayed(Game(), map(chess.Move.from_uci, ("f2f3", "e7e5", "g2g4", "d8h4")))


def played(game: Game, recipe: str = "Tal, Mikhail", name: str = "1") -> PlayedGame:
    return PlayedGame(name, 1764320000.5, Opponent(parse_recipe(recipe)), game)


def test_a_game_is_read_as_it_was_written() -> None:
    before = played(MATED, "0.6 Tal, Mikhail + 0.4 Carlsen, Magnus | elo 1500")
    assert read_game("1", write_game(before)) == before
    assert str(before.day) == "2025-11-28"
    assert before.points == 0
    assert sides(before) == ("You", "Tal × Carlsen")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "{" * 5000,
        json.dumps({"ended": "x", "address": {}}),
        json.dumps({"ended": 1e300, "address": {}}),
        json.dumps({"ended": 1.0, "address": {"moves": 3}}),
        json.dumps({"ended": 1.0, "address": {"moves": "e2e4"}}),
        json.dumps({"ended": 1.0, "address": {"moves": "e2e5", "resigned": "1"}}),
        json.dumps({"ended": 1.0, "address": {"moves": "e2e4.e7e5", "fen": "x", "resigned": "1"}}),
        json.dumps({"ended": 1.0, "address": {"moves": "a2a3." * 5000, "resigned": "1"}}),
    ],
)
def test_what_is_no_finished_game_is_refused(text: str) -> None:
    with pytest.raises(StylemateError):
        read_game("1", text)


def test_the_score_against_each_opponent() -> None:
    lost = played(MATED)
    won = played(resign(replayed(Game(), [chess.Move.from_uci("e2e4")])), "Carlsen, Magnus")
    rated = played(MATED, "Tal, Mikhail | elo 1500")
    black = played(replayed(Game(person=chess.BLACK), MATED.moves))
    found = scores([lost, won, rated, black, black])
    assert [(s.opponent, s.won, s.drawn, s.lost) for s in found] == [
        ("Mikhail Tal", 2, 0, 1),
        ("Magnus Carlsen", 0, 0, 1),
        ("Mikhail Tal, about 1500", 0, 0, 1),
    ]
    assert found[0].points == 2


def test_all_games_leave_as_pgn() -> None:
    text = all_pgn(
        [played(MATED), played(resign(MATED)), played(replayed(Game(), MATED.moves[:2]))]
    )
    stream, found = io.StringIO(text), []
    while (game := chess.pgn.read_game(stream)) is not None:
        assert not game.errors
        found.append((game.headers["Date"], game.headers["Result"], game.end().ply()))
    assert found == [("2025.11.28", "0-1", 4), ("2025.11.28", "0-1", 4), ("2025.11.28", "*", 2)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("x", None),
        ({"games": "x", "keeps": True}, None),
        ({"games": None, "keeps": True}, KeptGames(None, True)),
        ({"games": [], "keeps": "yes"}, KeptGames({}, False)),
        (
            {"games": [["a", "1"], ["b"], ["c", 2], 5, ["d", "x" * 50_000]], "keeps": True},
            KeptGames({"a": "1"}, True),
        ),
        (
            {"games": [[str(n), ""] for n in range(MOST_GAMES + 5)], "keeps": True},
            KeptGames({str(n): "" for n in range(5, MOST_GAMES + 5)}, True),
        ),
    ],
)
def test_what_a_browser_says_that_it_keeps(value: Any, expected: KeptGames | None) -> None:
    assert read_told(value) == expected


# ---- on the pages ----


def history(page: AppTest) -> History:
    known: History = tab_of(page)[STATE]
    return known


@pytest.mark.usefixtures("with_tiny_assets")
class TestOnThePages:
    def test_a_game_that_ends_here_is_kept_and_a_link_is_not(self) -> None:
        page = open_page({"moves": "f2f3.e7e5.g2g4.d8h4"})
        assert not component(page, "stylemate.history")["added"], "somebody else's game"
        page = open_page({"moves": "e2e4.e7e5"})
        play_resign(page)
        added = component(page, "stylemate.history")["added"]
        (text,) = added.values()
        assert json.loads(text)["address"]["moves"] == "e2e4.e7e5"
        assert json.loads(text)["address"]["resigned"] == "1"

    def test_the_browser_is_asked_only_where_its_games_are_shown(self) -> None:
        page = open_page()
        assert not component(page, "stylemate.history")["asks"]


def play_resign(page: AppTest) -> None:
    session: PlaySession = tab_of(page)[playing.STATE]
    assert session.recorded is None
    page.button(key="play_resign").click().run()
    confirm = [button for button in page.button if button.key == "play_resign_yes"]
    if confirm:
        confirm[0].click().run()
    assert session.recorded is not None
