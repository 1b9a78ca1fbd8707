"""What sliders do to games, all of it: which figures each slider moves, and how to undo that.

Games hang together: who takes more also trades queens more. So a player's habits in games are not
reached by turning each slider by itself. The mixing matrix says by how much a step of every slider
moves every figure, measured in games; turned round, it says which steps of all sliders together
move the figures as somebody's games differ from others'.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.files import read_json, write_json

MIXING_FILE: Final = "mixing.json"
VERSION: Final = 1
RESTRAINT: Final = 2.0
"""Weight of short pushes against exact figures: a squared step against a squared deviation. It
keeps noise in the matrix from asking for long pushes that undo each other."""


@dataclass(frozen=True, eq=False, slots=True)
class Mixing:
    """The figures that sliders move.

    Attributes:
        sliders: keys of S attributes.
        response: float64 (F, S): by how many standard deviations over real players one step of each
            slider moves each of ``FIGURE_KEYS``; 0 where that is not known.
        games: in how many games each slider was measured.

    Raises:
        StylemateError: the parts do not fit each other.
    """

    sliders: tuple[str, ...]
    response: npt.NDArray[np.float64]
    games: int

    def __post_init__(self) -> None:
        if self.response.shape != (len(FIGURE_KEYS), len(self.sliders)):
            raise StylemateError("The mixing matrix does not fit its figures and sliders.")
        if not np.isfinite(self.response).all():
            raise StylemateError("The mixing matrix holds what is no number.")

    def steps(self, moved: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the steps (S,) of all sliders that together move the figures nearly so.

        Args:
            moved: float64 (F,), in standard deviations over real players; figures at exactly 0 are
                left free.
        """
        wanted = moved != 0
        rows = self.response[wanted]
        normal = rows.T @ rows + RESTRAINT * np.eye(len(self.sliders))
        found: npt.NDArray[np.float64] = np.linalg.solve(normal, rows.T @ moved[wanted])
        return found

    def scaled(self, shares: Mapping[str, float]) -> "Mixing":
        """Return what is true once steps of sliders are these shares of what they were."""
        factors = np.array([shares.get(slider, 1.0) for slider in self.sliders])
        return replace(self, response=self.response * factors)

    def moved(self, steps: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Return how far steps of sliders move the figures (F,); those not measured do nothing."""
        amounts = np.array([steps.get(slider, 0.0) for slider in self.sliders])
        found: npt.NDArray[np.float64] = self.response @ amounts
        return found

    def save(self, directory: Path) -> None:
        """Write the matrix beside the styles."""
        described = {
            "version": VERSION,
            "games": self.games,
            "response": {
                slider: {
                    key: round(float(value), 3)
                    for key, value in zip(FIGURE_KEYS, column, strict=True)
                    if value != 0
                }
                for slider, column in zip(self.sliders, self.response.T, strict=True)
            },
        }
        write_json(directory / MIXING_FILE, described)


def load_mixing(directory: Path) -> Mixing | None:
    """Return the matrix of a folder of styles, None if it has none.

    Raises:
        StylemateError: there is one, but it is damaged or of another version.
    """
    path = directory / MIXING_FILE
    if not path.is_file():
        return None
    described = read_json(path)
    if not isinstance(described, dict) or described.get("version") != VERSION:
        raise StylemateError(
            f"{path} is not of version {VERSION}. `stylemate styles mix` makes it."
        )
    try:
        response, games = described["response"], int(described["games"])
        return Mixing(tuple(map(str, response)), _matrix(response), games)
    except (KeyError, TypeError, ValueError, AttributeError, StylemateError) as error:
        raise StylemateError(f"{path} is damaged: {error}. Restore it.") from None


def _matrix(response: Mapping[str, Mapping[str, float]]) -> npt.NDArray[np.float64]:
    columns = [[float(column.get(key, 0.0)) for key in FIGURE_KEYS] for column in response.values()]
    return np.array(columns, dtype=np.float64).reshape(len(response), len(FIGURE_KEYS)).T
