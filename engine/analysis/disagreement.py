"""Where styles part ways: the fixed positions in which their policies differ most.

The measure is the Jensen-Shannon divergence between the policies, each with the same weight. It is
the entropy of their mean less the mean of their entropies: how much a move drawn from one of them,
one does not know which, tells of whose it is. Divided by its largest possible value it is 0 where
all agree and 1 where no two have a move in common, for two styles as for three.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import chess
import numpy as np
import numpy.typing as npt

from engine.analysis.fixed_positions_meter import FixedPositionsMeter
from engine.attributes.fixed_positions import FixedPosition
from engine.attributes.sampling import Phase
from engine.errors import StylemateError
from engine.style.style import Style


@dataclass(frozen=True, slots=True)
class Favourite:
    """The move that a style likes most.

    Attributes:
        move: the move.
        chances: how often each of the compared styles plays it, in their order.
    """

    move: chess.Move
    chances: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A position in which styles differ.

    Attributes:
        position: the position.
        divergence: 0 (the same policies) to 1 (no move in common).
        favourites: of each style, in their order.
    """

    position: FixedPosition
    divergence: float
    favourites: tuple[Favourite, ...]

    @property
    def is_visible(self) -> bool:
        """Whether not all like the same move best."""
        return len({favourite.move for favourite in self.favourites}) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far styles agree in all positions.

    Attributes:
        divergence: the mean over the positions.
        same_favourite: share of the positions in which all like the same move most.
        positions: how many there are.
    """

    divergence: float
    same_favourite: float
    positions: int


def jensen_shannon(
    policies: npt.NDArray[np.float64], starts: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.float64]:
    """Return the normalised Jensen-Shannon divergence of policies, in each of several positions.

    Args:
        policies: (styles, L) probabilities of the moves of all positions, one after another; those
            of each position sum to 1.
        starts: (positions,) where each position begins; a single position if left out.

    Returns:
        float64 (positions,) from 0 to 1; 0 for a single style.
    """
    starts = np.zeros(1, dtype=np.int64) if starts is None else starts
    if len(policies) < 2:
        return np.zeros(len(starts))
    mixture = policies.mean(axis=0)
    surplus = _entropy_terms(mixture) - _entropy_terms(policies).mean(axis=0)
    divergence = np.add.reduceat(surplus, starts) / np.log(len(policies))
    return np.asarray(np.clip(divergence, 0.0, 1.0))  # rounding goes a hair beyond


def compare(meter: FixedPositionsMeter, styles: Sequence[Style]) -> Comparison:
    """Return how far styles agree.

    Raises:
        StylemateError: fewer than two styles are compared.
    """
    chances = _chances(meter, styles)
    best = _favourites(chances, meter)
    return Comparison(
        divergence=float(jensen_shannon(chances, meter.starts).mean()),
        same_favourite=float((best == best[0]).all(axis=0).mean()),
        positions=len(meter.positions),
    )


def disagreements(
    meter: FixedPositionsMeter, styles: Sequence[Style], count: int, phase: Phase | None = None
) -> list[Disagreement]:
    """Return the positions in which styles differ most.

    Those come first in which they do not all like the same move best: that is what is seen on the
    board. Among these, and among the others, the greatest divergence comes first.

    Args:
        meter: of the fixed positions.
        styles: two or more.
        count: how many positions; fewer where there are not so many.
        phase: of the game; all if None.

    Raises:
        StylemateError: fewer than two styles are compared.
    """
    chances = _chances(meter, styles)
    divergences = jensen_shannon(chances, meter.starts)
    best = _favourites(chances, meter)
    is_shared = (best == best[0]).all(axis=0)
    wanted = [
        row
        for row in np.lexsort((-divergences, is_shared)).tolist()
        if phase is None or meter.positions[row].phase == phase
    ]
    return [
        Disagreement(
            meter.positions[row],
            float(divergences[row]),
            tuple(
                Favourite(
                    meter.moves[row][number],
                    tuple(chances[:, meter.starts[row] + number].tolist()),
                )
                for number in best[:, row].tolist()
            ),
        )
        for row in wanted[:count]
    ]


def _chances(meter: FixedPositionsMeter, styles: Sequence[Style]) -> npt.NDArray[np.float64]:
    """Return the policies of all styles, float64 (styles, L)."""
    if len(styles) < 2:
        raise StylemateError("Choose at least two styles to see where they disagree.")
    return np.stack([meter.policies(style) for style in styles])


def _favourites(
    chances: npt.NDArray[np.float64], meter: FixedPositionsMeter
) -> npt.NDArray[np.int64]:
    """Return the number of each style's likeliest move in each position (styles, positions)."""
    ends = [*meter.starts[1:].tolist(), chances.shape[1]]
    spans = zip(meter.starts.tolist(), ends, strict=True)
    return np.stack([chances[:, start:end].argmax(axis=1) for start, end in spans], axis=1)


def _entropy_terms(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return -p log p, which is 0 where p is."""
    safe = np.where(probabilities > 0, probabilities, 1.0)
    return np.asarray(-probabilities * np.log(safe))
