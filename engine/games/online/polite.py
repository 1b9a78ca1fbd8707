"""An HTTP session with manners: one at a time, patient, bounded, and it says who it is."""

import datetime
import email.utils
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import ReadTimeoutError

from engine.games.online.archive import ArchiveError
from engine.progress import TellShare
from engine.version import VERSION

_TOO_MANY = 429
_STEP = 0.25  # seconds between two questions whether to go on, while waiting


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How patient to be; all times in seconds."""

    # until a connection stands
    connect: float = 10.0
    # without a byte of an answer
    read: float = 30.0
    # before asking again after "too many requests": Lichess wants a full minute
    after_too_many: float = 60.0
    # the longest wait that a site may ask for; beyond it the download ends
    longest_wait: float = 300.0
    # before asking again after a fault of the site or the line
    after_fault: float = 3.0
    # times that one request is made, before giving up
    tries: int = 3


class PoliteSession(requests.Session):
    """A session for one site. Several threads may use it; their downloads take turns.

    ``request`` waits and asks again where the site says so, and raises ``ArchiveError`` with words
    for people when there is no use in it. Answers of 404 and the like are returned as they are.
    """

    def __init__(self, site: str, patience: Patience | None = None) -> None:
        """Make a session.

        Args:
            site: what people call the site.
            patience: how patient to be.
        """
        super().__init__()
        self.site = site
        self.patience = patience or Patience()
        self.headers["User-Agent"] = f"stylemate/{VERSION}"
        self._turn = threading.Lock()
        self._progress: TellShare = lambda share, note: None
        self._share = 0.0

    @contextmanager
    def turn(self, progress: TellShare) -> Iterator[None]:
        """Have the session to oneself for one download; whoever comes meanwhile waits.

        Args:
            progress: told what is going on; it may raise to stop.
        """
        while not self._turn.acquire(timeout=_STEP):
            progress(0.0, f"Waiting for another download from {self.site} …")
        try:
            self._progress, self._share = progress, 0.0
            yield
        finally:
            self._progress = lambda share, note: None
            self._turn.release()

    def tell(self, share: float, note: str) -> None:
        """Report progress of the download whose turn it is."""
        self._share = share
        self._progress(share, note)

    def request(
        self, method: str, url: str | bytes, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Make a request; see ``requests.Session.request``.

        Raises:
            ArchiveError: the site does not answer, or wants no more requests now.
        """
        kwargs.setdefault("timeout", (self.patience.connect, self.patience.read))
        for left in reversed(range(self.patience.tries)):
            try:
                response = super().request(method, url, *args, **kwargs)
            except requests.RequestException as error:
                if left == 0 or not isinstance(error, requests.ConnectionError | requests.Timeout):
                    raise self.explained(error) from error
                self._wait(self.patience.after_fault, f"{self.site} did not answer; trying again …")
                continue
            if response.status_code == _TOO_MANY:
                self._await_leave(response, left)
            elif response.status_code >= 500 and left:
                self._wait(self.patience.after_fault, f"{self.site} has trouble; trying again …")
            else:
                return response
            response.close()
        raise ArchiveError(
            f"{self.site} still says that it has had too many requests from here. Try again in "
            "some minutes, or upload your games as a PGN file."
        )

    def explained(self, error: requests.RequestException) -> ArchiveError:
        """Return what went wrong with a request or its answer, in words for people."""
        instead = "Check the connection and try again, or upload your games as a PGN file."
        # A time-out amid an answer comes as a connection error around urllib3's own.
        cause = error.args[0] if error.args else None
        if isinstance(error, requests.Timeout) or isinstance(cause, ReadTimeoutError):
            return ArchiveError(f"{self.site} did not answer in time. {instead}")
        if isinstance(error, requests.exceptions.SSLError):
            return ArchiveError(f"There is no safe connection to {self.site}. {instead}")
        if isinstance(error, requests.exceptions.ChunkedEncodingError):
            return ArchiveError(f"The connection to {self.site} broke off. {instead}")
        return ArchiveError(
            f"{self.site} cannot be reached: this machine seems to be offline. {instead}"
        )

    def _await_leave(self, response: requests.Response, left: int) -> None:
        """Wait until the site takes requests again."""
        asked = response.headers.get("Retry-After", "")
        seconds = max(self.patience.after_too_many, _seconds_until(asked))
        if seconds > self.patience.longest_wait:
            response.close()
            raise ArchiveError(
                f"{self.site} asks to wait {seconds / 60:.0f} minutes before the next download. "
                "Try again then, or upload your games as a PGN file."
            )
        if left:
            self._wait(seconds, f"{self.site} asks us to wait {seconds:.0f} seconds …")

    def _wait(self, seconds: float, note: str) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._progress(self._share, note)
            time.sleep(min(_STEP, left))
        self._progress(self._share, note)


def _seconds_until(asked: str) -> float:
    """Return how long a ``Retry-After`` wants us to wait: it is seconds or a date (RFC 9110)."""
    if asked.strip().isdecimal():
        return float(asked)
    try:
        until = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=datetime.UTC)
    return max((until - datetime.datetime.now(datetime.UTC)).total_seconds(), 0.0)
