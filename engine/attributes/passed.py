"""Passed pawns: how far they are, who is near, and whether the road is free."""

import numpy as np

from engine.attributes import bitboards, weights
from engine.attributes.attacks import Attacks, OpponentAttacks
from engine.attributes.bitboards import (
    BACKWARD_FILE,
    DISTANCE,
    EDGE_DISTANCE,
    EMPTY,
    FILE_OF,
    FORWARD_FILE,
    PASSED_SPAN,
    RANK_OF,
    SQUARE_BITS,
    Bitboards,
    Indices,
    Integers,
)
from engine.attributes.pawns import PawnStructure
from engine.attributes.sides import Sides
from engine.attributes.tapered import TaperedScore, divided

_RANK_3 = 2
_RANK_7 = 6
_NEAR = 5
# Bonus by how free the way to the last rank is, freest first, and for a guarded next square.
_NOTHING_IN_THE_WAY = 36
_OUR_PAWNS_COVER = 30
_FILE_FREE = 17
_NEXT_SQUARE_FREE = 7
_GUARDED_ADVANCE = 5


def passed_pawns(sides: Sides, attacks: Attacks, structure: PawnStructure) -> TaperedScore:
    """Return the worth of each row's own passed pawns."""
    theirs = attacks.opponents()
    score = TaperedScore.zeros(len(sides.occupied))
    runners = _without_stuck(sides, attacks, theirs, structure.passed)
    for rows, squares in bitboards.each_square(runners):
        pawn = TaperedScore(
            weights.PASSED_RANK[0, RANK_OF[squares]], weights.PASSED_RANK[1, RANK_OF[squares]]
        )
        eager = RANK_OF[squares] > _RANK_3
        eager_rows, eager_squares = rows[eager], squares[eager]
        urgency = 5 * RANK_OF[eager_squares] - 13
        pawn.end_game[eager] += urgency * _king_races(sides, eager_rows, eager_squares)
        freedom = urgency * _freedom(sides, attacks, theirs, eager_rows, eager_squares)
        pawn.middle_game[eager] += freedom
        pawn.end_game[eager] += freedom
        pawn.subtract(weights.PASSED_FILE, EDGE_DISTANCE[FILE_OF[squares]])
        score.middle_game[rows] += pawn.middle_game
        score.end_game[rows] += pawn.end_game
    return score


def _without_stuck(
    sides: Sides, attacks: Attacks, theirs: OpponentAttacks, passed: Bitboards
) -> Bitboards:
    """Leave out candidates that an enemy pawn blocks and no neighbour can help past it."""
    stuck = passed & bitboards.down(sides.theirs.pawns)
    helpers = bitboards.up(sides.ours.pawns) & ~sides.theirs.all
    helpers &= ~theirs.twice | attacks.any
    runners: Bitboards = passed & (~stuck | bitboards.sideways(helpers))
    return runners


def _king_races(sides: Sides, rows: Indices, squares: Indices) -> Integers:
    """Return how much nearer our king is than theirs to the squares ahead of the pawn."""
    ahead = squares + 8
    ours = np.minimum(DISTANCE[sides.king_square[rows], ahead], _NEAR)
    theirs = np.minimum(DISTANCE[sides.their_king_square[rows], ahead], _NEAR)
    two_ahead = np.minimum(squares + 16, 63)
    second = np.minimum(DISTANCE[sides.king_square[rows], two_ahead], _NEAR)
    lead: Integers = divided(theirs * 19, 4) - 2 * ours - second * (RANK_OF[squares] != _RANK_7)
    return lead


def _freedom(
    sides: Sides,
    attacks: Attacks,
    theirs: OpponentAttacks,
    rows: Indices,
    squares: Indices,
) -> Integers:
    """Return the bonus for a free way ahead; nothing where the next square is occupied."""
    ahead = SQUARE_BITS[squares + 8]
    heavy = sides.ours.rooks | sides.ours.queens | sides.theirs.rooks | sides.theirs.queens
    heavy_behind = BACKWARD_FILE[squares] & heavy[rows]
    pushed_from_behind = (heavy_behind & sides.ours.all[rows]) != EMPTY
    held_from_behind = (heavy_behind & sides.theirs.all[rows]) != EMPTY
    danger = (theirs.any | sides.theirs.all)[rows]
    unsafe = PASSED_SPAN[squares] & np.where(held_from_behind, bitboards.FULL, danger)
    path = FORWARD_FILE[squares]
    bonus: Integers = np.select(
        [
            unsafe == EMPTY,
            (unsafe & ~attacks.by_pawn[rows]) == EMPTY,
            (unsafe & path) == EMPTY,
            (unsafe & ahead) == EMPTY,
        ],
        [_NOTHING_IN_THE_WAY, _OUR_PAWNS_COVER, _FILE_FREE, _NEXT_SQUARE_FREE],
        default=0,
    ).astype(np.int32)
    guarded = pushed_from_behind | ((attacks.any[rows] & ahead) != EMPTY)
    bonus += _GUARDED_ADVANCE * guarded
    is_free = (sides.occupied[rows] & ahead) == EMPTY
    return np.where(is_free, bonus, 0)
