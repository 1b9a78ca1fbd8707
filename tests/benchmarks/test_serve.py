"""Many games at one model: moves a second, and how long each waits.

``pytest -o addopts= -s tests/benchmarks/test_serve.py`` prints a table. A game is a style that
plays both sides; each game has another. ``STYLEMATE_MINUTES=10`` plays at a human pace for so long
against ``stylemate serve``, which runs beside the players. ``STYLEMATE_MOVES=184320`` plays as many
moves as that is in an hour, as fast as they go, and watches the server's memory.
"""

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import chess
import httpx2
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from engine.play.batcher import BatchLimits
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry, load_registry
from engine.serve.messages import MoveQuestion
from engine.serve.service import StyleService
from tests.browser.driver import free_port

GAME_PLIES = 80
"""Half-moves of an ordinary game, to make games of moves."""
MOVES = 768
PACED_GAMES = 256
SECONDS_A_MOVE = 5.0
MINUTES = float(os.environ.get("STYLEMATE_MINUTES", "0.5"))
TARGET_P95 = 1.0
START_SECONDS = 120
HOUR_MOVES = int(os.environ.get("STYLEMATE_MOVES", "2048"))
"""Of ``test_memory_over_an_hour``; an hour of ``PACED_GAMES`` at their pace has 184,320."""
MEMORY_GAMES = 64
CHANGE_PLIES = 16
"""After which a player chooses another recipe, so that whatever is kept for a recipe piles up."""
RATED_SHARE = 1 / 32
"""Of the recipes; they search, and what searches asked is kept too."""
READINGS = 400
FLAT = 1.05
"""The last quarter's median memory against the second's: what is kept has reached its bounds."""
ONE_BY_ONE = BatchLimits(rows=2)
"""A batch holds one question: a row for the style's moves, one for the plain network's chances."""


async def _games(service: StyleService, names: list[str], moves_each: int) -> list[float]:
    """Play games at once, each as fast as it gets its moves; return the seconds of each move."""
    times: list[float] = []

    async def play(name: str, seed: int) -> None:
        moves: list[str] = []
        for _ in range(moves_each):
            asked = MoveQuestion(recipe=f'"{name}"', moves=moves, seed=seed)
            began = time.perf_counter()
            answer = await service.move(asked, seed)
            times.append(time.perf_counter() - began)
            ended = len(moves) >= GAME_PLIES or not any(chess.Board(answer.fen).legal_moves)
            moves = [] if ended else [*moves, answer.uci]

    await asyncio.gather(*(play(name, number) for number, name in enumerate(names)))
    return times


@pytest.mark.parametrize("games", [1, 8, 64, 256])
@pytest.mark.parametrize("limits", [BatchLimits(), ONE_BY_ONE], ids=["batches", "one_by_one"])
def test_as_fast_as_it_goes(benchmark: BenchmarkFixture, limits: BatchLimits, games: int) -> None:
    shared = load_registry()
    registry = OpponentRegistry(
        MergedNetworks(shared.model, limits=limits), shared.space, shared.fingerprint
    )
    service = StyleService(registry)
    names = random.Random(1).sample(shared.space.names, games)
    asyncio.run(_games(service, names[:8], 2))
    times: list[float] = []
    processor = time.process_time()

    def play() -> None:
        times.extend(asyncio.run(_games(service, names, max(MOVES // games, 2))))

    benchmark.pedantic(play, rounds=1)
    processor = time.process_time() - processor
    rate = len(times) / benchmark.stats.stats.total
    print(
        f"{games} games, {limits.rows} rows: {rate:.0f} moves/s = {rate / GAME_PLIES:.2f} games/s, "
        f"median {1000 * median(times):.0f} ms, p95 {1000 * quantiles(times, n=20)[-1]:.0f} ms; "
        f"{1000 * processor / len(times):.1f} ms of the processor a move, "
        f"load {os.getloadavg()[0]:.0f}"
    )
    assert len(times) == games * max(MOVES // games, 2)


@contextmanager
def _server() -> Iterator[tuple[str, int]]:
    """Run ``stylemate serve``; yield its address and process."""
    port = free_port()
    command = [sys.executable, "-m", "engine.cli", "serve", f"--port={port}"]
    server = subprocess.Popen([*command, "--rate=1000000/minute"])
    address = f"http://localhost:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx2.get(f"{address}/health")
                break
            except httpx2.TransportError:
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait()


def _megabytes(process: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024


def _processor_seconds(process: int) -> float:
    """Return the processor's time that a process had so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _paced(address: str, names: list[str], until: float) -> list[tuple[float, float]]:
    """Play games at once, a move each few seconds; return when each was asked and answered."""
    times: list[tuple[float, float]] = []

    async def play(name: str, seed: int, client: httpx2.AsyncClient) -> None:
        chance = random.Random(seed)
        due = time.monotonic() + chance.uniform(0, SECONDS_A_MOVE)
        moves: list[str] = []
        while due < until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            asked = {"recipe": f'"{name}"', "moves": moves}
            began = time.monotonic()
            answer = await client.post(f"{address}/move", json=asked)
            times.append((began, time.monotonic()))
            if answer.status_code == 400 and "game is over" in answer.text:
                moves = []
            else:
                assert answer.status_code == 200, answer.text
                moves = [] if len(moves) >= GAME_PLIES else [*moves, answer.json()["uci"]]
            due += SECONDS_A_MOVE

    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(timeout=60, limits=limits) as client:
        await asyncio.gather(*(play(name, n, client) for n, name in enumerate(names)))
    return times


def test_people_play_at_their_own_pace(benchmark: BenchmarkFixture) -> None:
    names = random.Random(1).sample(load_registry().space.names, PACED_GAMES)
    memory: list[float] = []

    async def play_and_watch(address: str, process: int) -> list[tuple[float, float]]:
        async def watch() -> None:
            while True:
                memory.append(_megabytes(process))
                await asyncio.sleep(5)

        watching = asyncio.create_task(watch())
        times = await _paced(address, names, time.monotonic() + 60 * MINUTES)
        watching.cancel()
        return times

    with _server() as (address, process):
        times = benchmark.pedantic(lambda: asyncio.run(play_and_watch(address, process)), rounds=1)
    waits = [end - start for start, end in times]
    p95 = quantiles(waits, n=20)[-1]
    settled = memory[len(memory) // 4 :] or memory
    print(
        f"{PACED_GAMES} games for {MINUTES:g} minutes, {len(times)} moves: median "
        f"{1000 * median(waits):.0f} ms, p95 {1000 * p95:.0f} ms, worst {1000 * max(waits):.0f}; "
        f"memory {memory[0]:.0f} MB at first, {settled[0]:.0f} MB after a quarter, "
        f"{memory[-1]:.0f} MB at the end; load {os.getloadavg()[0]:.0f}"
    )
    assert p95 < TARGET_P95
    assert memory[-1] < 1.1 * settled[0]


def _any_recipe(chance: random.Random, names: Sequence[str], sliders: Sequence[str]) -> str:
    """Return a recipe that nobody asked for before: a blend, pushed, now and then with a rating."""
    first, second = chance.sample(names, 2)
    share = chance.uniform(0.5, 0.99)
    recipe = f'{share:.3f} "{first}" + {1 - share:.3f} "{second}"'
    recipe += f" | {chance.choice(sliders)} {chance.uniform(-3, 3):+.2f}"
    return recipe + (" | elo 1900" if chance.random() < RATED_SHARE else "")


class _Readings:
    """A server's memory after each so many moves, in megabytes."""

    def __init__(self, process: int, moves: int) -> None:
        self._process = process
        self._each = max(moves // READINGS, 1)
        self.moves = 0
        self.megabytes: list[float] = []

    def count(self) -> None:
        """Take note of a move."""
        self.moves += 1
        if self.moves % self._each == 0:
            self.megabytes.append(_megabytes(self._process))
            if len(self.megabytes) % (READINGS // 100) == 0:
                load = os.getloadavg()[0]
                words = f"{self.moves} moves: {self.megabytes[-1]:.1f} MB, load {load:.0f}"
                print(words, flush=True)

    def quarters(self) -> list[float]:
        """Return the median of each quarter."""
        size = len(self.megabytes) // 4
        return [median(self.megabytes[place * size : (place + 1) * size]) for place in range(4)]


async def _played(address: str, moves: int, readings: _Readings) -> None:
    """Play games at once, as fast as they go, until enough moves were made."""
    space = load_registry().space
    sliders = [slider.key for slider in space.sliders]

    async def play(chance: random.Random, client: httpx2.AsyncClient) -> None:
        played: list[str] = []
        recipe = ""
        while readings.moves < moves:
            if len(played) % CHANGE_PLIES == 0:
                recipe = _any_recipe(chance, space.names, sliders)
            answer = await client.post(f"{address}/move", json={"recipe": recipe, "moves": played})
            if answer.status_code == 400 and "game is over" in answer.text:
                played = []
                continue
            assert answer.status_code == 200, answer.text
            played = [] if len(played) >= GAME_PLIES else [*played, answer.json()["uci"]]
            readings.count()

    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(timeout=600, limits=limits) as client:
        await asyncio.gather(*(play(random.Random(n), client) for n in range(MEMORY_GAMES)))


def test_memory_over_an_hour(benchmark: BenchmarkFixture) -> None:
    with _server() as (address, process):
        readings = _Readings(process, HOUR_MOVES)
        began = _processor_seconds(process)
        benchmark.pedantic(lambda: asyncio.run(_played(address, HOUR_MOVES, readings)), rounds=1)
        spent = _processor_seconds(process) - began
    quarters = readings.quarters()
    print(
        f"{readings.moves} moves of {MEMORY_GAMES} games at once, another recipe each "
        f"{CHANGE_PLIES}, in {benchmark.stats.stats.total:.0f} s, "
        f"{1000 * spent / readings.moves:.1f} ms of the processor a move: memory by quarters "
        + ", ".join(f"{megabytes:.1f}" for megabytes in quarters)
        + f" MB (medians), {readings.megabytes[-1]:.1f} MB at the end"
    )
    assert readings.moves >= HOUR_MOVES
    assert quarters[-1] < FLAT * quarters[1]
