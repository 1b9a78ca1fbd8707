"""From the text of one game to a record, or to the reason why it is not kept."""

import enum
import re
from array import array
from dataclasses import dataclass

import chess
import numpy as np

from engine.games import san_replay
from engine.games.pgn_headers import read_header_line, unescaped
from engine.games.pgn_lines import LARGEST_GAME
from engine.games.pgn_splitter import RawGame
from engine.games.pgn_tokens import (
    DOUBLE_FORFEIT,
    TokenKind,
    classify,
    read_header_result,
    split_movetext,
)
from engine.games.records import GameRecord, record_from_headers


class SkipReason(enum.StrEnum):
    """Why a game was read but not kept, in the words of the summary."""

    VARIANT = "another chess variant"
    SET_UP = "starts from a set-up position"
    NO_MOVES = "no moves"
    ILLEGAL = san_replay.REFUSED_ILLEGAL
    AMBIGUOUS = san_replay.REFUSED_AMBIGUOUS
    UNKNOWN_WORD = san_replay.REFUSED_UNKNOWN_WORD
    NULL_MOVE = san_replay.REFUSED_NULL_MOVE
    UNCLOSED = "comment or variation never closed"
    RUN_TOGETHER = "two games run together"
    AFTER_RESULT = san_replay.REFUSED_AFTER_RESULT
    TOO_LONG = san_replay.REFUSED_TOO_LONG
    CUT_OFF = "cut off where a damaged file ends"
    DUPLICATE = "duplicate of an earlier game"


@dataclass(frozen=True, slots=True)
class SkippedGame:
    """A game that was not kept: where it stands and why.

    ``number`` and ``line`` count from 1 within the input called ``source``.
    """

    source: str
    number: int
    line: int
    reason: SkipReason
    detail: str = ""

    def __str__(self) -> str:
        place = f"{self.source}, game {self.number}, line {self.line}"
        return f"{place}: {self.detail or self.reason.value}"


class NotKeptError(Exception):
    """Raised for a game that is read but not kept."""

    def __init__(self, reason: SkipReason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


_STANDARD_NAMES = (
    frozenset(
        (
            "",
            "standard",
            "chess",
            "classical",
            "normal",
            "orthodox",
            "regular",
            "from position",
            "none",
        )
    )
    | frozenset(
        ("standard chess", "chess standard", "normal chess", "regular chess", "orthodox chess")
    )
    | frozenset(("classical chess", "western chess", "orthochess", "unknown", "std", "n/a"))
    | frozenset(("fromposition", "standardchess", "no", "na"))
)
_CLEAN_HEADER = re.compile(r"^\[(\w+) \"([^\"\\\[\]\n]*)\"\]$", re.MULTILINE)
_NUMBERED_LAST = re.compile(r"\d\s*[.\u2026]+\s*\S{1,9}\W*\Z")


def decode_text(data: bytes) -> str:
    """Return text that is UTF-8, or else Latin-1 (in Windows' extension where it is valid)."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def read_headers(text: str) -> dict[str, str]:
    """Return the header values of one game, keys in lower case, the first of equal keys.

    Lines that are not quite headers (a quote or bracket missing) are read as well as possible.
    """
    clean = _CLEAN_HEADER.findall(text)
    if len(clean) == text.count("\n") + 1:
        return {key.lower(): value for key, value in reversed(clean)}
    headers: dict[str, str] = {}
    for line in text.split("\n"):
        for key, value in read_header_line(line.encode()).fields:
            headers.setdefault(key.decode(), unescaped(value.decode(errors="replace")))
    return headers


def parse_game(game: RawGame) -> GameRecord:
    """Return the record of a standard game whose whole main line is legal.

    Raises:
        NotKeptError: the game is of another kind, broken, or empty.
    """
    if game.oversize:
        raise NotKeptError(
            SkipReason.TOO_LONG, f"the game or a line of it exceeds {LARGEST_GAME} bytes"
        )
    if game.cut_off:
        raise NotKeptError(SkipReason.CUT_OFF)
    headers = read_headers(decode_text(game.headers))
    _check_kind(headers)
    _check_names(headers, game)
    text = decode_text(game.movetext)
    movetext = split_movetext(text)
    if movetext.unclosed and not _ends_with_result(movetext.words):
        raise NotKeptError(SkipReason.UNCLOSED)
    if movetext.nests:
        raise NotKeptError(SkipReason.AMBIGUOUS, "braces in braces, with a move among them")
    if movetext.starts_again:
        raise NotKeptError(SkipReason.RUN_TOGETHER, "moves numbered from 1 a second time")
    words = _without_double_forfeit(movetext.words, headers.get("result", ""), text)
    try:
        line = san_replay.replay_words(words)
    except san_replay.GameRefusedError as refusal:
        raise _not_kept(refusal) from None
    if not line.codes:
        raise NotKeptError(SkipReason.NO_MOVES)
    # Several times faster than to give NumPy the list.
    moves = np.frombuffer(array("H", line.codes), dtype=np.uint16)
    return record_from_headers(headers, moves, line.result)


def _not_kept(refusal: san_replay.GameRefusedError) -> NotKeptError:
    return NotKeptError(SkipReason(refusal.kind), f"{refusal.kind}: {refusal.detail}")


def _check_names(headers: dict[str, str], game: RawGame) -> None:
    """Refuse a game whose moves may be other people's than those whom the headers name."""
    if game.unsure_names and not (headers.get("white") and headers.get("black")):
        raise NotKeptError(
            SkipReason.RUN_TOGETHER, "headers of two games, of which the second lacks a name"
        )
    if b'[White "' in game.movetext:
        raise NotKeptError(SkipReason.RUN_TOGETHER, "headers in the middle of the moves")


def _ends_with_result(words: list[str]) -> bool:
    kinds = (classify(word).kind for word in reversed(words))
    return next((kind for kind in kinds if kind != TokenKind.IGNORED), None) == TokenKind.RESULT


def _without_double_forfeit(words: list[str], header_result: str, text: str) -> list[str]:
    """Return the words of a game without a last ``0-0`` that is its result.

    It is castling where it is legal and the game says so otherwise: it has another result, or
    White's move has a number.

    Args:
        words: of the main line.
        header_result: what the headers say.
        text: all movetext.

    Raises:
        NotKeptError: it may be either.
    """
    if DOUBLE_FORFEIT not in words[-3:]:
        return words
    place = len(words) - 1 - words[::-1].index(DOUBLE_FORFEIT)
    if any(word != "*" and classify(word).kind != TokenKind.IGNORED for word in words[place + 1 :]):
        return words
    stated = read_header_result(header_result)
    if stated not in ("", "*"):
        return words
    without = words[:place] + words[place + 1 :]
    try:
        san_replay.replay_words(words[: place + 1])
    except san_replay.GameRefusedError:
        return without
    is_numbered = _NUMBERED_LAST.search(text.rstrip().removesuffix("*").rstrip()) is not None
    forfeited = re.sub(r"[^0-9]", "", header_result) == "00"
    if is_numbered and not forfeited:
        return words
    if forfeited and not is_numbered:
        return without
    raise NotKeptError(SkipReason.AMBIGUOUS, "0-0 at the end may be castling or the result")


def _check_kind(headers: dict[str, str]) -> None:
    variant = headers.get("variant", "").strip()
    if any(c.isalnum() for c in variant) and variant.lower() not in _STANDARD_NAMES:
        raise NotKeptError(SkipReason.VARIANT, f"variant {variant[:40]}")
    fen = headers.get("fen", "").strip()
    if not any(c.isalnum() for c in fen):
        fen = ""
    if fen and not _is_start_position(fen):
        raise NotKeptError(SkipReason.SET_UP, f"position {fen[:100]}")
    if not fen and headers.get("setup", "").strip() == "1":
        raise NotKeptError(SkipReason.SET_UP, "SetUp without a FEN")


def _is_start_position(fen: str) -> bool:
    """Say whether a FEN is the usual start, however it writes the rights and the counters."""
    if fen.lower() in ("startpos", "start"):
        return True
    pieces, *fields = fen.replace("_", " ").split()
    if pieces != chess.STARTING_BOARD_FEN or len(fields) < 2 or fields[0].lower() != "w":
        return False
    # Shredder-FEN names the files of the rooks.
    rights = fields[1].translate(str.maketrans("HAha", "KQkq"))
    return sorted(rights) == sorted("KQkq") and fields[2:3] in ([], ["-"], ["–"])
