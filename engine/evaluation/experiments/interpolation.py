"""Experiment 4: what lies between two styles (arXiv 2502.14998, section 5.4 and figure 6).

Weak and strong players are paired; styles at five shares of the way from the weak to the strong one
play the strong one. The weak ones are the rating groups of online players, the only ones in a
population of masters who are weak; among masters, lower and higher rated ones are paired as well,
whose moves hardly differ in strength. Players of equal strength and opposite attributes are paired
too, and what the styles between them do is measured on the fixed positions and in the games.
"""

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
from engine.evaluation.experiment import Cell, Estimate, Plot, Result, Series, Table
from engine.evaluation.measures.bootstrap import bootstrap_mean, bootstrap_statistic
from engine.evaluation.measures.fixed_positions import FixedScale, fixed_scale
from engine.evaluation.measures.game_attributes import (
    Values,
    fast_precision,
    game_progress,
    meter_of_games,
    rating_difference,
)
from engine.evaluation.targets import judge
from engine.games.rating_groups import is_rating_group
from engine.play.selfplay import (
    LONGEST_LENGTH,
    Contestant,
    Fixture,
    PlayedGames,
    PlayRules,
    duel,
    play_games,
)
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
_GROUP_TITLES = {
    "club": "Club players and masters",
    "rating": "Lower and higher rated players",
    "strength": "Weak and strong by measured strength",
    "opposite": "Equally strong and opposite",
}
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


class Interpolation:
    """Styles between two players'."""

    name = "interpolation"
    title = "Between two styles"

    def run(self, context: Context) -> Result:
        """Measure; see the module."""
        settings = context.pick(
            Settings(
                club_pairs=1,
                rating_pairs=2,
                strength_pairs=1,
                opposite_pairs=1,
                games=4,
                longest=40,
            ),
            Settings(
                club_pairs=10,
                rating_pairs=2,
                strength_pairs=1,
                opposite_pairs=1,
                games=200,
                longest=240,
            ),
            Settings(
                club_pairs=100,
                rating_pairs=100,
                strength_pairs=20,
                opposite_pairs=20,
                games=1000,
                longest=300,
            ),
        )
        pairs = choose_pairs(context, settings)
        played = play_pairs(context, settings, pairs)
        scale = fixed_scale(context)
        along = {
            number: _along(context, settings, scale, one.pair)
            for number, one in enumerate(played)
            if one.pair.group == "opposite"
        }
        return _result(context, settings, played, along)


EXPERIMENT = Interpolation()


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


def _along(context: Context, settings: Settings, scale: FixedScale, pair: Pair) -> Along:
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


def _result(
    context: Context, settings: Settings, played: Sequence[Played], along: dict[int, Along]
) -> Result:
    groups = {group: [one for one in played if one.pair.group == group] for group in _GROUP_TITLES}
    known = {group: found for group, found in groups.items() if found}
    seed = context.seed
    monotone = {
        group: _percent(bootstrap_mean([float(one.rises) for one in found], seed))
        for group, found in known.items()
        if group != "opposite"
    }
    main = _main_group(known)
    total, stopped = sum(one.games for one in played), sum(one.stopped for one in played)
    note = (
        f"{len(known[main])} pairs ({_GROUP_TITLES[main].lower()}), {settings.games} games at each "
        f"of {len(WEIGHTS)} weights, temperature {settings.temperature:g}. {MONOTONE_RULE}"
    )
    figures: dict[str, Estimate | float] = {
        f"monotone_by_{group}": share for group, share in monotone.items()
    }
    for group, found in known.items():
        strictly = [float(one.rises_strictly) for one in found]
        never = [float(not one.falls_somewhere) for one in found]
        figures[f"never_lower_than_before_{group}"] = _percent(bootstrap_mean(strictly, seed))
        figures[f"never_clearly_lower_{group}"] = _percent(bootstrap_mean(never, seed))
        figures[f"score_of_first_player_{group}"] = _percent(
            bootstrap_mean([one.score[0] for one in found], seed)
        )
    figures["games"] = float(total * len(WEIGHTS))
    figures["games_drawn_for_length"] = float(stopped)
    tables = [_group_table(context, group, found) for group, found in known.items()]
    plots = [_score_plot(context, known)]
    if along:
        tables.append(_along_table(played, along))
        plots.append(_along_plot(context, list(along.values())))
    return Result(
        title=EXPERIMENT.title,
        words=_words(context, known, monotone, along),
        settings=asdict(settings)
        | {
            "precision": str(fast_precision(context)).split(".")[-1],
            "way_games_and_positions": context.pick(WAY_SMOKE, WAY_SMALL, WAY_FULL),
        },
        figures=figures,
        tables=tuple(tables),
        plots=tuple(plots),
        targets=(
            judge(
                "interpolation_monotone",
                monotone[main],
                note,
                settings.games >= settings.full_games,
            ),
        ),
        data=_data(context, played, along),
    )


def _main_group(known: dict[str, list[Played]]) -> str:
    """Return the pairs of which most is to be expected, and on which the goal is judged."""
    return "club" if "club" in known else "rating"


def _percent(share: Estimate) -> Estimate:
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high, share.count)


def _elo(scores: Values, games: int, seed: int) -> Estimate:
    """Return the rating difference of the mean of scores (pairs,) of so many games each."""
    return bootstrap_statistic(
        scores, lambda drawn: rating_difference(float(drawn.mean()), games * len(drawn)), seed
    )


def _group_table(context: Context, group: str, found: Sequence[Played]) -> Table:
    score = np.stack([one.score for one in found])
    wins = np.stack([one.wins for one in found])
    rows = tuple(
        (
            weight,
            _percent(bootstrap_mean(score[:, place], context.seed)),
            _percent(bootstrap_mean(wins[:, place], context.seed)),
            _elo(score[:, place], found[0].games, context.seed),
        )
        for place, weight in enumerate(WEIGHTS)
    )
    return Table(
        f"{_GROUP_TITLES[group]}: against the {_second(group)}",
        (f"share of the {_second(group)}", "score (draws half), %", "games won, %", "Elo"),
        rows,
        f"{len(found)} pairs; intervals over pairs. {_gaps(context.space, found)}",
    )


def _second(group: str) -> str:
    return "second player" if group == "opposite" else "strong player"


def _gaps(space: StyleSpace, found: Sequence[Played]) -> str:
    ratings = [(_rating(space, one.pair.first), _rating(space, one.pair.second)) for one in found]
    gaps = [second - first for first, second in ratings if first and second]
    if not gaps:
        return "Their ratings are not known."
    return f"Mean difference of their ratings, where known: {np.mean(gaps):.0f} points."


def _rating(space: StyleSpace, name: str) -> float | None:
    return space.players[space.names.index(name)].rating


def _score_plot(context: Context, known: dict[str, list[Played]]) -> Plot:
    series = []
    for group, found in known.items():
        estimates = [
            _percent(bootstrap_mean(column, context.seed))
            for column in np.stack([one.score for one in found]).T
        ]
        series.append(_series(_GROUP_TITLES[group], estimates))
    return Plot(
        "line",
        "Score against the strong or second player",
        "its share in the blend",
        "score, %",
        tuple(series),
    )


def _series(name: str, estimates: Sequence[Estimate]) -> Series:
    return Series(
        name,
        WEIGHTS,
        tuple(one.value for one in estimates),
        tuple(one.low for one in estimates),
        tuple(one.high for one in estimates),
    )


def _along_plot(context: Context, along: Sequence[Along]) -> Plot:
    ways = {
        "fixed positions": [one.fixed for one in along],
        "fixed positions after 15 moves": [one.fixed_from_ply_30 for one in along],
        "positions of their own games": [one.played for one in along],
    }
    return Plot(
        "line",
        "How far attributes have gone from one opposite player to the other",
        "share of the second player",
        "share of the way",
        tuple(
            _series(name, [bootstrap_mean(column, context.seed) for column in np.stack(shares).T])
            for name, shares in ways.items()
        ),
    )


def _along_table(played: Sequence[Played], along: dict[int, Along]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for number, one in along.items():
        pair = played[number].pair
        for key, column in list(zip(one.keys, one.levels.T, strict=True))[:3]:
            rows.append((f"{pair.first} – {pair.second}", key, *column.tolist()))
    return Table(
        "Opposite pairs: the attributes that differ most",
        ("pair", "attribute", *(f"{weight:g} of the second" for weight in WEIGHTS)),
        tuple(rows),
        "Standard deviations over players above the mean style, on the fixed positions.",
    )


def _words(
    context: Context,
    known: dict[str, list[Played]],
    monotone: dict[str, Estimate],
    along: dict[int, Along],
) -> str:
    main = _main_group(known)
    pairs = known[main]
    start, middle = (100 * float(np.mean([one.score[place] for one in pairs])) for place in (0, 2))
    text = (
        f"A weak player's style scored {start:.0f} % against a strong player's, a half-and-half "
        f"blend of the two {middle:.0f} %. In {monotone[main].value:.0f} % of {len(pairs)} "
        "pairs the score clearly rose with the strong player's share and never clearly fell."
    )
    if along:
        halfway = bootstrap_mean([one.fixed[2] for one in along.values()], context.seed)
        text += (
            " Between equally strong players of opposite habits, the half-and-half blend had gone "
            f"{100 * halfway.value:.0f} % of the way from one to the other."
        )
    return text


def _data(context: Context, played: Sequence[Played], along: dict[int, Along]) -> dict[str, Any]:
    pairs = []
    for number, one in enumerate(played):
        row: dict[str, Any] = asdict(one.pair) | {
            "ratings": [_rating(context.space, name) for name in (one.pair.first, one.pair.second)],
            "score": one.score,
            "wins": one.wins,
            "elo": [rating_difference(float(score), one.games) for score in one.score],
            "games": one.games,
            "monotone": one.rises,
        }
        if number in along:
            found = along[number]
            row["attributes"] = list(found.keys)
            row["levels"] = found.levels
            row["way"] = {
                "fixed": found.fixed,
                "fixed_from_ply_30": found.fixed_from_ply_30,
                "played": found.played,
            }
        pairs.append(row)
    return {"weights": WEIGHTS, "pairs": pairs}
