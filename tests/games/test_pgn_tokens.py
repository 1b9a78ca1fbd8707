import random
import time

import chess
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.games.pgn_tokens import LONGEST_WORD, TokenKind, classify, split_movetext


def words_of(text: str) -> list[str]:
    return split_movetext(text).words


@pytest.mark.parametrize(
    "text",
    [
        "1. e4 e5 2. Nf3",
        "1.e4 e5 2.Nf3",
        "1.e4 1...e5 2.Nf3",
        "1. e4 {[%clk 0:03:00] a {brace inside} 1... e5 2. Nf3",
        '1. e4 { 2. d4 (not a move) ; [Event "x"] } e5 2. Nf3',
        "1. e4 (1. d4 d5 (1... Nf6 {Indian :)} 2. c4 (2. Nf3)) 2. c4) 1... e5 2. Nf3",
        "1. e4 ; 1. d4 {not a comment (neither\n e5 2. Nf3",
        "1. e4\n% escape { line (\ne5 2. Nf3",
        "1. e4 ) e5 2. Nf3",
        "1 . e4 e5\t2...   Nf3",
    ],
)
def test_only_the_main_line_is_left(text: str) -> None:
    movetext = split_movetext(text)
    moves = [word for word in movetext.words if classify(word).kind != TokenKind.IGNORED]
    assert (moves, movetext.unclosed) == (["e4", "e5", "Nf3"], False)


@pytest.mark.parametrize("text", ["1. e4 {never closed e5", "1. e4 (1. d4 (1. c4) e5"])
def test_open_comments_and_variations_are_noticed(text: str) -> None:
    movetext = split_movetext(text)
    assert movetext.unclosed
    assert movetext.words == ["e4"]


@pytest.mark.parametrize(
    ("word", "kind", "san"),
    [
        ("e4", TokenKind.MOVE, "e4"),
        ("Nf3!?", TokenKind.MOVE, "Nf3"),
        ("Nbd7$14", TokenKind.MOVE, "Nbd7"),
        ("Qxf7#", TokenKind.MOVE, "Qxf7"),
        ("Qxf7++!", TokenKind.MOVE, "Qxf7"),
        ("exd6e.p.", TokenKind.MOVE, "exd6"),
        ("Pe4", TokenKind.MOVE, "e4"),
        ("e8=N+", TokenKind.MOVE, "e8=N"),
        ("e8Q", TokenKind.MOVE, "e8Q"),
        ("O-O", TokenKind.CASTLING, "O-O"),
        ("0-0-0+", TokenKind.CASTLING, "O-O-O"),
        ("o-o!", TokenKind.CASTLING, "O-O"),
        ("OOO", TokenKind.CASTLING, "O-O-O"),
        ("e2-e4", TokenKind.LONG_MOVE, "e2-e4"),
        ("e7e8q", TokenKind.LONG_MOVE, "e7e8q"),
        ("1/2", TokenKind.RESULT, "1/2-1/2"),
        ("*", TokenKind.RESULT, "*"),
        ("--", TokenKind.NULL_MOVE, "--"),
        ("Z0", TokenKind.NULL_MOVE, "Z0"),
        ("17", TokenKind.IGNORED, "17"),
        ("$6", TokenKind.IGNORED, "$6"),
        ("+-", TokenKind.IGNORED, "+-"),
        ("e.p.", TokenKind.IGNORED, "e.p."),
        ("Sf3", TokenKind.UNKNOWN, "Sf3"),
        ("Nf3Nc6", TokenKind.UNKNOWN, "Nf3Nc6"),
        ("<html>", TokenKind.IGNORED, "<html>"),
        ("i9", TokenKind.UNKNOWN, "i9"),
    ],
)
def test_words_mean_what_people_mean(word: str, kind: TokenKind, san: str) -> None:
    token = classify(word)
    assert (token.kind, token.san) == (kind, san)


def test_figurines_and_typographic_dashes_are_read() -> None:
    assert words_of("1. e4 e5 2. ♘f3 ♞c6 3. O–O ♙a6 1–0") == (
        ["e4", "e5", "Nf3", "Nc6", "O-O", "a6", "1-0"]
    )


def test_bracketed_promotions_are_not_variations() -> None:
    assert words_of("60. e8(Q) dxe1(=N)+") == ["e8=Q", "dxe1=N+"]


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    for word in words_of(text):
        assert len(word) <= LONGEST_WORD
        classify(word)


@given(st.integers(0, 1 << 30))
def test_markup_between_moves_changes_nothing(seed: int) -> None:
    rng = random.Random(seed)
    junk = ["{ (x] }", "$3", "(1. a3 {)} a6 (1... h6))", "; rest\n", "\n%esc\n", "!", "\t", "12..."]
    moves = [rng.choice(["e4", "Nf3", "O-O", "exd8=Q+", "R1e2"]) for _ in range(8)]
    text = " ".join(part for move in moves for part in (move, rng.choice(junk)))
    movetext = split_movetext(text)
    left = [word for word in movetext.words if classify(word).kind != TokenKind.IGNORED]
    assert (left, movetext.unclosed) == (moves, False)


@pytest.mark.parametrize("unit", ["(", ")", "{", "1", "1.", '[x "', " ", ";", "e4", "♘", "$"])
def test_a_mebibyte_of_anything_is_done_quickly(unit: str) -> None:
    text = unit * ((1 << 20) // len(unit))
    started = time.process_time()
    for word in words_of(text)[:1000]:
        classify(word)
    assert time.process_time() - started < 3


def test_origin_mask_holds_every_legal_origin() -> None:
    assert classify("N1f3").from_mask == chess.BB_E1 | chess.BB_G1
