"""Games from a person's own file, read in this process, within limits that keep a page alive."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from engine.games.ingest import IngestSummary, PlacedGame, parse_placed, raw_games
from engine.games.parsing import SkippedGame, SkipReason
from engine.games.records import GameRecord
from engine.games.sources import GameText

_LARGEST_WINDOW = 1 << 27


@dataclass(frozen=True, kw_only=True)
class UploadLimits:
    """How much of an upload is read; what lies beyond is left unread and the account says so."""

    # Bytes of text after decompression.
    text_bytes: int = 64 << 20
    # Games, broken ones included.
    games: int = 20_000


OWN_FILES = UploadLimits(text_bytes=1 << 30, games=100_000)
"""Of files that lie on the machine of the person who names them."""


class UploadedGames:
    """The games of one uploaded file, one after another.

    Iterate once over it; meanwhile ``summary`` counts what was read, kept and skipped, and its
    ``damaged`` tells whether and why the file was not read to its end. Broken games are skipped,
    a repeated game is given once; nothing in a file raises.

    Args:
        source: the file's bytes or an open binary file; compressed or not.
        name: what the summary calls it.
        limits: how much is read.
        on_text: called at every few hundred KiB of text, games in it or not; it may raise to stop.
    """

    def __init__(
        self,
        source: bytes | BinaryIO,
        name: str = "upload",
        limits: UploadLimits | None = None,
        on_text: Callable[[], None] = lambda: None,
    ) -> None:
        self.summary = IngestSummary()
        self._name = name
        self._on_text = on_text
        self._limits = limits or UploadLimits()
        self._text = GameText(
            io.BytesIO(source) if isinstance(source, bytes) else source,
            name,
            largest_window=_LARGEST_WINDOW,
            text_limit=self._limits.text_bytes,
        )

    def __iter__(self) -> Iterator[GameRecord]:
        summary = self.summary
        seen: set[int] = set()
        for raw in raw_games(self._text, self._name, summary, self._on_text):
            if summary.read >= self._limits.games:
                summary.damaged.append(
                    (self._name, f"only its first {self._limits.games} games were read")
                )
                return
            summary.read += 1
            outcome = parse_placed(PlacedGame(self._name, raw))
            if isinstance(outcome, GameRecord) and outcome.game_id in seen:
                outcome = SkippedGame(self._name, raw.number, raw.line, SkipReason.DUPLICATE)
            if isinstance(outcome, SkippedGame):
                summary.note_skipped(outcome)
                continue
            seen.add(outcome.game_id)
            summary.kept += 1
            yield outcome
