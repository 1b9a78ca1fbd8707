"""How like a style somebody's moves in a game are, and how sure a handful of moves can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import chess
import numpy as np
import numpy.typing as npt

from engine.play.engine import Policy

RESAMPLES = 2_000
_SEED = 20


@dataclass(frozen=True, slots=True)
class Share:
    """A share of moves with the range in which chance would have it, 95 times in 100.

    Attributes:
        value: 0 to 1.
        low: lower end of the range.
        high: upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like one style a person's moves are.

    Attributes:
        name: of the style.
        moves: how many counted: those with another legal move beside them.
        favourites: how many of them are the move that the style likes best.
        chance: the mean chance that the style gives to the move played, 0 to 1.
        chances: float64 (moves,), the same for each move.
    """

    name: str
    moves: int
    favourites: int
    chance: float
    chances: npt.NDArray[np.float64]

    @property
    def share(self) -> Share:
        """The share of favourites, with Wilson's interval for so few moves."""
        return wilson(self.favourites, self.moves)


def likeness(name: str, policies: Sequence[Policy], moves: Sequence[chess.Move]) -> Likeness:
    """Return how like a style moves are.

    Args:
        name: of the style.
        policies: the style's view of each position in which a move was chosen.
        moves: those that were chosen.
    """
    chosen = [
        (policy.moves[0] == move, policy.probability(move))
        for policy, move in zip(policies, moves, strict=True)
        if len(policy.moves) > 1
    ]
    chances = np.array([chance for _, chance in chosen], dtype=np.float64)
    mean = float(chances.mean()) if len(chances) else 0.0
    return Likeness(name, len(chosen), sum(best for best, _ in chosen), mean, chances)


def difference(one: Likeness, other: Likeness) -> Share:
    """Return by how much the mean chance differs between two styles on the same moves.

    The range is a paired bootstrap over moves, the same in every call.
    """
    pairs = one.chances - other.chances
    if len(pairs) < 2:
        return Share(float(pairs.mean()) if len(pairs) else 0.0, -1.0, 1.0)
    if np.ptp(pairs) == 0:
        return Share(float(pairs[0]), float(pairs[0]), float(pairs[0]))
    from scipy.stats import bootstrap  # slow to import: pages that need none start sooner

    found = bootstrap(
        (pairs,), np.mean, n_resamples=RESAMPLES, method="percentile", rng=_SEED
    ).confidence_interval
    return Share(float(pairs.mean()), float(found.low), float(found.high))


def wilson(hits: int, count: int) -> Share:
    """Return a share with Wilson's 95 % interval; nothing at all says nothing."""
    if count == 0:
        return Share(0.0, 0.0, 1.0)
    from scipy.stats import binomtest

    found = binomtest(hits, count).proportion_ci(method="wilson")
    return Share(hits / count, float(found.low), float(found.high))


def ranked(found: Mapping[str, Likeness]) -> list[Likeness]:
    """Return likenesses, the highest mean chance first."""
    return sorted(found.values(), key=lambda one: (-one.chance, one.name))
