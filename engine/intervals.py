"""95 % intervals of means, where samples are many enough to take their mean as normal.

Figures over few players are resampled instead: see ``engine.evaluation.measures.bootstrap``.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

NORMAL_95: Final = 1.96
"""Standard errors to either side in a 95 % interval of a normal value."""


def half_width_95(samples: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """Return half the width of the 95 % interval of each column's mean, float64 (...).

    Args:
        samples: (N, ...), independent of each other.

    Returns:
        0 for a single sample, of whose spread nothing is known.
    """
    if len(samples) < 2:
        return np.zeros(samples.shape[1:])
    return np.asarray(NORMAL_95 * samples.std(axis=0, ddof=1) / np.sqrt(len(samples)))
