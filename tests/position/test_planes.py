import chess
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.position.planes import LONGEST_CLOCK, PLANES, RULE50_PLANE, board_planes
from tests.position.random_games import random_game

PIECES = [chess.PAWN, chess.KNIGHT, chess.BISHOP, chess.ROOK, chess.QUEEN, chess.KING]


def planes_square_by_square(moves: list[chess.Move]) -> np.ndarray:
    """The definition, read square by square from a fresh board for every past position."""
    planes = np.zeros((PLANES, 8, 8), dtype=np.float32)
    boards = [chess.Board()]
    for move in moves:
        boards.append(boards[-1].copy(stack=False))
        boards[-1].push(move)
    mover = boards[-1].turn
    keys = [board.epd(en_passant="xfen") for board in boards]
    for age in range(min(8, len(boards))):
        board = boards[-1 - age]
        for square, piece in board.piece_map().items():
            rank, file = chess.square_rank(square), chess.square_file(square)
            rank = rank if mover == chess.WHITE else 7 - rank
            plane = PIECES.index(piece.piece_type) + (0 if piece.color == mover else 6)
            planes[13 * age + plane, rank, file] = 1
        place = len(boards) - 1 - age
        planes[13 * age + 12] = float(keys[place] in keys[:place])
    board = boards[-1]
    planes[104] = board.has_queenside_castling_rights(mover)
    planes[105] = board.has_kingside_castling_rights(mover)
    planes[106] = board.has_queenside_castling_rights(not mover)
    planes[107] = board.has_kingside_castling_rights(not mover)
    planes[108] = mover == chess.BLACK
    planes[109] = board.halfmove_clock
    planes[111] = 1
    return planes


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 160))
def test_planes_follow_their_definition(seed: int, plies: int) -> None:
    moves = random_game(seed, plies)
    board = chess.Board()
    for move in moves:
        board.push(move)
    before = board.fen(), len(board.move_stack)
    planes = board_planes(board)
    assert planes.dtype == np.float32
    np.testing.assert_array_equal(planes, planes_square_by_square(moves))
    assert (board.fen(), len(board.move_stack)) == before


def test_the_start_has_an_empty_past() -> None:
    planes = board_planes(chess.Board())
    assert planes[13:104].sum() == 0
    assert planes[:12].sum() == 32
    assert planes[0, 1].sum() == 8


def test_a_position_from_a_fen_repeats_its_board() -> None:
    board = chess.Board("4k3/8/8/8/8/8/4P3/4K3 b - - 7 60")
    planes = board_planes(board)
    for age in range(1, 8):
        np.testing.assert_array_equal(planes[13 * age : 13 * age + 13], planes[:13])
    assert planes[109, 0, 0] == 7
    assert planes[108].all()


@pytest.mark.parametrize(
    ("fen", "pawn_from", "pawn_to"),
    [
        ("4k3/8/8/8/3Pp3/8/8/4K3 b - d3 0 1", chess.D2, chess.D4),
        ("4k3/8/8/3pP3/8/8/8/4K3 w - d6 0 1", chess.D7, chess.D5),
    ],
)
def test_the_past_of_a_fen_with_en_passant_is_before_the_double_push(
    fen: str, pawn_from: int, pawn_to: int
) -> None:
    board = chess.Board(fen)
    planes = board_planes(board)
    flip = 56 if board.turn == chess.BLACK else 0
    their_pawns = planes[6].reshape(64), planes[13 + 6].reshape(64)
    assert their_pawns[0][pawn_to ^ flip] == 1
    assert their_pawns[1][pawn_to ^ flip] == 0
    assert their_pawns[1][pawn_from ^ flip] == 1


def test_a_huge_fifty_move_count_is_capped() -> None:
    board = chess.Board("4k3/8/8/8/8/8/4P3/4K3 b - - 999 1200")
    assert board_planes(board)[RULE50_PLANE, 0, 0] == LONGEST_CLOCK
    board.halfmove_clock = LONGEST_CLOCK
    assert board_planes(board)[RULE50_PLANE, 0, 0] == LONGEST_CLOCK
