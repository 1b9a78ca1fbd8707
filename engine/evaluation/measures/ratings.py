"""Ratings of all players from all their games, in one maximum-likelihood fit.

Matches and the ladder of strengths rate with it. The model is Bradley and Terry's (Biometrika 39,
1952) on the Elo scale: a score of 1 / (1 + 10 ** (-d / 400)) is expected of a lead of d points. A
draw is half a win and half a loss in the fit; the errors count how often games are drawn, because
draws scatter less than wins and losses.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.errors import StylemateError

POINTS = 400 / np.log(10)
"""Rating points for one unit of log-odds."""
_PRIOR = 1000.0
"""Standard deviation about the middle: keeps who won or lost every game from infinity."""
_STEPS = 100


class PairScore(NamedTuple):
    """What one player made of games against another."""

    first: str
    second: str
    points: float
    games: int
    draws: int = 0


@dataclass(frozen=True, slots=True)
class Rated:
    """A player's rating.

    Attributes:
        elo: the likeliest.
        error: its standard error; 0 of an anchor, and where there is none that of the distance to
            the mean of all players.
        games: played.
    """

    elo: float
    error: float
    games: int


def fit_ratings(scores: Sequence[PairScore], anchors: Mapping[str, float]) -> dict[str, Rated]:
    """Return the ratings that make all results likeliest.

    Args:
        scores: results, any number for a pair.
        anchors: players whose ratings are known; they set the scale. Without any, the mean of all
            players is 0.

    Raises:
        StylemateError: there are anchors, and none of them played.
    """
    names = sorted({name for score in scores for name in (score.first, score.second)})
    known = {name: elo for name, elo in anchors.items() if name in names}
    if anchors and not known:
        raise StylemateError("None of the games is against an opponent of known rating.")
    if not scores:
        return {}
    index = {name: row for row, name in enumerate(names)}
    middle = float(np.mean(list(known.values()))) / POINTS if known else 0.0
    theta = np.full(len(names), middle)
    for name, elo in known.items():
        theta[index[name]] = elo / POINTS
    free = np.array([name not in known for name in names])
    first = np.array([index[score.first] for score in scores])
    second = np.array([index[score.second] for score in scores])
    points = np.array([score.points for score in scores])
    games = np.array([score.games for score in scores], dtype=np.float64)
    prior = (POINTS / _PRIOR) ** 2 * np.eye(len(names))
    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(theta[second] - theta[first]))
        surplus = points - games * expected
        gradient = -prior @ (theta - middle)
        np.add.at(gradient, first, surplus)
        np.add.at(gradient, second, -surplus)
        information = _information(first, second, games * expected * (1 - expected), len(names))
        step = np.zeros(len(names))
        if free.any():
            step[free] = np.linalg.solve((information + prior)[np.ix_(free, free)], gradient[free])
        theta += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    spread = np.zeros((len(names), len(names)))
    if free.any():
        inverse = np.linalg.inv((information + prior)[np.ix_(free, free)])
        scatter = (information * _decided(scores) + prior)[np.ix_(free, free)]
        spread[np.ix_(free, free)] = inverse @ scatter @ inverse
    if not known:  # the level of all together is a convention, and is not uncertain
        centre = np.eye(len(names)) - 1 / len(names)
        spread = centre @ spread @ centre
    errors = np.sqrt(np.maximum(np.diag(spread), 0))
    played = {name: sum(s.games for s in scores if name in (s.first, s.second)) for name in names}
    return {
        name: Rated(float(theta[row] * POINTS), float(errors[row] * POINTS), played[name])
        for name, row in index.items()
    }


def superiority(wins: float, losses: float) -> float:
    """Return the likelihood of superiority, 0 to 1: how surely one of two is the stronger.

    It is the chance that a normal variable of mean wins - losses and variance wins + losses is
    above zero; draws say nothing of it. Half without a decided game.
    """
    if wins + losses == 0:
        return 0.5
    return 0.5 * (1 + math.erf((wins - losses) / math.sqrt(2 * (wins + losses))))


def _information(
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
    count: int,
) -> npt.NDArray[np.float64]:
    """Return what games with these weights tell of all players, float64 (count, count)."""
    information = np.zeros((count, count))
    for one, other, sign in (
        (first, first, 1),
        (second, second, 1),
        (first, second, -1),
        (second, first, -1),
    ):
        np.add.at(information, (one, other), sign * weight)
    return information


def _decided(scores: Sequence[PairScore]) -> float:
    """Return how much results scatter, compared with games that are never drawn.

    Of a match of two equals it is the share of games that had a winner. Two more are added, so that
    a few draws do not make a certainty.
    """
    draws, games = (sum(s.draws for s in scores), sum(s.games for s in scores))
    return 1 - draws / (games + 2)
