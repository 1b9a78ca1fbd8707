"""What each rung of the ladder is worth, as it was measured, and the way from a rating to a rung.

The table is written by ``stylemate strength`` and shipped beside the model. Without one, or with
one of another model, strengths can be chosen all the same, but nothing is said of what they are
worth.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import numpy as np

from engine.errors import StylemateError
from engine.files import read_json, write_json
from engine.play.strength.setting import RUNGS, Setting, between
from engine.style.recipe import MAXIMUM_ELO, MINIMUM_ELO

STRENGTH_FILE = "strength.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class RungRating:
    """What one setting is worth.

    Attributes:
        setting: how it plays.
        elo: its rating, never below that of a weaker setting.
        low: lower end of the 95 % interval.
        high: upper end.
        games: played by it.
    """

    setting: Setting
    elo: float
    low: float
    high: float
    games: int


@dataclass(frozen=True, slots=True)
class OpponentRating:
    """What somebody is worth whom the rungs met.

    Attributes:
        name: such as ``Stockfish skill 3``.
        elo: the rating.
        error: its standard error, 0 of those on whom the scale hangs.
        games: played.
    """

    name: str
    elo: float
    error: float
    games: int


@dataclass(frozen=True, slots=True)
class Level:
    """What a chosen rating stands for.

    Attributes:
        setting: how to play.
        elo: what it is worth; at the ladder's ends not what was asked for. None if not measured.
        margin: half of the 95 % interval, None if not measured.
    """

    setting: Setting
    elo: float | None
    margin: float | None


@dataclass(frozen=True, slots=True)
class StrengthTable:
    """A measured ladder.

    Attributes:
        rungs: from the weakest to the strongest; none if nothing was measured.
        scale: what the ratings mean, in a sentence.
        date: of the measurement, as 2026-01-31.
        model: fingerprint of the model that played.
        as_learned: what the average style is worth without a chosen strength, if measured.
        opponents: the others who took part.
    """

    rungs: tuple[RungRating, ...] = ()
    scale: str = ""
    date: str = ""
    model: str = ""
    as_learned: RungRating | None = None
    opponents: tuple[OpponentRating, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether there is anything to go by."""
        return len(self.rungs) > 1

    @property
    def games(self) -> int:
        """How many were played, each of which two took part in."""
        sides = [rung.games for rung in self.rungs] + [other.games for other in self.opponents]
        return sum(sides) // 2

    @property
    def reach(self) -> tuple[int, int]:
        """Lowest and highest rating that can be chosen, in steps of 50."""
        if not self.is_measured:
            return MINIMUM_ELO, MAXIMUM_ELO
        low = max(MINIMUM_ELO, 50 * round(self.rungs[0].elo / 50))
        return low, min(MAXIMUM_ELO, 50 * round(self.rungs[-1].elo / 50))

    def level(self, elo: float) -> Level:
        """Return how to play at a rating."""
        if not self.is_measured:
            share = (elo - MINIMUM_ELO) / (MAXIMUM_ELO - MINIMUM_ELO)
            return Level(between(RUNGS, share * (len(RUNGS) - 1)), None, None)
        ratings = np.array([rung.elo for rung in self.rungs])
        place = float(np.interp(elo, ratings, np.arange(len(ratings))))
        margins = [(rung.high - rung.low) / 2 for rung in self.rungs]
        setting = between([rung.setting for rung in self.rungs], place)
        return Level(
            setting,
            float(np.interp(place, np.arange(len(ratings)), ratings)),
            float(np.interp(place, np.arange(len(ratings)), margins)),
        )

    def save(self, path: Path) -> None:
        """Write the table."""
        write_json(path, {"version": VERSION, **asdict(self)})

    @classmethod
    def load(cls, path: Path, model: str = "") -> "StrengthTable":
        """Read a table; an empty one if there is none, or it is of another model.

        Raises:
            StylemateError: the file is damaged or of another version.
        """
        if not path.is_file():
            return cls()
        read = read_json(path)
        if not isinstance(read, dict) or read.get("version") != VERSION:
            raise StylemateError(f"{path} is not a table of strength of version {VERSION}.")
        try:
            if "rungs" not in read:
                raise ValueError("it holds no rungs")
            table = msgspec.convert(read, cls)
            for rung in table.rungs:
                _check(rung)
        except ValueError as error:  # msgspec's are of this kind
            raise StylemateError(f"{path} is damaged: {error}") from None
        if (np.diff([rung.elo for rung in table.rungs]) <= 0).any():
            raise StylemateError(f"{path} is damaged: its ratings do not rise.")
        return table if table.model == model else cls()


def rising(rungs: Sequence[RungRating]) -> tuple[RungRating, ...]:
    """Return rungs whose ratings strictly rise, leaving out those that add nothing."""
    kept: list[RungRating] = []
    for rung in rungs:
        if not kept or rung.elo > kept[-1].elo + 1:
            kept.append(rung)
    return tuple(kept)


def _check(rung: RungRating) -> None:
    """Check that numbers are such as a ladder measures.

    Raises:
        ValueError: one is not.
    """
    setting = rung.setting
    for number, low, high in (
        (setting.beginner, 0.0, 1.0),
        (setting.temperature, 1e-3, 1e3),
        (setting.care, 0.0, 1e4),
        (setting.visits, 0, 1e6),
        (rung.elo, -1e4, 1e4),
        (rung.low, -1e5, 1e5),
        (rung.high, -1e5, 1e5),
    ):
        if not low <= number <= high:
            raise ValueError(f"{number} is out of range")
