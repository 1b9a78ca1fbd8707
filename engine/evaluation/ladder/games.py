"""Plays the ladder's games, many at once, into a PGN file that is also the record of what is done.

The games of all pairs take turns, so that stopping early leaves every rung with about as many.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import chess
import chess.pgn
import numpy as np

from engine.evaluation.ladder.players import LadderPlayer
from engine.evaluation.measures.ratings import Score
from engine.play.ending import outcome
from engine.progress import TellCount

LONGEST = 300
"""Half-moves after which a game is a draw."""
AT_ONCE = 16
_POINTS = {"1-0": (1.0, 0.0), "0-1": (0.0, 1.0), "1/2-1/2": (0.5, 0.5)}


@dataclass(frozen=True, eq=False, slots=True)
class Pairing:
    """Two players and the number of games between them; colours change after every game."""

    first: LadderPlayer
    second: LadderPlayer
    games: int


class _Fixture(NamedTuple):
    pairing: Pairing
    number: int
    white: LadderPlayer
    black: LadderPlayer
    opening: Sequence[chess.Move]


def play_ladder(
    pairings: Sequence[Pairing],
    openings: Sequence[Sequence[chess.Move]],
    path: Path,
    seed: int,
    is_stopped: Callable[[], bool] = lambda: False,
    progress: TellCount = lambda count: None,
    at_once: int = AT_ONCE,
) -> None:
    """Play what is missing in a PGN file of games, each opening with both colours.

    Args:
        pairings: who plays whom.
        openings: lines that games start with.
        path: of the file; finished games are appended.
        seed: of openings and moves.
        is_stopped: asked now and then; games that are not over are then lost.
        progress: told of finished games.
        at_once: games that go on side by side.

    Raises:
        StylemateError: a player cannot play.
    """
    done = Counter((s.first, s.second) for s, _ in _read(path))
    stop = threading.Event()
    missing = _missing(pairings, openings, done, seed)
    with ThreadPoolExecutor(at_once) as pool, path.open("a", encoding="utf-8") as file:
        running: set[Future[str | None]] = set()
        try:
            while not is_stopped():
                while len(running) < at_once and (fixture := next(missing, None)) is not None:
                    running.add(pool.submit(_play, fixture, seed, stop))
                if not running:
                    break
                finished, running = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in finished:
                    text = future.result()
                    if text is not None:
                        file.write(text + "\n\n")
                        file.flush()
                        progress(1)
        finally:
            stop.set()


def read_scores(path: Path) -> list[Score]:
    """Return what the games of a file say, a score for each pair in either order of names."""
    points: Counter[tuple[str, str]] = Counter()
    games: Counter[tuple[str, str]] = Counter()
    for score, _ in _read(path):
        pair = (score.first, score.second)
        if pair[::-1] in games:
            pair = pair[::-1]
            points[pair] += 1 - score.points  # type: ignore[assignment]
        else:
            points[pair] += score.points  # type: ignore[assignment]
        games[pair] += 1
    return [Score(*pair, points[pair], games[pair]) for pair in games]


def _read(path: Path) -> Iterator[tuple[Score, str]]:
    """Yield White's score in each finished game of a file, and the game's number."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        while (headers := chess.pgn.read_headers(file)) is not None:
            result = _POINTS.get(headers.get("Result", "*"))
            if result is not None:
                score = Score(headers["White"], headers["Black"], result[0], 1)
                yield score, headers.get("Round", "")


def _missing(
    pairings: Sequence[Pairing],
    openings: Sequence[Sequence[chess.Move]],
    done: Counter[tuple[str, str]],
    seed: int,
) -> Iterator[_Fixture]:
    """Yield the games that are still to be played, pair after pair by turns."""
    waiting = []
    for place, pairing in enumerate(pairings):
        first, second = pairing.first.name, pairing.second.name
        lines = np.random.default_rng([seed, place]).permutation(len(openings))
        played = {True: done[first, second], False: done[second, first]}
        fixtures = []
        for number in range(pairing.games):
            is_white = number % 2 == 0
            if played[is_white]:
                played[is_white] -= 1
                continue
            sides = (pairing.first, pairing.second) if is_white else (pairing.second, pairing.first)
            line = openings[lines[number // 2 % len(lines)]]
            fixtures.append(_Fixture(pairing, number, *sides, line))
        # By the share of its games that is done, so that all pairs end together.
        waiting += [(fixture.number / pairing.games, place, fixture) for fixture in fixtures]
    yield from (fixture for _, _, fixture in sorted(waiting, key=lambda item: item[:2]))


def _play(fixture: _Fixture, seed: int, stop: threading.Event) -> str | None:
    """Play one game; return its PGN, None if it was stopped."""
    board = chess.Board()
    for move in fixture.opening:
        board.push(move)
    name = f"{fixture.white.name} {fixture.black.name} {fixture.number} {seed}"
    seeds = np.random.default_rng(list(name.encode())).integers(0, 2**31, 2)
    with (
        fixture.white.sit_down(int(seeds[0])) as white,
        fixture.black.sit_down(int(seeds[1])) as black,
    ):
        movers = {chess.WHITE: white, chess.BLACK: black}
        while (end := outcome(board)) is None and len(board.move_stack) < LONGEST:
            if stop.is_set():
                return None
            board.push(movers[board.turn].play(board))
    game = chess.pgn.Game.from_board(board)
    game.headers.update(
        Event="Stylemate ladder",
        Site="?",
        White=fixture.white.name,
        Black=fixture.black.name,
        Round=str(fixture.number + 1),
        Result="1/2-1/2" if end is None else end.result(),
    )
    return game.accept(chess.pgn.StringExporter(columns=None))
