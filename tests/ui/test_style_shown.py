"""What of the opponent's style shows on the Play page, in Streamlit's own test runner."""

from dataclasses import replace

import chess
import pytest
from streamlit.testing.v1 import AppTest

from engine.analysis.style_in_game import style_moves
from engine.play.opponents import OpponentRegistry
from engine.style.recipe_parser import parse_recipe
from tests.ui.hands import component, html, tab_of
from tests.ui.test_pages import open_page, session
from ui.arena.session import STATE, ArenaSession
from ui.shared.handover import FAMOUS_PAIR
from ui.shared.opponents import shared_opponents

pytestmark = pytest.mark.usefixtures("with_tiny_assets")
STYLE = "Tal, Mikhail | king_danger +5"


def telling_reply(registry: OpponentRegistry) -> tuple[chess.Move, chess.Move]:
    """Return a first move of the person, and a reply that the style plays far more than others."""
    ask, others = registry.bot(STYLE).evaluate, registry.bot("average").evaluate
    for first in chess.Board().legal_moves:
        board = chess.Board()
        board.push(first)
        replies = list(board.legal_moves)
        found = style_moves([board] * len(replies), replies, ask, others)
        for reply, move in zip(replies, found, strict=True):
            if move.is_telling:
                return first, reply
    raise AssertionError("no move of the tiny model tells its style")


def moves_of(page: AppTest) -> list[dict[str, object]]:
    rows = component(page, "stylemate.moves")["rows"]
    return [cell for row in rows for cell in row["cells"] if cell is not None]


def test_the_styles_own_moves_are_marked_and_counted() -> None:
    first, reply = telling_reply(shared_opponents())
    page = open_page({"style": STYLE, "moves": f"{first.uci()}.{reply.uci()}"})
    persons, bots = moves_of(page)
    assert "own" not in persons
    assert str(bots["own"]).startswith("Tal plays it ")
    shown = html(page)
    assert "What shows of Tal so far" in shown
    assert "\u25c6</span> Tal plays " in shown, "the sentence about the last move is marked too"
    assert "1 of 1 moves Tal plays far more often than others" in shown


def test_at_the_end_it_says_what_was_seen() -> None:
    page = open_page({"style": STYLE, "moves": "f2f3.e7e5.g2g4.d8h4"})
    shown = html(page)
    assert "What you saw of Tal" in shown
    assert 'data-moves="2"' in shown
    assert shown.index('data-testid="ending"') < shown.index('data-testid="style-card"')


def test_the_average_player_is_not_held_against_themselves() -> None:
    page = open_page({"style": "average", "moves": "e2e4.e7e5"})
    assert 'data-testid="style-card"' not in html(page)
    assert "own" not in moves_of(page)[1]


def test_a_steered_average_player_is_not_called_like_the_others() -> None:
    shown = html(open_page({"style": "average | king_danger +5", "moves": "e2e4.e7e5"}))
    assert "What shows of this style so far" in shown
    assert "This style plays e5 in " in shown
    assert "100 such positions, the average player in " in shown


def test_moves_of_another_opponent_are_not_counted() -> None:
    page = open_page({"style": STYLE, "moves": "e2e4.e7e5.g1f3.b8c6"})
    assert 'data-moves="2"' in html(page)
    state = session(page)
    state.movers[1] = replace(state.opponent, recipe=parse_recipe("Carlsen, Magnus"))
    page.run()
    assert 'data-moves="1"' in html(page)


def test_a_famous_game_is_one_press_away() -> None:
    page = open_page()
    page.button(key="play_watch").click().run()
    assert not page.exception
    state: ArenaSession = tab_of(page)[STATE]
    assert state.players == FAMOUS_PAIR
    assert state.watched is not None
    assert state.watched.game.moves
