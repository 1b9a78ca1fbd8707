"""A chess clock with increment: a typed state, and small functions from state to state.

Times are seconds of the server's wall clock, so that a clock goes on over a reload of the page and
over a restart of the server. As on the big sites nobody's time runs before both sides have moved.
"""

import math
import re
from dataclasses import dataclass, replace

import chess

from engine.errors import StylemateError

LONGEST_MINUTES, LONGEST_INCREMENT = 180.0, 180
FREE_PLIES = 2
"""Half-moves for which no time runs: each side's first."""
CONTROLS_OFFERED = (
    "1+0",
    "2+1",
    "3+0",
    "3+2",
    "5+0",
    "5+3",
    "10+0",
    "10+5",
    "15+10",
    "30+0",
    "30+20",
)
_CONTROL = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)(?:\s*(?:\+|\||min\S*)\s*(\d{1,3})?\s*s?)?")
_SEPARATOR = "_"


@dataclass(frozen=True, slots=True)
class TimeControl:
    """How much time each side has.

    Attributes:
        minutes: at the beginning.
        increment: seconds that a move brings.
    """

    minutes: float
    increment: int

    def __str__(self) -> str:
        return f"{self.minutes:g}+{self.increment}"


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a game.

    Attributes:
        control: what the sides began with.
        white: seconds that White had left when White's time last stopped.
        black: the same for Black.
        since: when the time of the side to move began to run, seconds of the epoch; None while
            nobody's runs.
    """

    control: TimeControl
    white: float
    black: float
    since: float | None = None

    def left(self, color: chess.Color, turn: chess.Color, now: float) -> float:
        """Return how many seconds a side has left, 0 at least.

        Args:
            color: of the side.
            turn: who is to move.
            now: the time.
        """
        kept = self.white if color == chess.WHITE else self.black
        if self.since is not None and color == turn:
            kept -= max(now - self.since, 0.0)
        return max(kept, 0.0)


def read_control(text: str) -> TimeControl:
    """Return the time control of a text such as ``5+3``: minutes and seconds for each move.

    Raises:
        StylemateError: it is none, or out of range.
    """
    found = _CONTROL.fullmatch(text.strip())
    if found is None:
        raise StylemateError(
            f"'{text[:20]}' is no time control. Write minutes and seconds for each move: 5+3."
        )
    minutes, increment = float(found[1].replace(",", ".")), int(found[2] or 0)
    if not (0 < minutes <= LONGEST_MINUTES and increment <= LONGEST_INCREMENT):
        raise StylemateError(
            f"A clock takes up to {LONGEST_MINUTES:g} minutes and {LONGEST_INCREMENT} seconds for "
            f"each move, not {text[:20]}."
        )
    return TimeControl(minutes, increment)


def new_clock(control: TimeControl) -> Clock:
    """Return the clock of a game that begins."""
    return Clock(control, control.minutes * 60, control.minutes * 60)


def pressed(clock: Clock, mover: chess.Color, count: int, now: float) -> Clock:
    """Return the clock after a move.

    Args:
        clock: before it.
        mover: who moved.
        count: half-moves played, this one included.
        now: when.
    """
    left = clock.left(mover, mover, now)
    if clock.since is not None:
        left += clock.control.increment
    return replace(_with_left(clock, mover, left), since=now if count >= FREE_PLIES else None)


def stopped(clock: Clock, turn: chess.Color, now: float) -> Clock:
    """Return the clock when the game has ended while ``turn`` was to move."""
    left = clock.left(turn, turn, now)
    return replace(_with_left(clock, turn, left), since=None)


def resumed(clock: Clock, count: int, now: float) -> Clock:
    """Return the clock when a game goes on that had ended, after so many half-moves."""
    if clock.since is not None or count < FREE_PLIES:
        return clock
    return replace(clock, since=now)


def _with_left(clock: Clock, color: chess.Color, left: float) -> Clock:
    return replace(clock, white=left) if color == chess.WHITE else replace(clock, black=left)


def write_clock(clock: Clock) -> str:
    """Return the clock as a word of an address."""
    parts = [str(clock.control), f"{clock.white:.2f}", f"{clock.black:.2f}"]
    if clock.since is not None:
        parts.append(f"{clock.since:.2f}")
    return _SEPARATOR.join(parts)


def read_clock(text: str) -> Clock:
    """Return the clock of an address.

    Raises:
        StylemateError: it is none.
    """
    parts = text.split(_SEPARATOR)
    try:
        control = read_control(parts[0])
        times = [float(part) for part in parts[1:]]
    except (ValueError, StylemateError):
        times = []
    most = 2 * (LONGEST_MINUTES * 60 + 1000 * LONGEST_INCREMENT)
    sound = len(times) in (2, 3) and all(math.isfinite(time) and time >= 0 for time in times)
    if not sound or max(times[:2]) > most:
        raise StylemateError("The clock in the address cannot be read; the game has none.")
    return Clock(control, times[0], times[1], times[2] if len(times) == 3 else None)
