"""Many people at one server: how long each waits for a reply, and that no game is lost.

``STYLEMATE_TABS=20 pytest -o addopts= -s tests/benchmarks/test_many_players.py`` plays in twenty
tabs at once, each against another opponent. Every tab makes random legal moves after a while of
thinking. The times are taken inside the page, from the pointer's release to the redrawn board.
Memory is the server's: with one tab open, at its highest, and after all others have left.
"""

import os
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import parse_qs, urlsplit

import chess
import pytest
from playwright.sync_api import Page
from pytest_benchmark.fixture import BenchmarkFixture

from engine.play.opponents import load_registry
from tests.benchmarks.test_play_page import WATCH_BOARD, shipped_app
from tests.browser.driver import PATIENCE, Table

__all__ = ["shipped_app"]

pytestmark = pytest.mark.browser

TABS = int(os.environ.get("STYLEMATE_TABS", "3"))
MOVES = 10
"""Moves of the person in each game."""
THINKING = (1.0, 4.0)
"""Seconds before a move, at least and at most."""
LOST = 60.0
"""Seconds without a reply after which a game counts as lost."""
LEAVING = 180.0
"""Seconds that memory gets to be given back: sessions live on for two minutes, in case the tab only
lost its connection."""
MEMORY_KEPT = 1.2
"""Memory after all have left, compared with that of one tab."""


@dataclass
class Seat:
    """One tab: its game as the driver knows it, and what the driver waits for."""

    table: Table
    name: str
    chance: random.Random
    board: chess.Board = field(default_factory=chess.Board)
    made: int = 0
    next_at: float = 0.0
    asked_at: float | None = None
    is_lost: bool = False

    @property
    def is_done(self) -> bool:
        return self.is_lost or (self.asked_at is None and (self.made == MOVES or self.is_over))

    @property
    def is_over(self) -> bool:
        return self.board.is_game_over() or not self._moves()

    def _moves(self) -> list[chess.Move]:
        """Moves that take two clicks."""
        return [move for move in self.board.legal_moves if move.promotion is None]

    def think(self, now: float) -> None:
        self.next_at = now + self.chance.uniform(*THINKING)

    def look(self, now: float) -> None:
        """Make a move whose time has come, or take a reply that has."""
        if self.asked_at is None:
            if now >= self.next_at:
                move = self.chance.choice(self._moves())
                self.table.click(chess.square_name(move.from_square))
                self.table.click(chess.square_name(move.to_square))
                self.board.push(move)
                self.made, self.asked_at = self.made + 1, now
        elif self._take_reply():
            self.asked_at = None
            self.think(now)
        elif now - self.asked_at > LOST:
            self.is_lost = True

    def _take_reply(self) -> bool:
        """Read the opponent's move off the board: it must be one of the legal ones."""
        fen = self.table.fen
        if self.board.is_game_over():
            return fen == self.board.fen()
        for reply in self.board.legal_moves:
            self.board.push(reply)
            if self.board.fen() == fen:
                return True
            self.board.pop()
        return False

    def expect_own_game(self) -> None:
        """The tab's address holds this seat's game and opponent."""
        moves = ".".join(move.uci() for move in self.board.move_stack)
        self.table.expect_address(rf"moves={moves}$")
        assert parse_qs(urlsplit(self.table.page.url).query)["style"] == [self.name]


def server_process(address: str) -> Path:
    """Return the folder of /proc of the server at an address."""
    port = f"--server.port={urlsplit(address).port}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if port in (folder / "cmdline").read_bytes().split(b"\0"):
                return folder
        except OSError:  # that process has ended meanwhile
            continue
    raise AssertionError(f"nobody listens at {address}")


def megabytes(process: Path, which: str = "VmRSS") -> float:
    """Return the resident memory of a process, or at its highest, ``VmHWM``."""
    found = re.search(rf"^{which}:\s+(\d+) kB", (process / "status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def memory_after_leaving(process: Path, enough: float) -> float:
    """Return the server's memory once it is low enough, or when it had its time."""
    deadline = time.monotonic() + LEAVING
    while (now := megabytes(process)) > enough and time.monotonic() < deadline:
        time.sleep(2)
    return now


def test_every_move_is_answered(
    benchmark: BenchmarkFixture, new_page: Callable[..., Page], shipped_app: str
) -> None:
    names = load_registry().space.names[:TABS]
    first = Table(new_page(), shipped_app).open(style=names[0])
    first.page.wait_for_timeout(PATIENCE / 60)
    process = server_process(shipped_app)
    memory_of_one = megabytes(process)
    seats = [
        Seat(Table(new_page(), shipped_app).open(style=name), name, random.Random(number))
        for number, name in enumerate(names)
    ]
    for seat in seats:
        seat.table.squares.evaluate(WATCH_BOARD)
        seat.table.page.wait_for_timeout(PATIENCE / 60)  # so that not all tick together

    def play() -> None:
        for seat in seats:
            seat.think(time.monotonic())
        while not all(seat.is_done for seat in seats):
            for seat in seats:
                if not seat.is_done:
                    seat.look(time.monotonic())
            seats[0].table.page.wait_for_timeout(20)

    benchmark.pedantic(play, rounds=1)
    times = [t for seat in seats for t in seat.table.page.evaluate("window.times")]
    made = sum(seat.made - seat.is_lost for seat in seats)
    slowest_in_twenty = quantiles(times, n=20)[-1]
    benchmark.extra_info.update(
        tabs=TABS, moves=made, median_ms=round(median(times)), p95_ms=round(slowest_in_twenty)
    )
    print(
        f"{TABS} tabs, {made} moves answered: median {median(times):.0f} ms, "
        f"95 % within {slowest_in_twenty:.0f} ms, worst {max(times):.0f} ms"
    )
    assert not [seat.name for seat in seats if seat.is_lost]
    for seat in seats:
        seat.expect_own_game()
        seat.table.page.close()
    memory_left = memory_after_leaving(process, MEMORY_KEPT * memory_of_one)
    highest = megabytes(process, "VmHWM")
    print(
        f"memory: {memory_of_one:.0f} MB with one tab, at most {highest:.0f} MB, "
        f"{memory_left:.0f} MB after all others left"
    )
    assert memory_left <= MEMORY_KEPT * memory_of_one
