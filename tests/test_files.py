"""Files are written whole or not at all, and what goes wrong is said."""

import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import StylemateError
from engine.files import (
    decoded,
    read_json,
    read_tensors,
    replacing,
    write_arrays,
    write_bytes,
    write_json,
    write_tensors,
    write_text,
)
from engine.model.checkpoint import save_state

NUMBERS = np.arange(100_000, dtype=np.float32)
WRITERS: dict[str, Callable[[Path], None]] = {
    "text": lambda path: write_text(path, "x" * 100_000),
    "bytes": lambda path: write_bytes(path, b"x" * 100_000),
    "json": lambda path: write_json(path, ["x"] * 50_000),
    "tensors": lambda path: write_tensors(path, {"z": NUMBERS}),
    "arrays": lambda path: write_arrays(path, {"z": NUMBERS}),
    "state": lambda path: save_state(path, {"z": torch.from_numpy(NUMBERS)}),
}


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let files grow to so many bytes only; what is more fails as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("kind", WRITERS)
def test_no_room_is_said_and_leaves_what_was_there(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_text("earlier")
    with (
        room_for(20_000),
        pytest.raises(StylemateError, match=r"Cannot write .*result: .*File too large"),
    ):
        WRITERS[kind](path)
    assert path.read_text() == "earlier"
    assert [left.name for left in tmp_path.iterdir()] == ["result"]


@pytest.mark.parametrize("kind", WRITERS)
def test_writing_makes_the_folder_and_leaves_one_file(kind: str, tmp_path: Path) -> None:
    WRITERS[kind](tmp_path / "new" / "result")
    assert [made.name for made in (tmp_path / "new").iterdir()] == ["result"]


def test_a_place_that_is_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StylemateError, match="Cannot write"):
        write_text(tmp_path / "file" / "result", "text")


def test_a_stopped_writer_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_text("earlier")

    def stop_half_way() -> None:
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_half_way()
    assert [left.name for left in tmp_path.iterdir()] == ["result"]
    assert path.read_text() == "earlier"


def test_json_lists_are_one_entry_a_line(tmp_path: Path) -> None:
    value = [{"name": "Tal, Mikhaïl"}, {"name": "Bo"}]
    write_json(tmp_path / "list.json", value)
    text = (tmp_path / "list.json").read_text("utf-8")
    assert [json.loads(line.rstrip(",")) for line in text.splitlines()[1:-1]] == value
    assert "Mikhaïl" in text
    assert read_json(tmp_path / "list.json") == value


@pytest.mark.parametrize("read", [read_json, read_tensors])
def test_missing_and_damaged_files_are_named(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    with pytest.raises(StylemateError, match="absent is missing"):
        read(tmp_path / "absent")
    (tmp_path / "broken").write_bytes(b"{\xff")
    with pytest.raises(StylemateError, match="broken is damaged"):
        read(tmp_path / "broken")


@dataclass(frozen=True)
class Part:
    title: str
    size: float | None = None


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    flags: dict[str, bool]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (3, "it should be an object"),
        ({"flags": {}}, "'parts' is missing"),
        ({"parts": {}, "flags": {}}, "'parts' should be a list"),
        ({"parts": [{"title": "a"}, {}], "flags": {}}, "parts, entry 2: 'title' is missing"),
        ({"parts": [{"title": 1}], "flags": {}}, "parts, entry 1: 'title' should be a text"),
        (
            {"parts": [{"title": "a", "size": "b"}], "flags": {}},
            "parts, entry 1: 'size' should be a number or nothing",
        ),
        ({"parts": ["a"], "flags": {}}, "parts: entry 1 should be an object"),
        ({"parts": [], "flags": {"a": 1}}, "flags: an entry should be true or false"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_words(value: object, told: str) -> None:
    with pytest.raises(StylemateError, match=f"^{told}$"):
        decoded(value, Whole)
