"""Why a move: the numbers behind it, against worked examples."""

from collections.abc import Sequence

import chess
import numpy as np
import pytest

from engine.analysis.move_reason import EFFECT_KEYS, move_reason
from engine.attributes.moves import move_attributes
from engine.play.engine import Policy

START = chess.Board()


def policy(board: chess.Board, **chances: float) -> Policy:
    """Return a policy with these chances, and the rest shared by the other moves."""
    legal = list(board.legal_moves)
    rest = (1 - sum(chances.values())) / max(len(legal) - len(chances), 1)
    by_move = {move: chances.get(move.uci(), rest) for move in legal}
    order = sorted(legal, key=lambda move: -by_move[move])
    values = np.array([by_move[move] for move in order])
    return Policy(tuple(order), values / values.sum(), (0.3, 0.4, 0.3), 0.0)


def material(boards: Sequence[chess.Board]) -> list[Policy]:
    """Judge by pawns ahead."""
    found = []
    for board in boards:
        worth = {1: 1, 2: 3, 3: 3, 4: 5, 5: 9, 6: 0}
        men = board.piece_map().values()
        ahead = sum(worth[m.piece_type] * (1 if m.color == board.turn else -1) for m in men)
        win = 1 / (1 + np.exp(-ahead / 3))
        found.append(Policy((), np.zeros(0), (win, 0.0, 1 - win), 2 * win - 1))
    return found


def test_how_often_is_what_the_policies_say() -> None:
    reason = move_reason(
        START,
        chess.Move.from_uci("g2g4"),
        policy(START, g2g4=0.3, e2e4=0.4),
        policy(START, g2g4=0.01, e2e4=0.5),
        material,
    )
    assert reason.style == pytest.approx(0.3)
    assert reason.others == pytest.approx(0.01)
    assert reason.cost == 0
    assert reason.best == chess.Move.from_uci("g2g4")
    assert reason.choices == 20


def test_the_cost_is_against_the_best_likely_move() -> None:
    board = chess.Board("4k3/8/8/3q4/8/2N5/P7/4K3 w - - 0 1")
    asked = policy(board, c3d5=0.3, c3b1=0.3)
    reason = move_reason(board, chess.Move.from_uci("c3b1"), asked, asked, material)
    assert reason.best == chess.Move.from_uci("c3d5")
    taken, left = 1 / (1 + np.exp(-4 / 3)), 1 / (1 + np.exp(5 / 3))
    assert reason.cost == pytest.approx(taken - left)
    # A move that nobody would find does not count.
    blind = policy(board, c3b1=0.99)
    assert move_reason(board, chess.Move.from_uci("c3b1"), blind, blind, material).cost == 0


def test_a_mate_costs_nothing_and_the_judge_is_not_asked_about_it() -> None:
    board = chess.Board("6k1/5ppp/8/8/8/8/8/R3K3 w - - 0 1")

    def judge(boards: Sequence[chess.Board]) -> list[Policy]:
        assert not any(board.is_checkmate() for board in boards)
        return material(boards)

    asked = policy(board, a1a8=0.5, a1a7=0.4)
    assert move_reason(board, chess.Move.from_uci("a1a8"), asked, asked, judge).cost == 0
    other = move_reason(board, chess.Move.from_uci("a1a7"), asked, asked, judge)
    assert other.best == chess.Move.from_uci("a1a8")
    assert other.cost > 0


def test_what_stands_out_is_named_with_its_value_and_the_usual_one() -> None:
    board = chess.Board("r1bqkbnr/pppp1ppp/2n5/4p3/2B1P3/5N2/PPPP1PPP/RNBQK2R w KQkq - 4 4")
    quiet = policy(board, d2d3=0.5, e1g1=0.3)
    sacrifice = chess.Move.from_uci("c4f7")
    found = move_reason(board, sacrifice, policy(board, c4f7=0.6), quiet, material).effect
    assert found is not None
    moves, values = move_attributes(board)
    assert found.value == pytest.approx(float(values[found.key][moves.index(sacrifice)]))
    weights = np.array([quiet.probability(move) for move in moves])
    assert found.usual == pytest.approx(float(weights @ values[found.key]), rel=1e-5)
    stands_out = {
        key: abs(values[key][moves.index(sacrifice)] - weights @ values[key]) / values[key].std()
        for key in EFFECT_KEYS
        if values[key].std() > 0
    }
    assert found.key == max(stands_out, key=lambda key: stands_out[key])


def test_a_pushed_attribute_comes_first() -> None:
    board = chess.Board("r1bqkbnr/pppp1ppp/2n5/4p3/2B1P3/5N2/PPPP1PPP/RNBQK2R w KQkq - 4 4")
    quiet = policy(board, d2d3=0.5, e1g1=0.3)
    move = chess.Move.from_uci("c4f7")
    free = move_reason(board, move, quiet, quiet, material).effect
    pushed = move_reason(board, move, quiet, quiet, material, ["king_danger"]).effect
    assert free is not None
    assert pushed is not None
    assert pushed.spreads != 0
    assert abs(pushed.spreads) >= 0.5
    only = chess.Board("7k/8/6K1/8/8/8/8/R7 b - - 0 1")
    forced = move_reason(only, chess.Move.from_uci("h8g8"), policy(only), policy(only), material)
    assert forced.effect is None
    assert forced.choices == 1
