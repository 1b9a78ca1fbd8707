"""Intensity: how much of a player's own way is played, as steps of all sliders on top of the style.

A style alone says how likely moves are; in whole games of it next to nothing is seen of the habits
that its player's games show. So what is missing is added by the sliders, as many times as an
intensity stands for of how the player's games differ from others': at 0 nothing, at 1 half of it,
which costs nothing in predicting the player's moves, and above 1 more than the player ever did, a
caricature that can be felt in one game. The mixing matrix says which steps of all sliders together
do that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.style.game_habits import GameHabits, deviations, known_habits
from engine.style.mixing import Mixing, load_mixing
from engine.style.player_games import PlayerGames, load_player_games
from engine.style.recipe import MAXIMUM_AMOUNT
from engine.style.style import Routing

AS_REAL = 0.5
"""How many times the player's own deviations intensity 1 adds: as many as leave the likelihood of
the player's other moves as it is. All of them would cost some; see the report on games."""
CARICATURE = 1.75
"""How many times a player's own deviations each further point of intensity adds. At 5 sliders come
near their ends, and what is played stops resembling chess; see the report on games."""


def times_real(intensity: float) -> float:
    """Return how many times a player's own deviations an intensity adds."""
    return AS_REAL * intensity if intensity <= 1 else AS_REAL + CARICATURE * (intensity - 1)


@dataclass(frozen=True, eq=False, slots=True)
class Intensifier:
    """Knows what happens in players' games, and which sliders bring it about.

    Attributes:
        players: real players' games.
        mixing: what sliders do to games.
        guests: what happens in the games of guests of the style space, by name.
    """

    players: PlayerGames
    mixing: Mixing
    guests: Mapping[str, GameHabits] = field(default_factory=dict)

    def with_guest(self, name: str, habits: GameHabits | None) -> "Intensifier":
        """Return the same with a guest, as far as the guest's games are known."""
        return self if habits is None else replace(self, guests={**self.guests, name: habits})

    def habits_of(self, name: str) -> GameHabits | None:
        """Return what happens in a player's games, by exact name; None if it was not measured."""
        return self.guests.get(name) or known_habits(self.players, name)

    def deviations(self, parts: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Return how the games of a blend differ from others', float64 (F,), in deviations.

        Args:
            parts: weights of players by exact name, shares of the whole; what is missing to 1, and
                players whose games were not measured, differ from nobody.
        """
        blended = np.zeros(len(FIGURE_KEYS))
        for name, weight in parts.items():
            habits = self.habits_of(name)
            if habits is not None:
                blended += weight * deviations(habits, self.players)
        return blended

    def amounts(self, parts: Mapping[str, float], intensity: float) -> dict[str, float]:
        """Return by how many steps an intensity pushes each slider.

        Args:
            parts: as for ``deviations``.
            intensity: 0 adds nothing. No slider is pushed beyond its end.
        """
        blended = self.deviations(parts)
        pushed = times_real(intensity) * self.mixing.steps(blended)
        bounded = np.clip(pushed, -MAXIMUM_AMOUNT, MAXIMUM_AMOUNT).tolist()
        return dict(zip(self.mixing.sliders, bounded, strict=True))


def load_intensifier(directory: Path) -> Intensifier | None:
    """Return what a folder of styles knows of players' games, None where a part is missing.

    Raises:
        StylemateError: a part is damaged.
    """
    players, mixing = load_player_games(directory), load_mixing(directory)
    return None if players is None or mixing is None else Intensifier(players, mixing)


def turned_down(z: Routing, average: Routing, intensity: float) -> Routing:
    """Return a style on its way from the population's, at 0, to itself, at 1."""
    share = np.float32(min(max(intensity, 0.0), 1.0))
    return average + share * (z - average)
