"""What lies between two styles: pairs of players, games of their blends, levels on the way."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from engine.analysis.attribute_levels import Levels
from engine.attributes.registry import MOVE_KEYS
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.measures.fixed_positions import FixedScale
from engine.evaluation.measures.game_attributes import (
    Values,
    fast_precision,
    game_progress,
    meter_of_games,
)
from engine.games.rating_groups import is_rating_group
from engine.play.fixtures import LONGEST_LENGTH, Contestant, Fixture, PlayedGames, PlayRules, duel
from engine.play.selfplay import play_games
from engine.progress import TellCount
from engine.style.space import StyleSpace
from engine.style.style import Routing, blend

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the strong (or second) player in a blend."""


Group = Literal["club", "rating", "strength", "opposite"]


DRAW_RULE = (
    "A game is drawn by stalemate, a lack of mating material, a position's third occurrence or "
    "fifty moves without capture or pawn move, at once and unclaimed; and when it grows too long."
)


MONOTONE_RULE = (
    "A pair counts if the strong player's own style scores more than the weak one's, the 95 % "
    "interval of the difference clear of 0, and no larger share of the strong player scores less "
    "than a smaller one by more than chance (one-sided, 95 % for all ten comparisons together)."
)


_TWO_SIDED, _ONE_SIDED = 1.96, 1.645


_ONE_OF_TEN = 2.576
"""One-sided, 0.5 %: a pair whose score is flat falls by as much in one of ten comparisons once in
twenty times."""


WAY_SMOKE, WAY_SMALL, WAY_FULL = (2, 10), (10, 120), (100, 500)
"""Games of each blend of an opposite pair, and positions of them that are measured."""


_ENDS_SHARE = 0.05  # players at either end of the ratings from whom pairs are drawn


_NEAR_RATING = 40.0  # rating points by which equally strong players may differ


_DIFFERENT = 1.0  # standard deviations from which an attribute tells two players apart


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much to play, and how."""

    # pairs of each kind
    club_pairs: int
    rating_pairs: int
    strength_pairs: int
    opposite_pairs: int
    # games of each blend against the pair's strong or second player, half with either colour
    games: int
    # plies after which a game is a draw
    longest: int
    # games from which the figures count as measured at full size
    full_games: int = 100
    # 1 plays each move as often as the style would
    temperature: float = 1.0
    top_p: float = 1.0
    # no book: styles play their own openings from the first move
    opening: str = "none"
    draw_rule: str = DRAW_RULE
    monotone_rule: str = MONOTONE_RULE


@dataclass(frozen=True, slots=True)
class Pair:
    """Two players, the first the weaker one if they differ in strength."""

    group: Group
    first: str
    second: str


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


def choose_pairs(context: Context, settings: Settings) -> list[Pair]:
    """Choose pairs of players at random.

    Raises:
        StylemateError: too few players have a rating.
    """
    space = context.space
    random = np.random.default_rng((context.seed, 4))
    ratings = np.array([player.rating or np.nan for player in space.players])
    if np.isfinite(ratings).sum() < 2:
        raise StylemateError("Interpolation needs at least two players with a rating.")
    pairs = _clubs(space, settings.club_pairs, random)
    pairs += _ends("rating", space, ratings, settings.rating_pairs, random)
    strength = np.array([player.attributes.get("strength", np.nan) for player in space.players])
    if np.isfinite(strength).sum() >= 2:
        pairs += _ends("strength", space, strength, settings.strength_pairs, random)
    return pairs + _opposites(space, ratings, settings.opposite_pairs)


def _ends(
    group: Group,
    space: StyleSpace,
    measure: Values,
    count: int,
    random: np.random.Generator,
) -> list[Pair]:
    """Pair players of the lowest measure with players of the highest, each once."""
    known = np.flatnonzero(np.isfinite(measure))
    known = known[np.argsort(measure[known], kind="stable")]
    wanted = max(count, round(_ENDS_SHARE * len(known)))
    size = min(wanted, len(known) // 2)
    low, high = random.permutation(known[:size]), random.permutation(known[-size:])
    return [
        Pair(group, space.names[first], space.names[second])
        for first, second in list(zip(low, high, strict=True))[:count]
    ]


def _clubs(space: StyleSpace, count: int, random: np.random.Generator) -> list[Pair]:
    """Pair the weaker half of the rating groups, in turn, with masters of the highest rating.

    Every master is in one pair; without such groups there are no pairs.
    """
    rated = sorted(
        (player for player in space.players if player.rating), key=lambda one: one.rating or 0.0
    )
    groups = [one for one in rated if is_rating_group(one.name)]
    weak = groups[: len(groups) // 2]
    masters = [one for one in rated if not is_rating_group(one.name)]
    strong = masters[-max(count, round(_ENDS_SHARE * len(masters))) :]
    if not weak or not strong:
        return []
    drawn = random.permutation(len(strong))[:count]
    return [
        Pair("club", weak[number % len(weak)].name, strong[place].name)
        for number, place in enumerate(drawn)
    ]


def _opposites(space: StyleSpace, ratings: Values, count: int) -> list[Pair]:
    """Pair players of nearly the same rating whose styles point apart most, each once."""
    rows = np.flatnonzero(np.isfinite(ratings))
    features = _features(space)[rows]
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    features = features / np.where(lengths > 0, lengths, 1)
    cosine = features @ features.T
    cosine[np.abs(ratings[rows][:, None] - ratings[rows]) > _NEAR_RATING] = np.inf
    cosine[np.tril_indices(len(rows))] = np.inf
    pairs: list[Pair] = []
    for place in np.argsort(cosine, axis=None, kind="stable")[: 200 * count]:
        one, other = divmod(int(place), len(rows))
        if not np.isfinite(cosine[one, other]) or len(pairs) == count:
            break
        names = space.names[rows[one]], space.names[rows[other]]
        if not {name for pair in pairs for name in (pair.first, pair.second)} & set(names):
            pairs.append(Pair("opposite", *names))
    return pairs


def _features(space: StyleSpace) -> Values:
    """Return what tells players apart, (players, n): their attributes but strength, if measured."""
    levels = Levels(space)
    columns = [column for column, key in enumerate(levels.keys) if key != "strength"]
    table = levels.table[:, columns]
    if columns and np.isfinite(table).all():
        return table
    return (space.population - space.average).reshape(len(space.population), -1).astype(np.float64)


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
