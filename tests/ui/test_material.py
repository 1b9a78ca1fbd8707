"""Captured pieces and the lead."""

import chess

from ui.shared.material import CapturedMen, material


def test_nothing_is_won_at_the_start() -> None:
    board = chess.Board()
    assert material(board, board, chess.WHITE) == CapturedMen("", 0)


def test_captures_are_listed_pawns_first_and_the_lead_counted() -> None:
    board = chess.Board("rnb1kbnr/ppp1pppp/8/8/8/8/PPPPPPPP/RNBQKBN1 w Qkq - 0 1")
    assert material(board, chess.Board(), chess.WHITE) == CapturedMen("pq", 5)
    assert material(board, chess.Board(), chess.BLACK) == CapturedMen("R", 0)


def test_a_promoted_pawn_was_not_captured() -> None:
    start = chess.Board("8/P6k/8/8/8/8/8/K7 w - - 0 1")
    board = start.copy()
    board.push_san("a8=Q")
    assert material(board, start, chess.BLACK) == CapturedMen("", 0)
    assert material(board, start, chess.WHITE) == CapturedMen("", 9)


def test_a_set_up_position_begins_with_nothing_captured() -> None:
    start = chess.Board("8/P6k/8/8/8/8/8/K7 w - - 0 1")
    assert material(start, start, chess.WHITE) == CapturedMen("", 1)
