"""Games of pushed styles: what a push changes in their positions, and their results."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from engine.evaluation.context import Context
from engine.evaluation.experiments.steering.subjects import Subject
from engine.evaluation.measures.game_attributes import (
    Values,
    attributes_by_game,
    fast_precision,
    game_progress,
    meter_of_games,
)
from engine.play.fixtures import Contestant, Fixture, PlayedGames, PlayRules, duel
from engine.play.selfplay import play_games
from engine.progress import TellCount
from engine.style.style import Routing, stacked, steer


@dataclass(frozen=True, eq=False, slots=True)
class SteeredGames:
    """Games of pushed styles against the same players' styles as they were.

    Attributes:
        score: float64 (players, steered, amounts), mean points of the pushed style.
        shifts: float64 (players, steered, amounts, 2, len(MOVE_KEYS)), change of the expected
            attributes by the push, in own units, on positions that the pushed style got itself
            into; in the two halves of the games.
        outcomes: float64 (players, steered, amounts, len(MOVE_KEYS)), mean attributes of the moves
            that the pushed style played, in own units.
        games: number of games, in all.
        stopped: how many of them were drawn because they grew too long.
    """

    score: Values
    shifts: Values
    outcomes: Values
    games: int
    stopped: int


@dataclass(frozen=True, kw_only=True)
class SteeredGamesSettings:
    """How much is played. Each figure is for one player, attribute and amount."""

    # half with either colour, the same draws for all amounts
    games: int
    # games of those whose moves are measured
    outcome_games: int
    # positions of the games in which the push is measured
    positions: int
    # plies after which a game is a draw
    longest: int


def steered_games(
    context: Context,
    subjects: Sequence[Subject],
    keys: Sequence[str],
    amounts: Sequence[float],
    settings: SteeredGamesSettings,
) -> SteeredGames:
    """Play pushed styles against the styles as they were.

    Args:
        context: of the run.
        subjects: whose styles.
        keys: the attributes that are pushed.
        amounts: numbers of steps.
        settings: how much.
    """
    each = len(keys) * len(amounts) * settings.games
    lot = max(context.pick(100, 1000, 15000) // each, 1)
    parts = []
    for first in range(0, len(subjects), lot):
        part = subjects[first : first + lot]
        begin, end = (0.6 + 0.4 * done / len(subjects) for done in (first, first + len(part)))
        note = f"players {first + 1} to {first + len(part)} of {len(subjects)}"
        tell = game_progress(context, (begin, end), each * len(part), note)
        identity = {
            "names": [subject.name for subject in part],
            "keys": list(keys),
            "amounts": list(amounts),
            "settings": asdict(settings),
        }
        play = partial(_play_lot, context, part, keys, amounts, settings, tell)
        parts.append(context.cached("steering/games", play, identity))
    return SteeredGames(
        np.concatenate([part["score"] for part in parts]),
        np.concatenate([part["shifts"] for part in parts]),
        np.concatenate([part["outcomes"] for part in parts]),
        each * len(subjects),
        sum(int(part["stopped"]) for part in parts),
    )


def _play_lot(
    context: Context,
    subjects: Sequence[Subject],
    keys: Sequence[str],
    amounts: Sequence[float],
    settings: SteeredGamesSettings,
    tell: TellCount,
) -> dict[str, Values]:
    contestants: list[Contestant] = []
    fixtures: list[Fixture] = []
    cells: list[tuple[int, int]] = []  # the plain and the pushed contestant of so many games each
    for subject in subjects:
        plain = len(contestants)
        contestants.append(Contestant(subject.z))
        seed = [context.seed, 5, *subject.name.encode()]
        for key in keys:
            for amount in amounts:
                cells.append((plain, len(contestants)))
                fixtures += duel(len(contestants), plain, settings.games, seed)
                z = steer(subject.z, context.space.deltas[key], amount)
                contestants.append(Contestant(z))
    played = play_games(
        context.model,
        contestants,
        fixtures,
        PlayRules(longest=settings.longest),
        precision=fast_precision(context),
        progress=tell,
    )
    pushed = np.repeat([cell[1] for cell in cells], settings.games)
    as_black = np.array([fixture.white for fixture in fixtures]) != pushed
    points = np.where(as_black, played.results / 2, 1 - played.results / 2)
    shape = (len(subjects), len(keys), len(amounts))
    shifts, outcomes = [], []
    for number, (plain, cell) in enumerate(cells):
        begin = number * settings.games
        styles = stacked((contestants[plain].z, contestants[cell].z))
        games = np.arange(begin, begin + settings.games)
        shifts.append(_shifts_in_games(context, played, games, as_black, styles, settings))
        counted = games[: settings.outcome_games]
        sums, moves = attributes_by_game(played.take(counted), as_black[counted])
        outcomes.append(sums.sum(axis=0) / max(moves.sum(), 1))
    return {
        "score": points.reshape(*shape, settings.games).mean(axis=3),
        "shifts": np.stack(shifts).reshape(*shape, 2, -1),
        "outcomes": np.stack(outcomes).reshape(*shape, -1),
        "stopped": np.array(float(played.stopped)),
    }


def _shifts_in_games(
    context: Context,
    played: PlayedGames,
    games: npt.NDArray[np.int64],
    as_black: npt.NDArray[np.bool_],
    styles: Routing,
    settings: SteeredGamesSettings,
) -> Values:
    """Return what a push changes in two halves of its games, float64 (2, attributes)."""
    # Pairs of games with either colour take turns to belong to one half or the other.
    halves = [games[(np.arange(len(games)) // 2) % 2 == side] for side in (0, 1)]
    shifts = []
    for number, half in enumerate(halves):
        seed = (context.seed, 12, number, int(games[0]))
        count = max(settings.positions // 2, 1)
        meter = meter_of_games(context, played.take(half), as_black[half], count, seed)
        plain, pushed = meter.measure(styles)
        shifts.append(pushed - plain)
    return np.stack(shifts)
