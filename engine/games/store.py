"""The game store: a directory of Parquet shards, one row per game, and ``store.json``.

The fingerprint is a hash of all game ids: two stores with the same games have the same fingerprint,
in whatever order they were read. ``engine.games.store_writer`` writes one.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.errors import StylemateError
from engine.games.records import GameRecord

VERSION = 1
SCHEMA = pa.schema(
    [
        ("game_id", pa.uint64()),
        ("white", pa.string()),
        ("black", pa.string()),
        ("white_elo", pa.uint16()),
        ("black_elo", pa.uint16()),
        ("date", pa.string()),
        ("event", pa.string()),
        ("result", pa.string()),
        ("time_control", pa.string()),
        ("moves", pa.list_(pa.uint16())),
    ]
)

DESCRIPTION_FILE = "store.json"
SHARD_PATTERN = "games-*.parquet"

GameIds = npt.NDArray[np.uint64]
# The last one is of columns' names, which pyarrow decodes without a look.
_UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)


def games_table(games: Sequence[GameRecord]) -> pa.Table:
    """Return games as a table in the store's schema."""
    lengths = np.fromiter((len(game.moves) for game in games), dtype=np.int64, count=len(games))
    offsets = np.zeros(len(games) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    moves = np.concatenate([np.empty(0, np.uint16), *(game.moves for game in games)])
    columns: list[Any] = [
        pa.array(np.fromiter((game.game_id for game in games), dtype=np.uint64, count=len(games)))
    ]
    columns += [
        pa.array([getattr(game, field.name) for game in games], type=field.type)
        for field in list(SCHEMA)[1:-1]
    ]
    columns.append(pa.ListArray.from_arrays(pa.array(offsets), pa.array(moves, type=pa.uint16())))
    return pa.table(columns, schema=SCHEMA)


def fingerprint_of(game_ids: GameIds) -> str:
    """Return the hex fingerprint of a set of game ids, independent of their order."""
    ordered = np.sort(game_ids).astype("<u8", copy=False)
    return hashlib.blake2b(ordered.tobytes(), digest_size=16).hexdigest()


class GameStore:
    """A finished store, opened for reading."""

    def __init__(self, path: Path, description: dict[str, Any], shards: list[Path]) -> None:
        self.path = path
        self.description = description
        self._shards = shards

    @classmethod
    def open(cls, path: str | Path) -> "GameStore":
        """Open a store and check that it is complete.

        Raises:
            StylemateError: there is no store, it is damaged, or of another version.
        """
        path = Path(path)
        description = _read_description(path)
        shards = sorted(path.glob(SHARD_PATTERN))
        try:
            rows = sum(_rows_of(path, shard) for shard in shards)
        except _UNREADABLE as error:
            raise StylemateError(_damaged(path, f"a shard cannot be read: {error}")) from None
        if rows != description["games"]:
            raise StylemateError(
                _damaged(path, f"it should hold {description['games']} games, but holds {rows}")
            )
        return cls(path, description, shards)

    @property
    def fingerprint(self) -> str:
        """Hex hash of all game ids."""
        return str(self.description["fingerprint"])

    @property
    def game_count(self) -> int:
        """Number of games."""
        return int(self.description["games"])

    def tables(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the games in order, some 10,000 at a time.

        Args:
            columns: names out of ``SCHEMA``, all when None.

        Raises:
            StylemateError: a shard cannot be read.
        """
        names = list(columns) if columns is not None else None
        for shard in self._shards:
            try:
                with pq.ParquetFile(shard) as file:
                    for group in range(file.num_row_groups):
                        yield file.read_row_group(group, columns=names)
            except _UNREADABLE as error:
                raise StylemateError(_damaged(self.path, f"{shard.name}: {error}")) from None

    def records(self, players: Sequence[str] | None = None) -> Iterator[GameRecord]:
        """Yield the games one by one (convenient, not fast).

        Args:
            players: only games in which one of these plays, as the store spells them.

        Raises:
            StylemateError: a shard cannot be read.
        """
        fields = [field.name for field in list(SCHEMA)[1:-1]]
        for table in self.tables():
            if players is not None:
                table = _games_of(table, pa.array(players, pa.string()))
            moves = table.column("moves").combine_chunks()
            flat, offsets = moves.values.to_numpy(), moves.offsets.to_numpy()
            columns = {name: table.column(name).to_pylist() for name in fields}
            for row in range(table.num_rows):
                yield GameRecord(
                    moves=flat[offsets[row] : offsets[row + 1]],
                    **{name: columns[name][row] for name in fields},
                )


def _rows_of(store: Path, shard: Path) -> int:
    """Return how many games a shard holds.

    Raises:
        StylemateError: it lacks a column.
    """
    found = pq.read_metadata(shard)
    missing = sorted(set(SCHEMA.names) - set(found.schema.to_arrow_schema().names))
    if missing:
        raise StylemateError(_damaged(store, f"{shard.name} lacks {', '.join(missing)}"))
    return int(found.num_rows)


def _games_of(table: pa.Table, players: pa.Array) -> pa.Table:
    sides = [pc.is_in(table.column(side), value_set=players) for side in ("white", "black")]
    return table.filter(pc.or_(*sides))


def _read_description(path: Path) -> dict[str, Any]:
    file = path / DESCRIPTION_FILE
    if not file.is_file():
        raise StylemateError(
            f"There is no game store at {path}. Make one with: stylemate ingest GAMES --out {path}"
        )
    try:
        description = json.loads(file.read_text(encoding="utf-8"))
        version = description["version"]
        if not isinstance(description["games"], int) or not isinstance(
            description["fingerprint"], str
        ):
            raise ValueError("the number of games or the fingerprint is of the wrong kind")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StylemateError(_damaged(path, f"{DESCRIPTION_FILE}: {error}")) from None
    if version != VERSION:
        raise StylemateError(
            f"The game store at {path} has version {version}, this Stylemate reads {VERSION}. "
            "Ingest the games again."
        )
    return dict(description)


def _damaged(path: Path, what: str) -> str:
    return f"The game store at {path} is damaged ({what}). Ingest the games again."
