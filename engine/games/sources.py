"""Where PGN text comes from: files, directories, standard input, uploads; plain or compressed.

Compression is recognised by its first bytes, not by the file's name, so a renamed or piped archive
works too. Decompression is streamed and bounded: memory stays flat whatever the input holds.
"""

import bz2
import gzip
import io
import os
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import zstandard

from engine.errors import StylemateError

STANDARD_INPUT = "-"
SUFFIXES = (".pgn", ".gz", ".bz2", ".zst")
LARGEST_WINDOW = 1 << 31
"""Largest zstd window that is accepted, bytes; ``zstd --long=31`` writes such files."""

_CHUNK = 1 << 18
_ZSTD_STEP = 1 << 10  # zstd expands at most 128 KiB per 4 bytes, so a step stays under 32 MiB
_MAGIC_BYTES = 4
_GZIP_MAGIC, _BZIP2_MAGIC = b"\x1f\x8b", b"BZh"
_ZSTD_MAGICS = (b"\x28\xb5\x2f\xfd", *(bytes((0x50 + n, 0x2A, 0x4D, 0x18)) for n in range(16)))
_COMPRESSED_SUFFIXES = {".gz": "gzip", ".bz2": "bzip2", ".zst": "zstandard"}
_FOREIGN = {
    b"PK\x03\x04": "a zip archive: unpack it and give the .pgn inside",
    b"PK\x05\x06": "a zip archive with nothing in it",
    b"\x04\x22\x4d\x18": "lz4 data: unpack it with lz4 -d",
    b"7z\xbc\xaf": "a 7z archive: unpack it and give the .pgn inside",
    b"\xfd7zX": "an xz archive: unpack it with xz -d",
    b"Rar!": "a rar archive: unpack it and give the .pgn inside",
    b"%PDF": "a PDF, not PGN",
    b"\x89PNG": "an image, not PGN",
}
_UTF16 = "UTF-16 text: save it as UTF-8 and try again"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 512
_NOT_GAMES = (
    (re.compile(rb"version https://git-lfs"), "a pointer of Git LFS: fetch it with git lfs pull"),
    (re.compile(rb"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE), "a web page, not PGN"),
    (re.compile(rb"\s*(?:\{\s*\"|\[\s*[{\]])"), "JSON, not PGN"),
    (re.compile(rb"\{\\rtf"), "a document of a word processor: save it as plain text"),
    (re.compile(rb"SQLite format 3"), "a database, not PGN"),
)
_HEADER = re.compile(rb"\[(?:Event|White) \"")


@dataclass(frozen=True, slots=True)
class GameSource:
    """One input: a file, or standard input when ``path`` is None. ``size`` in bytes if known."""

    name: str
    path: Path | None
    size: int | None

    def open(self) -> BinaryIO:
        """Open the raw bytes.

        Raises:
            OSError: the file cannot be opened.
        """
        return sys.stdin.buffer if self.path is None else self.path.open("rb")


def find_sources(arguments: Sequence[str | Path]) -> list[GameSource]:
    """Return the inputs that the arguments name, directories searched through, in sorted order.

    Args:
        arguments: files, directories, or ``-`` for standard input.

    Raises:
        StylemateError: a path does not exist, or a directory holds no games.
    """
    sources: list[GameSource] = []
    for argument in arguments:
        if str(argument) == STANDARD_INPUT:
            sources.append(GameSource("standard input", None, None))
            continue
        path = Path(argument)
        if path.is_dir():
            sources += _sources_in(path)
        elif path.exists():
            sources.append(_source(path))
        else:
            raise StylemateError(f"{path} does not exist. Check the path and start again.")
    if not sources:
        raise StylemateError("Name at least one file or directory with games, or - for a pipe.")
    return sources


def _sources_in(directory: Path) -> list[GameSource]:
    found = sorted(
        path
        for path in directory.rglob("*")
        if path.name.lower().endswith(SUFFIXES) and path.is_file()
    )
    if not found:
        raise StylemateError(
            f"{directory} holds no games: no file in it ends in {', '.join(SUFFIXES)}."
        )
    return [_source(path) for path in found]


def _source(path: Path) -> GameSource:
    status = path.stat()
    return GameSource(str(path), path, status.st_size if path.is_file() else None)


class CountingReader(io.RawIOBase):
    """A raw stream that counts what was taken from it and shows its first bytes ahead of time."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        # A pipe's read1 hands over what is there instead of waiting for the full size.
        self._read = getattr(stream, "read1", stream.read)
        self.taken = 0
        head = b""
        while len(head) < _MAGIC_BYTES:
            more = self._read(_MAGIC_BYTES - len(head))
            if not more:
                break
            head += more
        self.head = head
        self._ahead = head

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, empty at the end."""
        if size < 0:
            size = _CHUNK
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            data = self._read(size) or b""
        self.taken += len(data)
        return data

    def readinto(self, buffer: object, /) -> int:
        """Fill the buffer from the stream; needed by the gzip and bzip2 readers."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)


class GameText:
    """The decompressed bytes of one input, and what went wrong with them.

    After ``chunks()`` is exhausted, ``damage`` says why the data ended early, or is None;
    ``bytes_read`` counts the (compressed) bytes taken so far.

    Args:
        stream: the raw bytes.
        name: the file's name, whose suffix tells what it should hold.
        largest_window: largest zstd window that is accepted, bytes of memory.
        text_limit: bytes of text after which reading stops, None for no limit.
    """

    def __init__(
        self,
        stream: BinaryIO,
        name: str = "",
        *,
        largest_window: int = LARGEST_WINDOW,
        text_limit: int | None = None,
    ) -> None:
        self._raw = CountingReader(stream)
        self._name = name
        self._largest_window = largest_window
        self._text_limit = text_limit
        self.damage: str | None = None

    @property
    def bytes_read(self) -> int:
        """Bytes taken from the underlying stream."""
        return self._raw.taken

    def chunks(self) -> Iterator[bytes]:
        """Yield the text in pieces of a few hundred KiB; damage ends it and is noted."""
        self.damage = self._foreign()
        if self.damage is not None:
            return
        try:
            chunks = self._limited(_coalesce(self._decompressed()))
            first = next(chunks, b"")
            self.damage = _foreign_content(first)
            if self.damage is None and first:
                yield first
                yield from chunks
        except EOFError:
            self.damage = "the file is truncated: its compressed data stops in the middle"
        except (zlib.error, zstandard.ZstdError, OSError) as error:
            self.damage = f"the data is damaged ({error})"

    def _limited(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        left = self._text_limit
        for chunk in chunks:
            if left is not None and len(chunk) > left:
                yield chunk[:left]
                self.damage = f"only its first {self._text_limit} bytes of text were read"
                return
            yield chunk
            if left is not None:
                left -= len(chunk)

    def _foreign(self) -> str | None:
        head = self._raw.head
        if head[:4] in _FOREIGN:
            return f"this is {_FOREIGN[head[:4]]}"
        if head[:2] in _UTF16_MARKS:
            return f"this is {_UTF16}"
        expected = _COMPRESSED_SUFFIXES.get(os.path.splitext(self._name.lower())[1])
        if expected and head and self._codec() is None:
            return f"the name says {expected}, but the file does not start like {expected} data"
        return None

    def _codec(self) -> str | None:
        head = self._raw.head
        if head.startswith(_GZIP_MAGIC):
            return "gzip"
        if head.startswith(_BZIP2_MAGIC):
            return "bzip2"
        return "zstandard" if head[:4] in _ZSTD_MAGICS else None

    def _decompressed(self) -> Iterator[bytes]:
        codec = self._codec()
        if codec == "gzip":
            return _read_all(gzip.GzipFile(fileobj=self._raw, mode="rb"))
        if codec == "bzip2":
            return _read_all(bz2.BZ2File(io.BufferedReader(self._raw, _CHUNK)))
        if codec == "zstandard":
            return _read_zstd(self._raw, self._largest_window)
        return iter(lambda: self._raw.read(_CHUNK), b"")


def _foreign_content(text: bytes) -> str | None:
    """Return what the first text of an input is, if it is plainly no PGN."""
    head = text[:_HEAD]
    if head[257:262] == b"ustar":
        return "this is a tar archive: unpack it and give the .pgn inside"
    if head[:4] in _FOREIGN:
        return f"this is {_FOREIGN[head[:4]]}"
    if head[:2] == _GZIP_MAGIC or head[:4] in _ZSTD_MAGICS:
        return "this is compressed twice: unpack it once"
    if head[:2] in _UTF16_MARKS or _has_every_second_byte_empty(head):
        return f"this is {_UTF16}"
    if _HEADER.search(text) is None:
        return next((f"this is {what}" for sign, what in _NOT_GAMES if sign.match(head)), None)
    return None


def _has_every_second_byte_empty(head: bytes) -> bool:
    """Say whether bytes look like Latin letters of two bytes each."""
    return len(head) >= 8 and any(
        not any(head[start::2]) and all(head[1 - start :: 2]) for start in (0, 1)
    )


def _read_all(reader: gzip.GzipFile | bz2.BZ2File) -> Iterator[bytes]:
    # read1 hands over what was decompressed before an error; read would lose it.
    return iter(lambda: reader.read1(_CHUNK), b"")


def _read_zstd(raw: CountingReader, largest_window: int) -> Iterator[bytes]:
    """Yield the content of every frame.

    Raises:
        EOFError: the last frame is not complete (zstandard's own reader would not say so).
    """
    decompressor = zstandard.ZstdDecompressor(max_window_size=largest_window)
    frame = None
    while data := raw.read(_CHUNK):
        for start in range(0, len(data), _ZSTD_STEP):
            piece = data[start : start + _ZSTD_STEP]
            while piece:
                frame = frame or decompressor.decompressobj()
                yield frame.decompress(piece)
                piece = b""
                if frame.eof:
                    piece = frame.unused_data
                    frame = None
    if frame is not None:
        raise EOFError


def _coalesce(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Bring pieces to the size of chunks; what came before an error is still handed on."""
    waiting: list[bytes] = []
    size = 0
    failure: Exception | None = None
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            break
        except Exception as error:
            failure = error
            break
        if len(piece) > _CHUNK:  # zstd makes 32 MiB out of nearly nothing
            whole = b"".join([*waiting, piece])
            yield from (whole[start : start + _CHUNK] for start in range(0, len(whole), _CHUNK))
            waiting, size = [], 0
            continue
        waiting.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    if size:
        yield b"".join(waiting)
    if failure is not None:
        raise failure
