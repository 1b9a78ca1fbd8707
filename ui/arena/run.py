"""A match of the Arena: played beside the pages, in lots, and watched from them.

It outlives a page that is loaded again, because its name stands in the page's address. Nobody
watching, it stops; whoever opens the address again lets it go on.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

import streamlit as st
from cachetools import LRUCache

from engine.evaluation.matches.loop import LiveGame
from engine.evaluation.matches.match import Match
from engine.evaluation.matches.record import RecordedGame
from engine.evaluation.matches.standings import Standings, figures_of_players, standings
from ui.shared.jobs import Job, submit

JOB = "arena_match"
AT_ONCE = 4
"""Games that go on side by side: more would slow the pages of others."""
LOT = 12
"""Games after which a match goes to the end of the queue, so that others get their turn."""
RUNS_KEPT = 64
_LOOK_AGAIN = 1.0
"""Seconds between two tables of a match that goes on."""


@dataclass(frozen=True, slots=True)
class MatchView:
    """What the games so far say.

    Attributes:
        count: number of games.
        table: of the match.
        figures: of each player's games, by name and key.
    """

    count: int
    table: Standings
    figures: Mapping[str, Mapping[str, float]]


@dataclass(eq=False, slots=True)
class ArenaRun:
    """A match and how it goes. May be looked at from any thread.

    Attributes:
        match: the match.
        name: in the page's address.
        live: games that go on, by round.
        view: the table as it was made last.
        job: the work on its current lot, None before the first.
        is_ended: whether a person ended it.
    """

    match: Match
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    live: dict[str, LiveGame] = field(default_factory=dict)
    view: MatchView | None = None
    job: Job[None] | None = None
    is_ended: bool = False
    _lock: Lock = field(default_factory=Lock)

    @property
    def total(self) -> int:
        """Number of games of the whole match."""
        return len(self.match.schedule)

    @property
    def is_over(self) -> bool:
        """Whether nothing will be played any more."""
        return self.is_ended or self.error is not None or len(self.match.played) >= self.total

    @property
    def error(self) -> str | None:
        """Why it failed, for people."""
        return self.job.error if self.job is not None else None

    def keep_going(self) -> None:
        """Begin the next lot where none is being played and something is left to play."""
        with self._lock:
            waits = self.job is None or self.job.is_done
            if waits and not self.is_over:
                self.job = submit(JOB, self._play_lot)

    def end(self) -> None:
        """Play no further; what was played stays."""
        self.is_ended = True
        if self.job is not None:
            self.job.cancel()

    def games(self) -> list[RecordedGame]:
        """Return the finished games in the order in which they ended."""
        return list(self.match.played)

    def going(self) -> list[LiveGame]:
        """Return the games that go on."""
        return list(self.live.values())

    def pgn(self) -> str:
        """Return all finished games."""
        return "".join(game.pgn() for game in self.games())

    def _play_lot(self, job: Job[None]) -> None:
        looked = 0.0

        def begun(live: LiveGame) -> None:
            self.live[live.game.round] = live

        def ended(game: RecordedGame) -> None:
            nonlocal looked
            self.live.pop(game.round, None)
            job.progress = len(self.match.played) / self.total
            if time.monotonic() - looked >= _LOOK_AGAIN:
                self._look()
                looked = time.monotonic()

        try:
            self.match.play(is_stopped=job.should_stop, begun=begun, ended=ended, most=LOT)
        finally:
            self.live.clear()
            self._look()

    def _look(self) -> None:
        games, names = self.games(), self.match.names
        self.view = MatchView(len(games), standings(names, games), figures_of_players(names, games))


@st.cache_resource(show_spinner=False)
def _runs() -> tuple[LRUCache[str, ArenaRun], Lock]:
    """Return the matches of this process by name, the one looked for last kept longest."""
    return LRUCache(RUNS_KEPT), Lock()


def remember(run: ArenaRun) -> None:
    """Let a match be found by its name."""
    runs, lock = _runs()
    with lock:
        runs[run.name] = run


def find(name: str) -> ArenaRun | None:
    """Return a match by its name, None if it was forgotten."""
    runs, lock = _runs()
    with lock:
        found: ArenaRun | None = runs.get(name)
        return found
