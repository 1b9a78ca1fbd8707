"""Space: safe squares behind and among our central pawns while many pieces are on the board."""

import numpy as np

from engine.attributes import bitboards, weights
from engine.attributes.attacks import Attacks
from engine.attributes.bitboards import CENTRE_FILES, RANKS, Integers
from engine.attributes.pawns import PawnStructure
from engine.attributes.sides import Sides
from engine.attributes.tapered import TaperedScore

_OUR_CENTRE = CENTRE_FILES & (RANKS[1] | RANKS[2] | RANKS[3])
_MOST_BLOCKED = 9


def space(
    sides: Sides, attacks: Attacks, structure: PawnStructure, pieces_material: Integers
) -> TaperedScore:
    """Return the space of each row's own side.

    Args:
        sides, attacks, structure: of the same batch.
        pieces_material: (2N,) middle-game worth of all pieces but pawns, both sides together.
    """
    theirs = attacks.opponents()
    ours = sides.ours.pawns
    safe = _OUR_CENTRE & ~ours & ~theirs.by_pawn
    behind = ours | bitboards.down(ours)
    behind |= bitboards.down(bitboards.down(behind))
    squares = bitboards.count(safe) + bitboards.count(behind & safe & ~theirs.any)
    weight = bitboards.count(sides.ours.all) - 3 + np.minimum(structure.blocked, _MOST_BLOCKED)
    score = TaperedScore.zeros(len(ours))
    enough = pieces_material >= weights.SPACE_MATERIAL
    score.middle_game += squares * weight * weight // 16 * enough
    return score
