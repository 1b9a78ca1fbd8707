"""Many games at one model: moves a second, and how long each waits.

``pytest -o addopts= -s tests/benchmarks/test_serve.py`` prints a table. A game is a style that
plays both sides; each game has another. ``STYLEMATE_MINUTES=10`` plays at a human pace for so long
against ``stylemate serve``, which runs beside the players, and watches its memory.
"""

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
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
