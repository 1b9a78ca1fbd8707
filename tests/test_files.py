"""Files are written whole or not at all, and what goes wrong is said."""

import ast
import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import chess
import numpy as np
import pytest
import torch

from engine.errors import StylemateError
from engine.evaluation.experiment import Plot, PlotSeries
from engine.evaluation.matches.record import RecordedGame, append_game
from engine.evaluation.report.figures import write_figure
from engine.files import (
    decoded,
    read_json,
    read_tensors,
    replace_folder,
    replacing,
    write_arrays,
    write_bytes,
    write_json,
    write_tensors,
    write_text,
)
from engine.games.records import GameRecord
from engine.games.store import GameStore
from engine.games.store_writer import GameStoreWriter
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import save_state
from engine.model.lc0 import save_lc0
from engine.training.checkpoint import RunState, load_checkpoint, read_run_state, save_checkpoint
from tests.browser.driver import CHECKOUT

NUMBERS = np.arange(100_000, dtype=np.float32)
WRITERS: dict[str, Callable[[Path], None]] = {
    "text": lambda path: write_text(path, "x" * 100_000),
    "bytes": lambda path: write_bytes(path, b"x" * 100_000),
    "json": lambda path: write_json(path, ["x"] * 50_000),
    "tensors": lambda path: write_tensors(path, {"z": NUMBERS}),
    "arrays": lambda path: write_arrays(path, {"z": NUMBERS}),
    "state": lambda path: save_state(path, {"z": torch.from_numpy(NUMBERS)}),
    "figure": lambda path: write_figure(_BARS, path),
    "lc0": lambda path: save_lc0(Backbone(BackboneConfig(filters=16, blocks=2)), path),
    "match": lambda path: append_game(path, _GAME),
}
WRITES = ("write_text", "write_bytes", "savefig", "save_file", "savez", "dump")
WRITE_THEMSELVES = {
    "engine/files.py": "the one place where files are written",
    "engine/games/store.py": "a folder of shards, made aside and put in its place whole",
    "engine/model/checkpoint.py": "safetensors of PyTorch, into a place that replacing() gives",
    "engine/evaluation/report/figures.py": "a plot, into a place that replacing() gives",
}
APPEND = {
    "engine/evaluation/ladder/blunders.py": "a torn end is taken off when it is read",
    "engine/evaluation/matches/record.py": "a torn end is taken off when it is read",
    "engine/training/loop.py": "lines of the log",
}


_BARS = Plot("bar", "Long" * 6000, "", "%", (PlotSeries("own", ("a",), (1.0,)),))
_GAME = RecordedGame("1", "A", "B", 0, chess.STARTING_FEN, (), "x" * 30_000, "", ("a", "b"), 1)


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
    if kind == "match":  # it adds to what is there
        assert path.read_text().startswith("earlier")
    else:
        assert path.read_text() == "earlier"
    assert [left.name for left in tmp_path.iterdir()] == ["result"]


def test_a_training_without_room_keeps_its_last_checkpoint(tmp_path: Path) -> None:
    network = torch.nn.Linear(100, 100)
    optimizer = torch.optim.AdamW(network.parameters())
    network(torch.ones(1, 100)).sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path, network, optimizer, RunState(1, {}, "abc"))
    with room_for(20_000), pytest.raises(StylemateError, match="Make room"):
        save_checkpoint(tmp_path, network, optimizer, RunState(2, {}, "abc"))
    state = read_run_state(tmp_path)
    assert state is not None
    assert state.step == load_checkpoint(tmp_path, network, optimizer, torch.device("cpu")) == 1


def test_a_store_without_room_leaves_the_one_that_was_there(tmp_path: Path) -> None:
    moves = np.array([12 | 28 << 6] * 100, dtype=np.uint16)

    def fill(count: int) -> None:
        draw = np.random.default_rng(0)
        with GameStoreWriter(tmp_path / "store", overwrite=True) as writer:
            for number in range(count):
                drawn = draw.integers(0, 4096, 100).astype(np.uint16)
                writer.add(GameRecord("A", f"B {number}", moves + drawn))

    fill(3)
    with room_for(20_000), pytest.raises((StylemateError, OSError), match=r"File too large|write"):
        fill(2_000)
    assert GameStore.open(tmp_path / "store").game_count == 3
    assert [left.name for left in tmp_path.iterdir()] == ["store"]


def test_a_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    place = tmp_path / "styles"
    for number in range(2):
        made = tmp_path / "made"
        made.mkdir()
        (made / f"{number}").write_text("x")
        replace_folder(made, place)
    assert [path.name for path in place.iterdir()] == ["1"]
    with pytest.raises(StylemateError, match="Cannot write"):
        replace_folder(tmp_path / "absent", place)
    assert [path.name for path in place.iterdir()] == ["1"]
    assert [path.name for path in tmp_path.iterdir()] == ["styles"]


def _writing_calls(path: Path) -> Iterator[str]:
    """Yield how a file of code writes files."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        if isinstance(node.func, ast.Attribute) and name in WRITES:
            yield name
        if name == "save_file":
            yield name
        if name == "open" and (mode := {"w", "wb", "a", "ab", "x"} & set(map(str, texts))):
            yield min(mode)


def test_all_files_are_written_by_one_room() -> None:
    """A file that is written in its place is half there when the disk is full or the power goes."""
    for folder in ("engine", "ui"):
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            name = str(path.relative_to(CHECKOUT))
            calls = set(_writing_calls(path))
            if name not in WRITE_THEMSELVES:
                assert calls <= ({"a"} if name in APPEND else set()), name


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
