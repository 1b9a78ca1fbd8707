"""What moves do and lead to, against python-chess and against a player's judgement."""

import chess
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.attributes.move_batch import Moves
from engine.attributes.moves import in_check, move_attributes, move_attributes_many
from engine.attributes.position_batch import PositionBatch
from engine.attributes.registry import ATTRIBUTES, BY_KEY, MOVE_KEYS
from tests.attributes.random_games import random_boards


def _value(fen: str, key: str, move: str) -> float:
    moves, values = move_attributes(chess.Board(fen))
    return float(values[key][moves.index(chess.Move.from_uci(move))])


@pytest.mark.parametrize("seed", range(6))
def test_positions_after_moves_are_python_chess_s(seed: int) -> None:
    boards = [*random_boards(seed, games=3), chess.Board(CASTLING), chess.Board(CASTLING).mirror()]
    pairs = [(board, move) for board in boards for move in board.legal_moves]
    rows = np.repeat(np.arange(len(boards)), [board.legal_moves.count() for board in boards])
    moves = Moves.of(PositionBatch.from_boards(boards), rows, [move for _, move in pairs])
    pushed = []
    for board, move in pairs:
        after = board.copy(stack=False)
        after.push(move)
        pushed.append(after)
    expected, found = PositionBatch.from_boards(pushed), moves.after()
    np.testing.assert_array_equal(found.pieces, expected.pieces)
    np.testing.assert_array_equal(found.castling, expected.castling)
    np.testing.assert_array_equal(found.en_passant, expected.en_passant)
    np.testing.assert_array_equal(found.white_to_move, expected.white_to_move)
    assert in_check(found).tolist() == [board.is_check() for board in pushed]
    assert any(board.is_en_passant(move) for board, move in pairs)
    assert any(board.is_castling(move) for board, move in pairs)
    assert any(move.promotion for _, move in pairs)


@pytest.mark.parametrize("seed", range(3))
def test_many_boards_give_what_each_gives_alone(seed: int) -> None:
    boards = random_boards(seed, games=1, plies=60)
    fens = [board.fen() for board in boards]
    for board, (moves, values) in zip(boards, move_attributes_many(boards), strict=True):
        alone_moves, alone = move_attributes(board)
        assert moves == alone_moves == list(board.legal_moves)
        assert set(values) == set(MOVE_KEYS)
        for key in MOVE_KEYS:
            assert values[key].dtype == np.float32
            np.testing.assert_array_equal(values[key], alone[key], err_msg=key)
        assert values["captures"].tolist() == [board.is_capture(move) for move in moves]
        assert values["checks"].tolist() == [board.gives_check(move) for move in moves]
    assert [board.fen() for board in boards] == fens


def test_finished_games_and_no_boards() -> None:
    mated = chess.Board("rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq - 1 3")
    moves, values = move_attributes(mated)
    assert moves == []
    assert {array.shape for array in values.values()} == {(0,)}
    assert move_attributes_many([]) == []


@pytest.mark.parametrize("seed", range(2))
def test_both_colours_get_the_same_values(seed: int) -> None:
    for board in random_boards(seed, games=1, plies=50):
        moves, values = move_attributes(board)
        mirrored_moves, mirrored = move_attributes(board.mirror())
        order = [
            mirrored_moves.index(
                chess.Move(
                    chess.square_mirror(move.from_square),
                    chess.square_mirror(move.to_square),
                    move.promotion,
                )
            )
            for move in moves
        ]
        for key in MOVE_KEYS:
            np.testing.assert_array_equal(values[key], mirrored[key][order], err_msg=key)


def test_every_attribute_has_words() -> None:
    assert len(BY_KEY) == len(ATTRIBUTES)
    for attribute in ATTRIBUTES:
        assert attribute.label
        assert attribute.description.endswith(".")
        assert attribute.unit
        assert attribute.low != attribute.high


QUEENS_FACE = "r1b1kb1r/ppp2ppp/2n2n2/3q4/3P4/2N2N2/PPP2PPP/R1BQKB1R w KQkq - 0 7"
CASTLING = "r3k2r/pppq1ppp/2npbn2/2b1p3/2B1P3/2NPBN2/PPPQ1PPP/R3K2R w KQkq - 6 8"
OPPOSITE_WINGS = "r4rk1/ppp2ppp/2n2n2/3p4/3P4/2N2N2/PPP2PPP/2KR3R w - - 0 12"


@pytest.mark.parametrize(
    ("key", "fen", "move", "expected"),
    [
        ("queen_trades", "3qk3/8/8/8/8/8/8/3QK3 w - - 0 1", "d1d8", 1),
        ("queen_trades", "3qk3/8/8/8/8/8/3P4/3QK3 w - - 0 1", "d1b3", 0),
        # Black's queen comes to face White's, guarded by its own men: an offer.
        ("queen_trades", "3qk3/8/8/8/8/2N5/3Q4/3K4 b - - 0 1", "d8g5", 0),
        ("queen_trades", "4k1q1/7p/8/8/8/8/3Q4/3K4 b - - 0 1", "g8g5", 0),
        ("queen_trades", "4k1q1/7p/7b/8/8/8/3Q4/3K4 b - - 0 1", "g8g5", 1),
        # The queens face each other already: a move elsewhere leaves the trade to the opponent.
        ("queen_trades", "3qk3/8/8/8/8/8/P7/3QK3 w - - 0 1", "a2a3", 1),
        ("queen_trades", "3qk3/8/8/8/8/8/P7/3QK3 w - - 0 1", "d1b3", 0),
        ("minor_trades", "4k3/4p3/5n2/3N4/8/8/8/4K3 w - - 0 1", "d5f6", 1),
        ("minor_trades", "4k3/8/5n2/3N4/8/8/8/4K3 w - - 0 1", "d5f6", 0),  # it is won
        ("minor_trades", "4k3/4p3/5n2/8/8/8/8/4KR2 w - - 0 1", "f1f6", 0),  # a rook for it
        ("minor_trades", "4k3/4p3/5r2/3N4/8/8/8/4K3 w - - 0 1", "d5f6", 0),
        ("castling_side", CASTLING, "e1c1", 1),
        ("castling_side", CASTLING, "e1g1", -1),
        ("castling_side", CASTLING, "e1f1", 0),
        ("pawn_moves", CASTLING, "d3d4", 1),
        ("pawn_moves", CASTLING, "e1g1", 0),
        ("castling_kingside", CASTLING, "e1g1", 1),
        ("castling_kingside", CASTLING, "e1c1", 0),
        ("castling_queenside", CASTLING, "e1c1", 1),
        ("castling_queenside", CASTLING, "e1f1", 0),
        ("early_castling", CASTLING, "e1g1", 0.85),
        ("early_castling", CASTLING, "e1f1", 0),
        ("pawn_storms", OPPOSITE_WINGS, "g2g4", 1),
        ("pawn_storms", OPPOSITE_WINGS, "g2g3", 0),
        ("pawn_storms", OPPOSITE_WINGS, "a2a4", 0),
        ("quiet_retreats", OPPOSITE_WINGS, "f3e1", 1),
        ("quiet_retreats", OPPOSITE_WINGS, "f3e5", 0),
        ("quiet_retreats", "4k3/8/8/3N4/8/4p3/8/4K3 w - - 0 1", "d5e3", 0),
        ("king_walks", CASTLING, "e1e2", 1),
        ("king_walks", CASTLING, "e1g1", 0),
        ("king_walks", OPPOSITE_WINGS, "c1b1", 0),
        ("sacrifices", "r1bqk2r/pppp1ppp/2n2n2/2b1p1N1/2B1P3/8/PPPP1PPP/RNBQK2R w KQkq - 6 5",
         "g5f7", 0),
        ("sacrifices", "r1bq1rk1/pppn1ppp/4pn2/3p4/1b1P4/2NBPN2/PPP2PPP/R1BQK2R w KQ - 6 7",
         "d3h7", 1),
        ("sacrifices", "r1bq1rk1/pppn1ppp/4pn2/3p4/1b1P4/2NBPN2/PPP2PPP/R1BQK2R w KQ - 6 7",
         "e1g1", 0),
        ("captures", "4k3/8/8/3pP3/8/8/8/4K3 w - d6 0 2", "e5d6", 1),
    ],
)  # fmt: skip
def test_habits(key: str, fen: str, move: str, expected: float) -> None:
    assert _value(fen, key, move) == pytest.approx(expected)


def test_exchanging_a_bishop_gives_up_the_pair() -> None:
    fen = "r1bqkbnr/1ppp1ppp/p1n5/1B2p3/4P3/5N2/PPPP1PPP/RNBQK2R w KQkq - 0 4"
    assert _value(fen, "bishop_pair", "b5c6") < _value(fen, "bishop_pair", "b5a4") - 0.1


def test_an_attacking_move_endangers_the_king() -> None:
    fen = "r4rk1/ppp2p2/2n4p/6p1/8/2NQ3R/PPP2PPP/6K1 w - - 0 1"
    moves, values = move_attributes(chess.Board(fen))
    danger: NDArray[np.float32] = values["king_danger"]
    assert moves[int(danger.argmax())].uci() in {"h3h6", "d3g6", "d3h7", "d3f5"}
    assert (danger >= 0).all()


def test_pushing_a_passed_pawn_shows() -> None:
    fen = "4k3/8/8/8/P7/8/8/4K3 w - - 0 1"
    assert _value(fen, "passed_pawns", "a4a5") > _value(fen, "passed_pawns", "e1d1")
