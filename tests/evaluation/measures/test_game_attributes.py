"""What is read off played games."""

import chess
import numpy as np
import pytest

from engine.attributes.moves import move_attributes
from engine.attributes.registry import MOVE_KEYS
from engine.evaluation.context import Context
from engine.evaluation.measures.game_attributes import (
    _boards_before_moves,
    attributes_by_game,
    meter_of_games,
    rating_difference,
)
from engine.play.fixtures import Contestant, PlayedGames, PlayRules, duel
from engine.play.selfplay import play_games


@pytest.fixture
def games(context: Context) -> PlayedGames:
    contestants = [Contestant(z) for z in context.space.z[:2]]
    return play_games(context.model, contestants, duel(0, 1, 3, 1), PlayRules(longest=25))


def test_one_sides_attributes_are_added_up(games: PlayedGames) -> None:
    as_black = np.array([False, True, False])
    sums, counts = attributes_by_game(games, as_black)
    for game, black in enumerate(as_black):
        board, total, moves = chess.Board(), np.zeros(len(MOVE_KEYS)), 0
        for move in games.moves_of(game):
            if (board.turn == chess.BLACK) == black:
                legal, values = move_attributes(board)
                total += [float(values[key][legal.index(move)]) for key in MOVE_KEYS]
                moves += 1
            board.push(move)
        np.testing.assert_allclose(sums[game], total, rtol=1e-5, atol=1e-5)
        assert counts[game] == moves


def test_positions_are_those_one_side_had(games: PlayedGames) -> None:
    as_black = np.array([False, True, False])
    boards = _boards_before_moves(games, as_black, 1000, np.random.default_rng(1))
    expected = []
    for game, black in enumerate(as_black):
        board = chess.Board()
        for move in games.moves_of(game):
            if (board.turn == chess.BLACK) == black:
                expected.append(board.fen())
            board.push(move)
    assert [board.fen() for board in boards] == expected
    assert all(len(board.move_stack) == min(board.ply(), 8) for board in boards)
    some = _boards_before_moves(games, as_black, 5, np.random.default_rng(1))
    assert len(some) == 5
    assert {board.fen() for board in some} <= set(expected)


def test_meter_of_games(context: Context, games: PlayedGames) -> None:
    meter = meter_of_games(context, games, np.zeros(3, dtype=bool), 7, (1, 2))
    assert len(meter) == 7
    assert meter.keys == MOVE_KEYS
    one, other = meter.measure(context.space.z[:2])
    assert not np.allclose(one, other)


def test_some_of_the_games(games: PlayedGames) -> None:
    some = games.take(np.array([2, 0]))
    assert [some.moves_of(0), some.moves_of(1)] == [games.moves_of(2), games.moves_of(0)]
    assert some.results.tolist() == games.results[[2, 0]].tolist()


def test_rating_difference() -> None:
    assert rating_difference(0.5, 100) == 0
    assert rating_difference(0.75, 100) == pytest.approx(190.8, abs=0.1)
    assert rating_difference(0.25, 100) == pytest.approx(-190.8, abs=0.1)
    assert 400 < rating_difference(1.0, 100) < 1000
