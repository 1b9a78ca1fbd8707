"""What the thinking panel is made of."""

import chess
import numpy as np
import pytest

from engine.play.engine import Policy
from tests.ui.fakes import FirstMoveEngine
from ui.play.thinking_panel import shifts_html
from ui.shared.candidates import CANDIDATES_SHOWN, arrows, count_of_last_reply, shifts, think
from ui.shared.game import new_game, replayed, show

GAME = replayed(new_game(), [chess.Move.from_uci(u) for u in ("e2e4", "g8f6", "e4e5")])


def test_candidates_are_in_order_and_the_played_one_is_marked() -> None:
    thinking = think(FirstMoveEngine(), GAME, 1)
    assert thinking is not None
    assert [c.san for c in thinking.candidates][:2] == ["a5", "a6"]
    assert len(thinking.candidates) == CANDIDATES_SHOWN
    assert [c.san for c in thinking.candidates if c.played] == ["Nf6"]
    assert thinking.candidates[-1].played, "a rare move takes the last place"


def test_nothing_is_marked_at_the_end_of_the_game() -> None:
    thinking = think(FirstMoveEngine(), GAME, 3)
    assert thinking is not None
    assert not any(candidate.played for candidate in thinking.candidates)


@pytest.mark.parametrize(("count", "white"), [(0, 0.5), (1, 0.2)])
def test_expectation_is_turned_to_white(count: int, white: float) -> None:
    thinking = think(FirstMoveEngine(), GAME, count)
    assert thinking is not None
    assert thinking.expectation.white == white
    assert thinking.expectation.of(chess.BLACK) == pytest.approx(0.7 - white)


def test_mate_leaves_nothing_to_think_about() -> None:
    moves = [chess.Move.from_uci(u) for u in ("f2f3", "e7e5", "g2g4", "d8h4")]
    assert think(FirstMoveEngine(), replayed(new_game(), moves), 4) is None


def test_the_last_reply_up_to_the_position_on_screen() -> None:
    assert count_of_last_reply(GAME) == 1
    assert count_of_last_reply(show(GAME, 1)) is None
    assert count_of_last_reply(new_game(chess.BLACK)) is None


def test_unlikely_moves_get_no_arrow() -> None:
    thinking = think(FirstMoveEngine(), GAME, 0)
    assert thinking is not None
    drawn = arrows(thinking.candidates)
    assert [arrow.weight for arrow in drawn] == pytest.approx([0.0625, 0.125, 0.25, 0.5])


def test_what_pushing_a_style_changes() -> None:
    board = chess.Board()
    moves = tuple(chess.Move.from_uci(uci) for uci in ("e2e4", "d2d4", "g1f3"))

    def policy(*chances: float) -> Policy:
        order = sorted(range(3), key=lambda number: -chances[number])
        return Policy(
            tuple(moves[number] for number in order),
            np.array([chances[number] for number in order]),
            (0.3, 0.4, 0.3),
            0.0,
        )

    found = shifts(board, policy(0.6, 0.3, 0.1), policy(0.1, 0.35, 0.55))
    assert (found.falls.san, found.falls.before, found.falls.after) == ("e4", 0.6, 0.1)
    assert (found.rises.san, found.rises.before, found.rises.after) == ("Nf3", 0.1, 0.55)
    assert found.favourites == ("e4", "Nf3")
    assert found.is_visible
    words = shifts_html(found, "<Tal>")
    assert "e4 becomes Nf3" in words
    assert "60&nbsp;%&nbsp;→&nbsp;10&nbsp;%" in words
    assert "<Tal>" not in words
    still = shifts(board, policy(0.6, 0.3, 0.1), policy(0.596, 0.3, 0.104))
    assert not still.is_visible
    assert "hardly anything" in shifts_html(still, "Tal")
