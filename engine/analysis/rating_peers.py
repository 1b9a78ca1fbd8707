"""Players of about somebody's rating, to hold a style against."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.style.space import StyleSpace
from engine.style.style import Routing, centred

WIDTHS = (50.0, 100.0, 200.0)
"""Rating points within which players count as peers; the narrowest that finds enough is taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Peers:
    """Some players of a style space, and their mean style.

    Attributes:
        rows: int64 (players,), rows of the space.
        rating: the rating they are near to, None if they are simply all players.
        width: how far from it they are at most, in rating points; 0 if they are all players.
        style: float32 (heads, modules), their mean.
    """

    rows: npt.NDArray[np.int64]
    rating: float | None
    width: float
    style: Routing

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.rows)

    def percentile(self, space: StyleSpace, key: str, level: float) -> float | None:
        """Return how many in a hundred of them stand below a level, ties counted half.

        Returns:
            None if none of them was measured in the attribute.
        """
        known = np.array(
            [
                player.attributes[key]
                for player in (space.players[row] for row in self.rows)
                if key in player.attributes
            ]
        )
        if not len(known):
            return None
        return float(50 * ((known < level).mean() + (known <= level).mean()))


def find_peers(space: StyleSpace, rating: float | None, least: int = 1) -> Peers:
    """Return the players whose mean rating is near one; all players if too few are.

    Args:
        space: its guests are left out.
        rating: whose peers; None if unknown.
        least: how many there should be.
    """
    population = space.players[: len(space.population)]
    ratings = np.array([player.rating or np.nan for player in population], dtype=np.float64)
    for width in WIDTHS:
        rows = np.flatnonzero(np.abs(ratings - (rating or np.nan)) <= width)
        if len(rows) >= least:
            mean = space.population[rows].mean(axis=0, dtype=np.float64).astype(np.float32)
            return Peers(rows, rating, width, centred(mean))
    return Peers(np.arange(len(population)), None, 0.0, space.average)
