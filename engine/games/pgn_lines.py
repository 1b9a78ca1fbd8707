"""The lines of PGN text, as bytes: whatever marks their ends, however long they are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

LARGEST_GAME = 1 << 20
"""Bytes of one game, or of one line, above which it is given up."""
_TEXT_AND_ENDS = re.compile(rb"([^\n]*+)((?:\n++(?:[ \t\v\f]++\n++)*+)?+)")


class PgnLine(NamedTuple):
    """One line that is not empty, without its end.

    ``clipped``: it was longer than ``LARGEST_GAME``.
    ``after_blank``: an empty line came before it.
    """

    text: bytes
    clipped: bool
    number: int  # counted from 1, empty lines included
    after_blank: bool


def split_lines(chunks: Iterator[bytes]) -> Iterator[PgnLine]:
    """Yield the lines that hold anything, whatever marks their ends (LF, CRLF, CR).

    An endless line is never held, and any number of empty lines costs no more than one.
    """
    rest, clipped = b"", False
    number, after_blank = 1, False
    for chunk in _with_line_feeds(chunks):
        for found in _TEXT_AND_ENDS.finditer(chunk):
            text, ends = found.groups()
            if not clipped:
                rest += text
                if len(rest) > LARGEST_GAME:
                    rest, clipped = rest[:LARGEST_GAME], True
            if not ends:
                continue  # the line goes on in the next chunk
            line_feeds = ends.count(b"\n")
            if rest:
                yield PgnLine(rest, clipped, number, after_blank)
            after_blank = not rest or line_feeds > 1
            rest, clipped = b"", False
            number += line_feeds
    if rest:
        yield PgnLine(rest, clipped, number, after_blank)


def _with_line_feeds(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield text in which every line ends in LF."""
    return_pending = False
    for chunk in chunks:
        if return_pending:
            chunk = b"\r" + chunk
        return_pending = chunk.endswith(b"\r")
        if return_pending:
            chunk = chunk[:-1]  # its LF may open the next chunk
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield chunk
