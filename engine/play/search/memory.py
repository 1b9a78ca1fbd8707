"""What the network said of positions, so that no search asks again what another one did.

A position that was reached by another order of moves has another history: the network is given
other planes, and may answer otherwise. So an answer goes by all that the network is given, and no
search comes out otherwise for it. One search never asks twice, for its tree knows; what is saved
is where two look at one game, as they do when both sides look ahead or a game is gone through move
by move.
"""

import threading
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from engine.position.planes import HISTORY, PLANES_PER_BOARD

KEPT = 16_384
"""Answers that are kept, of about one and a half kilobytes each."""
_BOARDS = HISTORY * PLANES_PER_BOARD


class Opinion(NamedTuple):
    """What the network thinks of a position.

    Attributes:
        priors: float64 (moves,), how likely each legal move is, summing to 1; not to be changed.
        value: win minus loss for the side to move, -1 to 1.
    """

    priors: npt.NDArray[np.float64]
    value: float


class Memory:
    """Opinions of one network by what it was asked. Safe to use from many threads."""

    def __init__(self, kept: int = KEPT) -> None:
        """Remember nothing yet.

        Args:
            kept: answers; those that were not asked for the longest are forgotten first.
        """
        self._opinions: LRUCache[bytes, Opinion] = LRUCache(kept)
        self._lock = threading.Lock()

    @property
    def fullness(self) -> float:
        """Which share of the room for answers is taken, 0 to 1."""
        with self._lock:
            return self._opinions.currsize / self._opinions.maxsize

    def recall(self, question: bytes) -> Opinion | None:
        """Return what was said, None if the question is new or forgotten."""
        with self._lock:
            return self._opinions.get(question)

    def keep(self, question: bytes, opinion: Opinion) -> None:
        """Remember an answer."""
        opinion.priors.flags.writeable = False  # searches share it from now on
        with self._lock:
            self._opinions[question] = opinion


def question_of(planes: npt.NDArray[np.float32]) -> bytes:
    """Return what the network is given, in a fortieth of the room and without any loss.

    Args:
        planes: float32 (112, 8, 8); those of the boards hold 0 and 1, the others one number each.
    """
    boards = np.packbits(planes[:_BOARDS] != 0).tobytes()
    return boards + planes[_BOARDS:, 0, 0].tobytes()
