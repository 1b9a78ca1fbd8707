"""Two engines play a game that is measured."""

import chess
import numpy as np
import pytest

from engine.attributes.moves import move_attributes
from engine.attributes.registry import MOVE_KEYS
from engine.errors import StylemateError
from engine.play.engine import Policy
from engine.play.exhibition import LONGEST, Exhibition, MeasuredMove, running_means


class Listed:
    """An engine that plays moves from a list, over and over."""

    def __init__(self, *moves: str) -> None:
        self.moves, self.count = moves, 0

    def policy(self, board: chess.Board) -> Policy:
        """Return certainty about the next move."""
        move = chess.Move.from_uci(self.moves[self.count % len(self.moves)])
        if not board.is_legal(move):
            raise StylemateError(f"{move} is not legal")
        return Policy((move,), np.ones(1), (0.0, 1.0, 0.0), 0.0)

    def play(self, board: chess.Board) -> chess.Move:
        """Return the next move."""
        move = self.policy(board).moves[0]
        self.count += 1
        return move


def test_a_game_to_mate_is_measured() -> None:
    game = Exhibition(Listed("f2f3", "g2g4"), Listed("e7e5", "d8h4"))
    board = chess.Board()
    for _ in range(4):
        played = game.step()
        assert played is not None
        legal, values = move_attributes(board)
        place = legal.index(played.move)
        assert played.values == {key: float(values[key][place]) for key in MOVE_KEYS}
        assert played.san == board.san(played.move)
        board.push(played.move)
    assert game.step() is None
    assert len(game.moves) == 4
    assert game.ending is not None
    assert game.ending.result == "0-1"
    assert game.board().fen() == board.fen()
    assert game.board(1).ply() == 1


def test_repetition_ends_a_game() -> None:
    game = Exhibition(Listed("g1f3", "f3g1"), Listed("g8f6", "f6g8"))
    while game.step() is not None:
        assert len(game.moves) < LONGEST
    assert game.ending is not None
    assert "third time" in game.ending.words


def test_an_engine_that_cannot_play_says_so_and_nothing_moves() -> None:
    game = Exhibition(Listed("e2e5"), Listed("e7e5"))
    with pytest.raises(StylemateError, match="not legal"):
        game.step()
    assert game.moves == ()
    assert game.ending is None


def test_running_means_are_of_one_side() -> None:
    move = chess.Move.from_uci("e2e4")
    values = [(chess.WHITE, 2.0), (chess.BLACK, 9.0), (chess.WHITE, 4.0), (chess.BLACK, 0.0)]
    moves = tuple(MeasuredMove(move, "e4", color, {"captures": v}) for color, v in values)
    assert running_means(moves, chess.WHITE, "captures") == [(1, 2.0), (3, 3.0)]
    assert running_means(moves, chess.BLACK, "captures") == [(2, 9.0), (4, 4.5)]
    assert running_means((), chess.WHITE, "captures") == []
