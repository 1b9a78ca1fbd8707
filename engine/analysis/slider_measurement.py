"""One model, its style space and the fixed positions, for measuring styles on demand."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from cachetools import LRUCache

from engine.analysis.shipped_measurements import STYLES_DIRECTORY
from engine.attributes.fixed_positions import FixedPosition
from engine.attributes.sampling import Phase
from engine.model.style_model import StyleModel
from engine.style.space import StyleSpace
from engine.style.steering.attribute_meter import Reading, Yardstick
from engine.style.steering.calibration import attribute_units
from engine.style.steering.dose_response import (
    AMOUNTS,
    DoseResponse,
    measure_response,
)
from engine.style.style import Routing, Style, steer

OFFERED = 8
PUSH = 3.0
"""Steps at which it is looked for what a push changes on the board."""
REMEMBERED = 256


class Laboratory:
    """Measures styles on the fixed positions. Safe to use from many threads."""

    def __init__(
        self, model: StyleModel, space: StyleSpace, positions: Sequence[FixedPosition], assets: Path
    ) -> None:
        """Encode the positions once.

        Args:
            model: its styles are measured.
            space: with the attributes' deltas.
            positions: the fixed positions.
            assets: directory with the calibration, for the attributes' units.
        """
        self.positions = tuple(positions)
        units = attribute_units(assets / STYLES_DIRECTORY, space)
        self.units = {key: unit.sd for key, unit in units.items()}
        self._space = space
        self._yardstick = Yardstick(model, positions)
        self._telling: LRUCache[tuple[str, str], list[tuple[int, float]]] = LRUCache(REMEMBERED)
        self._lock = threading.Lock()

    def measures(self, key: str) -> bool:
        """Whether the fixed positions know an attribute."""
        return key in self._yardstick.keys

    def telling_positions(self, style: Style, key: str) -> list[tuple[int, float]]:
        """Return the positions in which pushing a style along an attribute shows most.

        Positions of the middle game in which the push changes the favourite move come first, then
        those of other phases, then those in which it changes only the chances of moves.

        Args:
            style: before the push.
            key: an attribute that can be steered and that ``measures`` knows.

        Returns:
            Position, and how much one step moves the expected attribute there in its own unit; of
            each sort the largest first. Remembered for the styles asked last.
        """
        name = (style.fingerprint, key)
        with self._lock:
            found = self._telling.get(name)
            if found is None:
                found = self._telling[name] = self._find_telling(style.z, key)
            return found

    def respond(
        self,
        styles: Routing,
        key: str,
        progress: Callable[[float], None] = lambda share: None,
        amounts: Sequence[float] = AMOUNTS,
    ) -> DoseResponse:
        """Measure what pushing styles (N, heads, modules) along an attribute does.

        See ``measure_response``.
        """
        delta = self._space.deltas[key]
        return measure_response(self._yardstick, key, self.units, styles, delta, amounts, progress)

    def sample_styles(self, count: int, seed: int = 0) -> Routing:
        """Return the styles of some players of the population, the same for the same seed."""
        population = self._space.population
        rows = np.random.default_rng(seed).permutation(len(population))[:count]
        return population[np.sort(rows)]

    def _find_telling(self, z: Routing, key: str) -> list[tuple[int, float]]:
        delta = self._space.deltas[key]
        plain, up, down = (
            self._yardstick.read(steer(z, delta, amount)) for amount in (0.0, PUSH, -PUSH)
        )
        column = self._yardstick.keys.index(key)
        phases = [position.phase for position in self.positions]
        return most_visible(plain, (up, down), column, phases)[:OFFERED]


def most_visible(
    plain: Reading, pushed: tuple[Reading, Reading], column: int, phases: Sequence[Phase]
) -> list[tuple[int, float]]:
    """Return all positions, those first in which a push along an attribute is seen on the board.

    Args:
        plain: what the style does as it is.
        pushed: the same ``PUSH`` steps up, and as many down.
        column: of the attribute.
        phases: of the positions.

    Returns:
        Position and change of the attribute for one step, in its own unit.
    """
    up, down = pushed
    change = (up.expected[:, column] - down.expected[:, column]) / (2 * PUSH)
    rises = (up.favourites != plain.favourites) & (change > 0)
    falls = (down.favourites != plain.favourites) & (change > 0)
    is_middle = np.array([phase == "middlegame" for phase in phases])
    sort = np.select([is_middle & rises, is_middle & falls, rises | falls], [0, 1, 2], 3)
    order = np.lexsort((-change, sort))
    return [(int(row), float(change[row])) for row in order]
