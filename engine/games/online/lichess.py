"""Games from Lichess, through its own Python client.

``/api/games/user/{name}`` streams PGN, newest first, some 20 games a second without an account.
Lichess asks for one request at a time and, after "too many requests", for a full minute's rest.
"""

import datetime
from typing import Any, cast

import berserk
import requests

from engine.games.online.archive import (
    CLOCK_SPEEDS,
    LARGEST_TEXT,
    ArchiveError,
    Download,
    GameRequest,
)
from engine.games.online.polite import Patience, PoliteSession
from engine.games.selection import Speed
from engine.progress import TellShare

ADDRESS = "https://lichess.org"
_PERFORMANCES = {
    Speed.BULLET: "ultraBullet,bullet",
    Speed.BLITZ: "blitz",
    Speed.RAPID: "rapid",
    Speed.CLASSICAL: "classical",
    Speed.CORRESPONDENCE: "correspondence",
}


class LichessArchive:
    """Lichess as an ``Archive``."""

    name = "Lichess"

    def __init__(self, address: str = ADDRESS, patience: Patience | None = None) -> None:
        """Make a client without an account.

        Args:
            address: where the site is.
            patience: how patient to be.
        """
        self._session = PoliteSession(self.name, patience)
        self._client = berserk.Client(self._session, base_url=address)

    def fetch(self, request: GameRequest, progress: TellShare) -> Download:
        """Download games; see ``Archive.fetch``."""
        with self._session.turn(progress):
            self._session.tell(0.0, f"Asking {self.name} for the games of {request.user} …")
            return self._download(request)

    def _download(self, request: GameRequest) -> Download:
        games: list[str] = []
        size = 0
        notes: list[str] = []
        try:
            for text in self._stream(request):
                if not text.lstrip().startswith("["):
                    if games or not text.strip():
                        continue
                    raise ArchiveError(
                        f"{self.name} answered with something that is no list of games. "
                        "Try again later, or upload your games as a PGN file."
                    )
                size += len(text)
                if size > LARGEST_TEXT:
                    notes.append("There are more games than can be taken; the newest of them were.")
                    break
                games.append(text)
                if len(games) == request.most:
                    break
                share = len(games) / request.most
                self._session.tell(share, f"{len(games):,} games from {self.name} …")
        except berserk.exceptions.ResponseError as error:
            raise self._refused(error, request.user) from error
        except UnicodeDecodeError:
            self._require_some(games, notes)
        except requests.RequestException as error:
            if not games:
                raise self._session.explained(error) from error
            self._require_some(games[:-1], notes)
            games.pop()  # it may have been cut in two
        if not games:
            raise ArchiveError(
                f"{request.user} has no games on {self.name} that fit. Choose more time controls "
                "or other dates."
            )
        return Download("\n\n\n".join([*games, ""]).encode(), len(games), tuple(notes))

    def _stream(self, request: GameRequest) -> Any:
        speeds = [speed for speed in CLOCK_SPEEDS if speed in request.speeds] or CLOCK_SPEEDS
        return self._client.games.export_by_player(
            request.user,
            as_pgn=True,
            max=request.most,
            since=_milliseconds(request.since, datetime.time.min),
            until=_milliseconds(request.until, datetime.time.max),
            perf_type=cast(Any, ",".join(_PERFORMANCES[speed] for speed in speeds)),
            clocks=False,
            evals=False,
            opening=False,
        )

    def _require_some(self, games: list[str], notes: list[str]) -> None:
        if not games:
            raise ArchiveError(
                f"The connection to {self.name} broke off before a game was read. Try again, or "
                "upload your games as a PGN file."
            )
        notes.append(
            f"The connection to {self.name} broke off: the {len(games):,} newest games are used."
        )

    def _refused(self, error: berserk.exceptions.ResponseError, user: str) -> ArchiveError:
        status = error.status_code
        if status == 404:
            return ArchiveError(
                f"{self.name} knows no user called '{user}'. Check the spelling, or whether the "
                "name is of another site."
            )
        return ArchiveError(
            f"{self.name} refused the request (HTTP {status}). Try again later, or upload your "
            "games as a PGN file."
        )


def _milliseconds(day: datetime.date | None, time: datetime.time) -> int | None:
    if day is None:
        return None
    moment = datetime.datetime.combine(day, time, tzinfo=datetime.UTC)
    return int(moment.timestamp() * 1000)
