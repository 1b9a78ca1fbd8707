"""One game as the store keeps it, and how header text becomes its fields."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from engine.games.pgn_tokens import read_header_result

UNKNOWN_PLAYER = "?"
"""Name of a player whom the headers do not name; such games train, but have no style of theirs."""

_HIGHEST_RATING = 4000
_LONGEST_TEXT, _LONGEST_HTML = 200, 2000
_DATE = re.compile(r"(\d{4}|\?{4})(?:[./-](\d\d?|\?\??)(?:[./-](\d\d?|\?\??))?)?\Z")
# What programs and people write where they know or tell no name.
_NOBODY = re.compile(
    r"[\[(<]?(?:N\.?[ -]?N\.?|anonymous|anon\.?|unknown|unnamed|no[ -]?name|nobody"
    r"|amateurs?|a\.? ?n\.? other|none|null|nil|n/?a|bye|x{2,}|opponent|computer"
    r"|(?:lichess AI|stockfish) level \d|guest[ _-]?\d*|name unknown|not known|player)"
    r"(?:,? ?(?:\?|N\.? ?N\.?|player))?[\])>]?",
    re.IGNORECASE,
)
_DATE_DAY_FIRST = re.compile(r"(\d\d?)([./-])(\d\d?)\2(\d{4})\Z")
_EARLIEST_YEAR, _LATEST_YEAR = 1000, 2100
_UNKNOWN_DATE = "????.??.??"


@dataclass(slots=True)
class GameRecord:
    """One standard game: who, when, and its main line.

    ``white_elo`` and ``black_elo`` are 0 when unknown; ``date`` is ``1960.03.15`` with ``??`` for
    unknown parts or empty; ``moves`` is uint16 (plies,) of move codes (``engine.position.moves``).
    """

    white: str
    black: str
    moves: npt.NDArray[np.uint16]
    white_elo: int = 0
    black_elo: int = 0
    date: str = ""
    event: str = ""
    result: str = "*"
    time_control: str = ""

    @property
    def game_id(self) -> int:
        """64-bit hash of the players, the date and the moves: equal games have equal ids."""
        return game_id(self.white, self.black, self.date, self.moves)

    @property
    def year(self) -> int | None:
        """Year the game was played, None when unknown."""
        return int(self.date[:4]) if self.date[:4].isdigit() else None


def game_id(white: str, black: str, date: str, moves: npt.NDArray[np.uint16]) -> int:
    """Return the 64-bit identity of a game (the same on every machine)."""
    digest = hashlib.blake2b(f"{white}|{black}|{date}|".encode(), digest_size=8)
    digest.update(moves.astype("<u2", copy=False).tobytes())
    return int.from_bytes(digest.digest(), "little")


def record_from_headers(
    headers: Mapping[str, str], moves: npt.NDArray[np.uint16], movetext_result: str
) -> GameRecord:
    """Build a record from headers (keys in lower case) and a legal main line.

    A missing or senseless header never refuses a game: the field is left unknown.
    """
    header_result = read_header_result(headers.get("result", ""))
    return GameRecord(
        white=_name(headers.get("white", "")),
        black=_name(headers.get("black", "")),
        moves=moves,
        white_elo=_rating(headers.get("whiteelo", "")),
        black_elo=_rating(headers.get("blackelo", "")),
        date=_best_date(headers),
        event=_clean(headers.get("event", "")),
        result=header_result if header_result not in ("", "*") else movetext_result or "*",
        time_control=_clean(headers.get("timecontrol", "")),
    )


def _clean(text: str) -> str:
    """Return text of one line, without control characters, of bounded length."""
    if "&" in text:
        text = html.unescape(text[:_LONGEST_HTML])  # copied out of a page's source
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)  # one spelling of é, whatever wrote it
    if not text.isprintable() or "  " in text:
        text = "".join(c if c.isprintable() else " " for c in text)
        text = " ".join(text.split())
    return text.strip()[:_LONGEST_TEXT]


@lru_cache(maxsize=1 << 13)
def _name(text: str) -> str:
    name = _clean(text).strip('"')
    if not any(c.isalnum() for c in name) or _NOBODY.fullmatch(name):
        return UNKNOWN_PLAYER
    return name


def _rating(text: str) -> int:
    digits = text.strip().rstrip("?")  # Lichess marks provisional ratings
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 4):
        return 0
    rating = int(digits)
    return rating if rating < _HIGHEST_RATING else 0


def _best_date(headers: Mapping[str, str]) -> str:
    date = parse_date(headers.get("date", ""))
    if date in ("", _UNKNOWN_DATE):
        return parse_date(headers.get("utcdate", "")) or date
    return date


@lru_cache(maxsize=1 << 12)
def parse_date(text: str) -> str:
    """Return a date as ``1960.03.15`` with ``??`` for unknown parts, empty when it is no date."""
    match = _DATE.match(text.strip())
    if match is None:
        return _date_that_ends_in_its_year(text.strip())
    year, month, day = match.groups()
    if year.isdigit() and not _EARLIEST_YEAR <= int(year) <= _LATEST_YEAR:
        return _UNKNOWN_DATE  # what programs write for none
    return f"{year}.{_date_part(month, 12)}.{_date_part(day, 31)}"


def _date_that_ends_in_its_year(text: str) -> str:
    """Return such a date; where day and month may be either, only its year is known."""
    match = _DATE_DAY_FIRST.match(text)
    if match is None:
        return ""
    first, sign, second, year = match.groups()
    if sign != "." and int(first) <= 12 and int(second) <= 12 and int(first) != int(second):
        return parse_date(year)
    day, month = (second, first) if sign != "." and int(second) > 12 else (first, second)
    return parse_date(f"{year}.{month}.{day}")


def _date_part(text: str | None, highest: int) -> str:
    if text is None or not text.isdigit() or not 1 <= int(text) <= highest:
        return "??"
    return text.zfill(2)
