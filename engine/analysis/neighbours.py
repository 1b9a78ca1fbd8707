"""Whose styles lie nearest to a style, and what a cosine near theirs is worth."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from engine.analysis.identification import CosineRange, cosines
from engine.errors import StylemateError
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from engine.style.style import Routing

_NINE_IN_TEN = 2 * NormalDist().inv_cdf(0.95)
"""Width, in standard deviations, of the range that holds nine in ten of normal values."""
SAMPLE = 600
LEAST_TRAIT = 0.75
"""Standard deviations from the mean from which on an attribute stands out."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A known style beside another.

    Attributes:
        player: whose style it is.
        cosine: -1 to 1, of the differences from the mean style.
        shared: keys of the attributes in which both stand out to the same side, most telling first.
    """

    player: PlayerInfo
    cosine: float
    shared: tuple[str, ...]


def neighbours(
    z: Routing,
    space: StyleSpace,
    count: int,
    without: Collection[str] = (),
    levels: Mapping[str, float] | None = None,
    farthest: bool = False,
) -> list[Neighbour]:
    """Return the styles most like another, the nearest first.

    Args:
        z: float32 (heads, modules), the style.
        space: the known styles, guests included.
        count: how many to return.
        without: names of players to leave out, as those of whom the style is made.
        levels: the style's own levels by attribute, to say what is shared.
        farthest: return the least alike instead, the farthest first.
    """
    likeness = cosines(z[None], space)[0]
    order = np.argsort(likeness if farthest else -likeness, kind="stable")
    rows = [row for row in order.tolist() if space.names[row] not in without][:count]
    return [
        Neighbour(
            space.players[row],
            float(likeness[row]),
            shared_traits(levels or {}, space.players[row].attributes),
        )
        for row in rows
    ]


def shared_traits(first: Mapping[str, float], second: Mapping[str, float]) -> tuple[str, ...]:
    """Return the attributes in which two players stand out to the same side.

    Args:
        first: levels in standard deviations by key.
        second: those of the other.

    Returns:
        Keys, those first in which the less outstanding of the two stands out most.
    """
    strengths = {
        key: min(abs(first[key]), abs(second[key]))
        for key in first
        if key in second and first[key] * second[key] > 0
    }
    return tuple(
        key
        for key in sorted(strengths, key=lambda key: -strengths[key])
        if strengths[key] >= LEAST_TRAIT
    )


@dataclass(frozen=True, eq=False, slots=True)
class Strangers:
    """Cosines between the styles of different players.

    Attributes:
        usual: their mean, and where nine in ten of them lie.
        cosines: float32 (pairs,), in rising order.
    """

    usual: CosineRange
    cosines: npt.NDArray[np.float32]

    @classmethod
    def of(cls, cosines: npt.NDArray[np.float64]) -> "Strangers":
        """Gather cosines, in any order."""
        return cls(CosineRange.of(cosines), np.sort(cosines).astype(np.float32))

    def nearest_of(self, count: int) -> float:
        """Return the cosine that the nearest of some strangers reaches by chance alone.

        It is the median of the largest of ``count`` of these cosines, drawn at random, if chance
        brought near as it brings far: the data's own lower tail, mirrored at the median. The upper
        one will not do, for kinship is in it.
        """
        if count < 1:
            return self.usual.mean
        farthest = np.quantile(self.cosines, 1 - 0.5 ** (1 / count))
        return min(2 * float(np.median(self.cosines)) - float(farthest), 1.0)


def strangers_among(space: StyleSpace, sample: int = SAMPLE, seed: int = 0) -> Strangers:
    """Return the cosines between the styles of different players of the population.

    Args:
        space: with two players or more.
        sample: how many of them to compare with each other.
        seed: of the draw.

    Raises:
        StylemateError: there are fewer than two players.
    """
    population = space.population
    if len(population) < 2:
        raise StylemateError("There are no two players whose styles could be compared.")
    rows = np.random.default_rng(seed).permutation(len(population))[:sample]
    likeness = cosines(population[rows], space)[:, rows]
    return Strangers.of(likeness[np.triu_indices(len(rows), k=1)])


def best_of_strangers(strangers: CosineRange, count: int) -> float:
    """Return the cosine that the nearest of some strangers reaches by chance alone.

    It is the median of the largest of ``count`` cosines, taking those of strangers as normal.
    """
    spread = (strangers.high - strangers.low) / _NINE_IN_TEN
    if count < 1 or spread <= 0:
        return strangers.mean
    largest = NormalDist(strangers.mean, spread).inv_cdf(0.5 ** (1 / count))
    return min(largest, 1.0)
