"""Made-up habits in games for tests."""

from collections.abc import Mapping

import numpy as np

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.style.game_habits import GameHabits
from engine.style.intensity import Intensifier
from engine.style.mixing import Mixing
from engine.style.player_games import PlayerGames

MEAN, SPREAD, ERROR = 0.4, 0.05, 0.01
_OTHERS = 400
"""Players besides those that a test names; they differ by ``SPREAD`` around ``MEAN``."""


def game_habits(error: float = ERROR, games: int = 400, **deviations: float) -> GameHabits:
    """Return habits that lie some deviations from the mean, and at the mean elsewhere."""
    means = np.array([MEAN + SPREAD * deviations.get(key, 0.0) for key in FIGURE_KEYS])
    return GameHabits(
        means.astype(np.float32), np.full(len(FIGURE_KEYS), error, dtype=np.float32), games
    )


def player_table(
    rows: Mapping[str, GameHabits], agreements: Mapping[str, float | None] | None = None
) -> PlayerGames:
    """Return a table of some players among others, whose halves agree on everything."""
    random = np.random.default_rng(0)
    others = random.normal(size=(_OTHERS, len(FIGURE_KEYS)))
    others = MEAN + SPREAD * (others - others.mean(axis=0)) / others.std(axis=0)
    agreed = dict.fromkeys(FIGURE_KEYS, 0.9) | dict(agreements or {})
    named = np.array([habits.means for habits in rows.values()]).reshape(-1, len(FIGURE_KEYS))
    errors = np.array([habits.errors for habits in rows.values()]).reshape(-1, len(FIGURE_KEYS))
    return PlayerGames(
        FIGURE_KEYS,
        (*(f"Other, {number}" for number in range(_OTHERS)), *rows),
        np.array([*[400] * _OTHERS, *(habits.games for habits in rows.values())], dtype=np.int32),
        np.concatenate([others, named]).astype(np.float32),
        np.concatenate([np.full(others.shape, ERROR), errors]).astype(np.float32),
        tuple(agreed[key] for key in FIGURE_KEYS),
    )


def mixing(**sliders: Mapping[str, float]) -> Mixing:
    """Return a matrix of sliders, each with the figures that its step moves."""
    columns = [[figures.get(key, 0.0) for key in FIGURE_KEYS] for figures in sliders.values()]
    return Mixing(tuple(sliders), np.array(columns, dtype=np.float64).T, 100)


def intensifier(rows: Mapping[str, GameHabits]) -> Intensifier:
    """Return what turns up habits, where the slider of king danger moves king danger alone."""
    return Intensifier(player_table(rows), mixing(king_danger={"king_danger": 4.0}))
