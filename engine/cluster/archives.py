"""Many archives into one game store: each is read by some machine, once.

What an archive holds is its name: its games go to a store that is called by the hash of its
content. So an archive that was read is not read again, be it after a machine died, under another
file name, or in the next run.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ray.data

from engine.cluster.connection import connect
from engine.errors import StylemateError
from engine.games.ingest import IngestOptions, ingest
from engine.games.sources import find_sources
from engine.games.store import GameStore
from engine.games.store_writer import GameStoreWriter

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ReadArchive:
    """An archive that was read.

    Attributes:
        path: the file.
        content: hexadecimal hash of its bytes, the name of its store.
        games: that it holds, without those that are broken or repeated.
        problem: why there are none, for people.
    """

    path: str
    content: str = ""
    games: int = 0
    problem: str = ""


def read_archives(paths: Sequence[str | Path], parts: Path) -> list[ReadArchive]:
    """Read archives on all machines of the cluster.

    Args:
        paths: PGN files, compressed or not, or folders of them, which all machines see.
        parts: folder for their stores, which all machines see.

    Returns:
        The archives in the order of ``paths``, those that could not be read with the reason.

    Raises:
        StylemateError: there is no such file.
    """
    files = [source.name for source in find_sources([str(path) for path in paths])]
    rows = [{"number": number, "path": path} for number, path in enumerate(files)]
    connect()
    parts.mkdir(parents=True, exist_ok=True)
    # What a machine that died left half read goes with this folder.
    with tempfile.TemporaryDirectory(prefix=".reading-", dir=parts) as unfinished:

        def read(row: dict[str, Any]) -> dict[str, Any]:
            try:
                archive = read_archive(Path(row["path"]), parts, Path(unfinished))
            except StylemateError as error:
                archive = ReadArchive(row["path"], problem=str(error))
            return {"number": row["number"], **asdict(archive)}

        # A block each: a machine that dies takes no more than one archive's work with it.
        found = ray.data.from_items(rows, override_num_blocks=len(rows)).map(read, num_cpus=1)
        kept = sorted(found.take_all(), key=lambda row: row["number"])
    return [ReadArchive(r["path"], r["content"], r["games"], r["problem"]) for r in kept]


def read_archive(path: Path, parts: Path, unfinished: Path) -> ReadArchive:
    """Read one archive, unless a store of its content is there already.

    Args:
        path: the archive.
        parts: folder of the stores.
        unfinished: folder on the same disk, for a store that is being written. Several machines
            may write that of the same content; the first one that is whole is kept.

    Raises:
        StylemateError: it cannot be read, or its store cannot be written.
    """
    content = _hash(path)
    store = parts / content
    if not store.exists():
        made = Path(tempfile.mkdtemp(dir=unfinished)) / "store"
        ingest(find_sources([str(path)]), made, IngestOptions(workers=0))
        try:
            made.rename(store)
        except OSError as error:
            if not store.exists():
                raise StylemateError(f"Cannot write {store}: {error.strerror}.") from error
    return ReadArchive(str(path), content, GameStore.open(store).game_count)


def join(archives: Sequence[ReadArchive], parts: Path, out: Path) -> int:
    """Write one store of all archives' games, each game once; return their number.

    It is the store that reading all archives at once would have made.

    Raises:
        StylemateError: there is a store already, or it cannot be written.
    """
    with GameStoreWriter(out) as writer:
        for content in dict.fromkeys(a.content for a in archives if not a.problem):
            for table in GameStore.open(parts / content).tables():
                writer.add_table(table)
        return writer.game_count


def _hash(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise StylemateError(f"Cannot read {path}: {error.strerror}.") from None
    return digest.hexdigest()
