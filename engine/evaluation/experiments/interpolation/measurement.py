"""What lies between two styles: games of their blends, and levels on the way."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.attributes.registry import MOVE_KEYS
from engine.evaluation.context import Context
from engine.evaluation.experiments.interpolation.pairs import _DIFFERENT, Pair
from engine.evaluation.experiments.interpolation.settings import (
    WAY_FULL,
    WAY_SMALL,
    WAY_SMOKE,
    WEIGHTS,
    Settings,
)
from engine.evaluation.measures.fixed_positions import FixedScale
from engine.evaluation.measures.game_attributes import (
    Values,
    fast_precision,
    game_progress,
    meter_of_games,
)
from engine.intervals import NORMAL_95
from engine.play.fixtures import LONGEST_LENGTH, Contestant, Fixture, PlayedGames, PlayRules, duel
from engine.play.selfplay import play_games
from engine.progress import TellCount
from engine.style.space import StyleSpace
from engine.style.style import Routing, blend

_TWO_SIDED, _ONE_SIDED = NORMAL_95, 1.645
_ONE_OF_TEN = 2.576
"""One-sided, 0.5 %: a pair whose score is flat falls by as much in one of ten comparisons once in
twenty times."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the blends of one pair did, by weight.

    Attributes:
        pair: who.
        score: float64 (weights,), mean points against the pair's second player, draws half.
        wins: float64 (weights,), share of games won.
        error: float64 (weights,), standard error of the score.
        stopped: games that were drawn because they grew too long.
        games: games of each weight.
    """

    pair: Pair
    score: Values
    wins: Values
    error: Values
    stopped: int
    games: int

    @property
    def rises(self) -> bool:
        """Whether the score is monotone by ``MONOTONE_RULE``."""
        rise = self.score[-1] - self.score[0]
        clear = rise > _TWO_SIDED * np.hypot(self.error[0], self.error[-1])
        return bool(clear and not self._falls(_ONE_OF_TEN))

    @property
    def falls_somewhere(self) -> bool:
        """Whether some larger share scores less than a smaller one by more than chance would let
        this one comparison; of ten, chance alone makes one do so in a flat pair about every fourth
        time.
        """
        return self._falls(_ONE_SIDED)

    def _falls(self, errors: float) -> bool:
        change = self.score[None] - self.score[:, None]
        chance = np.hypot(self.error[None], self.error[:, None])
        return bool(np.triu(change < -errors * chance, 1).any())

    @property
    def rises_strictly(self) -> bool:
        """Whether no step has a lower score than the one before, chance or not."""
        return bool((np.diff(self.score) >= 0).all() and self.score[-1] > self.score[0])


def blends(space: StyleSpace, pair: Pair) -> list[Routing]:
    """Return the styles of a pair at all ``WEIGHTS``."""
    first, second = space.row(pair.first), space.row(pair.second)
    return [
        blend([first, second], [1 - weight, weight])
        if 0 < weight < 1
        else (first, second)[int(weight)]
        for weight in WEIGHTS
    ]


def play_pairs(context: Context, settings: Settings, pairs: Sequence[Pair]) -> list[Played]:
    """Play all games, some pairs at once, and keep what each lot gave."""
    per_pair = settings.games * len(WEIGHTS)
    lot = max(context.pick(2, 1000, 15000) // per_pair, 1)
    played: list[Played] = []
    for first in range(0, len(pairs), lot):
        part = pairs[first : first + lot]
        note = f"pairs {first + 1} to {first + len(part)} of {len(pairs)}"
        span = first / len(pairs), (first + len(part)) / len(pairs)
        tell = game_progress(context, span, per_pair * len(part), note)
        found = context.cached(
            f"interpolation/games-{first}",
            partial(_play_lot, context, settings, part, first, tell),
            {"settings": asdict(settings), "pairs": [asdict(pair) for pair in part]},
        )
        for row, pair in enumerate(part):
            played.append(
                Played(
                    pair,
                    found["score"][row],
                    found["wins"][row],
                    found["error"][row],
                    int(found["stopped"][row]),
                    settings.games,
                )
            )
    return played


def _play_lot(
    context: Context, settings: Settings, pairs: Sequence[Pair], first: int, tell: TellCount
) -> dict[str, npt.NDArray[Any]]:
    contestants: list[Contestant] = []
    fixtures: list[Fixture] = []
    for number, pair in enumerate(pairs):
        base = len(contestants)
        contestants += [
            Contestant(z, settings.temperature, settings.top_p)
            for z in (*blends(context.space, pair), context.space.row(pair.second))
        ]
        for weight in range(len(WEIGHTS)):
            seed = (context.seed, 4, first + number, weight)
            fixtures += duel(base + weight, base + len(WEIGHTS), settings.games, seed)
    rules = PlayRules(longest=settings.longest)
    games = play_games(
        context.model,
        contestants,
        fixtures,
        rules,
        precision=fast_precision(context),
        progress=tell,
    )
    return _summary(games, fixtures, (len(pairs), len(WEIGHTS), settings.games))


def _summary(
    games: PlayedGames, fixtures: Sequence[Fixture], shape: tuple[int, int, int]
) -> dict[str, npt.NDArray[Any]]:
    """Return scores by pair and weight of games (pairs, weights, games)."""
    blended = np.array([min(fixture.white, fixture.black) for fixture in fixtures])
    as_white = np.array([fixture.white for fixture in fixtures]) == blended
    white_points = 1 - games.results / 2
    points = np.where(as_white, white_points, 1 - white_points).reshape(shape)
    error = points.std(axis=2, ddof=1) / np.sqrt(shape[2])
    return {
        "score": points.mean(axis=2),
        "wins": (points == 1).mean(axis=2),
        # All games alike say little: count half a point more of uncertainty.
        "error": np.maximum(error, 0.5 / shape[2]),
        "stopped": (games.terminations.reshape(shape) == LONGEST_LENGTH).sum(axis=(1, 2)),
    }


@dataclass(frozen=True, slots=True)
class Along:
    """What the styles between two opposite players do.

    Attributes:
        keys: the attributes in which the two differ by at least one standard deviation.
        levels: float64 (weights, keys), on the fixed positions, in standard deviations over
            players above the population's mean style.
        fixed: float64 (weights,), share of the way from the first to the second player, over all
            attributes, 0 at the first and 1 at the second.
        fixed_from_ply_30: the same on positions from ply 30 on.
        played: the same on positions that the styles between got into in games.
    """

    keys: tuple[str, ...]
    levels: Values
    fixed: Values
    fixed_from_ply_30: Values
    played: Values


def follow_way(context: Context, settings: Settings, scale: FixedScale, pair: Pair) -> Along:
    games, positions = context.pick(WAY_SMOKE, WAY_SMALL, WAY_FULL)
    levels, average = np.split(
        context.cached(
            "interpolation/along",
            lambda: {"levels": np.stack([scale.levels(z) for z in _styles(context.space, pair)])},
            {"pair": asdict(pair)},
        )["levels"],
        [len(WEIGHTS)],
    )
    played = context.cached(
        "interpolation/way",
        lambda: {"shares": _way_in_games(context, settings, scale, pair)},
        {"pair": asdict(pair), "settings": asdict(settings), "way": [games, positions]},
    )["shares"]
    difference = levels[-1, 0] - levels[0, 0]
    telling = np.flatnonzero(np.abs(difference) >= _DIFFERENT)
    telling = telling[np.argsort(-np.abs(difference[telling]), kind="stable")]
    return Along(
        tuple(scale.keys[place] for place in telling),
        (levels[:, 0] - average[0, 0])[:, telling],
        _share_of_way(levels[:, 0], difference),
        _share_of_way(levels[:, 1], levels[-1, 1] - levels[0, 1]),
        played,
    )


def _way_in_games(context: Context, settings: Settings, scale: FixedScale, pair: Pair) -> Values:
    """Return the shares of the way, float64 (weights,), on positions of the blends' own games."""
    games, positions = context.pick(WAY_SMOKE, WAY_SMALL, WAY_FULL)
    styles = blends(context.space, pair)
    contestants = [Contestant(z) for z in (*styles, styles[-1])]
    places = [place for place, key in enumerate(scale.keys) if key in MOVE_KEYS]
    columns = [MOVE_KEYS.index(scale.keys[place]) for place in places]
    shares = np.empty(len(WEIGHTS))
    for weight, z in enumerate(styles):
        fixtures = duel(weight, len(styles), games, (context.seed, 10, weight))
        played = play_games(
            context.model,
            contestants,
            fixtures,
            PlayRules(longest=settings.longest),
            precision=fast_precision(context),
        )
        as_black = np.array([fixture.white != weight for fixture in fixtures])
        seed = (context.seed, 11, weight)
        meter = meter_of_games(context, played, as_black, positions, seed)
        found = meter.measure(np.stack((styles[0], z, styles[-1])))[:, columns]
        levels = found / scale.sd[places]
        shares[weight] = _share_of_way(levels, levels[-1] - levels[0])[1]
    return shares


def _styles(space: StyleSpace, pair: Pair) -> list[Routing]:
    return [*blends(space, pair), space.average]


def _share_of_way(levels: Values, way: Values) -> Values:
    """Return how far along a way (n,) each of some points (weights, n) is from the first."""
    length = float(way @ way)
    share: Values = (levels - levels[0]) @ way / (length if length > 0 else np.nan)
    return share
