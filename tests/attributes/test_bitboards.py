import chess
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.attributes import bitboards

occupancies = st.lists(st.integers(0, chess.BB_ALL), min_size=64, max_size=64)


@given(occupancies)
def test_sliding_attacks_are_python_chess_s(occupancy: list[int]) -> None:
    squares = np.arange(64)
    occupied = np.array(occupancy, dtype=np.uint64)
    bishops = bitboards.bishop_attacks(squares, occupied)
    rooks = bitboards.rook_attacks(squares, occupied)
    for square, mask in enumerate(occupancy):
        bishop = chess.BB_DIAG_ATTACKS[square][chess.BB_DIAG_MASKS[square] & mask]
        rook = (
            chess.BB_RANK_ATTACKS[square][chess.BB_RANK_MASKS[square] & mask]
            | chess.BB_FILE_ATTACKS[square][chess.BB_FILE_MASKS[square] & mask]
        )
        assert int(bishops[square]) == bishop
        assert int(rooks[square]) == rook


@given(st.lists(st.integers(0, chess.BB_ALL), min_size=1, max_size=20))
def test_each_square_visits_every_square_once(masks: list[int]) -> None:
    boards = np.array(masks, dtype=np.uint64)
    seen: list[tuple[int, int]] = []
    for rows, squares in bitboards.each_square(boards):
        assert len(set(rows)) == len(rows)
        seen += zip(rows.tolist(), squares.tolist(), strict=True)
    expected = [
        (row, square) for row, mask in enumerate(masks) for square in chess.scan_forward(mask)
    ]
    assert sorted(seen) == expected
    assert bitboards.count(boards).tolist() == [mask.bit_count() for mask in masks]
    assert bitboards.more_than_one(boards).tolist() == [mask.bit_count() > 1 for mask in masks]


@given(st.integers(0, chess.BB_ALL))
def test_pawn_attacks_and_mirror(mask: int) -> None:
    boards = np.array([mask], dtype=np.uint64)
    single, double = 0, 0
    for square in chess.scan_forward(mask):
        attacks = chess.BB_PAWN_ATTACKS[chess.WHITE][square]
        double |= single & attacks
        single |= attacks
    assert int(bitboards.pawn_attacks_up(boards)[0]) == single
    assert int(bitboards.double_pawn_attacks_up(boards)[0]) == double
    assert int(bitboards.mirrored(boards)[0]) == chess.flip_vertical(mask)
