"""Writing a game store: games come in, doublets are left out, shards go to the disk.

A store is written beside its final place and renamed at the end, so a half-written store is never
found under its name. A writer that was killed can be taken up after its last whole shard.
"""

import contextlib
import glob
import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from engine.errors import StylemateError
from engine.files import (
    read_json_as,
    remove_replaced,
    replace_folder,
    require_free_folder,
    write_json,
)
from engine.games.records import GameRecord
from engine.games.store import (
    DESCRIPTION_FILE,
    SCHEMA,
    SHARD_PATTERN,
    VERSION,
    GameIds,
    fingerprint_of,
    games_table,
)

_PROGRESS = "progress.json"
_GAMES_PER_SHARD = 100_000
_GAMES_PER_ROW_GROUP = 10_000


class SeenGames:
    """A set of game ids in 8 bytes each, for tens of millions of games.

    Ids lie in sorted runs; a run is merged with its neighbour when it has grown as long, so adding
    a batch costs a few binary searches.
    """

    def __init__(self) -> None:
        self._runs: list[GameIds] = []

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    def add(self, game_ids: GameIds) -> npt.NDArray[np.bool_]:
        """Add ids, return bool (n,): true at the first sight of an id."""
        unique, first = np.unique(game_ids, return_index=True)
        unseen = np.ones(len(unique), dtype=bool)
        for run in self._runs:
            places = np.minimum(np.searchsorted(run, unique), len(run) - 1)
            unseen &= run[places] != unique
        is_new = np.zeros(len(game_ids), dtype=bool)
        is_new[first[unseen]] = True
        self._insert(unique[unseen])
        return is_new

    def _insert(self, run: GameIds) -> None:
        if not len(run):
            return
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)

    def all(self) -> GameIds:
        """Return every id, uint64, sorted."""
        return np.sort(np.concatenate([np.empty(0, np.uint64), *self._runs]), kind="stable")


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far a writer has come: its task, its whole shards, and what it was told to keep."""

    task: str
    shards: int
    account: dict[str, Any]


class GameStoreWriter:
    """Writes a store; as a context manager it finishes on success and leaves nothing on failure.

    Args:
        path: directory of the store to be; its parents are made.
        overwrite: replace a store that is there already. Any other directory that is not empty is
            always refused.
        task: names what is written; where a writer of the same task was killed, this one goes on
            after what it kept last. None begins anew.

    ``taken_up`` is what that writer kept, None for one that begins anew. ``description`` may be
    given further entries for ``store.json`` before the end; ``fingerprint`` is set at the end.

    Raises:
        StylemateError: the place is taken.
    """

    def __init__(
        self, path: str | Path, *, overwrite: bool = False, task: str | None = None
    ) -> None:
        self.path = Path(path)
        self.taken_up: dict[str, Any] | None = None
        self.description: dict[str, Any] = {}
        self.fingerprint = ""
        self._overwrite, self._task = overwrite, task
        self._check_place()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unique = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._partial = self.path.with_name(f".{self.path.name}.partial-{unique}")
        self._seen = SeenGames()
        self._shards = 0
        self._clear_left_behind()
        self._partial.mkdir(exist_ok=True)
        self._waiting: list[pa.Table] = []
        self._records: list[GameRecord] = []
        self._waiting_rows = 0
        self._rows_in_shard = 0
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> "GameStoreWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    @property
    def game_count(self) -> int:
        """Games added so far, duplicates left out."""
        return len(self._seen) + len(self._records)

    def add(self, game: GameRecord) -> None:
        """Add one game; a game that is there already is left out."""
        self._records.append(game)
        if len(self._records) >= _GAMES_PER_ROW_GROUP:
            self._add_records()

    def add_table(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        """Add games in the store's schema; return bool (rows,): true where a game is new."""
        self._add_records()
        is_new = self._seen.add(table.column("game_id").to_numpy())
        if not is_new.all():
            table = table.filter(pa.array(is_new))
        self._waiting.append(table)
        self._waiting_rows += table.num_rows
        if self._waiting_rows >= _GAMES_PER_ROW_GROUP:
            self._write_row_group()
        return is_new

    @property
    def is_between_shards(self) -> bool:
        """Whether all games that were added lie in whole shards: the moment for ``keep``."""
        return self._writer is None and not self._records and not self._waiting_rows

    def keep(self, account: Mapping[str, Any]) -> None:
        """Let a later writer of the same task go on from here, if this one is killed.

        Args:
            account: what it should know then, as JSON values.

        Raises:
            StylemateError: it cannot be written.
        """
        if self._task is not None:
            progress = _Progress(self._task, self._shards, dict(account))
            write_json(self._partial / _PROGRESS, asdict(progress))

    def close(self) -> None:
        """Finish the store and put it in its place.

        Raises:
            StylemateError: no game was added, or the place was taken meanwhile.
        """
        try:
            self._add_records()
            self._write_row_group()
            self._close_shard()
            if not len(self._seen):
                raise StylemateError(f"No game could be kept, so {self.path} was not written.")
            self._describe()
            self._check_place()
            replace_folder(self._partial, self.path)
        finally:
            self.discard()

    def discard(self) -> None:
        """Remove everything written so far; after ``close`` it does nothing."""
        with contextlib.suppress(OSError, pa.ArrowException):  # the disk may be full
            self._close_shard()
        shutil.rmtree(self._partial, ignore_errors=True)

    def _clear_left_behind(self) -> None:
        """Take up or remove what killed writers left: it is as large as the store itself."""
        remove_replaced(self.path)
        for left in self.path.parent.glob(f".{glob.escape(self.path.name)}.partial-*-*"):
            pid = left.name.removeprefix(f".{self.path.name}.partial-").split("-")[0]
            if not pid.isdecimal() or _is_running(int(pid)):
                continue
            if self.taken_up is not None or not self._take_up(left):
                shutil.rmtree(left, ignore_errors=True)

    def _take_up(self, left: Path) -> bool:
        """Go on with what a killed writer left, if it is of the same task and whole."""
        try:
            progress = read_json_as(left / _PROGRESS, _Progress)
            if progress.task != self._task:
                return False
            seen = SeenGames()
            names = [_shard_name(number) for number in range(progress.shards)]
            for name in names:
                seen.add(pq.read_table(left / name, columns=["game_id"])["game_id"].to_numpy())
            for path in left.iterdir():
                if path.name not in (*names, _PROGRESS):
                    path.unlink()  # a shard that was not whole
            left.rename(self._partial)
        except (StylemateError, pa.ArrowException, OSError):
            return False
        self._seen, self._shards, self.taken_up = seen, progress.shards, progress.account
        return True

    def _check_place(self) -> None:
        require_free_folder(self.path, "game store", _belongs_to_store, self._overwrite)

    def _add_records(self) -> None:
        if self._records:
            games, self._records = self._records, []
            self.add_table(games_table(games))

    def _write_row_group(self) -> None:
        if not self._waiting_rows:
            return
        if self._writer is None:
            shard = self._partial / _shard_name(self._shards)
            self._writer = pq.ParquetWriter(shard, SCHEMA, compression="zstd")
            self._shards += 1
        table = pa.concat_tables(self._waiting)
        self._writer.write_table(table.combine_chunks(), row_group_size=2 * _GAMES_PER_ROW_GROUP)
        self._rows_in_shard += table.num_rows
        self._waiting, self._waiting_rows = [], 0
        if self._rows_in_shard >= _GAMES_PER_SHARD:
            self._close_shard()

    def _close_shard(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()
        self._rows_in_shard = 0

    def _describe(self) -> None:
        self.fingerprint = fingerprint_of(self._seen.all())
        description = {
            "version": VERSION,
            "games": len(self._seen),
            "fingerprint": self.fingerprint,
            **self.description,
        }
        (self._partial / _PROGRESS).unlink(missing_ok=True)
        write_json(self._partial / DESCRIPTION_FILE, description)


def _shard_name(number: int) -> str:
    return f"games-{number:05d}.parquet"


def _belongs_to_store(name: str) -> bool:
    return name == DESCRIPTION_FILE or Path(name).match(SHARD_PATTERN)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # somebody else's, or not ours to judge
    return True
