"""Why a move, in a sentence."""

import chess
import pytest

from engine.analysis.move_reason import EFFECT_KEYS, Effect, MoveReason
from engine.style.habits import PHRASES
from ui.play.reason_words import HABITS, reason_words

BOARD = chess.Board()
MOVE, BEST = chess.Move.from_uci("g2g4"), chess.Move.from_uci("e2e4")


def words(effect: Effect | None = None, cost: float = 0.0, best: chess.Move = MOVE) -> str:
    reason = MoveReason(0.34, 0.004, effect, cost, best, 20)
    return reason_words(BOARD, MOVE, reason, "Tal")


def test_the_numbers_are_said_once_each() -> None:
    danger = Effect("king_danger", 620.4, 410.2, 2.0)
    assert words(danger, 0.031, BEST) == (
        "Tal plays g4 in 34 of 100 such positions, the average player in less than 1; it goes "
        "for the opponent's king more than what others play here (620 against 410 king-danger "
        "points); it costs 3 of 100 points against e4, by its own judgement."
    )


def test_a_move_without_a_price_or_effect() -> None:
    assert words().endswith("less than 1; it costs nothing that its own judgement can see.")
    assert "costs nothing" in words(cost=0.001, best=BEST)
    average = reason_words(BOARD, MOVE, MoveReason(0.3, 0.3, None, 0, MOVE, 20), "the average one")
    assert average.startswith("The average one plays g4")
    assert reason_words(BOARD, MOVE, MoveReason(1, 1, None, 0, MOVE, 1), "Tal") == (
        "g4 was the only move."
    )


@pytest.mark.parametrize("key", EFFECT_KEYS)
def test_every_attribute_can_be_said_either_way(key: str) -> None:
    high, low = words(Effect(key, 1.0, 0.25, 3.0)), words(Effect(key, 0.0, 0.75, -3.0))
    assert high != low
    if key in HABITS:
        assert f"it {HABITS[key][0]}, as 25 of 100 moves of others do here" in high
        assert f"75 of 100 moves of others here {HABITS[key][1]}, and this one does not" in low
    else:
        assert f"it {PHRASES[key]} more than what others play here" in high
        assert f"it {PHRASES[key]} less than what others play here" in low


def test_less_is_written_with_a_real_minus() -> None:
    assert "\u22120.40 against 0.10 pawns" in words(Effect("space", -0.4, 0.1, -2.0))


def test_mate_needs_no_other_reason() -> None:
    board = chess.Board()
    for san in ("f3", "e5", "g4"):
        board.push_san(san)
    mate = chess.Move.from_uci("d8h4")
    reason = MoveReason(0.9, 0.6, Effect("threats", 2.0, 0.1, 3.0), 0.0, mate, 30)
    assert reason_words(board, mate, reason, "Tal") == (
        "Tal plays Qh4# in 90 of 100 such positions, the average player in 60; it is mate."
    )
