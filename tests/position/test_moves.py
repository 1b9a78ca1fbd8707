import chess
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.position.moves import (
    POLICY_INDEX_BY_CODE,
    POLICY_MOVE_CODES,
    POLICY_SIZE,
    decode_move,
    encode_move,
    legal_moves_and_indices,
    policy_index,
    policy_plane_map,
)
from tests.position.oracle import legal_mask

# Read off lc0's published list of 1858 moves.
LC0_LIST = {
    "a1b1": 0,
    "a1h1": 6,
    "a1b2": 8,
    "b1a3": 34,
    "e1g1": 102,
    "e1h1": 103,
    "a2a1": 194,
    "h8g8": 1791,
    "a7a8q": 1792,
    "a7a8r": 1793,
    "a7a8b": 1794,
    "a7b8q": 1795,
    "h7h8b": 1857,
}


def test_policy_follows_lc0s_list() -> None:
    assert len(POLICY_MOVE_CODES) == POLICY_SIZE
    for uci, index in LC0_LIST.items():
        assert POLICY_MOVE_CODES[index] == encode_move(chess.Move.from_uci(uci)), uci


def test_a_knight_promotion_is_the_move_without_suffix() -> None:
    knight = policy_index(chess.Move.from_uci("e7e8n"), chess.WHITE)
    assert POLICY_MOVE_CODES[knight] == encode_move(chess.Move.from_uci("e7e8"))


def test_black_moves_are_mirrored() -> None:
    assert policy_index(chess.Move.from_uci("e7e5"), chess.BLACK) == policy_index(
        chess.Move.from_uci("e2e4"), chess.WHITE
    )
    assert policy_index(chess.Move.from_uci("b2a1q"), chess.BLACK) == policy_index(
        chess.Move.from_uci("b7a8q"), chess.WHITE
    )


@pytest.mark.parametrize(("fen_turn", "king"), [("w", "e1"), ("b", "e8")])
def test_castling_is_king_takes_rook(fen_turn: str, king: str) -> None:
    board = chess.Board(f"r3k2r/8/8/8/8/8/8/R3K2R {fen_turn} KQkq - 0 1")
    moves, indices = legal_moves_and_indices(board)
    by_move = dict(zip([move.uci() for move in moves], indices, strict=True))
    rank = king[1]
    assert by_move[f"{king}g{rank}"] == LC0_LIST["e1h1"]
    assert by_move[f"{king}c{rank}"] == policy_index(chess.Move.from_uci("e1a1"), chess.WHITE)
    assert len(set(indices.tolist())) == len(moves)


def test_a_king_that_takes_a_rooks_square_without_castling_keeps_its_index() -> None:
    board = chess.Board("4k3/8/8/8/8/8/8/4K1r1 w - - 0 1")
    assert not any(board.is_castling(move) for move in board.legal_moves)
    board = chess.Board("8/8/8/8/8/8/8/3k1K2 w - - 0 1")
    moves, indices = legal_moves_and_indices(board)
    for move, index in zip(moves, indices, strict=True):
        assert POLICY_MOVE_CODES[index] == encode_move(move)


@given(st.integers(0, 63), st.integers(0, 63), st.sampled_from([None, 2, 3, 4, 5]))
def test_move_codes_round_trip(origin: int, target: int, promotion: int | None) -> None:
    move = chess.Move(origin, target, promotion)
    code = encode_move(move)
    assert 0 <= code < 1 << 16
    assert decode_move(code) == move


@pytest.mark.parametrize("code", [1 << 12, 6 << 12, 15 << 12])
def test_bad_promotion_fields_are_refused(code: int) -> None:
    with pytest.raises(ValueError, match="not a move code"):
        decode_move(code)


@pytest.mark.parametrize(
    "fen",
    [
        chess.STARTING_FEN,
        "R6R/3Q4/1Q4Q1/4Q3/2Q4Q/Q4Q2/pp1Q4/kBNN1KB1 w - - 0 1",  # 218 legal moves, a record
        "8/PPPPPPPP/8/k7/7K/8/pppppppp/8 w - - 0 1",
        "8/PPPPPPPP/8/k7/7K/8/pppppppp/8 b - - 0 1",
    ],
)
def test_every_legal_move_has_an_index_of_its_own(fen: str) -> None:
    board = chess.Board(fen)
    moves, indices = legal_moves_and_indices(board)
    assert len(set(indices.tolist())) == len(moves) == board.legal_moves.count()
    assert legal_mask(board).sum() == len(moves)


def test_each_policy_plane_square_serves_one_move() -> None:
    places = policy_plane_map()
    assert places.shape == (POLICY_SIZE,)
    assert len(np.unique(places)) == POLICY_SIZE
    assert places.min() >= 0
    assert places.max() < 73 * 64
    # The place of a move lies on the square it starts from.
    origins = np.array(POLICY_MOVE_CODES) & 63
    assert (places % 64 == origins).all()


def test_the_index_table_knows_nothing_but_moves() -> None:
    known = np.flatnonzero(POLICY_INDEX_BY_CODE >= 0)
    knight_promotions = known >> 12 == chess.KNIGHT
    assert (~knight_promotions).sum() == POLICY_SIZE
    assert knight_promotions.sum() == 22
