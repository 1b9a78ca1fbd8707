"""What follows from the counts of men alone: phase, imbalance, bishop pair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.attributes import bitboards, weights
from engine.attributes.bitboards import Integers
from engine.attributes.sides import Men, Sides
from engine.attributes.tapered import TaperedScore, divided

_BISHOP = 2
_KING = 5
# Column of the pair where it is counted as a man of its own.
_PAIR = 0


@dataclass(frozen=True, slots=True)
class Material:
    """How many men of each kind there are in every row: int32 (2N, 6), pawns first."""

    ours: Integers
    theirs: Integers

    @classmethod
    def of(cls, sides: Sides) -> "Material":
        """Count the men of both sides."""
        return cls(_counts(sides.ours), _counts(sides.theirs))

    @classmethod
    def of_colours(cls, counts: Integers) -> "Material":
        """Take men counted by position, colour and kind: int32 (N, 2, 6)."""
        white, black = counts[:, 0], counts[:, 1]
        return cls(np.concatenate([white, black]), np.concatenate([black, white]))

    def pieces(self) -> Integers:
        """Return the middle-game worth of all knights, bishops, rooks and queens, int32 (2N,)."""
        total: Integers = (self.ours + self.theirs)[:, 1:] @ weights.PIECE_VALUES[1:]
        return total


def _counts(men: Men) -> Integers:
    return np.stack([bitboards.count(kind) for kind in men.kinds], axis=1)


def middle_game_share(pieces: Integers) -> NDArray[np.float32]:
    """Return how much of a middle game it is: 1 with all pieces on the board, 0 in the end game.

    Args:
        pieces: worth of all pieces, as :meth:`Material.pieces` gives it.
    """
    span = weights.MIDDLE_GAME_MATERIAL - weights.END_GAME_MATERIAL
    steps = np.clip(pieces, weights.END_GAME_MATERIAL, weights.MIDDLE_GAME_MATERIAL)
    return ((steps - weights.END_GAME_MATERIAL) / span).astype(np.float32)


def imbalance(material: Material) -> TaperedScore:
    """Return each side's part of the material imbalance."""
    ours, theirs = _with_pair(material.ours), _with_pair(material.theirs)
    return TaperedScore(*(_in_units(_polynomial(ours, theirs, phase)) for phase in (0, 1)))


def bishop_pair(material: Material) -> TaperedScore:
    """Return the part of the imbalance that each side owes to having both bishops.

    It is the change of the imbalance when our two bishops stop counting as a pair, everything else
    left as it is: the pair itself, and how it goes with our men and theirs.
    """
    ours, theirs = _with_pair(material.ours), _with_pair(material.theirs)
    has_pair = ours[:, _PAIR]
    return TaperedScore(
        *(_in_units(has_pair * _pair_worth(ours, theirs, phase)) for phase in (0, 1))
    )


def _with_pair(counts: Integers) -> Integers:
    """Counts of pair, pawns, knights, bishops, rooks, queens: int32 (2N, 6)."""
    pair = (counts[:, _BISHOP] > 1).astype(np.int32)
    return np.concatenate([pair[:, None], counts[:, :_KING]], axis=1)


def _polynomial(ours: Integers, theirs: Integers, phase: int) -> Integers:
    # Whole numbers far below 2**53 stay exact in float64, whose products numpy has fast code for.
    counts = np.concatenate([ours, theirs], axis=1).astype(np.float64)
    tables = [weights.IMBALANCE_OURS[phase], weights.IMBALANCE_THEIRS[phase]]
    per_man = counts @ np.concatenate(tables, axis=1).T.astype(np.float64)
    total: NDArray[np.float64] = (ours * per_man).sum(axis=1)
    return total.astype(np.int32)


def _pair_worth(ours: Integers, theirs: Integers, phase: int) -> Integers:
    with_ours = ours @ weights.IMBALANCE_OURS[phase][:, _PAIR]
    against_theirs = theirs @ weights.IMBALANCE_THEIRS[phase][:, _PAIR]
    worth: Integers = with_ours - against_theirs
    return worth


def _in_units(polynomial: Integers) -> Integers:
    return divided(polynomial, weights.IMBALANCE_DIVISOR)
