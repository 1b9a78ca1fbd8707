"""Several inputs as one collection of games."""

import gzip
import io
from functools import partial
from pathlib import Path

import pytest
import zstandard

from engine.errors import StylemateError
from engine.games.upload_collection import Collection, GameInput, collect_games
from engine.games.uploads import UploadLimits
from tests.games.builders import many_games, pgn_game


def collect(
    *contents: bytes, limits: UploadLimits | None = None, seen: list[int] | None = None
) -> Collection:
    inputs = [
        GameInput(f"file {number}", partial(io.BytesIO, content))
        for number, content in enumerate(contents, start=1)
    ]
    report = (lambda games: None) if seen is None else seen.append
    return collect_games(inputs, limits or UploadLimits(), report)


def test_each_game_counts_once_whatever_file_it_is_in() -> None:
    text = many_games(5).encode()
    collection = collect(text, gzip.compress(text), many_games(3, seed=2).encode())
    assert len(collection.records) == 8
    assert collection.complaints == ()


def test_what_is_left_out_is_said() -> None:
    broken = pgn_game(["e4", "e5", "Ke5"]) + pgn_game(["e4"], Variant="Atomic")
    collection = collect(many_games(2).encode(), broken.encode())
    assert len(collection.records) == 2
    assert any(
        "file 2: 1 of 2 games left out: another chess variant" in c for c in collection.complaints
    )


def test_no_game_at_all_is_an_error_with_the_reasons() -> None:
    with pytest.raises(StylemateError, match=r"No game could be read.*zip archive"):
        collect(b"PK\x03\x04rest")


def test_the_limit_holds_for_all_files_together() -> None:
    files = [many_games(3, seed=seed).encode() for seed in (1, 2, 3)]
    collection = collect(*files, limits=UploadLimits(games=5))
    assert len(collection.records) == 5
    assert "file 2 was not read to its end" in collection.complaints[0]
    assert "file 3 was not read: 5 games are enough." in collection.complaints


def test_reading_reports_and_can_be_stopped() -> None:
    text = many_games(450, most_plies=6).encode()
    seen: list[int] = []
    count = len(collect(text, seen=seen).records)
    assert seen[1:] == list(range(200, count + 1, 200))
    assert seen[0] == 0, "and once before any game was found"

    class StoppedError(Exception):
        pass

    def stop(games: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        collect_games([GameInput("x", partial(io.BytesIO, text))], UploadLimits(), stop)


def test_a_file_without_any_game_can_be_stopped() -> None:
    looks: list[int] = []

    class StoppedError(Exception):
        pass

    def stop(games: int) -> None:
        looks.append(games)
        if len(looks) == 3:
            raise StoppedError

    blank = zstandard.compress(b"\n" * (64 << 20))
    with pytest.raises(StoppedError):
        collect_games([GameInput("x", partial(io.BytesIO, blank))], UploadLimits(), stop)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone.pgn"
    with pytest.raises(StylemateError, match="Cannot read gone"):
        collect_games([GameInput("gone", lambda: path.open("rb"))], UploadLimits())
