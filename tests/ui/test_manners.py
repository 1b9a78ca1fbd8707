"""The opponent's manners on the Play page: replies that take time, resignations, draws."""

import chess
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.play.engine import Policy
from engine.play.manners import FIRM, LONGEST_THOUGHT
from tests.ui.fakes import FirstMoveEngine
from tests.ui.hands import html, widget
from tests.ui.test_pages import address, board, open_page, session
from ui.play import manners
from ui.shared import game as games
from ui.shared.game import Game
from ui.shared.game_address import read_address, write_address

pytestmark = pytest.mark.usefixtures("with_tiny_assets")


class Knowing(FirstMoveEngine):
    """Expects what it is told."""

    def __init__(self, wdl: tuple[float, float, float]) -> None:
        self.wdl = wdl
        self.asked = 0

    def policy(self, board: chess.Board) -> Policy:
        self.asked += 1
        policy = super().policy(board)
        return Policy(policy.moves, policy.probabilities, self.wdl, self.wdl[0] - self.wdl[2])


def late_game(person: chess.Color = chess.WHITE) -> Game:
    """Return a game in its nineteenth move, in which the opponent is to move."""
    random, game = np.random.default_rng(1), Game(person)
    while game.length < 35 or games.turn(game) == person:
        legal = list(games.board_after(game).legal_moves)
        quiet = [m for m in legal if not games.board_after(game).is_capture(m)] or legal
        game = games.replayed(game, [quiet[int(random.integers(len(quiet)))]])
        assert games.ending(game) is None
    return game


def test_a_lost_game_is_given_up_and_an_even_one_not() -> None:
    game = late_game()
    assert manners.would_give_up(game, Knowing((0.0, 0.02, 0.98)), 0.5, None)
    assert not manners.would_give_up(game, Knowing((0.3, 0.4, 0.3)), 0.0, None)
    assert not manners.would_give_up(game, Knowing((0.0, 0.0, 1.0)), 1.0, None)
    early = Knowing((0.0, 0.0, 1.0))
    assert not manners.would_give_up(Game(chess.BLACK), early, 0.0, None)
    assert early.asked == 0  # it costs nothing where nobody resigns anyway
    late = Knowing((0.0, 0.0, 1.0))
    manners.would_give_up(game, late, 0.0, None)
    assert late.asked == FIRM


def test_a_draw_is_judged_by_who_is_asked() -> None:
    """The person is to move: what is bad for them is good for the opponent."""
    game = games.replayed(late_game(), [next(iter(games.board_after(late_game()).legal_moves))])
    while games.board_after(game).fullmove_number < 20 or not games.is_persons_turn(game):
        game = games.replayed(game, [next(iter(games.board_after(game).legal_moves))])
    assert games.ending(game) is None
    assert manners.would_take_draw(game, Knowing((0.7, 0.2, 0.1)))
    assert not manners.would_take_draw(game, Knowing((0.1, 0.2, 0.7)))


def test_a_reply_takes_a_time_that_is_bounded() -> None:
    times = [manners.time_for_reply(late_game(), Knowing((0.4, 0.2, 0.4))) for _ in range(20)]
    assert len(set(times)) > 10
    assert 0 < min(times) <= max(times) <= LONGEST_THOUGHT


def test_games_that_were_given_up_or_drawn_are_told_and_kept_in_the_address() -> None:
    game = late_game()
    given_up, drawn = games.concede(game), games.agree(game)
    end = games.ending(given_up)
    assert end is not None
    assert (end.winner, end.reason) == (chess.WHITE, "resignation")
    end = games.ending(drawn)
    assert end is not None
    assert (end.winner, end.reason) == (None, "agreement")
    assert games.takeback_length(drawn) is None
    assert games.ending(games.take_back(given_up)) is None
    opponent = session(open_page()).opponent
    for ended in (given_up, drawn, games.resign(game)):
        again = read_address(write_address(opponent, ended)).game
        assert games.ending(again) == games.ending(ended)
    over = games.resign(game)
    assert games.concede(over) is over
    assert games.agree(over) is over


@pytest.fixture
def waiting_page() -> AppTest:
    """A page whose opponent takes its time over the first move of a game."""
    return open_page({"side": "black", "manners": "slow"})


def test_a_reply_comes_at_once_by_itself() -> None:
    assert board(open_page({"side": "black"}))["count"] == 1


def test_a_reply_is_waited_for_and_comes_when_it_is_due(waiting_page: AppTest) -> None:
    page = waiting_page
    assert board(page)["count"] == 0
    assert board(page)["mover"] is None
    assert any("is thinking." in caption.value for caption in page.caption)
    assert session(page).reply_due is not None
    page.run()
    assert board(page)["count"] == 0
    session(page).reply_due = 0.0
    page.run()
    assert board(page)["count"] == 1
    assert board(page)["mover"] == "black"
    assert session(page).reply_due is None
    assert not page.exception


def test_a_reply_that_is_waited_for_comes_at_once_when_the_switch_goes_off(
    waiting_page: AppTest,
) -> None:
    page = waiting_page
    assert board(page)["count"] == 0
    page.button(key="play_flip").click().run()
    assert board(page)["count"] == 0
    widget(page, "toggle", "play_manner_takes_time").set_value(False).run()
    assert board(page)["count"] == 1


def test_a_draw_is_offered_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page({"moves": "e2e4.e7e5"})
    monkeypatch.setattr(manners, "would_take_draw", lambda game, engine: False)
    page.button(key="play_draw").click().run()
    assert any("does not want a draw now" in caption.value for caption in page.caption)
    assert page.button(key="play_draw").disabled  # not again at once
    page = open_page({"moves": "e2e4.e7e5"})
    monkeypatch.setattr(manners, "would_take_draw", lambda game, engine: True)
    page.button(key="play_draw").click().run()
    assert "Draw by agreement" in html(page)
    assert address(page)["drawn"] == "1"
    assert board(page)["mover"] is None
    assert not page.exception


def test_the_opponent_gives_up_where_it_would_and_is_switched_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manners, "would_give_up", lambda *asked: True)
    page = open_page({"side": "black"})
    assert "You won by resignation" in html(page)
    assert address(page)["resigned"] == "opponent"
    widget(page, "toggle", "play_manner_ends_games").set_value(False).run()
    page.button(key="play_rematch").click().run()
    assert board(page)["count"] == 0
    assert board(page)["mover"] == "white"
    assert not [button for button in page.button if button.key == "play_draw"]
