"""One header line of PGN: what it says, however it is written.

``[White "Tal, Mikhail"]`` is read by whoever sees it; this module is for lines that are not quite
that: quotes or brackets missing or typographic, several headers on a line, the moves behind one, a
header that broke off where the next file begins.
"""

import re
from typing import NamedTuple

LONGEST_HEADER = 4096
"""Bytes of a line that are looked at."""

_QUOTE = rb"(?:\"|''|'|`|\xe2\x80[\x98-\x9f]|\xc2[\xab\xbb]|[\x84\x91-\x94])"
_KEY = rb"([A-Za-z0-9][A-Za-z0-9_+#=:. \t-]{0,60}?)"
# What takes blanks gives none back, or a long row of them would be split in every way there is.
_START = re.compile(rb"\[\s*+" + _KEY + rb"\s*+(?:[:=]\s*+)?" + _QUOTE)
# Within a value only what cannot be text of it: a key of one word, a blank and a straight quote.
_NEXT_START = re.compile(rb"\[\s*[A-Za-z][A-Za-z0-9_]*[ \t]+\"")
_BEGUN = re.compile(rb"\[\s*[A-Za-z]")
_END = re.compile(_QUOTE + rb"\s*\]")
_STRAIGHT_END = re.compile(rb"(?<!\\)\"\s*\]")
_UNQUOTED = re.compile(rb"\[\s*+([A-Za-z]\w*+)(?:\s++[:=]?|[:=])\s*+([^\[\]]*+)\]")
_WITHOUT_BRACKET = re.compile(
    rb"\s*((?i:event|site|date|round|white|black|result|whiteelo|blackelo|eco))[ \t]+"
    rb"\"([^\"]*+)\"?+\s*+(?:\]\s*+)?\Z"
)
_ODD = re.compile(rb"\s*\[\s*(?![%/])[^\]]*\]?")
_MOVES = re.compile(
    rb"\s*(?:\{[^}]*\}\s*)*"
    rb"(?:\d{1,3}\s*\.|1-0|0-1|1/2|\*|[NBRQK]?[a-h]?[1-8]?x?[a-h][1-8](?![\w.]))"
)
_CLOSING = b"\"'`]\xe2\x80\x9c\x9d\xbb"
_ESCAPED = re.compile(r"\\([\"\\])")
# Second words of keys that some people write apart: what follows them is no name.
_HALF_KEYS = frozenset(
    b"elo rating title team type fideid fide id country clock ratingdiff na province".split()
)


class HeaderLine(NamedTuple):
    """What one line says.

    Attributes:
        fields: keys in lower case and values, as bytes, in their order.
        moves: movetext that stands behind the headers on the line, or empty.
        broke_off: a header before the last one has no end: something is missing here.
        is_open: the last value has no end on this line.
    """

    fields: list[tuple[bytes, bytes]]
    moves: bytes = b""
    broke_off: bool = False
    is_open: bool = False


def looks_like_header(text: bytes) -> bool:
    """Say whether a line is meant as a header, well-formed or not."""
    return _ODD.match(text) is not None or _WITHOUT_BRACKET.match(text) is not None


def find_header(text: bytes) -> int:
    """Return where in a line a header begins, -1 when there is none."""
    match = _NEXT_START.search(text)
    return -1 if match is None else match.start()


def read_header_line(text: bytes) -> HeaderLine:
    """Return what a line of the headers says; values keep their escapes."""
    text = text.strip()[:LONGEST_HEADER]
    starts = _starts(text)
    if not starts:
        return _without_quotes(text)
    fields: list[tuple[bytes, bytes]] = []
    broke_off = _BEGUN.search(text, 0, starts[0].start()) is not None
    for index, start in enumerate(starts[:-1]):
        value = text[start.end() : starts[index + 1].start()]
        ends = list(_END.finditer(value))
        if ends:
            fields.append((_key(start), value[: ends[-1].start()]))
        else:
            broke_off = True
    last = text[starts[-1].end() :]
    straight = text[: starts[-1].end()].endswith(b'"')
    end = (_STRAIGHT_END if straight else _END).search(last) or _END.search(last)
    if end is not None:
        fields.append((_key(starts[-1]), last[: end.start()]))
        rest = last[end.end() :]
        return HeaderLine(fields, rest if _MOVES.match(rest) else b"", broke_off)
    value = last.rstrip(b" \t]").rstrip(_CLOSING if not straight else b'"')
    fields.append((_key(starts[-1]), value.strip()))
    return HeaderLine(fields, b"", broke_off, is_open=not last.endswith((b'"', b"]")))


def _starts(text: bytes) -> list[re.Match[bytes]]:
    """Return where the headers of a line begin."""
    first = _START.search(text)
    if first is None:
        return []
    starts = [first]
    while (following := _NEXT_START.search(text, starts[-1].end())) is not None:
        match = _START.match(text, following.start())
        if match is None:
            break
        starts.append(match)
    return starts


def _without_quotes(text: bytes) -> HeaderLine:
    bare = _WITHOUT_BRACKET.match(text)
    if bare is not None:
        return HeaderLine([(bare[1].lower(), bare[2].strip())])
    match = _UNQUOTED.match(text)
    if match is None:
        odd = _ODD.match(text)
        rest = text[odd.end() :] if odd is not None else b""
        return HeaderLine([], rest if _MOVES.match(rest) else b"")
    rest = text[match.end() :]
    moves = rest if _MOVES.match(rest) else b""
    value = match[2].strip().strip(b"\"'")
    first_word = value.partition(b" ")[0].lower()
    if not value or first_word in _HALF_KEYS:
        return HeaderLine([], moves)
    return HeaderLine([(match[1].lower(), value)], moves)


def _key(match: re.Match[bytes]) -> bytes:
    return re.sub(rb"[^a-z0-9_]", b"", match[1].lower())


def clean_header(key: bytes, value: bytes) -> bytes:
    """Return a header as a line that every reader reads alike."""
    return b'[%s "%s"]' % (key, value)


def unescaped(value: str) -> str:
    """Return a value without the escapes of quotes and backslashes."""
    return _ESCAPED.sub(r"\1", value) if "\\" in value else value
