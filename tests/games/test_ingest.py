import bz2
import gzip
import multiprocessing
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard

from engine.errors import StylemateError
from engine.games import ingest as ingest_module
from engine.games import store_writer
from engine.games.ingest import (
    IngestOptions,
    IngestSummary,
    ParsedBatch,
    PlacedGame,
    ingest,
)
from engine.games.parsing import SkipReason
from engine.games.sources import find_sources
from engine.games.store import GameStore
from tests.games.builders import many_games, pgn_game

IN_PROCESS = IngestOptions(workers=0)

MESSY = "\n".join(
    [
        "% made by hand",
        pgn_game(["e4", "e5", "Nf3"], White="First"),
        pgn_game(["e4", "e5", "Nf6"], White="Illegal"),
        pgn_game(["e4", "e5"], White="Variant", Variant="Atomic"),
        pgn_game(["Kd2"], White="SetUp", SetUp="1", FEN="4k3/8/8/8/8/8/8/4K3 w - - 0 1"),
        pgn_game([], White="Forfeit"),
        pgn_game(["e4", "e5", "Nf3"], White="First"),
        '1.d4 d5 2.c4 {a [Event "x"] (comment} 2... e6 (2...dxc4 3.e4) $1 3.Nc3! 1/2-1/2',
        "",
        pgn_game(["e4 {unclosed", "e5"], White="Unclosed"),
        pgn_game(["e4", "--", "d4"], White="Null"),
        pgn_game(["e4", "e5"], White="Last"),
    ]
)


def run(path: Path, out: Path, options: IngestOptions = IN_PROCESS) -> IngestSummary:
    return ingest(find_sources([path]), out, options)


def names(store: Path) -> list[str]:
    return [game.white for game in GameStore.open(store).records()]


def test_a_messy_file_is_accounted_for_game_by_game(tmp_path: Path) -> None:
    (tmp_path / "messy.pgn").write_text(MESSY)
    summary = run(tmp_path / "messy.pgn", tmp_path / "store")
    assert names(tmp_path / "store") == ["First", "?", "Last"]
    assert (summary.read, summary.kept, summary.skipped_count) == (10, 3, 7)
    assert {reason: tally.count for reason, tally in summary.skipped.items()} == {
        SkipReason.ILLEGAL: 1,
        SkipReason.VARIANT: 1,
        SkipReason.SET_UP: 1,
        SkipReason.NO_MOVES: 1,
        SkipReason.DUPLICATE: 1,
        SkipReason.UNCLOSED: 1,
        SkipReason.NULL_MOVE: 1,
    }
    example = summary.skipped[SkipReason.ILLEGAL].examples[0]
    assert (example.number, example.line) == (2, MESSY[: MESSY.index("Illegal")].count("\n"))
    assert str(example).endswith("messy.pgn, game 2, line 11: illegal move: 2. Nf6")
    description = GameStore.open(tmp_path / "store").description
    assert description["read"] == 10
    assert description["skipped"]["illegal move"] == 1
    assert summary.fingerprint == GameStore.open(tmp_path / "store").fingerprint


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [
        (".pgn", bytes),
        (".pgn.gz", gzip.compress),
        (".pgn.bz2", bz2.compress),
        (".pgn.zst", zstandard.compress),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-8-sig"])
def test_every_container_and_encoding_gives_the_same_store(  # type: ignore[no-untyped-def]
    tmp_path: Path, suffix: str, compress, encoding: str
) -> None:
    text = pgn_game(["e4"], White="Hübner, Robert") + many_games(5)
    path = tmp_path / f"games{suffix}"
    path.write_bytes(compress(text.encode(encoding)))
    run(path, tmp_path / "store")
    assert names(tmp_path / "store")[0] == "Hübner, Robert"
    (tmp_path / "plain.pgn").write_text(text)
    plain = run(tmp_path / "plain.pgn", tmp_path / "plain")
    assert GameStore.open(tmp_path / "store").fingerprint == plain.fingerprint


def test_workers_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_module, "_GAMES_PER_BATCH", 20)
    games = many_games(150, most_plies=6)
    text = games + MESSY + games
    (tmp_path / "games.pgn").write_text(text)
    alone = run(tmp_path / "games.pgn", tmp_path / "alone")
    together = run(tmp_path / "games.pgn", tmp_path / "together", IngestOptions(workers=2))
    assert together.kept == alone.kept == 153
    assert together.skipped == alone.skipped
    assert together.skipped[SkipReason.DUPLICATE].count == 151
    assert names(tmp_path / "together") == names(tmp_path / "alone")
    assert together.fingerprint == alone.fingerprint
    assert not multiprocessing.active_children()


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_module, "_GAMES_PER_BATCH", 10)
    monkeypatch.setattr(store_writer, "_GAMES_PER_ROW_GROUP", 10)
    monkeypatch.setattr(store_writer, "_GAMES_PER_SHARD", 20)


def broken_off(path: Path, out: Path, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read until some games have been read, and leave what a killed process leaves."""

    def stop(summary: IngestSummary) -> None:
        if summary.read >= after:
            raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(store_writer.GameStoreWriter, "discard", lambda writer: None)
        killed.setattr("os.getpid", lambda: 2**22 + 1)  # of no process
        with pytest.raises(KeyboardInterrupt):
            ingest(find_sources([path]), out, IN_PROCESS, stop)


@pytest.mark.parametrize("after", [10, 60, 150])
def test_a_killed_run_is_taken_up_after_its_last_whole_file(
    tmp_path: Path, small_shards: None, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    path = tmp_path / "games.pgn"
    path.write_text(many_games(60, most_plies=6) + MESSY + many_games(90, most_plies=6))
    whole = run(path, tmp_path / "whole")
    broken_off(path, tmp_path / "store", after, monkeypatch)
    parsed: list[int] = []
    parse = ingest_module.parse_batch

    def counted(batch: Sequence[PlacedGame]) -> ParsedBatch:
        parsed.append(len(batch))
        return parse(batch)

    monkeypatch.setattr(ingest_module, "parse_batch", counted)
    again = run(path, tmp_path / "store")
    assert (again.read, again.kept, again.skipped) == (whole.read, whole.kept, whole.skipped)
    assert again.fingerprint == whole.fingerprint
    assert names(tmp_path / "store") == names(tmp_path / "whole")
    assert again.read - sum(parsed) == again.taken_up >= after - 20 - 10
    assert {path.name for path in tmp_path.iterdir()} == {"games.pgn", "store", "whole"}
    assert {path.suffix for path in (tmp_path / "store").iterdir()} == {".parquet", ".json"}
    assert len(list((tmp_path / "store").glob("*.json"))) == 1


def test_other_games_or_a_damaged_file_begin_anew(
    tmp_path: Path, small_shards: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "games.pgn"
    path.write_text(many_games(60, most_plies=6))
    broken_off(path, tmp_path / "store", 50, monkeypatch)
    (left,) = tmp_path.glob(".store.partial-*")
    (left / "games-00000.parquet").write_bytes(b"x")
    assert run(path, tmp_path / "store").taken_up == 0
    broken_off(path, tmp_path / "other", 50, monkeypatch)
    path.write_text(many_games(70, most_plies=6))
    found = run(path, tmp_path / "other")
    assert (found.taken_up, found.read) == (0, 70)
    assert not list(tmp_path.glob(".*"))


def test_progress_is_told_and_max_games_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "_GAMES_PER_BATCH", 10)
    (tmp_path / "games.pgn").write_text(many_games(60, most_plies=6))
    seen: list[int] = []
    options = IngestOptions(workers=0, max_games=35)
    sources = find_sources([tmp_path / "games.pgn"])
    summary = ingest(sources, tmp_path / "store", options, lambda s: seen.append(s.read))
    assert seen == [10, 20, 30, 35]
    assert summary.read == summary.kept == 35
    assert summary.bytes_read > 0


def test_truncated_input_keeps_the_games_before(tmp_path: Path) -> None:
    text = "".join(pgn_game(["e4", "e5"], White=f"Player, {n}") for n in range(4000))
    data = zstandard.compress(text.encode())
    (tmp_path / "a.pgn.zst").write_bytes(data[: len(data) * 3 // 4])
    (tmp_path / "b.pgn").write_text(pgn_game(["e4"], White="After the damage"))
    summary = run(tmp_path, tmp_path / "store")
    assert 2000 < summary.kept < 4000
    assert names(tmp_path / "store")[-1] == "After the damage"
    assert [name.endswith("a.pgn.zst") for name, _ in summary.damaged] == [True]
    assert "truncated" in summary.damaged[0][1]
    assert summary.skipped[SkipReason.CUT_OFF].count == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("games.pgn", b"", "empty"),
        ("games.pgn.gz", gzip.compress(b"", mtime=0), "empty"),
        ("games.pgn.zst", b"broken", "zstandard"),
        ("games.pgn.gz", gzip.compress(b"x" * 5000, mtime=0)[:20], "truncated"),
        ("games.pgn", b"Dear diary,\ntoday I lost again.\n", "there are no games in it"),
        ("games.pgn", random.Random(3).randbytes(20_000), "No game could be kept"),
    ],
)
def test_without_any_game_it_says_why(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StylemateError, match=words):
        run(tmp_path / name, tmp_path / "store")
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_very_long_line_is_one_skipped_game(tmp_path: Path) -> None:
    text = pgn_game(["e4"], White="A") + "1. " + "e4 " * 2_000_000 + "\n\n"
    (tmp_path / "games.pgn").write_text(text + pgn_game(["d4"], White="B"))
    summary = run(tmp_path / "games.pgn", tmp_path / "store")
    assert names(tmp_path / "store") == ["A", "B"]
    assert summary.skipped[SkipReason.TOO_LONG].count == 1


def test_an_unreadable_file_does_not_end_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.pgn").write_text(pgn_game(["e4"]))
    (tmp_path / "b.pgn").write_text(pgn_game(["d4"]))
    sources = find_sources([tmp_path])
    (tmp_path / "a.pgn").unlink()
    summary = ingest(sources, tmp_path / "store", IN_PROCESS)
    assert summary.kept == 1
    assert "No such file" in summary.damaged[0][1]


def test_a_failing_disk_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_table", full)
    (tmp_path / "games.pgn").write_text(many_games(3))
    with pytest.raises(StylemateError, match="No space left"):
        run(tmp_path / "games.pgn", tmp_path / "store")
    assert [entry.name for entry in tmp_path.iterdir()] == ["games.pgn"]
