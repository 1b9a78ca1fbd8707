"""What one browser tab remembers of the moves it reads, and the work on them in the background."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import chess
import numpy as np

from engine.analysis.resemblance import Decision, Reader, Resemblance
from engine.play.opponents import OpponentRegistry
from engine.style.space import StyleSpace
from ui.shared.game import Game
from ui.shared.jobs import Job, submit
from ui.shared.state import tab

STATE, JOB = "live", "play_live"


@dataclass(slots=True)
class LiveSession:
    """What the meter remembers.

    Attributes:
        is_on: whether moves are read at all.
        this_game_only: whether earlier games of this tab are left out.
        games: the person's moves of each game of this tab, by the game's number.
        reader: knows how likely each style finds the moves, None before the first one.
        space: the styles that the reader compares.
        job: the work in the background, None before the first one.
        given: the moves that were handed to the work last.
    """

    is_on: bool = True
    this_game_only: bool = False
    games: dict[int, tuple[Decision, ...]] = field(default_factory=dict)
    reader: Reader | None = None
    space: StyleSpace | None = None
    job: Job[None] | None = None
    given: tuple[Decision, ...] = ()

    @property
    def is_reading(self) -> bool:
        """Whether work goes on in the background."""
        return self.job is not None and not self.job.is_done

    @property
    def error(self) -> str | None:
        """Why the work failed, for people."""
        return self.job.error if self.job is not None else None

    def resemblance(self) -> Resemblance | None:
        """Return what is known now, None if nothing was read yet."""
        return self.reader.resemblance() if self.reader is not None else None


def current_live() -> LiveSession:
    """Return this tab's meter."""
    live: LiveSession = tab().setdefault(STATE, LiveSession())
    return live


def follow(live: LiveSession, number: int, game: Game, opponents: OpponentRegistry) -> None:
    """Take in how a game stands and, where something new is to be found out, begin that work.

    Args:
        live: the tab's meter.
        number: tells this game from the tab's other games.
        game: the game; moves that were taken back no longer count.
        opponents: with the tab's guests, who are compared like everybody else.

    Raises:
        StylemateError: the opponents have no model.
    """
    live.games[number] = decisions_of(game)
    counted = [number] if live.this_game_only else sorted(live.games)
    decisions = tuple(decision for key in counted for decision in live.games[key])
    if not live.is_on or (live.reader is None and not decisions):
        return
    reader = _reader(live, opponents.space)
    reader.use_decisions(decisions)
    has_failed = live.error is not None and live.given == decisions
    if reader.is_complete or live.is_reading or has_failed:
        return  # work that goes on sees the new moves by itself
    live.given, networks = decisions, opponents.networks

    def read(job: Job[None]) -> None:
        reader.work(networks, job.should_stop, job.report)

    live.job = submit(JOB, read, brief=True)


def switch(live: LiveSession, is_on: bool) -> None:
    """Turn the meter on or off; off stops its work at once."""
    live.is_on = is_on
    if not is_on and live.job is not None:
        live.job.cancel()


def decisions_of(game: Game) -> tuple[Decision, ...]:
    """Return the moves of a game that the person chose."""
    first = chess.Board(game.start).turn
    return tuple(
        Decision(game.start, game.moves[:count], move)
        for count, move in enumerate(game.moves)
        if (first if count % 2 == 0 else not first) == game.person
    )


def _reader(live: LiveSession, space: StyleSpace) -> Reader:
    if live.reader is None:
        live.reader = Reader(space.average, *_styles(space))
    elif live.space is not space:
        live.reader.use_styles(*_styles(space))
    live.space = space
    return live.reader


def _styles(space: StyleSpace) -> tuple[Sequence[str], np.ndarray]:
    """Return names and styles in the order in which they should be looked at while all is open.

    Guests come first, then players by the number of their games.
    """
    guests = len(space.z) - len(space.population)
    rows = sorted(
        range(len(space.names)),
        key=lambda row: (row < len(space.names) - guests, -space.players[row].games),
    )
    return [space.names[row] for row in rows], space.z[rows]
