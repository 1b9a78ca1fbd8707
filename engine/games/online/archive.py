"""What a person asks of an online archive, and what they get."""

import datetime
import re
from dataclasses import dataclass
from typing import Protocol

from engine.errors import StylemateError
from engine.games.selection import Speed
from engine.progress import TellShare

MOST_GAMES = 3000
LARGEST_TEXT = 64 << 20
"""Bytes of PGN text that one download may bring."""
CLOCK_SPEEDS = (
    Speed.BULLET,
    Speed.BLITZ,
    Speed.RAPID,
    Speed.CLASSICAL,
    Speed.CORRESPONDENCE,
)
"""The classes that a person can choose among; online games always say which they are."""


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,29}")
_SPEEDS = ("bullet", "blitz", "rapid", "daily", "chess", "chess960", "standard", "lightning")
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z]+\.)?(lichess\.org|chess\.com)(?:/|$)", re.I)
# What stands before the name in the addresses of a player's pages.
_BEFORE_NAME = {
    "lichess.org": (("@",), ("api", "user"), ("api", "games", "user"), ("games", "export")),
    "chess.com": (
        ("member",),
        ("profile",),
        ("pub", "player"),
        ("games", "archive"),
        ("stats", "overview"),
        *(("stats", kind, speed) for kind in ("live", "daily") for speed in _SPEEDS),
    ),
}
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.I)


class ArchiveError(StylemateError):
    """An online archive did not give any games; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GameRequest:
    """Which games of which user.

    Attributes:
        user: name on the site.
        most: number of games at most, newest first.
        speeds: classes of time control; empty for all.
        since: first day, None for all.
        until: last day, None for all.

    Raises:
        StylemateError: the name cannot be a user's, or the number is out of range.
    """

    user: str
    most: int = 500
    speeds: frozenset[Speed] = frozenset()
    since: datetime.date | None = None
    until: datetime.date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "user", user_name(self.user))
        if not 1 <= self.most <= MOST_GAMES:
            raise StylemateError(f"Between 1 and {MOST_GAMES:,} games can be asked for.")
        if self.since and self.until and self.since > self.until:
            raise StylemateError("The first day lies after the last. Exchange them.")


@dataclass(frozen=True, slots=True)
class Download:
    """Games that came.

    Attributes:
        text: PGN, UTF-8.
        games: how many games it holds.
        notes: what else a person should know, each a sentence.
    """

    text: bytes
    games: int
    notes: tuple[str, ...] = ()


class Archive(Protocol):
    """A site's archive. Safe to use from many threads."""

    @property
    def name(self) -> str:
        """What people call the site."""
        ...

    def fetch(self, request: GameRequest, progress: TellShare) -> Download:
        """Download games.

        Raises:
            ArchiveError: the site cannot be reached, does not know the user, or has no such games.
        """
        ...


def user_name(text: str) -> str:
    """Return the user name in what a person typed: the name, or the address of its profile.

    Raises:
        StylemateError: it cannot be one.
    """
    name = _name_in(text.strip())
    if not name:
        raise StylemateError("Type your user name on the site.")
    if not _NAME.fullmatch(name):
        raise StylemateError(
            f"'{name[:40]}' cannot be a user name: they have 2 to 30 letters, digits, - and _."
        )
    return name


def _name_in(text: str) -> str:
    """Return the name in a profile's address; other text as it is, without its @.

    Raises:
        StylemateError: it is the address of a page that names no player.
    """
    address = _ADDRESS.match(text)
    if address is None:
        return text.strip("/@ ")
    path = re.split(r"[?#]", text[address.end() :])[0].strip("/")
    name = _player_of_path(address[1].lower(), path.split("/"))
    if name is None:
        raise StylemateError(
            f"The address '{text[:80]}' does not say whose page it is. Type the user name instead."
        )
    return name


def _player_of_path(site: str, parts: list[str]) -> str | None:
    """Return the name in the parts of an address's path, None where none is certain."""
    if site == "chess.com" and len(parts) > 1 and _LANGUAGE.fullmatch(parts[0]):
        parts = parts[1:]  # the site in another language
    for before in _BEFORE_NAME[site]:
        count = len(before)
        if tuple(part.lower() for part in parts[:count]) == before and len(parts) > count:
            return parts[count]
    return None
