"""From a report on games to the mixing matrix: what a step of every slider does to every figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.evaluation.report.slider_games import GAMES_EXPERIMENT
from engine.files import read_json_as
from engine.style.mixing import Mixing
from engine.style.player_games import PlayerGames

HALF_WAY = 0.5
"""Share of a slider's reach up to which figures are taken to follow it straight."""
_SLIDER, _UNPUSHED = "slider", "unpushed"


@dataclass(frozen=True, slots=True)
class _Cell:
    """A style whose games were measured; see ``experiments.games.presentation``."""

    kind: str
    values: Sequence[Sequence[float]]
    key: str = ""
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class _Data:
    reach: float
    figures: tuple[str, ...]
    cells: Sequence[_Cell]


@dataclass(frozen=True, slots=True)
class _Settings:
    games: int


@dataclass(frozen=True, slots=True)
class _Experiment:
    data: _Data
    settings: _Settings


@dataclass(frozen=True, slots=True)
class _Report:
    experiments: Mapping[str, object] = field(default_factory=dict)


def mixing_of_report(report: Path, players: PlayerGames) -> Mixing:
    """Return what sliders do to games, by a straight line through the places up to half way.

    Args:
        report: report.json with the experiment on games.
        players: real players, whose deviations are the unit; a figure in which they do not differ
            is left out.

    Raises:
        StylemateError: the report is missing, damaged, or has no measured sliders.
    """
    found = read_json_as(report, _Report).experiments.get(GAMES_EXPERIMENT)
    if found is None:
        raise StylemateError(
            f"{report} has no experiment on games. `stylemate evaluate --only games` makes it."
        )
    try:
        experiment = msgspec.convert(found, _Experiment)
    except msgspec.ValidationError as error:
        raise StylemateError(f"{report} is damaged: {error}. Make it anew.") from None
    data = experiment.data
    plain = [cell for cell in data.cells if cell.kind == _UNPUSHED]
    sliders = tuple(dict.fromkeys(cell.key for cell in data.cells if cell.kind == _SLIDER))
    if not plain or not sliders:
        raise StylemateError(f"{report} has no measured sliders, or not the unpushed style.")
    response = [_response(data, key, plain[0], players) for key in sliders]
    return Mixing(sliders, np.array(response).T, experiment.settings.games)


def _response(data: _Data, key: str, plain: _Cell, players: PlayerGames) -> npt.NDArray[np.float64]:
    """Return how many deviations of each figure (F,) a step of one slider is."""
    cells = [
        cell
        for cell in data.cells
        if cell.kind == _SLIDER and cell.key == key and abs(cell.amount) <= HALF_WAY * data.reach
    ]
    amounts = np.array([cell.amount for cell in cells])
    found = np.zeros(len(FIGURE_KEYS))
    for place, figure in enumerate(FIGURE_KEYS):
        spread = players.spread(figure)
        if figure not in data.figures or spread is None or spread.sd == 0 or not len(cells):
            continue
        column = data.figures.index(figure)
        moved = np.array([cell.values[column][0] for cell in cells]) - plain.values[column][0]
        slope = float(amounts @ moved / (amounts @ amounts)) / spread.sd
        found[place] = slope if np.isfinite(slope) else 0.0
    return found
