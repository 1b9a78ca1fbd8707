"""What real players do in their games: a table that ships beside the styles.

Of every player it has the mean of each figure of games (``engine.evaluation.measures`` has their
registry and makes the table) with its standard error. What players truly differ by is the spread of
these means with the noise of finite games taken off.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import StylemateError
from engine.files import read_tensor_metadata, read_tensors, write_tensors
from engine.games.rating_groups import is_handle, is_rating_group
from engine.intervals import NORMAL_95

PLAYER_GAMES_FILE = "player_games.safetensors"
VERSION = 1
EXTREME = 0.01
"""The share of players that lies beyond either end of a spread."""


@dataclass(frozen=True, slots=True)
class Habit:
    """A figure of one player's games.

    Attributes:
        value: mean over the games.
        low, high: its 95 % interval.
        above: share of the players whose figure is smaller, 0 to 1.
    """

    value: float
    low: float
    high: float
    above: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How real players differ in a figure, the noise of finite games taken off.

    Attributes:
        mean: over players.
        sd: standard deviation over players; 0 where nothing but noise is seen.
        low: the value that the most extreme hundredth of players lies below.
        high: the value that the most extreme hundredth lies above.
    """

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class PlayerGames:
    """Figures of P players' games.

    Attributes:
        figures: keys of the F figures.
        names: the players.
        games: int32 (P,), how many games of each were looked at.
        means: float32 (P, F); nan where a player has none.
        errors: float32 (P, F), standard errors of the means.
        agreements: of each figure the correlation over players of the means of two halves of a
            thousand games; None where it was not measured.
    """

    figures: tuple[str, ...]
    names: tuple[str, ...]
    games: npt.NDArray[np.int32]
    means: npt.NDArray[np.float32]
    errors: npt.NDArray[np.float32]
    agreements: tuple[float | None, ...] = ()

    def __post_init__(self) -> None:
        if self.agreements and len(self.agreements) != len(self.figures):
            raise StylemateError("The agreements of halves do not fit the figures.")
        shape = (len(self.names), len(self.figures))
        if self.means.shape != shape or self.errors.shape != shape:
            raise StylemateError(
                f"{shape[0]} players and {shape[1]} figures do not fit tables of "
                f"{self.means.shape} and {self.errors.shape}."
            )
        if self.games.shape != shape[:1]:
            raise StylemateError(f"{shape[0]} players do not fit {len(self.games)} counts.")

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.names)}

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {key: column for column, key in enumerate(self.figures)}

    @cached_property
    def _is_person(self) -> npt.NDArray[np.bool_]:
        """Which rows are of persons by name: handles and rating groups say not how these differ."""
        return np.array([not (is_handle(name) or is_rating_group(name)) for name in self.names])

    def row(self, name: str) -> int | None:
        """Return a player's row by exact name, None if the games were not measured."""
        return self._rows.get(name)

    def agreement(self, figure: str) -> float | None:
        """Return how well halves of players' games agree on a figure, None if not measured."""
        column = self._columns.get(figure)
        return self.agreements[column] if self.agreements and column is not None else None

    def habit(self, name: str, figure: str) -> Habit | None:
        """Return a figure of a player's games, None where it is not known."""
        row, column = self._rows.get(name), self._columns.get(figure)
        if row is None or column is None or not np.isfinite(self.means[row, column]):
            return None
        value, error = float(self.means[row, column]), float(self.errors[row, column])
        half = NORMAL_95 * error
        return Habit(value, value - half, value + half, self.share_below(figure, value))

    def share_below(self, figure: str, value: float) -> float:
        """Return the share of the players whose figure is smaller, 0 to 1; half of equals count."""
        known = self._known(figure)[0]
        return float(((known < value) + 0.5 * (known == value)).mean()) if len(known) else 0.5

    def spread(self, figure: str) -> Spread | None:
        """Return how players differ in a figure; None where fewer than two are known."""
        return self._spreads.get(figure)

    def game_sd(self, figure: str) -> float | None:
        """Return how much a figure varies from game to game of one player, as a standard deviation.

        It is the median over players; None where it is not known.
        """
        column = self._columns.get(figure)
        if column is None:
            return None
        found = self.errors[:, column] * np.sqrt(self.games)
        found = found[self._is_person & np.isfinite(found)]
        return float(np.median(found)) if len(found) else None

    @cached_property
    def _spreads(self) -> dict[str, Spread]:
        found = {figure: self._spread(figure) for figure in self.figures}
        return {figure: spread for figure, spread in found.items() if spread is not None}

    def _spread(self, figure: str) -> Spread | None:
        means, errors = self._known(figure)
        if len(means) < 2:
            return None
        seen = float(means.var(ddof=1))
        true = max(seen - float((errors**2).mean()), 0.0)
        # The shape of what is seen, drawn together to what is true.
        drawn = means.mean() + (means - means.mean()) * np.sqrt(true / seen if seen > 0 else 0.0)
        low, high = np.quantile(drawn, (EXTREME, 1 - EXTREME))
        return Spread(float(means.mean()), float(np.sqrt(true)), float(low), float(high))

    def _known(self, figure: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        column = self._columns[figure]
        known = np.isfinite(self.means[:, column]) & np.isfinite(self.errors[:, column])
        known &= self._is_person
        return (
            self.means[known, column].astype(np.float64),
            self.errors[known, column].astype(np.float64),
        )

    def save(self, directory: Path) -> None:
        """Write the table, small: numbers as float16."""
        metadata = {
            "format": "stylemate-player-games",
            "version": str(VERSION),
            "figures": json.dumps(self.figures),
            "names": json.dumps(self.names, ensure_ascii=False),
            "agreements": json.dumps(self.agreements),
        }
        tensors: dict[str, npt.NDArray[Any]] = {
            "games": self.games.astype(np.int32),
            "means": self.means.astype(np.float16),
            "errors": self.errors.astype(np.float16),
        }
        write_tensors(directory / PLAYER_GAMES_FILE, tensors, metadata)

    @classmethod
    def load(cls, directory: Path) -> "PlayerGames":
        """Read the table of a folder of styles.

        Raises:
            StylemateError: it is missing, damaged or of another version.
        """
        path = directory / PLAYER_GAMES_FILE
        metadata, tensors = read_tensor_metadata(path), read_tensors(path)
        if metadata.get("version") != str(VERSION):
            raise StylemateError(f"{path} is not of version {VERSION}. Restore it.")
        try:
            figures, names = (json.loads(metadata[key]) for key in ("figures", "names"))
            agreements = json.loads(metadata.get("agreements", "[]"))
            return cls(
                tuple(map(str, figures)),
                tuple(map(str, names)),
                tensors["games"].astype(np.int32),
                tensors["means"].astype(np.float32),
                tensors["errors"].astype(np.float32),
                tuple(None if one is None else float(one) for one in agreements),
            )
        except (KeyError, TypeError, ValueError, StylemateError) as error:
            raise StylemateError(f"{path} is damaged: {error}. Restore it.") from None


def load_player_games(directory: Path) -> PlayerGames | None:
    """Return the table of a folder of styles, None if it has none.

    Raises:
        StylemateError: there is one, but it cannot be read.
    """
    if not (directory / PLAYER_GAMES_FILE).is_file():
        return None
    return PlayerGames.load(directory)
