"""What the thinking panel is made of."""

import chess
import pytest

from tests.ui.fakes import FirstMoveEngine
from ui.shared.candidates import CANDIDATES_SHOWN, arrows, count_of_last_reply, think
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
