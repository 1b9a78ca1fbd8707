"""The words of PGN movetext: what each one means, before any board is looked at.

Comments, variations and move numbers are dropped here; what is left is classified once per
distinct word and remembered, because a million games use only a few thousand words.
"""

import enum
import re
from functools import lru_cache
from typing import NamedTuple

import chess

LONGEST_WORD = 40
"""Characters of a word that are looked at; no move with its annotations is longer."""


class TokenKind(enum.IntEnum):
    """What a word of movetext is."""

    MOVE = 0
    CASTLING = 1
    LONG_MOVE = 2  # a move that only python-chess reads: long algebraic, odd promotions
    IGNORED = 3  # numbers, annotations, evaluation signs
    RESULT = 4
    NULL_MOVE = 5
    UNKNOWN = 6


class Token(NamedTuple):
    """A classified word; the fields after ``san`` are only meaningful for ``MOVE``."""

    kind: TokenKind
    san: str  # the word without annotations, in English letters: what python-chess is asked
    piece: int = 0
    target: int = 0
    from_mask: int = 0  # squares the word itself allows as origin (file, rank, empty-board reach)
    promotion: int = 0
    capture: bool = False  # names a file of origin, so a pawn must capture


class Movetext(NamedTuple):
    """The words of the main line, and whether a comment or variation was left open."""

    words: list[str]
    unclosed: bool


_NON_MOVES = re.compile(r"\{[^}]*\}?|;[^\n]*|^%[^\n]*", re.MULTILINE)
_BRACKETED_PROMOTION = re.compile(r"(?<=[a-h][18])\(=?([NBRQnbrq])\)")
_PARENTHESIS = re.compile(r"([()])")
_NUMBERS = re.compile(r"\d{1,6}\.+")  # bounded: an endless run of digits must not cost its square
_MARKUP = frozenset("{;()%")

_IGNORED = re.compile(r"(?:\d+|\$\d+|[.…!?+\-=/~#}±∓⩲⩱∞□⇆→↑○⟳]+|e\.?p\.?|ch|dbl|N|D)\Z")
_MOVE = re.compile(
    r"(?:(?P<castling>([O0o])-?\2(?P<long>-?\2)?)"
    r"|P?(?P<san>([NBRQK])?([a-h])?([1-8])?[-x]?([a-h][1-8])(?:=?([NBRQKnbrqk]))?))"
    r"(?:e\.?p\.?)?(?:[+#]|ch)*(?:[!?□=]|\$\d+)*\Z"
)
_NULL_MOVES = frozenset(("--", "z0", "0000", "@@@@", "null", "pass"))
_RESULTS = {
    "1-0": "1-0",
    "0-1": "0-1",
    "1/2-1/2": "1/2-1/2",
    "1/2": "1/2-1/2",
    "½-½": "1/2-1/2",
    "*": "*",
}
_FIGURINES = str.maketrans("♔♕♖♗♘♚♛♜♝♞–—‐−", "KQRBNKQRBN----", "♙♟")
_EMPTY_BOARD_REACH = {
    chess.KNIGHT: chess.BB_KNIGHT_ATTACKS,
    chess.BISHOP: [masks[0] for masks in chess.BB_DIAG_ATTACKS],
    chess.ROOK: [
        ranks[0] | files[0]
        for ranks, files in zip(chess.BB_RANK_ATTACKS, chess.BB_FILE_ATTACKS, strict=True)
    ],
    chess.KING: chess.BB_KING_ATTACKS,
}
_EMPTY_BOARD_REACH[chess.QUEEN] = [
    diagonals | lines
    for diagonals, lines in zip(
        _EMPTY_BOARD_REACH[chess.BISHOP], _EMPTY_BOARD_REACH[chess.ROOK], strict=True
    )
]


def split_movetext(text: str) -> Movetext:
    """Return the words of the main line of one game's movetext, move numbers removed.

    Brace comments, ``;`` comments, ``%`` lines and variations (nested to any depth) are dropped.
    A stray closing bracket is ignored, as python-chess does.
    """
    unclosed = False
    if not _MARKUP.isdisjoint(text):
        if "(" in text:
            text = _BRACKETED_PROMOTION.sub(r"=\1", text)
        text, unclosed = _drop_markup(text)
    if not text.isascii():
        text = text.translate(_FIGURINES)
    words = _NUMBERS.sub(" ", text).split()
    if words and max(map(len, words)) > LONGEST_WORD:
        words = [word[:LONGEST_WORD] for word in words]  # noise: keep the memory of words small
    return Movetext(words, unclosed)


def _drop_markup(text: str) -> tuple[str, bool]:
    unclosed = False

    def blank(match: re.Match[str]) -> str:
        nonlocal unclosed
        found = match[0]
        if found[0] == "{" and found[-1] != "}":
            unclosed = True
        return " "

    text = _NON_MOVES.sub(blank, text)
    if "(" not in text:
        return text.replace(")", " "), unclosed
    kept = []
    depth = 0
    for part in _PARENTHESIS.split(text):
        if part == "(":
            depth += 1
        elif part == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(part)
    return " ".join(kept), unclosed or depth > 0


@lru_cache(maxsize=1 << 16)
def classify(word: str) -> Token:
    """Return what a word of movetext means.

    Words in other languages' piece letters, or glued together, are ``UNKNOWN``: guessing at them
    could turn a knight move into a pawn move.
    """
    result = _RESULTS.get(word)
    if result is not None:
        return Token(TokenKind.RESULT, result)
    if word.lower() in _NULL_MOVES:
        return Token(TokenKind.NULL_MOVE, word)
    if _IGNORED.match(word):
        return Token(TokenKind.IGNORED, word)
    return _classify_move(word)


def _classify_move(word: str) -> Token:
    match = _MOVE.match(word)
    if match is None:
        return Token(TokenKind.UNKNOWN, word)
    if match["castling"]:
        return Token(TokenKind.CASTLING, "O-O-O" if match["long"] else "O-O")
    letter, file, rank, target_name, promotion_letter = match.groups()[4:]
    san = match["san"]
    target = chess.parse_square(target_name)
    promotion = (
        chess.PIECE_SYMBOLS.index(promotion_letter.lower()) if promotion_letter is not None else 0
    )
    if letter is None:
        if rank is not None or promotion == chess.KING:
            return Token(TokenKind.LONG_MOVE, san)
        mask = chess.BB_FILES[ord(file or target_name[0]) - ord("a")]
        capture = file is not None and file != target_name[0]
        if file is not None and not capture:
            return Token(TokenKind.LONG_MOVE, san)
        return Token(TokenKind.MOVE, san, chess.PAWN, target, mask, promotion, capture)
    if promotion:
        return Token(TokenKind.LONG_MOVE, san)
    piece = chess.PIECE_SYMBOLS.index(letter.lower())
    mask = _EMPTY_BOARD_REACH[piece][target]
    if file is not None:
        mask &= chess.BB_FILES[ord(file) - ord("a")]
    if rank is not None:
        mask &= chess.BB_RANKS[int(rank) - 1]
    return Token(TokenKind.MOVE, san, piece, target, mask)
