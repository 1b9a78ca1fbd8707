"""From the text of one game to a record, or to the reason why it is not kept."""

import enum
import re
from dataclasses import dataclass

import chess
import numpy as np

from engine.games import san_replay
from engine.games.pgn_splitter import LARGEST_GAME, RawGame
from engine.games.pgn_tokens import split_movetext
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


_STANDARD_NAMES = frozenset(
    ("", "standard", "chess", "classical", "normal", "orthodox", "regular", "from position")
)
_ONE_OF_SEVERAL = re.compile(r"\[\s*([^\s\"]+)\s+\"((?:[^\"\\]|\\.)*)\"\s*\]")
_LONGEST_HEADER = 4096  # characters of a line that are looked at
_ESCAPED = re.compile(r"\\([\"\\])")


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
    headers: dict[str, str] = {}
    for line in text.split("\n"):
        line = line.strip()[:_LONGEST_HEADER]
        tags = _ONE_OF_SEVERAL.findall(line) if line.count("[") > 1 else []
        for key, value in tags if len(tags) > 1 else [_split_header(line)]:
            if "\\" in value:
                value = _ESCAPED.sub(r"\1", value)
            headers.setdefault(key.lower(), value)
    return headers


def _split_header(line: str) -> tuple[str, str]:
    """Return key and value of ``[Key "value"]``, forgiving a missing quote or bracket."""
    inside = line.removeprefix("[").removesuffix("]").strip()
    key, _, value = inside.partition('"')
    return key.strip(), value.removesuffix('"').strip()


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
    movetext = split_movetext(decode_text(game.movetext))
    if movetext.unclosed:
        raise NotKeptError(SkipReason.UNCLOSED)
    try:
        line = san_replay.replay_words(movetext.words)
    except san_replay.GameRefusedError as refusal:
        raise NotKeptError(SkipReason(refusal.kind), f"{refusal.kind}: {refusal.detail}") from None
    if not line.codes:
        raise NotKeptError(SkipReason.NO_MOVES)
    return record_from_headers(headers, np.array(line.codes, dtype=np.uint16), line.result)


def _check_kind(headers: dict[str, str]) -> None:
    variant = headers.get("variant", "").strip()
    if variant.lower() not in _STANDARD_NAMES:
        raise NotKeptError(SkipReason.VARIANT, f"variant {variant[:40]}")
    fen = headers.get("fen", "").strip()
    if fen and not _is_start_position(fen):
        raise NotKeptError(SkipReason.SET_UP, f"position {fen[:100]}")
    if not fen and headers.get("setup", "").strip() == "1":
        raise NotKeptError(SkipReason.SET_UP, "SetUp without a FEN")


def _is_start_position(fen: str) -> bool:
    """Say whether a FEN is the usual start, whatever its move counters say."""
    return fen.split()[:4] == chess.STARTING_FEN.split()[:4]
