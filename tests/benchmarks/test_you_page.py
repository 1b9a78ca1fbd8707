"""From an upload of 100 games to a portrait, as the You page does it; ``--benchmark-only``."""

import random
import time

from engine.analysis.portrait import Surroundings
from engine.games.chosen_player import choose_player
from engine.play.opponents import OpponentRegistry
from tests.games.builders import pgn_game, random_moves, sans
from ui.shared.jobs import Job
from ui.shared.measures import measures
from ui.you import background

GAMES, PLIES = 100, 70
PLAYER = "Ada, Countess"
SLOWEST = 20.0
"""Seconds from the upload to the portrait and its typical moves, on an idle machine."""


def test_a_portrait_from_a_hundred_games(registry: OpponentRegistry) -> None:
    chooser = random.Random(1)
    text = "".join(
        pgn_game(sans(random_moves(chooser, PLIES)), White=PLAYER, Black=f"Rival {number}")
        for number in range(GAMES)
    )
    known = measures()
    around = Surroundings(registry.space, known.profiler, known.scale)
    times = [(time.perf_counter(), time.process_time())]

    def lap() -> tuple[float, float]:
        times.append((time.perf_counter(), time.process_time()))
        (wall, busy), (wall_before, busy_before) = times[-1], times[-2]
        return wall - wall_before, busy - busy_before

    loaded = background.read_files([("games.pgn", text.encode())], Job(background.read_files))
    laps = {"reading": lap()}
    player = choose_player(loaded.records, [PLAYER])
    task = background.FitTask(loaded.records, player, "Me", registry, around)
    me = background.fit(task, Job(background.fit))
    laps["style and portrait"] = lap()
    moves = background.look_at_moves(task, me, Job(background.look_at_moves))
    laps["typical moves"] = lap()
    for name, (wall, busy) in laps.items():
        print(f"{name}: {wall:.1f} s, {busy:.1f} s of a core")
    assert me.style.games == GAMES
    assert moves.moves > 0
    assert sum(wall for wall, _ in laps.values()) < SLOWEST
