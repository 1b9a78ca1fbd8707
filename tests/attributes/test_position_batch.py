import chess
import numpy as np
import pytest

from engine.attributes.position_batch import PositionBatch
from engine.errors import StylemateError
from tests.attributes.random_games import random_boards


@pytest.mark.parametrize("seed", range(3))
def test_boards_and_arrays_make_the_same_batch(seed: int) -> None:
    boards = random_boards(seed)
    batch = PositionBatch.from_boards(boards)
    squares = batch.squares()
    for board, codes in zip(boards, squares, strict=True):
        for square in chess.SQUARES:
            piece = board.piece_at(square)
            expected = 0 if piece is None else piece.piece_type + (0 if piece.color else 6)
            assert codes[square] == expected
    again = PositionBatch.from_arrays(
        squares, batch.white_to_move, batch.castling, batch.en_passant
    )
    np.testing.assert_array_equal(again.pieces, batch.pieces)
    np.testing.assert_array_equal(again.squares(), squares)


def test_state_of_the_start() -> None:
    after_e4 = chess.Board()
    after_e4.push_uci("e2e4")
    batch = PositionBatch.from_boards([chess.Board(), after_e4])
    assert batch.white_to_move.tolist() == [True, False]
    assert batch.castling.tolist() == [15, 15]
    assert batch.en_passant.tolist() == [-1, chess.E3]
    assert len(batch.take(np.array([1]))) == 1


def test_no_positions_are_a_batch() -> None:
    assert len(PositionBatch.from_boards([])) == 0


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        ("8/8/8/8/8/8/8/K7 w - - 0 1", "exactly one king"),
        ("k7/8/8/8/8/8/8/KK6 w - - 0 1", "exactly one king"),
        ("k6P/8/8/8/8/8/8/K7 w - - 0 1", "pawn on its first or last rank"),
    ],
)
def test_impossible_positions_are_named(fen: str, words: str) -> None:
    with pytest.raises(StylemateError, match=words):
        PositionBatch.from_boards([chess.Board(), chess.Board(fen)])


def test_wrong_shapes_are_named() -> None:
    batch = PositionBatch.from_boards([chess.Board()])
    with pytest.raises(StylemateError, match="64 squares"):
        PositionBatch.from_arrays(
            batch.squares()[:, :63], batch.white_to_move, batch.castling, batch.en_passant
        )
    with pytest.raises(StylemateError, match="castling"):
        PositionBatch.from_arrays(
            batch.squares(), batch.white_to_move, batch.castling[:0], batch.en_passant
        )
