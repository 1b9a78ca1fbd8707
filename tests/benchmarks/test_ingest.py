"""How fast games are read: ``pytest tests/benchmarks/test_ingest.py --benchmark-only``."""

import random
import time
from pathlib import Path

import pytest
import zstandard
from pytest_benchmark.fixture import BenchmarkFixture

from engine.games.ingest import IngestOptions, PlacedGame, ingest, parse_batch
from engine.games.pgn_lines import split_lines
from engine.games.pgn_splitter import GameSplitter, RawGame
from engine.games.san_replay import replay_with_python_chess, replay_words
from engine.games.sources import GameText, find_sources
from tests.games.builders import movetext, pgn_game, random_moves, sans

GAMES = 300
PLIES = 80
LEAST_GAMES_PER_PROCESSOR_SECOND = 1000
"""Two processors then read the 2,000 games a second that bulk input is promised."""


@pytest.fixture(scope="module")
def lines() -> list[list[str]]:
    """Games of the length of real ones; random play is messier, so real games read faster."""
    rng = random.Random(5)
    return [sans(random_moves(rng, 2 * PLIES)) for _ in range(GAMES)]


@pytest.fixture(scope="module")
def text(lines: list[list[str]]) -> bytes:
    games = (pgn_game(words, White=f"Player, {n}") for n, words in enumerate(lines))
    return "".join(games).encode()


def _games_per_second(benchmark: BenchmarkFixture, games: int) -> None:
    assert benchmark.stats is not None
    benchmark.extra_info["games_per_second"] = round(games / benchmark.stats["median"])


def test_replay(benchmark: BenchmarkFixture, lines: list[list[str]]) -> None:
    codes = benchmark(lambda: [replay_words(words).codes for words in lines])
    assert [len(c) for c in codes] == [len(words) for words in lines]
    _games_per_second(benchmark, GAMES)


def test_replay_with_python_chess_for_comparison(
    benchmark: BenchmarkFixture, lines: list[list[str]]
) -> None:
    few = lines[:50]
    benchmark(lambda: [replay_with_python_chess(words) for words in few])
    _games_per_second(benchmark, len(few))


def test_split(benchmark: BenchmarkFixture, text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "games.pgn.zst"
    path.write_bytes(zstandard.compress(text * 10))

    def count() -> int:
        with path.open("rb") as stream:
            return len(list(GameSplitter().games(split_lines(GameText(stream).chunks())))) + 1

    assert benchmark(count) == 10 * GAMES
    _games_per_second(benchmark, 10 * GAMES)


def test_parse_batch(benchmark: BenchmarkFixture, lines: list[list[str]]) -> None:
    headers = b'[White "Tal, Mikhail"]\n[Black "Petrosian, Tigran V"]\n[Date "1960.03.15"]'
    batch = [
        PlacedGame("games.pgn", RawGame(n, n, headers, movetext(words).encode()))
        for n, words in enumerate(lines)
    ]
    assert benchmark(lambda: parse_batch(batch)).table.num_rows == GAMES
    _games_per_second(benchmark, GAMES)


def test_whole_run_in_one_process(benchmark: BenchmarkFixture, text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "games.pgn"
    path.write_bytes(text)
    options = IngestOptions(workers=0, overwrite=True)
    started = time.process_time()
    summaries = []
    benchmark(lambda: summaries.append(ingest(find_sources([path]), tmp_path / "store", options)))
    seconds = time.process_time() - started
    assert {summary.kept for summary in summaries} == {GAMES}
    # Processor time, so that a busy machine does not fail it.
    assert GAMES * len(summaries) / seconds >= LEAST_GAMES_PER_PROCESSOR_SECOND
    _games_per_second(benchmark, GAMES)
