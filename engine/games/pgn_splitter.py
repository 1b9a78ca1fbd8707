"""Cut PGN text into single games without understanding their moves.

Works on bytes line by line, so that one process can feed several that parse. A game is a block of
headers and the moves below it. A block ends where the next one begins: at a header below moves, or
at a key that comes again, because the moves belong to the names that stand right above them.
Without headers a game begins at a first move, when the one before has moves or a result. Braces
are respected: a header inside a comment is text. A comment that is never closed must not swallow
the rest of the file, so a header of a game's first keys after an empty line ends it. Text that is
no part of a game, such as a newsletter's, is passed over.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.games.pgn_headers import (
    LONGEST_HEADER,
    clean_header,
    find_header,
    looks_like_header,
    read_header_line,
)
from engine.games.pgn_lines import LARGEST_GAME, PgnLine


class RawGame(NamedTuple):
    """The text of one game as it stands in the input.

    ``headers``: one a line, ``[Key "value"]``; ``oversize``: it was longer than ``LARGEST_GAME``
    and its text is dropped; ``cut_off``: the input broke off before the game's result;
    ``unsure_names``: other headers that name players stand right above these ones.
    """

    number: int  # counted from 1 within the input
    line: int  # line of the input on which it starts, counted from 1
    headers: bytes
    movetext: bytes
    oversize: bool = False
    cut_off: bool = False
    unsure_names: bool = False


_CLEAN_HEADER = re.compile(rb"\[([A-Za-z]\w*) \"[^\"\\\[\]]*\"\]\s*\Z")
_RESULTS = (b"1-0", b"0-1", b"1/2-1/2", b"*")
_FIRST_MOVE = re.compile(rb"\s*(?:\[pgn\]\s*)?1\s*\.(?!\s*\.)\s*[A-Za-z0({$\x80-\xff]")
_BRACE_OR_SEMICOLON = re.compile(rb"[{};]")
# Marks, padding and other signs without a look, as editors and copies leave them before a line.
_JUNK = re.compile(
    rb"(?:[\x00-\x20\x7f]|\xef\xbb\xbf|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xc2[\xa0\xad])+"
)
_NAMES = (b"white", b"black")
_IDENTITY = frozenset((b"event", *_NAMES))
_FIRST_KEYS = frozenset((b"event", b"site", b"date", b"round", b"result", *_NAMES))
_MARK_OR_WORD = re.compile(rb"[{}();]|[^\s{}();]+")
_PERHAPS_MOVE = re.compile(
    rb"[a-hA-H][1-8]|(?:[O0o]|\xd0[\x9e\xbe])[^A-Za-z0-9]{0,3}(?:[O0o]|\xd0[\x9e\xbe])|[\x80-\xff][1-8]"
)
_ENDS_GAME = re.compile(rb"(?:1-0|0-1|1/2(?:-1/2)?|\*|\xc2\xbd-\xc2\xbd)\W*\Z")
_LONGEST_END = 40
"""Bytes of a word's end that are looked at for a result."""
_MOVETEXT = re.compile(
    rb"\s*(?:[({;$*]|\d+\s*[.)]|\d[-/:]\d|1/2|\.\.|[NBRQK]?[a-h]?[1-8]?x?[a-h][1-8](?!\w)|[O0]-[O0])"
)


class _MovesSeen:
    """How far the movetext of a game has come, looked at only when it matters.

    Attributes:
        moves: words of the main line that may be moves.
        depth: variations that are open.
        ended: a result stands last in the main line.
    """

    __slots__ = ("_in_comment", "_lines", "depth", "ended", "moves")

    def __init__(self) -> None:
        self.moves = self.depth = self._lines = 0
        self.ended = self._in_comment = False

    def look(self, lines: list[bytes]) -> None:
        """Take in the lines that came since the last look."""
        for text in lines[self._lines :]:
            for match in _MARK_OR_WORD.finditer(text):
                if not self._take(match[0]):
                    break
        self._lines = len(lines)

    def _take(self, word: bytes) -> bool:
        """Take in a sign or word; False when the rest of its line is a comment."""
        if self._in_comment:
            self._in_comment = word != b"}"
        elif word == b"{":
            self._in_comment = True
        elif word == b";":
            return False
        elif word == b"(":
            self.depth += 1
        elif word == b")":
            self.depth = max(self.depth - 1, 0)
        elif not self.depth:
            if _ENDS_GAME.search(word, max(0, len(word) - _LONGEST_END)):
                self.ended = True
            elif _PERHAPS_MOVE.search(word):
                self.moves += 1
                self.ended = False
        return True


class GameSplitter:
    """Gathers lines into games.

    ``games`` yields all games but the last one, for which the caller asks with ``last``, because
    only the caller knows by then whether the input was whole. ``count`` counts the games taken.
    """

    def __init__(self) -> None:
        self.count = 0
        self._clear(0)

    def games(self, lines: Iterator[PgnLine]) -> Iterator[RawGame]:
        """Yield every game but the last, which stays behind for ``last``."""
        for line in lines:
            text = line.text
            if line.after_blank:
                self._after_blank = True
            if not 0x20 < text[0] < 0x7F and (junk := _JUNK.match(text)):
                text = text[junk.end() :]
                if not text:
                    self._after_blank = True
                    continue
            # What begins with a bracket may be a header, and a quote may be the sign of one.
            if text[0] == 0x5B or b'"' in text or self._open_header is not None:
                done = self._odd_line(text, line)
            else:
                done = self._moves_line(text, line)
            if done:
                yield from done

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
        self._keys: dict[bytes, int] = {}  # key -> its place among the headers
        self._block_start = 0  # place of the first header below the last empty line
        self._block_line = line
        self._open_header: tuple[bytes, bytes] | None = None
        self._movetext: list[bytes] = []
        self._seen = _MovesSeen()
        self._started = False
        self._size = 0
        self._oversize = False
        self._in_comment = False
        self._after_blank = False
        self._between = False
        self._unsure_names = False
        self._last_text = b""

    def _take(self) -> RawGame | None:
        """Return what was gathered, None when it is no game."""
        if not self._started:
            return None
        if self._oversize:
            self.count += 1
            return RawGame(self.count, self._line, b"", b"", oversize=True)
        if not self._headers and not self._in_comment:
            self._seen.look(self._movetext)
            if not self._seen.moves:
                return None  # words between games
        self.count += 1
        return RawGame(
            self.count,
            self._line,
            b"\n".join(self._headers),
            b"\n".join(self._movetext),
            unsure_names=self._unsure_names,
        )

    def _finish(self, line: int) -> list[RawGame]:
        """End the game that was gathered; the next one begins on a line."""
        names_without_moves = not self._last_text and any(key in self._keys for key in _NAMES)
        game = self._take()
        self._clear(line)
        self._unsure_names = names_without_moves
        return [] if game is None else [game]

    def _odd_line(self, text: bytes, line: PgnLine) -> list[RawGame]:
        """Take in a line that is, or holds, or may go on with a header."""
        clean = _CLEAN_HEADER.match(text)
        if clean is not None:
            return self._header(clean[1].lower(), text.rstrip(), line)
        if self._open_header is not None and self._goes_on_with(text):
            return []
        if self._is_odd_header(text):
            return self._odd_header(text, line)
        at = find_header(text)
        if at > 0 and not _is_comment_at(text, at, self._in_comment):
            return [*self._moves_line(text[:at], line), *self._odd_line(text[at:], line)]
        return self._moves_line(text, line)

    def _header(self, key: bytes, text: bytes, line: PgnLine) -> list[RawGame]:
        """Take in a header, which may begin a game."""
        done: list[RawGame] = []
        if self._last_text or self._oversize or self._in_comment:
            is_text = self._in_comment and not (self._after_blank and key in _FIRST_KEYS)
            if is_text and not self._oversize:
                return self._moves_line(text, line)
            done = self._finish(line.number)
        elif self._after_blank and self._headers:
            self._block_start, self._block_line = len(self._headers), line.number
        place = self._keys.get(key)
        if place is not None:
            if place < self._block_start:
                done = self._part_blocks()
            elif key not in _IDENTITY or self._headers[place] == text:
                return done  # the first of equal keys counts
            else:
                done = self._finish(line.number)
        if not self._grows_by(text, line):
            return done
        self._keys[key] = len(self._headers)
        self._headers.append(text)
        return done

    def _part_blocks(self) -> list[RawGame]:
        """End a game that has headers only; those below the last empty line are the next one's."""
        above, below = self._headers[: self._block_start], self._headers[self._block_start :]
        places = {key: place - self._block_start for key, place in self._keys.items()}
        line = self._block_line
        self._headers = above
        self._keys = {key: place for key, place in self._keys.items() if place < len(above)}
        done = self._finish(line)
        self._started = bool(below)
        self._headers = below
        self._keys = {key: place for key, place in places.items() if place >= 0}
        self._size = sum(map(len, below)) + len(below)
        return done

    def _is_odd_header(self, text: bytes) -> bool:
        """Say whether a line that is no clean header is meant as one here."""
        if self._in_comment and not self._oversize:
            if not (self._after_blank and find_header(text) == 0):
                return False
            return any(key in _FIRST_KEYS for key, _ in read_header_line(text).fields)
        if not looks_like_header(text):
            return False
        if not self._last_text or find_header(text) == 0:
            return True
        return text[0] == 0x5B and (self._after_blank or self._last_text.endswith(_RESULTS))

    def _odd_header(self, text: bytes, line: PgnLine) -> list[RawGame]:
        """Take in a line of headers that is not written as it should be."""
        found = read_header_line(text)
        done: list[RawGame] = []
        if self._last_text or self._oversize or (found.broke_off and self._headers):
            done = self._finish(line.number)
        for key, value in found.fields:
            header = clean_header(key, value)
            done += self._header(key, header, line)
            if found.is_open and self._headers and self._headers[-1] is header:
                self._open_header = key, value
        return done + self._moves_line(found.moves, line) if found.moves else done

    def _goes_on_with(self, text: bytes) -> bool:
        """Say whether a line is more of a header's value that has no end yet, and take it in."""
        assert self._open_header is not None
        key, value = self._open_header
        self._open_header = None
        end = text.find(b'"]')
        if self._after_blank or text[0] == 0x5B or self._oversize:
            return False
        if (end < 0 and _MOVETEXT.match(text)) or len(value) > LONGEST_HEADER:
            return False
        value = value + b" " + (text if end < 0 else text[:end]).strip()
        self._headers[-1] = clean_header(key, value)
        if end < 0:
            self._open_header = key, value
        return True

    def _moves_line(self, text: bytes, line: PgnLine) -> list[RawGame]:
        """Take in a line of movetext, which may begin a game that has no headers."""
        done: list[RawGame] = []
        if self._last_text and not self._in_comment:
            if _FIRST_MOVE.match(text):
                if self._has_come_to_an_end():
                    done = self._finish(line.number)
            elif self._after_blank and not self._between and not _MOVETEXT.match(text):
                self._seen.look(self._movetext)
                self._between = self._seen.ended and not self._seen.depth
        if self._between or (text[0] in b"%;" and not self._in_comment):
            return done
        fits = self._grows_by(text, line)
        self._open_header = None
        self._in_comment = _comment_open_after(text, self._in_comment)
        self._last_text = text
        if fits:
            self._movetext.append(text)
        return done

    def _has_come_to_an_end(self) -> bool:
        """Say whether a first move belongs to another game than the one that is gathered."""
        if self._between:
            return True
        if self._oversize:
            return self._after_blank or self._last_text.rstrip().endswith(_RESULTS)
        self._seen.look(self._movetext)
        if self._seen.depth:
            return False
        # Some number both sides' moves: 1. e4 1. e5
        return self._seen.ended or self._seen.moves > (0 if self._after_blank else 1)

    def _grows_by(self, text: bytes, line: PgnLine) -> bool:
        """Count a line in; False when the game has become too long to keep its text."""
        if not self._started:
            self._started = True
            self._line = line.number
        self._after_blank = False
        self._size += len(text) + 1
        if line.clipped or self._size > LARGEST_GAME:
            self._oversize = True
            self._headers.clear()
            self._keys.clear()
            self._movetext.clear()
        return not self._oversize


def _is_comment_at(text: bytes, place: int, is_open: bool) -> bool:
    """Say whether a place of a line lies in a comment.

    Args:
        text: the line.
        place: in it.
        is_open: a brace comment is open where the line begins.
    """
    for match in _BRACE_OR_SEMICOLON.finditer(text, 0, place):
        if match[0] == b";" and not is_open:
            return True
        if match[0] != b";":
            is_open = match[0] == b"{"
    return is_open


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
