"""Bulk reading: PGN in, game store out, on several processes, with an account of every game.

The parent process decompresses and cuts the text into games; workers parse and check them; the
parent drops duplicates and writes. Results are taken in the order of the input, so the same input
gives the same store whatever the number of workers, and only a few batches are ever in memory. A
run that was killed is taken up after its last whole file: the text up to there is cut again, and
not parsed.
"""

import contextlib
import hashlib
import json
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa

from engine.errors import StylemateError
from engine.files import decoded
from engine.games.parsing import NotKeptError, SkippedGame, SkipReason, parse_game
from engine.games.pgn_lines import split_lines
from engine.games.pgn_splitter import GameSplitter, RawGame
from engine.games.records import GameRecord
from engine.games.sources import GameSource, GameText
from engine.games.store import games_table
from engine.games.store_writer import GameStoreWriter

EXAMPLES_PER_REASON = 3
_GAMES_PER_BATCH = 500
_BYTES_PER_BATCH = 1 << 20
_BATCHES_BEFORE_WORKERS = 2  # a short input is done sooner than workers have started
_BATCHES_PER_WORKER = 3


@dataclass(slots=True)
class SkipTally:
    """How many games were skipped for one reason, and the first few of them."""

    count: int = 0
    examples: list[SkippedGame] = field(default_factory=list)


@dataclass(slots=True)
class IngestSummary:
    """The account of one run: ``read`` = ``kept`` + all skipped.

    ``damaged`` lists inputs that could not be read to their end, with the reason; ``taken_up``
    counts the games that an earlier run, which was killed, had read.
    """

    read: int = 0
    kept: int = 0
    bytes_read: int = 0
    seconds: float = 0.0
    skipped: dict[SkipReason, SkipTally] = field(default_factory=dict)
    damaged: list[tuple[str, str]] = field(default_factory=list)
    fingerprint: str = ""
    taken_up: int = 0

    @property
    def games_per_second(self) -> float:
        """How fast this run has read."""
        return (self.read - self.taken_up) / max(self.seconds, 1e-9)

    def note_skipped(self, game: SkippedGame) -> None:
        """Count a skipped game and keep it as an example if there are few."""
        tally = self.skipped.setdefault(game.reason, SkipTally())
        tally.count += 1
        if len(tally.examples) < EXAMPLES_PER_REASON:
            tally.examples.append(game)

    def skipped_by_count(self) -> list[tuple[SkipReason, SkipTally]]:
        """Return the reasons and their tallies, the most frequent first."""
        return sorted(self.skipped.items(), key=lambda item: -item[1].count)

    @property
    def skipped_count(self) -> int:
        """All games that were read but not kept."""
        return sum(tally.count for tally in self.skipped.values())


@dataclass(kw_only=True)
class IngestOptions:
    """Settings of a run."""

    # Processes that parse; 0 parses in this process, None takes what the machine has.
    workers: int | None = None
    # Stop after so many games have been read, None reads everything.
    max_games: int | None = None
    # Replace a store that is already there.
    overwrite: bool = False


class PlacedGame(NamedTuple):
    """A game's text and the input it comes from."""

    source: str
    game: RawGame


class ParsedBatch(NamedTuple):
    """What became of a batch: kept games as a table with their places, and the skipped ones."""

    table: pa.Table
    places: list[tuple[str, int, int]]
    skipped: list[SkippedGame]


ProgressCallback = Callable[[IngestSummary], None]


def parse_placed(placed: PlacedGame) -> GameRecord | SkippedGame:
    """Return the record of a game, or why it is not kept."""
    game = placed.game
    try:
        return parse_game(game)
    except NotKeptError as refusal:
        return SkippedGame(placed.source, game.number, game.line, refusal.reason, refusal.detail)


def parse_batch(batch: Sequence[PlacedGame]) -> ParsedBatch:
    """Parse a batch; this is what a worker process runs."""
    kept: list[GameRecord] = []
    places: list[tuple[str, int, int]] = []
    skipped: list[SkippedGame] = []
    for placed in batch:
        outcome = parse_placed(placed)
        if isinstance(outcome, SkippedGame):
            skipped.append(outcome)
        else:
            kept.append(outcome)
            places.append((placed.source, placed.game.number, placed.game.line))
    return ParsedBatch(games_table(kept), places, skipped)


def ingest(
    sources: Sequence[GameSource],
    out: str | Path,
    options: IngestOptions | None = None,
    on_progress: ProgressCallback | None = None,
) -> IngestSummary:
    """Read every input and write one game store.

    Damaged inputs and broken games are counted, they never end the run. An exception, Ctrl-C
    included, leaves no store behind and an existing one untouched. After a kill or a crash the same
    call goes on after the last whole file of the store, unless an input cannot be read twice.

    Args:
        sources: what ``find_sources`` returned.
        out: directory of the store.
        options: settings of the run.
        on_progress: called after every batch with the account so far.

    Raises:
        StylemateError: the place is taken, no game could be kept (the text says why), the disk is
            full, or a worker died.
    """
    options = options or IngestOptions()
    summary = IngestSummary()
    started = time.monotonic()
    try:
        task = _task(sources, options.max_games)
        with GameStoreWriter(out, overwrite=options.overwrite, task=task) as writer:
            if writer.taken_up is not None:
                _take_up(decoded(writer.taken_up, _Account), summary)
            workers = options.workers if options.workers is not None else available_processors()
            games = _Reader(sources, summary, options.max_games).games()
            batches = _batches(islice(games, summary.taken_up, None))
            with contextlib.closing(_parsed(batches, workers)) as results:
                for parsed in results:
                    _store_batch(parsed, writer, summary)
                    if writer.is_between_shards:
                        account = _Account(summary.read, summary.kept, summary.skipped)
                        writer.keep(msgspec.to_builtins(account))
                    summary.seconds = time.monotonic() - started
                    if on_progress is not None:
                        on_progress(summary)
            if not summary.kept:
                raise StylemateError(_nothing_kept(summary, Path(out)))
            writer.description = _account(summary)
        summary.fingerprint = writer.fingerprint
    except OSError as error:
        raise StylemateError(f"The store could not be written to {out}: {error}") from error
    summary.seconds = time.monotonic() - started
    return summary


@dataclass(frozen=True, slots=True)
class _Account:
    """What has become of the games so far."""

    read: int
    kept: int
    skipped: dict[SkipReason, SkipTally]


def _take_up(account: _Account, summary: IngestSummary) -> None:
    summary.read = summary.taken_up = account.read
    summary.kept, summary.skipped = account.kept, account.skipped


def _task(sources: Sequence[GameSource], max_games: int | None) -> str | None:
    """Return a name for a reading of these inputs as they are now, None if there is no other."""
    inputs = []
    for source in sources:
        if source.path is None:
            return None
        try:
            status = source.path.stat()
        except OSError:
            return None
        inputs.append([str(source.path.resolve()), status.st_size, status.st_mtime_ns])
    text = json.dumps([inputs, max_games])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class _Reader:
    """Yields the games of all inputs and notes damage in the summary."""

    def __init__(
        self, sources: Sequence[GameSource], summary: IngestSummary, max_games: int | None
    ) -> None:
        self._sources = sources
        self._summary = summary
        self._left = max_games

    def games(self) -> Iterator[PlacedGame]:
        for source in self._sources:
            try:
                stream = source.open()
            except OSError as error:
                self._summary.damaged.append((source.name, f"cannot be opened: {error.strerror}"))
                continue
            with stream:
                for game in raw_games(GameText(stream, source.name), source.name, self._summary):
                    yield PlacedGame(source.name, game)
                    if self._left is not None:
                        self._left -= 1
                        if self._left <= 0:
                            return


def raw_games(
    text: GameText,
    name: str,
    summary: IngestSummary,
    on_text: Callable[[], None] = lambda: None,
) -> Iterator[RawGame]:
    """Yield the single games of one input's text; bytes read and damage go to the summary.

    Args:
        text: of the input.
        name: what the summary calls it.
        summary: the account that is kept.
        on_text: called at every few hundred KiB of text, games in it or not; it may raise to stop.
    """
    before = summary.bytes_read
    splitter = GameSplitter()
    is_empty = True

    def chunks() -> Iterator[bytes]:
        nonlocal is_empty
        for chunk in text.chunks():
            is_empty = False
            on_text()
            yield chunk

    for game in splitter.games(split_lines(chunks())):
        summary.bytes_read = before + text.bytes_read
        yield game
    summary.bytes_read = before + text.bytes_read
    last = splitter.last(damaged=text.damage is not None)
    if text.damage is not None:
        summary.damaged.append((name, text.damage))
    elif last is None and not splitter.count:
        what = "the file is empty" if is_empty else "there are no games in it"
        summary.damaged.append((name, what))
    if last is not None:
        yield last


def _batches(games: Iterator[PlacedGame]) -> Iterator[list[PlacedGame]]:
    batch: list[PlacedGame] = []
    size = 0
    for placed in games:
        batch.append(placed)
        size += len(placed.game.headers) + len(placed.game.movetext)
        if len(batch) >= _GAMES_PER_BATCH or size >= _BYTES_PER_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def available_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _parsed(
    batches: Iterator[list[PlacedGame]], workers: int
) -> Generator[ParsedBatch, None, None]:
    """Yield the outcome of every batch, in order."""
    yield from map(parse_batch, islice(batches, None if workers < 1 else _BATCHES_BEFORE_WORKERS))
    if workers < 1 or (first := next(batches, None)) is None:
        return
    # Spawned, not forked: the caller may run threads (a progress display, a web server).
    executor = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_settle_worker
    )
    pending: deque[Future[ParsedBatch]] = deque()
    try:
        for batch in chain([first], batches):
            with _interrupts_held_back():
                pending.append(executor.submit(parse_batch, batch))
            if len(pending) >= workers * _BATCHES_PER_WORKER:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool:
        raise StylemateError(
            "A worker process was ended from outside, perhaps for want of memory. "
            "Try again with --workers 1; nothing was written."
        ) from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _settle_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back for a moment, and for good in processes that start meanwhile.

    Otherwise a worker that is still importing would answer Ctrl-C with a traceback. The parent
    gets its Ctrl-C right afterwards. (Windows has no such mask.)
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)


def _store_batch(parsed: ParsedBatch, writer: GameStoreWriter, summary: IngestSummary) -> None:
    summary.read += len(parsed.places) + len(parsed.skipped)
    for skipped in parsed.skipped:
        summary.note_skipped(skipped)
    if not parsed.places:
        return
    is_new = writer.add_table(parsed.table)
    summary.kept += int(is_new.sum())
    for row in (~is_new).nonzero()[0]:
        summary.note_skipped(SkippedGame(*parsed.places[row], SkipReason.DUPLICATE))


def _account(summary: IngestSummary) -> dict[str, object]:
    return {
        "read": summary.read,
        "skipped": {reason.value: tally.count for reason, tally in summary.skipped_by_count()},
        "damaged_inputs": len(summary.damaged),
    }


def _nothing_kept(summary: IngestSummary, out: Path) -> str:
    lines = [f"No game could be kept out of {summary.read} read, so {out} was not written."]
    lines += [f"{name}: {why}" for name, why in summary.damaged]
    for reason, tally in summary.skipped_by_count():
        lines.append(f"{reason.value}: {tally.count}, for example {tally.examples[0]}")
    return "\n".join(lines)
