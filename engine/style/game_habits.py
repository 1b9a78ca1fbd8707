"""What happens in somebody's games, held against real players: habits as a spectator sees them.

A habit in games is a mean over games of one of the figures (``engine.attributes.figure_registry``):
how often queens come off by move 20, how many of a hundred moves take. It holds all that brought it
about, openings and opponents too; the habits of ``engine.style.habits`` count what is chosen from
the same moves alone, and are far smaller and harder to tell.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import BY_KEY, FIGURE_KEYS, Figure
from engine.errors import StylemateError
from engine.style.habits import LEAST_AGREEMENT, PHRASES, Certainty, HabitLine, certainty
from engine.style.player_games import PlayerGames, Spread

NOT_STYLE: Final = frozenset({"score", "length"})
"""Figures of strength and of how games go, not of how a player likes to play."""
_MOST_GAMES = 10**9

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GameHabits:
    """What happens in one player's games, or in those of a blend.

    Attributes:
        means: float32 (F,), mean over games of each of ``FIGURE_KEYS``; nan where none has it.
        errors: float32 (F,), standard errors of the means; nan where there is no mean.
        games: how many games were looked at.

    Raises:
        StylemateError: the numbers are not such means.
    """

    means: npt.NDArray[np.float32]
    errors: npt.NDArray[np.float32]
    games: int

    def __post_init__(self) -> None:
        for name in ("means", "errors"):
            numbers = np.asarray(getattr(self, name), dtype=np.float32)
            if numbers.shape != (len(FIGURE_KEYS),) or np.isinf(numbers).any():
                raise StylemateError("Some habits in games are not numbers.")
            object.__setattr__(self, name, numbers)
        if (self.errors < 0).any():
            raise StylemateError("A standard error of habits in games is below 0.")
        if not 0 <= self.games <= _MOST_GAMES:
            raise StylemateError("The number of games of habits is out of range.")


def known_habits(table: PlayerGames, name: str) -> GameHabits | None:
    """Return what happens in a known player's games, by exact name; None if it was not measured."""
    row = table.row(name)
    if row is None:
        return None
    means, errors = (
        np.array([column[place] if place >= 0 else np.nan for place in figure_columns(table)])
        for column in (table.means[row], table.errors[row])
    )
    return GameHabits(means, errors, int(table.games[row]))


def is_told(table: PlayerGames, key: str) -> bool:
    """Tell whether a figure is a habit that halves of players' games agree on."""
    agreement = table.agreement(key)
    return key not in NOT_STYLE and agreement is not None and agreement >= LEAST_AGREEMENT


def deviations(habits: GameHabits, table: PlayerGames) -> Values:
    """Return how far habits lie from the players' mean, as far as is known.

    Args:
        habits: of a player.
        table: the real players.

    Returns:
        Float64 (F,), in standard deviations over players: what is expected of the true habit, drawn
        to 0 by the error of few games; 0 where nothing is known or ``is_told`` says no.
    """
    found = np.zeros(len(FIGURE_KEYS))
    for place, key in enumerate(FIGURE_KEYS):
        spread = table.spread(key)
        if spread is None or spread.sd == 0 or not is_told(table, key):
            continue
        far, error = _standing(habits, place, spread)
        if np.isfinite(far) and np.isfinite(error):
            found[place] = far / (1 + error**2)
    return found


def told_in_games(habits: GameHabits, table: PlayerGames) -> list[HabitLine]:
    """Return a player's habits in games that can be told, clear ones first, then the farthest."""
    lines = []
    for place, (key, expected) in enumerate(
        zip(FIGURE_KEYS, deviations(habits, table), strict=True)
    ):
        spread = table.spread(key)
        if expected == 0 or spread is None:
            continue
        sure = certainty(*_standing(habits, place, spread))
        if sure is Certainty.UNCLEAR:
            continue
        text = _words(BY_KEY[key], float(habits.means[place]), spread)
        if text:
            lines.append(HabitLine(key, text, float(expected), sure))
    return sorted(
        lines, key=lambda line: (line.certainty is not Certainty.CLEAR, -abs(line.deviations))
    )


def _words(figure: Figure, mean: float, spread: Spread) -> str:
    """Return a habit in words: how often, or of what has no count, whether more or less.

    It is empty for what adds nothing to another figure.
    """
    if figure.unit not in ("pawns", "points"):
        return f"{figure.say(mean)} (others {figure.number(spread.mean)})"
    if figure.own_of is None:
        return ""
    return f"{PHRASES[figure.own_of]} {'more' if mean > spread.mean else 'less'} than others"


def _standing(habits: GameHabits, place: int, spread: Spread) -> tuple[float, float]:
    """Return how far a player lies from the mean, and the error of that, in deviations."""
    far = (float(habits.means[place]) - spread.mean) / spread.sd
    return far, float(habits.errors[place]) / spread.sd


def figure_columns(table: PlayerGames) -> list[int]:
    """Return the table's column of each of ``FIGURE_KEYS``, -1 where it has none."""
    columns = {key: column for column, key in enumerate(table.figures)}
    return [columns.get(key, -1) for key in FIGURE_KEYS]
