"""What sliders do in whole games, as the report of the games experiment keeps it for pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np

from engine.assets import REPORT_DIRECTORY, REPORT_FILE
from engine.attributes.figure_registry import BY_KEY, Figure
from engine.errors import StylemateError
from engine.evaluation.experiment import Estimate
from engine.files import read_json_as

GAMES_EXPERIMENT = "games"


@dataclass(frozen=True, slots=True)
class SliderGames:
    """A slider's own figure in games against the unpushed style.

    Attributes:
        figure: key of the figure, in ``figure_registry``.
        amounts: numbers of steps by rising amount, 0 among them.
        own: for each amount the figure's mean over games, and the ends of its 95 % interval.
        step_sd: how many standard deviations of real players one step is; None if not known.
        games: how many games each amount is measured on.
    """

    figure: str
    amounts: tuple[float, ...]
    own: tuple[tuple[float, float, float], ...]
    step_sd: float | None = None
    games: int = 0

    @property
    def about(self) -> Figure:
        """The figure itself, with its words."""
        return BY_KEY[self.figure]

    def at(self, amount: float) -> Estimate:
        """Return the figure at an amount; between measured ones, and their intervals, straight.

        Beyond the last measured amount it is that amount's.
        """
        value, low, high = (
            float(np.interp(amount, self.amounts, column)) for column in np.array(self.own).T
        )
        return Estimate(value, low, high, self.games)

    def words(self, amount: float) -> str:
        """Return what happens in games, such as "queens come off by move 20 in 8 of 100 games"."""
        words = self.about.say(self.at(amount).value)
        if amount == 0:
            return words
        return f"{words} (unpushed {self.about.number(self.at(0.0).value)})"


@dataclass(frozen=True, slots=True)
class _Data:
    sliders: Mapping[str, SliderGames] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Settings:
    games: int = 0


@dataclass(frozen=True, slots=True)
class _Experiment:
    data: _Data = field(default_factory=_Data)
    settings: _Settings = field(default_factory=_Settings)


@dataclass(frozen=True, slots=True)
class _Report:
    """As much of a report as is looked at here."""

    experiments: Mapping[str, object] = field(default_factory=dict)


def load_slider_games(assets: Path) -> dict[str, SliderGames]:
    """Return what was measured of each slider in games, by attribute's key; empty without a report.

    Raises:
        StylemateError: the report is damaged.
    """
    path = assets / REPORT_DIRECTORY / REPORT_FILE
    if not path.is_file():
        return {}
    found = read_json_as(path, _Report).experiments.get(GAMES_EXPERIMENT)
    if found is None:
        return {}
    try:
        experiment = msgspec.convert(found, _Experiment)
    except msgspec.ValidationError as error:
        raise StylemateError(f"{path} is damaged: {error}. Restore it.") from None
    return {
        key: replace(slider, games=experiment.settings.games)
        for key, slider in experiment.data.sliders.items()
        if slider.figure in BY_KEY and len(slider.amounts) == len(slider.own) > 1
    }
