"""What players' games say of their habits, and how well two halves of them agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.style.habits import HABIT_KEYS
from engine.style.records import PlayerInfo
from engine.training.tilt import Evidence, Floats

REFERENCE_HALF = 10_000
"""Positions of a half of a thousand games, for which the agreement of halves is given."""
LEAST_HALF = 1_000
"""Positions of a half of somebody's games from which it is held against the other half."""
LEAST_PLAYERS = 10
"""Fewest players with halves so long for whom the agreement of halves is measured."""
FREE_SPREAD = 0.3
"""Prior under which figures count as not shrunk."""


@dataclass(frozen=True, slots=True)
class PlayerEvidence:
    """What two halves of a player's games say of their habits.

    Attributes:
        player: whose.
        halves: evidence (2, K) and (2, K, K).
        positions: of each half, int64 (2,).
    """

    player: PlayerInfo
    halves: Evidence
    positions: npt.NDArray[np.int64]

    @property
    def whole(self) -> Evidence:
        """What all games say, (K,) and (K, K)."""
        return Evidence(self.halves.pull.sum(axis=0), self.halves.information.sum(axis=0))


def stacked_evidence(parts: Sequence[Evidence]) -> Evidence:
    return Evidence(
        np.stack([part.pull for part in parts]), np.stack([part.information for part in parts])
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well habits from two halves of players' games agree.

    Attributes:
        players: number of players with enough games.
        half: positions of a half, harmonic mean over these players.
        measured: correlation over these players for each of ``HABIT_KEYS``, of habits that are not
            shrunk; None for all if there are too few players.
        dispersion: variance of the difference of two halves, as a multiple of what it would be if
            every choice were made for itself; at least 1, and 1 for all if there are too few.
        expected: the correlation for halves of ``REFERENCE_HALF`` positions (Spearman-Brown).
    """

    players: int
    half: float
    measured: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    dispersion: tuple[float, ...] = (1.0,) * len(HABIT_KEYS)

    @classmethod
    def of(cls, evidence: Sequence[PlayerEvidence]) -> "Agreement":
        many = [one for one in evidence if one.positions.min() >= LEAST_HALF]
        if len(many) < LEAST_PLAYERS:
            unknown = (None,) * len(HABIT_KEYS)
            return cls(len(many), 0.0, unknown, unknown)
        half = float(1 / np.mean(1 / np.stack([one.positions for one in many])))
        free = np.full(len(HABIT_KEYS), FREE_SPREAD)
        pairs, errors = stacked_evidence([one.halves for one in many]).posterior(free)
        alone = (errors**2).sum(axis=1).mean(axis=0)
        dispersion = np.maximum((pairs[:, 0] - pairs[:, 1]).var(axis=0) / alone, 1.0)
        found = [_correlation(pairs[:, 0, k], pairs[:, 1, k]) for k in range(len(HABIT_KEYS))]
        times = REFERENCE_HALF / half
        expected = [times * r / (1 + (times - 1) * r) if r > 0 else 0.0 for r in found]
        return cls(
            len(many),
            half,
            tuple(found),
            tuple(round(value, 4) for value in expected),
            tuple(np.round(dispersion, 3).tolist()),
        )


def _correlation(first: Floats, second: Floats) -> float:
    if not (first.std() > 0 and second.std() > 0):
        return 0.0
    return round(float(np.corrcoef(first, second)[0, 1]), 4)
