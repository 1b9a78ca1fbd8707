import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.games import store_writer
from engine.games.records import GameRecord
from engine.games.store import SCHEMA, GameStore
from engine.games.store_writer import GameStoreWriter, SeenGames


def game(number: int) -> GameRecord:
    moves = np.array([number % 4096, 7, number >> 12 & 4095], dtype=np.uint16)[: 1 + number % 3]
    return GameRecord(
        white=f"Player, {number}",
        black="Süß, Ö",
        moves=moves,
        white_elo=number % 3000,
        date="1999.??.??",
        event="Test",
        result="1-0",
        time_control="60+0",
    )


def write(path: Path, games: Iterable[GameRecord], **options: bool) -> None:
    with GameStoreWriter(path, **options) as writer:
        for record in games:
            writer.add(record)


def test_round_trip_over_several_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_writer, "_GAMES_PER_ROW_GROUP", 10)
    monkeypatch.setattr(store_writer, "_GAMES_PER_SHARD", 40)
    games = [game(number) for number in range(95)]
    write(tmp_path / "store", [*games, games[3], games[94]])
    store = GameStore.open(tmp_path / "store")
    assert store.game_count == 95
    assert len(list((tmp_path / "store").glob("games-*.parquet"))) == 3
    for read, written in zip(store.records(), games, strict=True):
        assert read.moves.dtype == np.uint16
        assert np.array_equal(read.moves, written.moves)
        assert read.game_id == written.game_id
        for name in GameRecord.__slots__:
            if name != "moves":
                assert getattr(read, name) == getattr(written, name)
    tables = list(store.tables())
    assert all(table.schema == SCHEMA for table in tables)
    assert max(table.num_rows for table in tables) <= 20
    assert [t.column_names for t in store.tables(["white"])] == [["white"]] * len(tables)


def test_games_of_some_players(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_writer, "_GAMES_PER_ROW_GROUP", 10)
    games = [game(number) for number in range(45)]
    write(tmp_path / "store", games)
    store = GameStore.open(tmp_path / "store")
    found = list(store.records(["Player, 7", "Player, 31", "Nobody"]))
    assert [record.game_id for record in found] == [games[7].game_id, games[31].game_id]
    assert [record.moves.tolist() for record in found] == [games[n].moves.tolist() for n in (7, 31)]
    assert len(list(store.records(["Süß, Ö"]))) == 45
    assert not list(store.records([]))


def test_fingerprint_is_the_documented_hash_and_ignores_order(tmp_path: Path) -> None:
    games = [game(number) for number in range(50)]
    write(tmp_path / "a", games)
    write(tmp_path / "b", games[::-1])
    ids = np.sort(np.array([g.game_id for g in games], dtype="<u8"))
    expected = hashlib.blake2b(ids.tobytes(), digest_size=16).hexdigest()
    assert GameStore.open(tmp_path / "a").fingerprint == expected
    assert GameStore.open(tmp_path / "b").fingerprint == expected


def test_what_killed_writers_left_is_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    running = f".store.partial-{os.getpid()}-0a"
    others = f".store2.partial-{ended.pid}-0a"
    for name in (f".store.partial-{ended.pid}-0a", ".store.replaced", running, others):
        (tmp_path / name).mkdir()
        (tmp_path / name / "games-00000.parquet").write_bytes(b"x")
    (tmp_path / "store").mkdir()
    write(tmp_path / "store", [game(1)])
    assert {path.name for path in tmp_path.iterdir()} == {"store", running, others}


def test_a_store_that_was_moved_aside_stays_until_there_is_another(tmp_path: Path) -> None:
    write(tmp_path / "store", [game(1)])
    aside = (tmp_path / "store").rename(tmp_path / ".store.replaced")
    GameStoreWriter(tmp_path / "store").discard()
    assert aside.exists(), "it is the only store there is"
    write(tmp_path / "store", [game(2)])
    assert not aside.exists()


def test_nothing_stays_after_a_failure(tmp_path: Path) -> None:
    def interrupted() -> Iterator[GameRecord]:
        yield from (game(number) for number in range(12_000))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "store", interrupted())
    assert list(tmp_path.iterdir()) == []


def test_a_store_without_games_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="No game"):
        write(tmp_path / "store", [])
    assert list(tmp_path.iterdir()) == []


def test_a_taken_place_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "store"
    write(place, [game(1)])
    with pytest.raises(StylemateError, match="--overwrite"):
        write(place, [game(2)])
    assert GameStore.open(place).game_count == 1
    write(place, [game(2), game(3)], overwrite=True)
    assert GameStore.open(place).game_count == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["store"]
    (place / "thesis.txt").write_text("years of work")
    with pytest.raises(StylemateError, match="other things"):
        write(place, [game(4)], overwrite=True)
    with pytest.raises(StylemateError, match="is a file"):
        write(place / "thesis.txt", [game(4)], overwrite=True)


def test_a_failed_replacement_keeps_the_old_store(tmp_path: Path) -> None:
    place = tmp_path / "store"
    write(place, [game(1)])
    with pytest.raises(AttributeError):
        write(place, [game(2), "no game"], overwrite=True)  # type: ignore[list-item]
    assert [g.white for g in GameStore.open(place).records()] == ["Player, 1"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["store"]


def test_an_empty_directory_and_missing_parents_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty", [game(1)])
    write(tmp_path / "new" / "deep" / "store", [game(1)])
    assert GameStore.open(tmp_path / "new" / "deep" / "store").game_count == 1


def test_damaged_stores_say_so(tmp_path: Path) -> None:
    place = tmp_path / "store"
    with pytest.raises(StylemateError, match="no game store"):
        GameStore.open(place)
    write(place, [game(number) for number in range(10)])
    description = place / "store.json"
    sound = description.read_text()
    for text, words in (
        ("{", "damaged"),
        ("[]", "damaged"),
        ("{}", "damaged"),
        (json.dumps({**json.loads(sound), "version": 99}), "version 99"),
        (json.dumps({**json.loads(sound), "games": 11}), "should hold 11 games, but holds 10"),
    ):
        description.write_text(text)
        with pytest.raises(StylemateError, match=words):
            GameStore.open(place)
    description.write_text(sound)
    shard = place / "games-00000.parquet"
    data = shard.read_bytes()
    shard.write_bytes(data[:-20])
    with pytest.raises(StylemateError, match="cannot be read"):
        GameStore.open(place)
    shard.write_bytes(data)
    renamed = pq.read_table(shard).rename_columns(
        [{"time_control": "tyme_control"}.get(name, name) for name in SCHEMA.names]
    )
    pq.write_table(renamed, shard)
    with pytest.raises(StylemateError, match=r"games-00000\.parquet lacks time_control"):
        GameStore.open(place)
    assert b"\x04list\x15" in data  # the name of a part of a column, which need not be text
    shard.write_bytes(data.replace(b"\x04list\x15", b"\x04lis\xe9\x15"))
    with pytest.raises(StylemateError, match="damaged"):
        list(GameStore.open(place).records())
    shard.write_bytes(data[:100] + bytes(200) + data[300:])
    with pytest.raises(StylemateError, match=r"games-00000\.parquet"):
        list(GameStore.open(place).tables())


def test_shards_are_zstd(tmp_path: Path) -> None:
    write(tmp_path / "store", [game(1)])
    metadata = pq.read_metadata(tmp_path / "store" / "games-00000.parquet")
    assert metadata.row_group(0).column(0).compression == "ZSTD"


@given(st.lists(st.lists(st.integers(0, 40), max_size=20), max_size=12))
def test_seen_games_is_a_set(batches: list[list[int]]) -> None:
    seen, reference = SeenGames(), set[int]()
    for batch in batches:
        expected = []
        for number in batch:
            expected.append(number not in reference)
            reference.add(number)
        assert seen.add(np.array(batch, dtype=np.uint64)).tolist() == expected
    assert seen.all().tolist() == sorted(reference)
    assert len(seen) == len(reference)
    assert len(seen._runs) <= 8
