"""Positions and moves as people write them."""

import chess
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.play.ending import ending_by_rule
from engine.play.notation import board_from_fen, play_moves, read_move

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
EN_PASSANT = "4k3/8/8/3pP3/8/8/8/4K3 w - d6 0 1"
MIDDLE = "rnbqkbnr/pppp1ppp/8/4p3/4P3/8/PPP2PPP/RNBQKBNR w KQkq - 0 2"
CASTLING = "r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1"


@pytest.mark.parametrize(
    ("fen", "text", "uci"),
    [
        (chess.STARTING_FEN, "Nf3", "g1f3"),
        (chess.STARTING_FEN, "nf3", "g1f3"),
        (chess.STARTING_FEN, "g1f3", "g1f3"),
        (chess.STARTING_FEN, " G1F3 ", "g1f3"),
        (chess.STARTING_FEN, "E4", "e2e4"),
        (chess.STARTING_FEN, "e4!?", "e2e4"),
        (CASTLING, "O-O", "e1g1"),
        (CASTLING, "0-0-0", "e1c1"),
        (CASTLING, "o-o", "e1g1"),
        (CASTLING, "e1h1", "e1g1"),
        (CASTLING, "e1a1", "e1c1"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8=Q", "a7a8q"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8n", "a7a8n"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a7a8R", "a7a8r"),
        ("4k3/8/8/3p4/2P5/8/8/4K3 w - - 0 1", "cd5", "c4d5"),
        ("4k3/8/8/3p4/2P5/8/8/4K3 w - - 0 1", "xd5", "c4d5"),
        ("4k3/8/8/3p4/2P5/8/8/4K3 w - - 0 1", "c:d5", "c4d5"),
        ("4k3/8/8/3p4/2P5/8/8/4K3 w - - 0 1", "cxd5!?", "c4d5"),
        (chess.STARTING_FEN, "♘f3", "g1f3"),
        (chess.STARTING_FEN, "♞f3", "g1f3"),
        (chess.STARTING_FEN, "♘\ufe0ef3", "g1f3"),
        (chess.STARTING_FEN, "♙e4", "e2e4"),
        (chess.STARTING_FEN, "1. e4", "e2e4"),
        (chess.STARTING_FEN, "1.Nf3", "g1f3"),
        (chess.STARTING_FEN, "1) e4", "e2e4"),
        (chess.STARTING_FEN, "12... e4", "e2e4"),
        (chess.STARTING_FEN, "…e4", "e2e4"),
        (chess.STARTING_FEN, "e2\u2013e4", "e2e4"),
        (chess.STARTING_FEN, "Ng1-f3", "g1f3"),
        (chess.STARTING_FEN, "e4.", "e2e4"),
        (chess.STARTING_FEN, "e4\u200b", "e2e4"),
        (MIDDLE, "♗c4", "f1c4"),
        (MIDDLE, "♕d3", "d1d3"),
        (MIDDLE, "♔e2", "e1e2"),
        *((CASTLING, f"O{dash}O", "e1g1") for dash in DASHES),
        *((CASTLING, f"0{dash}0{dash}0", "e1c1") for dash in DASHES),
        (CASTLING, "O - O - O", "e1c1"),
        (CASTLING, "OO", "e1g1"),
        (CASTLING, "5. O-O+", "e1g1"),
        (EN_PASSANT, "exd6 e.p.", "e5d6"),
        (EN_PASSANT, "exd6e.p.", "e5d6"),
        (EN_PASSANT, "exd6ep", "e5d6"),
        (EN_PASSANT, "ed6 e.p.!", "e5d6"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8=♕", "a7a8q"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8♘", "a7a8n"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8/Q", "a7a8q"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8(B)", "a7a8b"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a7-a8=R", "a7a8r"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8=Queen", "a7a8q"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8 knight", "a7a8n"),
        (EN_PASSANT, "exd6 (ep)", "e5d6"),
        (EN_PASSANT, "exd6 en passant", "e5d6"),
        (chess.STARTING_FEN, "e2 e4", "e2e4"),
        (chess.STARTING_FEN, "N f3", "g1f3"),
        (chess.STARTING_FEN, "ng1f3", "g1f3"),
        (chess.STARTING_FEN, "Pe4", "e2e4"),
        (CASTLING, "\u041e-\u041e", "e1g1"),  # Cyrillic
        (CASTLING, "Kg1", "e1g1"),
        (CASTLING, "Ke1-c1", "e1c1"),
        ("4k3/8/8/8/8/8/8/4KR2 w - - 0 1", "Kd1", "e1d1"),
    ],
)
def test_read_move(fen: str, text: str, uci: str) -> None:
    assert read_move(chess.Board(fen), text).uci() == uci


@pytest.mark.parametrize(
    ("fen", "text", "words"),
    [
        (chess.STARTING_FEN, "Ke2", "not a legal move for White"),
        (chess.STARTING_FEN, "e7e5", "not a legal move"),
        (chess.STARTING_FEN, "--", "not a legal move"),
        (chess.STARTING_FEN, "0000", "not a legal move"),
        (chess.STARTING_FEN, "xyzzy" * 100, "not a legal move"),
        (chess.STARTING_FEN, "", "No move"),
        (chess.STARTING_FEN, "1.", "No move"),
        (chess.STARTING_FEN, "xf3", "not a legal move"),
        (chess.STARTING_FEN, "Sf3", "not a legal move"),
        (chess.STARTING_FEN, "@f3", "not a legal move"),
        (chess.STARTING_FEN, "♕f3", "not a legal move"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8", "needs the piece.*a8=Q, a8=R, a8=B or a8=N"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a7a8", "needs the piece"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8=", "needs the piece"),
        ("1n5k/P7/8/8/8/8/8/K7 w - - 0 1", "axb8", "needs the piece"),
        ("8/P6k/8/8/8/8/8/K7 w - - 0 1", "a8=K", "not a legal move"),
        ("4k3/8/8/8/8/2N3N1/8/4K3 w - - 0 1", "Ne4", "Nce4.*Nge4|Nge4.*Nce4"),
    ],
)
def test_refused_moves(fen: str, text: str, words: str) -> None:
    with pytest.raises(StylemateError, match=words):
        read_move(chess.Board(fen), text)


@given(st.text(max_size=12))
def test_any_text_is_a_legal_move_or_an_error(text: str) -> None:
    board = chess.Board(CASTLING)
    try:
        move = read_move(board, text)
    except StylemateError:
        return
    assert move in board.legal_moves


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        ("", "empty"),
        ("hello", "not a FEN"),
        ("8/8/8/8/8/8/8/8 w - - 0 1", "no king"),
        ("4k3/8/8/8/8/8/8/8 w - - 0 1", "White has no king"),
        ("4k3/8/8/8/8/8/8/3KK3 w - - 0 1", "more than one king"),
        ("4k3/4R3/8/8/8/8/8/4K3 w - - 0 1", "not to move is in check"),
        ("P3k3/8/8/8/8/8/8/4K3 w - - 0 1", "first or last rank"),
        ("4k3/8/8/8/8/8/8/4K3 w KQ - 0 1", "castling rights"),
        ("4k3/8/8/8/8/8/8/4K3 w - e6 0 1", "en passant"),
        ("4k3/pppppppp/p7/8/8/8/8/4K3 w - - 0 1", "more than eight pawns"),
        ("x" * 5000, "not a FEN"),
    ],
)
def test_refused_positions(fen: str, words: str) -> None:
    with pytest.raises(StylemateError, match=words) as caught:
        board_from_fen(fen)
    assert len(str(caught.value)) < 400


def test_short_fen() -> None:
    assert board_from_fen(" 4k3/8/8/8/8/8/8/4K3   b ").turn == chess.BLACK


@given(st.text(max_size=80))
def test_any_text_is_a_board_or_an_error(text: str) -> None:
    try:
        board = board_from_fen(text)
    except StylemateError:
        return
    assert board.is_valid()


@pytest.mark.parametrize(
    "moves",
    [
        "1. e4 e5 2. Nf3",
        "1.e4 e5 2.Nf3 *",
        "1 e4 e5 2 Nf3",
        "e4, e5, Nf3",
        "1. e4 1... e5 2. ♘f3!",
        "1. e2\u2013e4 e7\u2013e5 2. Ng1\u2013f3 1-0",
        "e2e4 e7e5 g1f3",
        "1) e4 e5 2) Nf3 ch",
        "1. e4 {best by test} e5 (1... c5 2. Nf3 (2. d4)) 2. Nf3",
        '[White "Elm"]\n\n1. e4 e5 ; as usual\n2. Nf3 {[%clk 0:01]} *',
    ],
)
def test_moves_are_read_as_they_stand_in_books(moves: str) -> None:
    board = chess.Board()
    play_moves(board, moves)
    assert [move.uci() for move in board.move_stack] == ["e2e4", "e7e5", "g1f3"]


@pytest.mark.parametrize("filling", [" ", "(", "e.p.", "ch ", "1.", "{", "O-", "=", "\u200b", "x "])
def test_a_long_text_is_refused_at_once(filling: str) -> None:
    """Tried for its time: patterns that take its square would stand still here for hours."""
    with pytest.raises(StylemateError):
        read_move(chess.Board(), f"e4{filling * 500_000}Z9")
    with pytest.raises(StylemateError):
        play_moves(chess.Board(), f"{filling * 500_000}Z9")


def test_words_beside_moves_are_no_moves() -> None:
    board = chess.Board(EN_PASSANT)
    play_moves(board, "1. exd6 (e.p.) Kd7 2. Ke2")
    board.pop()
    board.pop()
    play_moves(board, "(1... Kf7) Kd7 2. Ke2")
    assert [move.uci() for move in board.move_stack] == ["e5d6", "e8d7", "e1e2"]
    board = chess.Board(CASTLING)
    play_moves(board, "O - O O - O - O")
    assert [move.uci() for move in board.move_stack] == ["e1g1", "e8c8"]


@pytest.mark.parametrize(
    "fen",
    [
        "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR_w_KQkq_-_0_1",
        'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - bm e4; id "x";',
        "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w HAha - 0 1",
    ],
)
def test_other_forms_of_a_fen(fen: str) -> None:
    assert board_from_fen(fen) == chess.Board()


def test_play_moves() -> None:
    board = chess.Board()
    play_moves(board, "e2e4, e5 Nf3")
    assert board.fen().startswith("rnbqkbnr/pppp1ppp/8/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R b")
    with pytest.raises(StylemateError, match="Move 2: 'Nf3'"):
        play_moves(board, "Nc6 Nf3")


@pytest.mark.parametrize(
    ("fen", "moves", "result", "words"),
    [
        (chess.STARTING_FEN, "f3 e5 g4 Qh4", "0-1", "Black won by checkmate"),
        ("7k/5Q2/8/8/8/8/8/6K1 b - - 0 1", "", "1/2-1/2", "Black has no legal move"),
        ("7k/8/8/8/8/8/8/6KN b - - 0 1", "", "1/2-1/2", "pieces to checkmate"),
        (chess.STARTING_FEN, "Nf3 Nf6 Ng1 Ng8 " * 2, "1/2-1/2", "third time"),
        ("7k/8/8/8/8/8/8/R5K1 w - - 99 80", "Ra2", "1/2-1/2", "Fifty moves"),
    ],
)
def test_endings(fen: str, moves: str, result: str, words: str) -> None:
    board = chess.Board(fen)
    play_moves(board, moves)
    found = ending_by_rule(board)
    assert found is not None
    assert found.result == result
    assert words in found.words


def test_a_game_goes_on() -> None:
    assert ending_by_rule(chess.Board()) is None
