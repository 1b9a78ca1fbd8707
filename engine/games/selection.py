"""Choosing among games: by time control and by date."""

import datetime
import enum
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.games.records import GameRecord

_MOVES_COUNTED = 40  # a game's length in moves, when its time is estimated, as online sites do
_SECONDS_A_DAY = 86_400
_STAGE = re.compile(r"(?:(\d+)/)?(\d+)(?:\+(\d+(?:\.\d+)?))?")


class Speed(enum.StrEnum):
    """How fast a game was played: time for one side in 40 moves, in classes as Lichess has them."""

    BULLET = "Bullet"
    BLITZ = "Blitz"
    RAPID = "Rapid"
    CLASSICAL = "Classical"
    CORRESPONDENCE = "Correspondence"
    UNKNOWN = "Unknown"


_LIMITS = ((180, Speed.BULLET), (480, Speed.BLITZ), (1500, Speed.RAPID))
"""Seconds below which a game is of each class."""


def speed_of(time_control: str) -> Speed:
    """Return the class of a PGN ``TimeControl``: ``180+2``, ``40/7200:3600``, ``1/86400``, ``-``.

    A dash means no clock: sites write it for correspondence. What cannot be read is unknown.
    """
    text = time_control.strip()
    if text == "-":
        return Speed.CORRESPONDENCE
    stages = [_STAGE.fullmatch(stage) for stage in text.split(":")]
    first = stages[0]
    if first is None:
        return Speed.UNKNOWN
    if first[1] and int(first[2]) >= _SECONDS_A_DAY:
        return Speed.CORRESPONDENCE
    seconds = sum(int(stage[2]) for stage in stages if stage is not None)
    seconds += round(_MOVES_COUNTED * float(first[3] or 0))
    return next((speed for limit, speed in _LIMITS if seconds < limit), Speed.CLASSICAL)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which games are meant.

    Attributes:
        speeds: classes of time control; None for all.
        since: first day, inclusive; None for all.
        until: last day, inclusive; None for all.
    """

    speeds: frozenset[Speed] | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None

    def of(self, records: Iterable[GameRecord]) -> list[GameRecord]:
        """Return the games that are meant.

        A game whose day or month is unknown counts if any day it may have been played on does; one
        without a year counts only if there is no bound.
        """
        return [record for record in records if self._is_meant(record)]

    def _is_meant(self, record: GameRecord) -> bool:
        if self.speeds is not None and speed_of(record.time_control) not in self.speeds:
            return False
        if self.since is None and self.until is None:
            return True
        first, last = possible_days(record.date)
        if first is None or last is None:
            return False
        after = self.since is None or last >= self.since
        return after and (self.until is None or first <= self.until)


def count_speeds(records: Iterable[GameRecord]) -> Counter[Speed]:
    """Return how many games there are of each class of time control."""
    return Counter(speed_of(record.time_control) for record in records)


def possible_days(date: str) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first and last day that a date such as ``1960.03.??`` may stand for."""
    year, _, rest = date.partition(".")
    if not year.isdigit() or not datetime.MINYEAR <= int(year) <= datetime.MAXYEAR:
        return None, None
    month, _, day = rest.partition(".")
    low_month, high_month = (int(month),) * 2 if month.isdigit() else (1, 12)
    last_of_month = _days_in(int(year), high_month)
    low_day, high_day = (int(day),) * 2 if day.isdigit() else (1, last_of_month)
    return (
        datetime.date(int(year), low_month, min(low_day, _days_in(int(year), low_month))),
        datetime.date(int(year), high_month, min(high_day, last_of_month)),
    )


def _days_in(year: int, month: int) -> int:
    first_of_next = datetime.date(year + month // 12, month % 12 + 1, 1) if year < 9999 else None
    if first_of_next is None:
        return 28
    return (first_of_next - datetime.timedelta(days=1)).day
