import bz2
import gzip
import io
import tarfile
from pathlib import Path

import pytest
import zstandard

from engine.errors import StylemateError
from engine.games.sources import GameText, find_sources
from tests.games.builders import many_games

TEXT = many_games(40).encode()


def zstd_long(data: bytes, window_log: int = 27, level: int = 3) -> bytes:
    parameters = zstandard.ZstdCompressionParameters.from_level(
        level, window_log=window_log, enable_ldm=True
    )
    return zstandard.ZstdCompressor(compression_params=parameters).compress(data)


def read(data: bytes, name: str = "", **options: int) -> tuple[bytes, str | None]:
    text = GameText(io.BytesIO(data), name, **options)
    content = b"".join(text.chunks())
    if text.damage is None:
        assert text.bytes_read == len(data)
    return content, text.damage


GAME = b'[Event "Open"]\n[White "Alder"]\n\n1. e4 e5 1-0\n'


def tar_of(content: bytes) -> bytes:
    """Return a tar archive that holds one file."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo("one.pgn")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        gzip.compress(TEXT, mtime=0),
        gzip.compress(TEXT[:999], mtime=0) + gzip.compress(TEXT[999:], mtime=0),
        bz2.compress(TEXT),
        bz2.compress(TEXT[:999]) + bz2.compress(TEXT[999:]),
        zstandard.compress(TEXT),
        zstandard.compress(TEXT[:999]) + zstandard.compress(TEXT[999:]),
        b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip" + zstandard.compress(TEXT),
        zstd_long(TEXT, 27),
        zstd_long(TEXT, 30),
    ],
)
@pytest.mark.parametrize("name", ["", "games.txt"])
def test_compression_is_recognised_by_content(data: bytes, name: str) -> None:
    assert read(data, name) == (TEXT, None)


def test_streamed_frames_with_a_declared_long_window() -> None:
    compressor = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=28)
    )
    chunker = compressor.compressobj()
    data = chunker.compress(TEXT) + chunker.flush()
    assert zstandard.get_frame_parameters(data).window_size == 1 << 28
    assert read(data) == (TEXT, None)
    content, damage = read(data, largest_window=1 << 27)
    assert content == b""
    assert damage is not None
    assert "memory" in damage


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, zstandard.compress])
def test_truncated_data_keeps_what_was_before(compress) -> None:  # type: ignore[no-untyped-def]
    text = b"".join(b"line %d of %d\n" % (n, n * n) for n in range(60_000))
    data = compress(text)
    for kept in (0.5, 0.9):
        content, damage = read(data[: int(len(data) * kept)])
        assert damage is not None
        assert "truncated" in damage
        assert text.startswith(content)
        # bzip2 loses up to one block of 900 kB, the others next to nothing
        assert len(content) > 0.3 * kept * len(text) or compress is bz2.compress


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, zstandard.compress])
def test_corrupt_data_is_reported(compress) -> None:  # type: ignore[no-untyped-def]
    data = bytearray(compress(TEXT))
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    _, damage = read(bytes(data))
    assert damage is not None
    assert "damaged" in damage or "truncated" in damage


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"PK\x03\x04rest", "games.pgn", "zip archive"),
        ("[Event]".encode("utf-16"), "games.pgn", "UTF-16"),
        ('[White "Alder"]\n'.encode("utf-16-le"), "games.pgn", "UTF-16"),
        ('[White "Alder"]\n'.encode("utf-16-be"), "games.pgn", "UTF-16"),
        (gzip.compress("[Event]".encode("utf-16"), mtime=0), "games.pgn.gz", "UTF-16"),
        (b"PK\x05\x06" + bytes(18), "games.zip", "zip archive with nothing in it"),
        (b"\x04\x22\x4d\x18rest", "games.pgn", "lz4"),
        (tar_of(GAME), "games.tar", "tar archive"),
        (gzip.compress(tar_of(GAME), mtime=0), "games.tar.gz", "tar archive"),
        (bz2.compress(tar_of(GAME)), "games.tar.bz2", "tar archive"),
        (zstandard.compress(tar_of(GAME)), "games.tar.zst", "tar archive"),
        (gzip.compress(gzip.compress(GAME, mtime=0), mtime=0), "games.pgn.gz", "compressed twice"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "games.pgn", "Git LFS"),
        (b"<!DOCTYPE html>\n<html><h1>Log in</h1></html>", "games.pgn", "a web page"),
        (b"\n <HTML><body>no</body></HTML>", "games.pgn", "a web page"),
        (b'{"games": []}', "games.pgn", "JSON"),
        (b"{\\rtf1 text}", "games.pgn", "word processor"),
        (b"SQLite format 3\x00", "games.pgn", "a database"),
        (b"not compressed", "games.pgn.zst", "zstandard"),
        (b"not compressed", "GAMES.GZ", "gzip"),
    ],
)
def test_foreign_data_is_named(data: bytes, name: str, words: str) -> None:
    content, damage = read(data, name)
    assert content == b""
    assert damage is not None
    assert words in damage


@pytest.mark.parametrize("around", [b"%s", b"<html><pre>%s</pre></html>", b'{"a"} %s'])
def test_games_are_read_whatever_stands_around_them(around: bytes) -> None:
    content, damage = read(around % GAME, "games.pgn")
    assert (content, damage) == (around % GAME, None)


def test_text_limit_stops_reading_and_says_so() -> None:
    content, damage = read(zstandard.compress(TEXT), text_limit=1000)
    assert content == TEXT[:1000]
    assert damage == "only its first 1000 bytes of text were read"
    assert read(TEXT, text_limit=len(TEXT)) == (TEXT, None)


def test_a_bomb_comes_in_bounded_chunks() -> None:
    bomb = zstandard.compress(bytes(200 << 20))
    text = GameText(io.BytesIO(bomb))
    assert max(len(chunk) for chunk in text.chunks()) <= 64 << 20


@pytest.mark.parametrize("data", [b"", b"[", b"[Ev"])
def test_tiny_inputs(data: bytes) -> None:
    assert read(data, "games.pgn") == (data, None)
    assert read(b"", "games.zst") == (b"", None)


def test_directories_are_searched_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.pgn", "a.PGN", "deep/c.pgn.zst", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    found = find_sources([tmp_path, "-", tmp_path / "notes.txt"])
    names = [source.path.name if source.path else source.name for source in found]
    assert names == ["a.PGN", "b.pgn", "c.pgn.zst", "standard input", "notes.txt"]
    assert [source.size for source in found] == [1, 1, 1, None, 1]


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="holds no games"):
        find_sources([tmp_path])
    with pytest.raises(StylemateError, match="does not exist"):
        find_sources([tmp_path / "missing.pgn"])
    with pytest.raises(StylemateError, match="at least one"):
        find_sources([])
