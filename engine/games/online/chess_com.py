"""Games from chess.com's public archive: one JSON document for every month of a player.

The site allows any number of requests one after another, wants a user agent with a contact, and
refreshes its documents every 12 hours at most. Months already seen are kept in memory for so long,
and asked for with their ETag afterwards.
"""

import contextlib
import datetime
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
from cachetools import LRUCache

from engine.games.online.archive import (
    LARGEST_TEXT,
    ArchiveError,
    Download,
    GameRequest,
)
from engine.games.online.polite import Patience, PoliteSession
from engine.games.selection import speed_of
from engine.progress import TellShare

ADDRESS = "https://api.chess.com"
FRESH = 12 * 3600.0
"""Seconds for which the site's documents do not change."""
REMEMBERED = 64 << 20
"""Bytes of documents kept in memory, those used last."""
_CHUNK = 1 << 16
_MONTH = re.compile(r"/games/(\d{4})/(\d{2})$")


@dataclass(slots=True)
class _Document:
    content: bytes
    etag: str
    asked: float  # time.monotonic() when the site last vouched for it


class MonthMissingError(ArchiveError):
    """The site lists a month of a player and does not give it."""


class ChessComArchive:
    """chess.com as an ``Archive``."""

    name = "chess.com"

    def __init__(self, address: str = ADDRESS, patience: Patience | None = None) -> None:
        """Make a client.

        Args:
            address: where the archive is.
            patience: how patient to be.
        """
        self._address = address.rstrip("/")
        self._session = PoliteSession(self.name, patience)
        self._agent = self._session.headers["User-Agent"]
        self._documents: LRUCache[str, _Document] = LRUCache(
            REMEMBERED, lambda document: len(document.content)
        )

    def fetch(self, request: GameRequest, progress: TellShare) -> Download:
        """Download games; see ``Archive.fetch``."""
        with self._session.turn(progress):
            user = request.user.lower()
            # The site wants to know whom to write to: it is the person's own games we ask for.
            self._session.headers["User-Agent"] = f"{self._agent!s} (username: {user})"
            self._session.tell(0.0, f"Asking {self.name} for the months of {request.user} …")
            return self._download(user, request)

    def _download(self, user: str, request: GameRequest) -> Download:
        months = self._months(user, request)
        games: list[str] = []
        variants = size = 0
        notes: list[str] = []
        missing: list[str] = []
        for done, (year, month) in enumerate(months):
            share = max(done / len(months), len(games) / request.most)
            self._session.tell(share, f"{len(games):,} games from {self.name}, {year}-{month} …")
            try:
                document = self._json(f"/pub/player/{user}/games/{year}/{month}", request.user)
            except MonthMissingError:
                missing.append(f"{year}-{month}")
                continue
            except ArchiveError as error:
                if not games:
                    raise
                notes.append(f"{error} The {len(games):,} newest games are used.")
                break
            for game in reversed(_games_in(document)):
                if game.get("rules", "chess") != "chess":
                    variants += 1
                elif _is_wanted(game, request):
                    size += len(game["pgn"])
                    games.append(game["pgn"].strip())
                if len(games) >= request.most or size > LARGEST_TEXT:
                    break
            if len(games) >= request.most or size > LARGEST_TEXT:
                break
        if variants:
            notes.append(f"Games of other variants were left out: {variants:,}.")
        if missing:
            notes.append(f"{self.name} did not give the months {', '.join(missing)}; left out.")
        if not games and missing:
            raise ArchiveError(f"{notes[-1]} Try again later.")
        if not games:
            raise ArchiveError(
                f"{request.user} has no games of chess on {self.name} that fit. Choose more time "
                "controls or other dates."
            )
        return Download("\n\n\n".join([*games, ""]).encode(), len(games), tuple(notes))

    def _months(self, user: str, request: GameRequest) -> list[tuple[str, str]]:
        """Return year and month of the archives that may hold wanted games, newest first."""
        document = self._json(f"/pub/player/{user}/games/archives", request.user)
        addresses = document.get("archives")
        if not isinstance(addresses, list):
            raise self._garbled()
        found = [match.groups() for text in addresses if (match := _MONTH.search(str(text)))]
        low = f"{request.since:%Y-%m}" if request.since else ""
        high = f"{request.until:%Y-%m}" if request.until else "~"
        months = sorted({(year, month) for year, month in found}, reverse=True)
        return [pair for pair in months if low <= "-".join(pair) <= high]

    def _json(self, path: str, user: str) -> dict[str, Any]:
        try:
            document = json.loads(self._content(path, user))
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            self._documents.pop(path, None)
            raise self._garbled()
        return document

    def _content(self, path: str, user: str) -> bytes:
        known = self._documents.get(path)
        if known is not None and time.monotonic() - known.asked < FRESH:
            return known.content
        headers = {"If-None-Match": known.etag} if known and known.etag else {}
        for left in reversed(range(self._session.patience.tries)):
            try:
                with self._session.get(
                    self._address + path, headers=headers, stream=True
                ) as response:
                    return self._read(path, user, response)
            except requests.RequestException as error:
                if left == 0:
                    raise self._session.explained(error) from error
        raise AssertionError("the last try returns or raises")

    def _read(self, path: str, user: str, response: requests.Response) -> bytes:
        known = self._documents.get(path)
        if response.status_code == 304 and known is not None:
            known.asked = time.monotonic()
            return known.content
        if _MONTH.search(path) and (
            response.status_code in (404, 410) or response.status_code >= 500
        ):
            raise MonthMissingError(f"{self.name} does not give a month of {user}.")
        if response.status_code in (404, 410):
            raise ArchiveError(
                f"{self.name} knows no user called '{user}'. Check the spelling, or whether the "
                "name is of another site."
            )
        if response.status_code != 200:
            raise ArchiveError(
                f"{self.name} refused the request (HTTP {response.status_code}). Try again later, "
                "or upload your games as a PGN file."
            )
        content = b"".join(self._bounded(response))
        self._remember(path, _Document(content, response.headers.get("ETag", ""), time.monotonic()))
        return content

    def _bounded(self, response: requests.Response) -> Iterator[bytes]:
        size = 0
        for chunk in response.iter_content(_CHUNK):
            size += len(chunk)
            if size > LARGEST_TEXT:
                raise ArchiveError(
                    f"{self.name} sent more than {LARGEST_TEXT >> 20} MiB at once. Upload your "
                    "games as a PGN file instead."
                )
            yield chunk

    def _remember(self, path: str, document: _Document) -> None:
        with contextlib.suppress(ValueError):  # larger than all that is remembered
            self._documents[path] = document

    def _garbled(self) -> ArchiveError:
        return ArchiveError(
            f"{self.name} answered with something that is no list of games. Try again later, or "
            "upload your games as a PGN file."
        )


def _games_in(document: dict[str, Any]) -> list[dict[str, Any]]:
    games = document.get("games")
    if not isinstance(games, list):
        return []
    return [g for g in games if isinstance(g, dict) and isinstance(g.get("pgn"), str)]


def _is_wanted(game: dict[str, Any], request: GameRequest) -> bool:
    if request.speeds and speed_of(str(game.get("time_control", ""))) not in request.speeds:
        return False
    ended = game.get("end_time")
    if not isinstance(ended, int) or not (request.since or request.until):
        return True
    day = datetime.datetime.fromtimestamp(ended, tz=datetime.UTC).date()
    return (request.since or day) <= day <= (request.until or day)
