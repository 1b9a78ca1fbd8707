from collections import Counter

import chess
import pytest

from engine.attributes.sampling import FEWEST_MOVES, HISTORY_PLIES, Phase, sample_positions
from engine.errors import StylemateError
from tests.attributes.random_games import random_game


def _random_games(number: int) -> list[list[chess.Move]]:
    return [list(random_game(seed).move_stack) for seed in range(number)]


QUOTAS: dict[Phase, int] = {"opening": 6, "middlegame": 5, "endgame": 4}


def test_quotas_history_and_repeatability() -> None:
    games = _random_games(80)
    positions = sample_positions(games, QUOTAS, seed=1)
    assert Counter(position.phase for position in positions) == QUOTAS
    assert [position.phase for position in positions] == (
        ["opening"] * 6 + ["middlegame"] * 5 + ["endgame"] * 4
    )
    boards = [position.board() for position in positions]
    white = Counter(p.phase for p, b in zip(positions, boards, strict=True) if b.turn)
    assert white == {"opening": 3, "middlegame": 3, "endgame": 2}
    for board in boards:
        assert board.is_valid()
        assert len(board.move_stack) == HISTORY_PLIES
        assert board.legal_moves.count() >= FEWEST_MOVES
    assert sample_positions(games, QUOTAS, seed=1) == positions
    assert sample_positions(games, QUOTAS, seed=2) != positions


def test_positions_come_from_their_games() -> None:
    games = _random_games(80)
    reached = set()
    for moves in games:
        board = chess.Board()
        for move in moves:
            board.push(move)
            reached.add(board.fen())
    positions = sample_positions(games, QUOTAS, seed=3)
    assert {position.board().fen() for position in positions} <= reached


def test_too_few_games_are_an_error() -> None:
    with pytest.raises(StylemateError, match="ran out with 13 positions"):
        sample_positions([*_random_games(2), [], [chess.Move.from_uci("e2e4")]], QUOTAS, seed=1)
