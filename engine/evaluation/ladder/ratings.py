"""Ratings of all players from all their games, in one maximum-likelihood fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.errors import StylemateError

POINTS = 400 / np.log(10)
"""Rating points for one unit of log-odds."""
_PRIOR = 1000.0
"""Standard deviation about the anchors' mean: keeps who won or lost every game from infinity."""
_STEPS = 100


class Score(NamedTuple):
    """What one player made of games against another."""

    first: str
    second: str
    points: float
    games: int


@dataclass(frozen=True, slots=True)
class Rated:
    """A player's rating.

    Attributes:
        elo: the likeliest.
        error: its standard error; 0 of an anchor.
        games: played.
    """

    elo: float
    error: float
    games: int


def fit_ratings(scores: Sequence[Score], anchors: Mapping[str, float]) -> dict[str, Rated]:
    """Return the ratings that make all results likeliest (Bradley and Terry's model).

    A draw counts as half a win and half a loss, which makes the errors a little too large.

    Args:
        scores: results, any number for a pair.
        anchors: players whose ratings are known; they set the scale.

    Raises:
        StylemateError: no anchor played.
    """
    names = sorted({name for score in scores for name in (score.first, score.second)})
    known = {name: elo for name, elo in anchors.items() if name in names}
    if not known:
        raise StylemateError("None of the games is against an opponent of known rating.")
    index = {name: row for row, name in enumerate(names)}
    middle = float(np.mean(list(known.values()))) / POINTS
    theta = np.full(len(names), middle)
    for name, elo in known.items():
        theta[index[name]] = elo / POINTS
    free = np.array([name not in known for name in names])
    first = np.array([index[score.first] for score in scores])
    second = np.array([index[score.second] for score in scores])
    points = np.array([score.points for score in scores])
    games = np.array([score.games for score in scores], dtype=np.float64)
    precision = (POINTS / _PRIOR) ** 2
    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(theta[second] - theta[first]))
        surplus = points - games * expected
        gradient = -precision * (theta - middle)
        np.add.at(gradient, first, surplus)
        np.add.at(gradient, second, -surplus)
        weight = games * expected * (1 - expected)
        information = np.diag(np.full(len(names), precision))
        for one, other, sign in ((first, first, 1), (second, second, 1), (first, second, -1)):
            np.add.at(information, (one, other), sign * weight)
        np.add.at(information, (second, first), -weight)
        step = np.zeros(len(names))
        if free.any():
            step[free] = np.linalg.solve(information[np.ix_(free, free)], gradient[free])
        theta += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    errors = np.zeros(len(names))
    if free.any():
        errors[free] = np.sqrt(np.diag(np.linalg.inv(information[np.ix_(free, free)])))
    played = {name: sum(s.games for s in scores if name in (s.first, s.second)) for name in names}
    return {
        name: Rated(float(theta[row] * POINTS), float(errors[row] * POINTS), played[name])
        for name, row in index.items()
    }
