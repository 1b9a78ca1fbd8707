"""Cut PGN text into single games without understanding their moves.

Works on bytes line by line, so that one process can feed several that parse. A game ends where the
next one's headers begin, or, without headers, where a new first move follows a result. Braces are
respected: a header inside a comment is text. A comment that is never closed must not swallow the
rest of the file, so an ``[Event`` line after an empty line ends it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

LARGEST_GAME = 1 << 20
"""Bytes of one game, or of one line, above which it is given up."""


class RawGame(NamedTuple):
    """The text of one game as it stands in the input.

    ``oversize``: it was longer than ``LARGEST_GAME`` and its text is dropped.
    ``cut_off``: the input broke off before the game's result.
    """

    number: int  # counted from 1 within the input
    line: int  # line of the input on which it starts, counted from 1
    headers: bytes
    movetext: bytes
    oversize: bool = False
    cut_off: bool = False


class Line(NamedTuple):
    """One line that is not empty, without its end.

    ``clipped``: it was longer than ``LARGEST_GAME``.
    ``after_blank``: an empty line came before it.
    """

    text: bytes
    clipped: bool
    number: int  # counted from 1, empty lines included
    after_blank: bool


_HEADER = re.compile(rb"\s*\[\s*[A-Za-z][A-Za-z0-9_+#=:-]*\s+\"")
_EVENT = re.compile(rb"\s*\[\s*[Ee]vent\s+\"")
_RESULTS = (b"1-0", b"0-1", b"1/2-1/2", b"*")
_FIRST_MOVE = re.compile(rb"\s*1\s*\.(?!\s*\.)\s*[A-Za-z0(]")
_BRACE_OR_SEMICOLON = re.compile(rb"[{};]")
_TEXT_AND_ENDS = re.compile(rb"([^\n]*+)((?:\n++(?:[ \t\v\f]++\n++)*+)?+)")
_UTF8_MARK = b"\xef\xbb\xbf"


def split_lines(chunks: Iterator[bytes]) -> Iterator[Line]:
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
                yield Line(rest, clipped, number, after_blank)
            after_blank = not rest or line_feeds > 1
            rest, clipped = b"", False
            number += line_feeds
    if rest:
        yield Line(rest, clipped, number, after_blank)


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


class GameSplitter:
    """Gathers lines into games.

    ``games`` yields all games but the last one, for which the caller asks with ``last``, because
    only the caller knows by then whether the input was whole. ``count`` counts the games taken.
    """

    def __init__(self) -> None:
        self.count = 0
        self._clear(0)

    def games(self, lines: Iterator[Line]) -> Iterator[RawGame]:
        """Yield every game but the last, which stays behind for ``last``."""
        for line in lines:
            text = line.text
            if line.after_blank:
                self._after_blank = True
            if text.startswith(_UTF8_MARK):
                text = text[len(_UTF8_MARK) :]
            if self._starts_new_game(text):
                game = self._take()
                if game is not None:
                    yield game
                self._clear(line.number)
            self._append(text, line.clipped, line.number)

    def last(self, *, damaged: bool) -> RawGame | None:
        """Return the last game, None when the input held none.

        Args:
            damaged: the input broke off, so a game without a result at its end is cut off.
        """
        whole = not damaged or self._last_text.rstrip().endswith(_RESULTS)
        game = self._take()
        return game if game is None or whole else game._replace(cut_off=True)

    def _clear(self, line: int) -> None:
        self._line = line
        self._headers: list[bytes] = []
        self._movetext: list[bytes] = []
        self._started = False
        self._size = 0
        self._oversize = False
        self._in_comment = False
        self._after_blank = False
        self._last_text = b""

    def _take(self) -> RawGame | None:
        if not self._started:
            return None
        self.count += 1
        if self._oversize:
            return RawGame(self.count, self._line, b"", b"", oversize=True)
        return RawGame(
            self.count, self._line, b"\n".join(self._headers), b"\n".join(self._movetext)
        )

    def _starts_new_game(self, text: bytes) -> bool:
        if not self._started:
            return False
        if text.startswith(b"[") or text[:1].isspace():
            if self._oversize:
                return _HEADER.match(text) is not None
            if self._in_comment or not self._last_text:
                return self._after_blank and _EVENT.match(text) is not None
            if _HEADER.match(text):
                return True
        if self._in_comment or not self._last_text or not _FIRST_MOVE.match(text):
            return False
        return self._after_blank or self._last_text.rstrip().endswith(_RESULTS)

    def _append(self, text: bytes, clipped: bool, number: int) -> None:
        if text.isspace():
            self._after_blank = True
            return
        if text.startswith((b"%", b";")) and not self._in_comment:
            return
        if not self._started:
            self._started = True
            self._line = number
        self._size += len(text) + 1
        if clipped or self._size > LARGEST_GAME:
            self._give_up_text()
        self._after_blank = False
        if not self._last_text and not self._in_comment and _HEADER.match(text):
            if not self._oversize:
                self._headers.append(text)
            return
        self._in_comment = _comment_open_after(text, self._in_comment)
        self._last_text = text
        if not self._oversize:
            self._movetext.append(text)

    def _give_up_text(self) -> None:
        self._oversize = True
        self._headers.clear()
        self._movetext.clear()


def _comment_open_after(text: bytes, is_open: bool) -> bool:
    """Say whether a brace comment is open at the end of a line."""
    if b";" not in text:
        # Braces do not nest: whatever came before it, the last closing brace closes.
        opening = text.rfind(b"{")
        return opening > text.rfind(b"}") if opening >= 0 or b"}" in text else is_open
    for match in _BRACE_OR_SEMICOLON.finditer(text):
        mark = match[0]
        if is_open:
            is_open = mark != b"}"
        elif mark == b";":
            return False
        else:
            is_open = mark == b"{"
    return is_open
