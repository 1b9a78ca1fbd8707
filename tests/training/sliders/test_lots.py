"""What games of a pushed style say of its moves, against plain loops over boards."""

import chess
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.model.style_model import StyleModel, value_as_wdl
from engine.position.moves import encode_move
from engine.position.planes import board_planes
from engine.training.sliders.lots import (
    Goal,
    Lot,
    advantages,
    discounted,
    play_lot,
    worth_of_points,
)
from tests.training.sliders.conftest import DIAL_HEADS

OPENING = tuple(encode_move(chess.Move.from_uci(uci)) for uci in ("e2e4", "c7c5", "g1f3"))


def lot_of(dialled: StyleModel, goal: Goal, games: int = 16, push: float = 3.0) -> Lot:
    heads, modules = dialled.style_shape
    style = np.zeros((heads + DIAL_HEADS, modules), dtype=np.float32)
    pushed = style.copy()
    pushed[heads:, 0] = push
    plain = dialled.plain_backbone()
    return play_lot(dialled, plain, (style, pushed), goal, games, (1, 2), [OPENING])


@pytest.fixture(scope="module")
def lot(dialled: StyleModel) -> Lot:
    return lot_of(dialled, Goal("pawn_moves", "pawn_moves", 24))


@given(
    st.lists(st.lists(st.floats(-10, 10), min_size=1, max_size=6), min_size=1, max_size=5),
    st.floats(0, 1),
)
def test_later_values_count_less_and_never_another_games(
    games: list[list[float]], discount: float
) -> None:
    values = np.array([value for game in games for value in game])
    numbers = np.array([number for number, game in enumerate(games) for _ in game])
    expected = [
        sum(discount**later * value for later, value in enumerate(game[place:]))
        for game in games
        for place in range(len(game))
    ]
    np.testing.assert_allclose(discounted(values, numbers, discount), expected, atol=1e-9)


def test_goals_are_own_figures_and_know_when_they_are_decided() -> None:
    assert Goal.of("queen_trades") == Goal("queen_trades", "queens_off_20", 40)
    assert not Goal.of("queen_trades").is_rate
    assert Goal.of("king_danger").is_rate
    with pytest.raises(StylemateError, match="'luck' has no figure of its own"):
        Goal.of("luck")


def test_only_the_moves_that_the_pushed_side_chose_are_learnt_from(lot: Lot) -> None:
    chosen = set(lot.chosen_rows().tolist())
    row = 0
    for game in range(len(lot.games)):
        for ply in range(int(lot.games.lengths[game])):
            own = (ply % 2 == 1) == bool(lot.as_black[game])
            assert (row in chosen) == (own and ply >= int(lot.openings[game]))
            row += 1
    assert sorted(lot.openings.tolist()) == [0] * 8 + [3] * 8
    assert lot.as_black.sum() == 8


def test_points_of_unfinished_games_are_what_the_plain_network_expects(
    lot: Lot, dialled: StyleModel
) -> None:
    plain = dialled.plain_backbone()
    for game in range(len(lot.games)):
        board, moves = chess.Board(), lot.games.moves_of(game)
        for move in moves[:-1]:
            board.push(move)
        with torch.no_grad():
            win, draw, _ = value_as_wdl(plain(torch.from_numpy(board_planes(board))[None])[1])[0]
        mover = float(win + draw / 2)
        expected = mover if (board.turn == chess.BLACK) == bool(lot.as_black[game]) else 1 - mover
        board.push(moves[-1])
        if board.is_game_over(claim_draw=True):
            continue
        assert lot.points[game] == pytest.approx(expected, abs=1e-4)


def test_moves_of_a_rate_are_praised_for_what_follows(lot: Lot) -> None:
    goal, discount, reach = Goal("pawn_moves", "pawn_moves", 24), 0.9, 0.5
    found = advantages(lot, goal, -1.0, reach, 0.0, discount)
    returns: dict[int, float] = {}
    row = 0
    for game in range(len(lot.games)):
        board, own = chess.Board(), []
        for ply, move in enumerate(lot.games.moves_of(game)):
            if (ply % 2 == 1) == bool(lot.as_black[game]):
                own.append((row, float(board.piece_type_at(move.from_square) == chess.PAWN)))
            board.push(move)
            row += 1
        for place, (here, _) in enumerate(own):
            returns[here] = sum(discount**k * value for k, (_, value) in enumerate(own[place:]))
    moves = len(returns) / len(lot.games)
    rows = lot.chosen_rows()
    for ply in range(4, 20):
        there = [r for r in rows.tolist() if lot.plies[r] == ply]
        assert len(there) == 8
        usual = np.mean([returns[r] for r in there])
        expected = [-(returns[r] - usual) / moves / reach for r in there]
        np.testing.assert_allclose(found[there], expected, atol=1e-9)
    others = np.setdiff1d(np.arange(len(found)), rows)
    assert not found[others].any()


def test_points_and_games_are_compared_with_games_of_the_same_colour(lot: Lot) -> None:
    goal = Goal("queen_trades", "queens_off_20", 40)
    found = advantages(lot, goal, 1.0, 0.5, 3.0, 0.9)
    rows, game = lot.chosen_rows(), lot.game_of
    for row in rows[:: max(len(rows) // 40, 1)].tolist():
        same = lot.as_black == lot.as_black[game[row]]
        points = lot.points[game[row]] - lot.points[same].mean()
        figure = lot.figure[game[row]] - lot.figure[same].mean()
        assert found[row] == pytest.approx(3.0 * points + figure / 0.5)


def test_a_point_is_worth_more_to_a_side_that_loses(lot: Lot) -> None:
    def worth(points: float, share: float = 1.0) -> float:
        made = Lot(
            lot.games, lot.as_black, lot.figure, np.full(16, points), lot.positions, lot.openings
        )
        return worth_of_points(made, 2.0, share)

    assert worth(0.6) == worth(0.5) == 1.0
    assert worth(0.45) == pytest.approx(2.0)
    assert worth(0.45, share=0.5) == pytest.approx(4.0)
    assert worth(0.0) == 10.0
