"""Legal moves by python-chess, against which the vectorised rules are held."""

import chess
import numpy as np
import numpy.typing as npt

from engine.position.moves import POLICY_SIZE, legal_moves_and_indices


def legal_mask(board: chess.Board) -> npt.NDArray[np.bool_]:
    """Return a boolean mask (1858,) that is true at the policy index of every legal move."""
    mask = np.zeros(POLICY_SIZE, dtype=bool)
    mask[legal_moves_and_indices(board)[1]] = True
    return mask
