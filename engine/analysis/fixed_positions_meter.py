"""What styles do in the shipped fixed positions: worked out once, and used for much.

The attributes of a style, the positions in which styles disagree and those in which a slider shows
all follow from its policies there, so the positions are encoded once for them all.
"""

import threading
from collections.abc import Callable, Mapping, Sequence

import chess
import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from engine.attributes.fixed_positions import FixedPosition
from engine.attributes.sampling import Phase
from engine.model.style_model import StyleModel
from engine.style.steering.attribute_meter import AttributeMeter, Reading
from engine.style.steering.dose_response import AMOUNTS, DoseResponse, measure_response
from engine.style.style import Routing, Style, steer

STYLES_KEPT = 64
TELLING_KEPT = 256
POSITIONS_OFFERED = 8
"""Telling positions that are found for a slider."""
TELLING_STEPS = 3.0
"""Steps along a delta at which it is looked for what they change on the board."""


class FixedPositionsMeter:
    """Measures styles on the fixed positions, and remembers. Safe to use from many threads."""

    def __init__(
        self, model: StyleModel, positions: Sequence[FixedPosition], kept: int = STYLES_KEPT
    ) -> None:
        """Encode the positions.

        Args:
            model: it must not be trained or changed while it is in use.
            positions: with the attributes of every legal move.
            kept: how many styles to remember.
        """
        self.positions = tuple(positions)
        self.moves: tuple[tuple[chess.Move, ...], ...] = tuple(
            tuple(position.board.legal_moves) for position in positions
        )
        """Legal moves of each position, in the order of the policies."""
        self._meter = AttributeMeter(model, positions)
        self._policies: LRUCache[str, npt.NDArray[np.float64]] = LRUCache(kept)
        self._telling: LRUCache[tuple[str, str, bytes], list[tuple[int, float]]] = LRUCache(
            TELLING_KEPT
        )
        self._lock = threading.Lock()

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes that the positions know."""
        return self._meter.keys

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """Number of each position's first move in the policies, int64 (positions,)."""
        return self._meter.starts

    def policies(self, style: Style) -> npt.NDArray[np.float64]:
        """Return how likely a style plays each legal move of all positions, float64 (L,)."""
        key = style.fingerprint
        with self._lock:
            policies = self._policies.get(key)
            if policies is None:
                policies = self._meter.policies(style.z)
                policies.flags.writeable = False
                self._policies[key] = policies
        return policies

    def attributes(self, style: Style) -> dict[str, float]:
        """Return a style's measured attributes by key, each in its own unit."""
        expected = self._meter.expected(self.policies(style))
        return dict(zip(self.keys, expected.tolist(), strict=True))

    def telling_positions(self, style: Style, key: str, delta: Routing) -> list[tuple[int, float]]:
        """Return the positions in which steering a style along an attribute shows most.

        Positions of the middle game in which steering changes the favourite move come first, then
        those of other phases, then those in which it changes only the chances of moves.

        Args:
            style: before it is steered.
            key: an attribute among ``keys``.
            delta: float32 (heads, modules), one step along it.

        Returns:
            Position, and how much one step moves the expected attribute there in its own unit; of
            each sort the largest first. Remembered for the styles asked last.
        """
        name = (style.fingerprint, key, delta.tobytes())
        with self._lock:
            found = self._telling.get(name)
            if found is None:
                found = self._telling[name] = self._find_telling(style.z, key, delta)
            return found

    def respond(
        self,
        styles: Routing,
        key: str,
        delta: Routing,
        units: Mapping[str, float],
        progress: Callable[[float], None] = lambda share: None,
        amounts: Sequence[float] = AMOUNTS,
    ) -> DoseResponse:
        """Measure what steering styles (N, heads, modules) along an attribute does.

        See ``measure_response``.
        """
        return measure_response(self._meter, key, units, styles, delta, amounts, progress)

    def _find_telling(self, z: Routing, key: str, delta: Routing) -> list[tuple[int, float]]:
        plain, up, down = (
            self._meter.read(steer(z, delta, steps))
            for steps in (0.0, TELLING_STEPS, -TELLING_STEPS)
        )
        column = self.keys.index(key)
        phases = [position.phase for position in self.positions]
        return most_visible(plain, (up, down), column, phases)[:POSITIONS_OFFERED]


def most_visible(
    plain: Reading, steered: tuple[Reading, Reading], column: int, phases: Sequence[Phase]
) -> list[tuple[int, float]]:
    """Return all positions, those first in which steering along an attribute is seen on the board.

    Args:
        plain: what the style does as it is.
        steered: the same ``TELLING_STEPS`` steps up, and as many down.
        column: of the attribute.
        phases: of the positions.

    Returns:
        Position and change of the attribute for one step, in its own unit.
    """
    up, down = steered
    change = (up.expected[:, column] - down.expected[:, column]) / (2 * TELLING_STEPS)
    rises = (up.favourites != plain.favourites) & (change > 0)
    falls = (down.favourites != plain.favourites) & (change > 0)
    is_middle = np.array([phase == "middlegame" for phase in phases])
    sort = np.select([is_middle & rises, is_middle & falls, rises | falls], [0, 1, 2], 3)
    order = np.lexsort((-change, sort))
    return [(int(row), float(change[row])) for row in order]
