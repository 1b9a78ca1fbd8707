"""What styles would play in the shipped fixed positions: worked out once, and used for much.

The attributes of a style and the positions in which styles disagree both follow from its policies
there, so one pass through the network serves them all.
"""

import threading
from collections.abc import Sequence

import chess
import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from engine.attributes.fixed_positions import FixedPosition
from engine.model.style_model import StyleModel
from engine.style.steering.attribute_meter import Yardstick
from engine.style.style import Style

STYLES_KEPT = 64


class FixedPolicies:
    """Policies of styles in fixed positions, remembered. Safe to use from many threads."""

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
        self._yardstick = Yardstick(model, positions)
        self._policies: LRUCache[str, npt.NDArray[np.float64]] = LRUCache(kept)
        self._lock = threading.Lock()

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """Number of each position's first move in the policies, int64 (positions,)."""
        return self._yardstick.starts

    def of(self, style: Style) -> npt.NDArray[np.float64]:
        """Return how likely a style plays each legal move of all positions, float64 (L,)."""
        key = style.fingerprint
        with self._lock:
            policies = self._policies.get(key)
            if policies is None:
                policies = self._yardstick.policies(style.z)
                policies.flags.writeable = False
                self._policies[key] = policies
        return policies

    def attributes(self, style: Style) -> dict[str, float]:
        """Return a style's measured attributes by key, each in its own unit."""
        expected = self._yardstick.expected(self.of(style))
        return dict(zip(self._yardstick.keys, expected.tolist(), strict=True))
