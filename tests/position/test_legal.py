import chess
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.position.legal import LegalMoves, legal_moves, move_codes
from engine.position.moves import decode_move, legal_moves_and_indices
from tests.position.oracle import legal_mask
from tests.position.random_games import random_game

CORNERS = (
    "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1",
    "8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - - 0 1",
    "8/8/8/K1pP3r/8/8/8/7k w - c6 0 1",  # taking in passing would open the rank
    "3k4/8/8/1KPp3r/8/8/8/8 w - d6 0 1",
    "r3k2r/8/8/8/8/5n2/8/R3K2R w KQkq - 0 1",  # in check: no castling
    "r3k2r/8/8/8/8/8/1p6/R3K2R w KQkq - 0 1",
    "1r2k2r/8/8/8/8/8/8/R3K2R w KQk - 0 1",  # b1 may be attacked, c1 may not
    "2r1k3/8/8/8/8/8/8/R3K2R w KQ - 0 1",
    "n1n5/PPPk4/8/8/8/8/4Kppp/5N1N b - - 0 1",  # promotions to every piece
    "4k3/8/8/8/8/8/4q3/4K3 w - - 0 1",
    "4k3/8/8/7b/8/8/4P3/3K4 w - - 0 1",  # a pinned pawn
    "4k3/8/8/8/8/8/8/RNK1R3 w - - 0 1",  # a rook goes from e1 to h1
    "7k/5Q2/6K1/8/8/8/8/8 b - - 0 1",  # stalemate
    "R5k1/5ppp/8/8/8/8/8/6K1 b - - 0 1",  # mate
)


def found_for(board: chess.Board) -> tuple[LegalMoves, torch.Tensor]:
    codes = np.zeros((1, 64), dtype=np.uint8)
    for square, piece in board.piece_map().items():
        codes[0, square] = piece.piece_type + (0 if piece.color else 6)
    rights = (
        board.has_kingside_castling_rights(chess.WHITE) * 1
        | board.has_queenside_castling_rights(chess.WHITE) * 2
        | board.has_kingside_castling_rights(chess.BLACK) * 4
        | board.has_queenside_castling_rights(chess.BLACK) * 8
    )
    file = 8 if board.ep_square is None else chess.square_file(board.ep_square)
    squares = torch.from_numpy(codes)
    found = legal_moves(
        squares,
        torch.tensor([rights], dtype=torch.uint8),
        torch.tensor([file]),
        board.turn == chess.BLACK,
    )
    return found, squares


def assert_agrees(board: chess.Board) -> None:
    found, squares = found_for(board)
    np.testing.assert_array_equal(found.mask[0].numpy(), legal_mask(board), err_msg=board.fen())
    assert bool(found.in_check[0]) == board.is_check(), board.fen()
    assert bool(found.takes_in_passing[0]) == board.has_legal_en_passant(), board.fen()
    moves, indices = legal_moves_and_indices(board)
    if moves:
        black = board.turn == chess.BLACK
        codes = move_codes(squares.expand(len(moves), 64), torch.from_numpy(indices), black)
        assert [decode_move(code) for code in codes.tolist()] == moves, board.fen()


@pytest.mark.parametrize("fen", CORNERS)
@pytest.mark.parametrize("mirrored", [False, True])
def test_corners_of_the_rules(fen: str, mirrored: bool) -> None:
    board = chess.Board(fen)
    assert_agrees(board.mirror() if mirrored else board)


@settings(max_examples=12)
@given(st.integers(0, 2**32))
def test_random_games_agree_with_python_chess(seed: int) -> None:
    board = chess.Board()
    for move in random_game(seed):
        assert_agrees(board)
        board.push(move)
    assert_agrees(board)


def test_positions_do_not_disturb_each_other() -> None:
    boards = [chess.Board(fen) for fen in CORNERS if " w " in fen and fen.endswith("- 0 1")]
    alone = [found_for(board) for board in boards]
    rights = torch.tensor(
        [
            sum(
                bit
                for bit, has in zip(
                    (1, 2, 4, 8),
                    (
                        board.has_kingside_castling_rights(chess.WHITE),
                        board.has_queenside_castling_rights(chess.WHITE),
                        board.has_kingside_castling_rights(chess.BLACK),
                        board.has_queenside_castling_rights(chess.BLACK),
                    ),
                    strict=True,
                )
                if has
            )
            for board in boards
        ],
        dtype=torch.uint8,
    )
    squares = torch.cat([squares for _, squares in alone])
    together = legal_moves(squares, rights, torch.full((len(boards),), 8), False)
    assert torch.equal(together.mask, torch.cat([found.mask for found, _ in alone]))
    assert torch.equal(together.in_check, torch.cat([found.in_check for found, _ in alone]))
