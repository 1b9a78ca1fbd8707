"""The pairs of players between whom styles are blended."""

from dataclasses import dataclass

import numpy as np

from engine.analysis.attribute_levels import Levels
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiments.interpolation.settings import Group, Settings
from engine.evaluation.measures.game_attributes import Values
from engine.games.rating_groups import is_rating_group
from engine.style.space import StyleSpace

_ENDS_SHARE = 0.05  # players at either end of the ratings from whom pairs are drawn
_NEAR_RATING = 40.0  # rating points by which equally strong players may differ
_DIFFERENT = 1.0  # standard deviations from which an attribute tells two players apart


@dataclass(frozen=True, slots=True)
class Pair:
    """Two players, the first the weaker one if they differ in strength."""

    group: Group
    first: str
    second: str


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
