"""A person's games out of several inputs: each game once, and what was left out, in sentences."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from engine.errors import StylemateError
from engine.games.ingest import IngestSummary
from engine.games.records import GameRecord
from engine.games.uploads import UploadedGames, UploadLimits

_REPORT_EVERY = 200  # games


@dataclass(frozen=True, slots=True)
class GameInput:
    """Something that holds games.

    Attributes:
        name: what people call it.
        open: opens its bytes, compressed or not; it may raise OSError.
    """

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, slots=True)
class Collection:
    """The games of some inputs.

    Attributes:
        records: each game once, in the order of the inputs.
        complaints: what was not read or not kept, each a sentence.
    """

    records: tuple[GameRecord, ...]
    complaints: tuple[str, ...]


def collect_games(
    inputs: Iterable[GameInput],
    limits: UploadLimits,
    report: Callable[[int], None] = lambda games: None,
) -> Collection:
    """Read all games of several inputs.

    Args:
        inputs: files, uploads, downloads.
        limits: how much is read; the number of games is that of all inputs together.
        report: told the number of games so far, every so many games and every few hundred KiB of
            text that may hold none; it may raise to stop.

    Raises:
        StylemateError: an input cannot be opened, or no game could be kept; it says why.
    """
    records: dict[int, GameRecord] = {}
    complaints: list[str] = []
    for source in inputs:
        left = limits.games - len(records)
        if left <= 0:
            complaints.append(f"{source.name} was not read: {limits.games:,} games are enough.")
            continue
        try:
            with source.open() as stream:
                rest = UploadLimits(text_bytes=limits.text_bytes, games=left)
                upload = UploadedGames(
                    stream, source.name, rest, on_text=lambda: report(len(records))
                )
                for record in upload:
                    records[record.game_id] = record
                    if len(records) % _REPORT_EVERY == 0:
                        report(len(records))
        except OSError as error:
            raise StylemateError(f"Cannot read {source.name}: {error.strerror}.") from error
        complaints += _complaints(source.name, upload.summary)
    if not records:
        raise StylemateError(" ".join(["No game could be read.", *complaints]))
    return Collection(tuple(records.values()), tuple(complaints))


def _complaints(name: str, summary: IngestSummary) -> list[str]:
    """Return what went wrong with an input, in sentences."""
    told = [f"{place} was not read to its end: {why}." for place, why in summary.damaged]
    told += [
        f"{name}: {tally.count:,} of {summary.read:,} games left out: {reason.value} "
        f"(the first: {tally.examples[0]})."
        for reason, tally in summary.skipped_by_count()
    ]
    return told
