"""The words of PGN movetext: what each one means, before any board is looked at.

Comments, variations and move numbers are dropped here; what is left is classified once per
distinct word and remembered, because a million games use only a few thousand words.
"""

import enum
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import chess

from engine.position.typography import plain_signs

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
    """The words of the main line.

    Attributes:
        words: without the numbers of moves.
        unclosed: a comment or variation was left open.
        starts_again: the numbers of moves begin again at 1.
        nests: braces stand in braces, which the standard forbids, and the moves depend on it.
    """

    words: list[str]
    unclosed: bool
    starts_again: bool = False
    nests: bool = False


_NON_MOVES = re.compile(r"\{[^}]*\}?|;[^\n]*|^%[^\n]*", re.MULTILINE)
_BRACKETED_PROMOTION = re.compile(r"(?<=[a-h][18])\(=?([NBRQnbrq])\)")
_MOVE_KINDS = (TokenKind.MOVE, TokenKind.CASTLING, TokenKind.LONG_MOVE, TokenKind.UNKNOWN)
_BRACES = re.compile(r"([{}])")
_PARENTHESIS = re.compile(r"([()])")
_SQUARE_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_HARD_BLANK = re.compile(r"&(?:nbsp|#160|#xa0);", re.IGNORECASE)
# Bounded: an endless run of digits must not cost its square. Neither 0.35 nor the end of e5.
_NUMBERS = re.compile(r"(?<![-:/.\w])\d{1,6}\.+(?!\d(?!-[01]|/2))")
_PLAIN_NUMBERS = frozenset(f"{number}." for number in range(1, 1000))
_FIRST_NUMBER = re.compile(r"(?:^|(?<=\s))1\s*\.(?!\s*\.)")
_MARKUP = "{;()%"
_POINT = r"(?:1/2|½|0[.,]5|1|0)"
_SPREAD_RESULT = re.compile(rf"(?<!\S)({_POINT})\s*[-:]\s*({_POINT})(?![\w/])")
_SPREAD_CASTLING = re.compile(r"(?<!\S)([O0o])\s*-\s*\1(?:(\s*-\s*)\1)?(?!\w)")

_MOVE = re.compile(
    r"(?:(?P<castling>(?:([OoОоΟο])[^\w\s]{0,2}\2(?P<long>[^\w\s]{0,2}\2)?|0-0(?P<zeros>-0)?))"
    r"|P?(?P<san>([NBRQK])?([a-h])?([1-8])?[-x:X]?([a-h][1-8])(?:=?([NBRQKnbrqk])(?:(?<=[Qq])ueen|(?<=[Rr])ook|(?<=[Bb])ishop)?|[/:-]([NBRQ]))?))"
    r"(?P<rest>(?:e\.?p\.?)?(?:[^\w\s].*|(?:ch|dbl|dis|mate).*|TN|RR|N|D)?)\Z",
    re.DOTALL,
)
_NOVELTY = re.compile(
    r"(?:[NBRQK][a-h]?[1-8]?[-x:X]?[a-h][1-8]|[a-h]?[1-8]?[-x:X]?[a-h][2-7])(N)(?!\w)"
)
_RANKLESS = re.compile(r"([a-h])[x:]?([a-h])(?:e\.?p\.?)?[^\w\s]*\Z")
_AHEAD_OF_MOVE = re.compile(r"(?:\d{1,3}(?=[NBRQKOPa-h])|\.+)\.*")
# A file and a rank, castling, or a piece and a file; in the letters of any language.
_PERHAPS_MOVE = re.compile(
    r"[A-Ha-h][\W_]?[1-8]|(?![A-Za-z])[^\W\d_][1-8]|\b(?:[OoОоΟο](?:\W{0,2}[OoОоΟο])+|0-0)\b"
    r"|^[NBRQK]?[a-z]?\d?[-x]?[a-z]\d\W*$"
    r"|^[NBRQK][a-h]?[1-8]?[-x]?[a-h]$|^[Oo]$|^[b-h]$|^[KQRBNP]+\d?[-x][KQRBNP]+\d?"
)
_NULL_MOVES = frozenset(("--", "z0", "0000", "@@@@", "null", "pass"))
_RESULT = re.compile(
    r"[^\w*½]*(?:(?P<white>1[-:]0)|(?P<black>0[-:]1)"
    r"|(?P<draw>(?:1/2|½)(?:[-:](?:1/2|½))?|0[.,]5[-:]0[.,]5)|\*)[^\w½]*\Z"
)
# Words of a header behind the result: 1-0F, 0-1 on time.
_HOW_IT_ENDED = re.compile(r"(?:(?<=[012])\s*f+|[\s,;][^\d½*]+)\Z", re.IGNORECASE)
_RESULTS_OF_HEADERS = {
    **dict.fromkeys(("+:-", "+/-", "+-", "1:0", "1-o", "whitewins", "whitewon"), "1-0"),
    **dict.fromkeys(("-:+", "-/+", "-+", "0:1", "o-1", "blackwins", "blackwon"), "0-1"),
    **dict.fromkeys(("draw", "drawn", "remis", "=", "1/2", "0.5", "0,5"), "1/2-1/2"),
    **dict.fromkeys(("1/21/2", "½½", "0.50.5", "0,50,5"), "1/2-1/2"),
}
DOUBLE_FORFEIT = "0-0"
"""What some write as the result of a game that both have lost; others castle with it."""
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
    unclosed = nests = False
    if "&" in text:
        text = _HARD_BLANK.sub(" ", text)  # its semicolon is no comment
    if any(mark in text for mark in _MARKUP):
        if "(" in text:
            text = _BRACKETED_PROMOTION.sub(r"=\1", text)
        whole = text
        text, unclosed = _drop_markup(text)
        if "}" in text:
            nests = _moves_in(text) != _moves_in(_drop_markup(_without_nested_braces(whole))[0])
    text = _plain(plain_signs(text))
    starts_again = (" 1." in text or "\n1." in text) and _starts_again(text)
    words = _without_numbers(text)
    if words and max(map(len, words)) > LONGEST_WORD:
        words = [word[:LONGEST_WORD] for word in words]  # noise: keep the memory of words small
    return Movetext(words, unclosed, starts_again, nests)


def _without_numbers(text: str) -> list[str]:
    """Return the words of a text that are not numbers of moves."""
    everything = text.split()
    words = [word for word in everything if word not in _PLAIN_NUMBERS]
    # Where all dots are those of plain numbers there is nothing for the slower expression.
    if len(everything) - len(words) == text.count("."):
        return words
    return _NUMBERS.sub(" ", text).split()


def _moves_in(text: str) -> list[str]:
    """Return the words of a text that are or may be moves."""
    words = _PARENTHESIS.sub(" ", _NUMBERS.sub(" ", plain_signs(text))).split()
    return [word for word in words if classify(word[:LONGEST_WORD]).kind in _MOVE_KINDS]


def _without_nested_braces(text: str) -> str:
    """Return a text without comments, read as if braces could stand in braces."""
    return " ".join(_outside(_BRACES.split(text), "{", "}")[0])


def _outside(parts: Iterable[str], opening: str, closing: str) -> tuple[list[str], int]:
    """Return the parts outside nested brackets, and how many of these stay open at the end."""
    kept: list[str] = []
    depth = 0
    for part in parts:
        if part == opening:
            depth += 1
        elif part == closing:
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(part)
    return kept, depth


def _starts_again(text: str) -> bool:
    """Say whether moves are numbered from 1 a second time (1. e4 1. e5 is one start)."""
    pieces = _FIRST_NUMBER.split(text)[1:-1]
    return any(
        sum(classify(word).kind in _MOVE_KINDS for word in _NUMBERS.sub(" ", piece).split()) > 1
        for piece in pieces
    )


def _plain(text: str) -> str:
    """Return the main line without what only looks like words, results and castling in one."""
    if "[" in text:
        text = _SQUARE_BRACKETS.sub(_bracketed, text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if " -" in text or "- " in text or ":" in text or "0.5" in text or "0,5" in text:
        text = _SPREAD_RESULT.sub(_joined_result, text)
        text = _SPREAD_CASTLING.sub(lambda m: f"{m[1]}-{m[1]}{f'-{m[1]}' if m[2] else ''}", text)
    return text.replace(",", " ") if "," in text else text


def _bracketed(match: re.Match[str]) -> str:
    """Return what stands for text in square brackets: a variation and words are dropped."""
    inside = match[1].strip()
    if inside[:1].isdigit() or inside.startswith("%") or not _PERHAPS_MOVE.search(inside):
        return " "
    return " [" + "_".join(inside.split())


def _joined_result(match: re.Match[str]) -> str:
    return "-".join(point if point in ("0", "1") else "1/2" for point in match.groups())


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
    kept, depth = _outside(_PARENTHESIS.split(text), "(", ")")
    return " ".join(kept), unclosed or depth > 0


def named_result(text: str) -> str:
    """Return the result that a text names: ``1-0``, ``0-1``, ``1/2-1/2`` or ``*``; else nothing."""
    match = _RESULT.match(text)
    if match is None:
        return ""
    if match["white"]:
        return "1-0"
    if match["black"]:
        return "0-1"
    return "1/2-1/2" if match["draw"] else "*"


@lru_cache(maxsize=1 << 10)
def read_header_result(text: str) -> str:
    """Return the result that a header names, in any of the ways people write it; else nothing."""
    written = plain_signs(text[:LONGEST_WORD]).partition("(")[0].strip()
    named = _RESULTS_OF_HEADERS.get("".join(written.split()).casefold())
    joined = _SPREAD_RESULT.sub(_joined_result, written)
    return named or named_result(joined) or named_result(_HOW_IT_ENDED.sub("", joined))


@lru_cache(maxsize=1 << 16)
def classify(word: str) -> Token:
    """Return what a word of movetext means.

    A word that cannot be a move in any spelling is ``IGNORED``. One that may be a move but is not
    clear (other languages' letters of pieces, several moves in one) is ``UNKNOWN``: guessing could
    turn a knight's move into a pawn's.
    """
    result = named_result(word)
    if result:
        return Token(TokenKind.RESULT, result)
    if word.lower() in _NULL_MOVES:
        return Token(TokenKind.NULL_MOVE, word)
    token = _classify_move(word)
    if token is None and (ahead := _AHEAD_OF_MOVE.match(word)):
        token = _classify_move(word[ahead.end() :])
    if token is not None:
        return token
    kind = TokenKind.UNKNOWN if _PERHAPS_MOVE.search(word) else TokenKind.IGNORED
    return Token(kind, word)


def is_rankless(token: Token) -> bool:
    """Say whether a token is a pawn's capture of which only the files are named, as in ``ed``."""
    return token.kind == TokenKind.LONG_MOVE and len(token.san) == 2 and token.san.isalpha()


def _classify_rankless(word: str) -> Token | None:
    match = _RANKLESS.match(word)
    if match is None or abs(ord(match[1]) - ord(match[2])) != 1:
        return None
    return Token(TokenKind.LONG_MOVE, match[1] + match[2])


def _classify_move(word: str) -> Token | None:
    novelty = _NOVELTY.match(word)
    if novelty is not None:  # nothing that becomes a knight
        word = word[: novelty.start(1)] + word[novelty.end(1) :]
    match = _MOVE.match(word)
    if match is None:
        return _classify_rankless(word)
    if _PERHAPS_MOVE.search(match["rest"]):
        return None
    if match["castling"]:
        is_long = match["long"] or match["zeros"]
        return Token(TokenKind.CASTLING, "O-O-O" if is_long else "O-O")
    letter, file, rank, target_name, promotion_letter, behind_sign = match.groups()[5:11]
    promotion_letter = promotion_letter or behind_sign
    san = match["san"].replace(":", "x").replace("X", "x")
    if behind_sign:
        san = f"{san[:-2]}={behind_sign}"
    target = chess.parse_square(target_name)
    promotion = (
        chess.PIECE_SYMBOLS.index(promotion_letter.lower()) if promotion_letter is not None else 0
    )
    if letter is None:
        if rank is not None and file is None:
            return None  # the number of a move in front of it
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
