"""Threats: attacks on men that are not well guarded, now or after one push or step."""

import numpy as np

from engine.attributes import bitboards, weights
from engine.attributes.attacks import Attacks, OpponentAttacks
from engine.attributes.bitboards import EMPTY, KNIGHT_ATTACKS, RANKS, Bitboards
from engine.attributes.sides import Sides
from engine.attributes.tapered import TaperedScore


def threats(sides: Sides, attacks: Attacks) -> TaperedScore:
    """Return the threats of each row's own side against the opponent."""
    theirs = attacks.opponents()
    score = TaperedScore.zeros(len(sides.occupied))
    well_guarded = theirs.by_pawn | (theirs.twice & ~attacks.twice)
    _add_attacked_men(score, sides, attacks, theirs, well_guarded)
    restricted = theirs.any & ~well_guarded & attacks.any
    score.add(weights.RESTRICTED, bitboards.count(restricted))
    _add_pawn_threats(score, sides, attacks, theirs)
    _add_queen_threats(score, sides, attacks, well_guarded)
    return score


def _add_attacked_men(
    score: TaperedScore,
    sides: Sides,
    attacks: Attacks,
    theirs: OpponentAttacks,
    well_guarded: Bitboards,
) -> None:
    pieces = sides.theirs.all & ~sides.theirs.pawns
    weak = sides.theirs.all & ~well_guarded & attacks.any
    by_minor = (weak | (pieces & well_guarded)) & (attacks.by_knight | attacks.by_bishop)
    by_rook = weak & attacks.by_rook
    for kind, minor_worth, rook_worth in zip(
        sides.theirs.kinds, weights.THREAT_BY_MINOR, weights.THREAT_BY_ROOK, strict=True
    ):
        score.add(minor_worth, bitboards.count(by_minor & kind))
        score.add(rook_worth, bitboards.count(by_rook & kind))
    score.add(weights.THREAT_BY_KING, (weak & attacks.by_king) != EMPTY)
    hanging = weak & (~theirs.any | (pieces & attacks.twice))
    score.add(weights.HANGING, bitboards.count(hanging))
    score.add(weights.GUARDED_BY_QUEEN_ONLY, bitboards.count(weak & theirs.by_queen))


def _add_pawn_threats(
    score: TaperedScore, sides: Sides, attacks: Attacks, theirs: OpponentAttacks
) -> None:
    pieces = sides.theirs.all & ~sides.theirs.pawns
    safe = ~theirs.any | attacks.any
    attacked = bitboards.pawn_attacks_up(sides.ours.pawns & safe) & pieces
    score.add(weights.THREAT_BY_SAFE_PAWN, bitboards.count(attacked))
    pushed = bitboards.up(sides.ours.pawns) & ~sides.occupied
    pushed |= bitboards.up(pushed & RANKS[2]) & ~sides.occupied
    attacked_next = bitboards.pawn_attacks_up(pushed & ~theirs.by_pawn & safe) & pieces
    score.add(weights.THREAT_BY_PAWN_PUSH, bitboards.count(attacked_next))


def _add_queen_threats(
    score: TaperedScore, sides: Sides, attacks: Attacks, well_guarded: Bitboards
) -> None:
    """Add squares from which our men could attack a lone queen next move."""
    queens = sides.theirs.queens
    rows = np.flatnonzero(bitboards.count(queens) == 1)
    squares = bitboards.lowest_square(queens[rows])
    occupied = sides.occupied[rows]
    safe = (attacks.mobility_area & ~sides.ours.pawns & ~well_guarded)[rows]
    # The threat is double where we have no queen to trade for theirs.
    times = 1 + (sides.ours.queens[rows] == EMPTY).astype(np.int32)
    knight = attacks.by_knight[rows] & KNIGHT_ATTACKS[squares] & safe
    sliders = attacks.by_bishop[rows] & bitboards.bishop_attacks(squares, occupied)
    sliders |= attacks.by_rook[rows] & bitboards.rook_attacks(squares, occupied)
    sliders &= safe & attacks.twice[rows]
    added = TaperedScore.zeros(len(rows))
    added.add(weights.KNIGHT_ON_QUEEN, bitboards.count(knight) * times)
    added.add(weights.SLIDER_ON_QUEEN, bitboards.count(sliders) * times)
    score.middle_game[rows] += added.middle_game
    score.end_game[rows] += added.end_game
