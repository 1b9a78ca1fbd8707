"""King safety: shelter, and the danger that the opponent's men build up around a king."""

from dataclasses import dataclass

import numpy as np

from engine.attributes import bitboards, weights
from engine.attributes.attacks import Attacks, OpponentAttacks
from engine.attributes.bitboards import (
    CENTRE_FILES,
    EMPTY,
    FILE_OF,
    FILES,
    KING_SIDE,
    KNIGHT_ATTACKS,
    QUEEN_SIDE,
    RANKS,
    Bitboards,
    Integers,
)
from engine.attributes.pawns import shelter
from engine.attributes.sides import Sides, opponents_values
from engine.attributes.tapered import TaperedScore, TaperedWeight, divided

_CAMP = ~(RANKS[5] | RANKS[6] | RANKS[7])
# The wing a king lives on, by its file.
_FLANKS: Bitboards = np.array(
    [
        QUEEN_SIDE & ~FILES[3],
        QUEEN_SIDE,
        QUEEN_SIDE,
        CENTRE_FILES,
        CENTRE_FILES,
        KING_SIDE,
        KING_SIDE,
        KING_SIDE & ~FILES[4],
    ],
    dtype=np.uint64,
)


@dataclass(frozen=True, slots=True)
class KingSafety:
    """Safety of our king, arrays of shape (2N,).

    Attributes:
        danger: king-danger points that the opponent has collected against our king; below about
            100 they do no harm, 1000 is a dangerous attack, 2000 usually decides.
        score: the king safety term.
    """

    danger: Integers
    score: TaperedScore

    @classmethod
    def of(cls, sides: Sides, attacks: Attacks) -> "KingSafety":
        """Judge the kings of both sides."""
        theirs = attacks.opponents()
        score = shelter(sides)
        flank_attack, flank_defence = _flank_pressure(sides, attacks, theirs)
        check_points, unsafe_checks = _checks(sides, attacks, theirs)
        weak = _weak_squares(attacks, theirs)
        guards = (attacks.by_knight & attacks.by_king) != EMPTY
        mobility = attacks.mobility.middle_game
        danger = (
            check_points
            + opponents_values(attacks.attackers) * opponents_values(attacks.attacker_weight)
            + weights.WEAK_RING_SQUARE * bitboards.count(attacks.king_ring & weak)
            + weights.UNSAFE_CHECK * bitboards.count(unsafe_checks)
            + weights.KING_BLOCKER * bitboards.count(attacks.king_blockers)
            + weights.ATTACK_BESIDE_KING * opponents_values(attacks.attacks_beside_king)
            + 3 * flank_attack * flank_attack // 8
            + opponents_values(mobility)
            - mobility
            - weights.NO_ENEMY_QUEEN * (sides.theirs.queens == EMPTY)
            - weights.KNIGHT_GUARDS_KING * guards
            - divided(6 * score.middle_game, 8)
            - weights.FLANK_DEFENCE * flank_defence
            + weights.BASE_DANGER
        ).astype(np.int32)
        _subtract_danger(score, danger)
        pawns = sides.ours.pawns | sides.theirs.pawns
        flank = _FLANKS[FILE_OF[sides.king_square]]
        score.subtract(weights.PAWNLESS_FLANK, (pawns & flank) == EMPTY)
        score.subtract(weights.FLANK_ATTACK, flank_attack)
        return cls(danger=danger, score=score)


def _subtract_danger(score: TaperedScore, danger: Integers) -> None:
    felt = np.where(danger > weights.DANGER_THRESHOLD, danger, 0)
    score.middle_game -= felt * felt // 4096
    score.end_game -= felt // 16


def _weak_squares(attacks: Attacks, theirs: OpponentAttacks) -> Bitboards:
    """Squares they attack that nothing of ours but king or queen guards, and only once."""
    barely_guarded = ~attacks.any | attacks.by_king | attacks.by_queen
    return theirs.any & ~attacks.twice & barely_guarded


def _flank_pressure(
    sides: Sides, attacks: Attacks, theirs: OpponentAttacks
) -> tuple[Integers, Integers]:
    """Count their attacks on our king's wing (double ones twice), and our guards there."""
    home = _FLANKS[FILE_OF[sides.king_square]] & _CAMP
    attacked = theirs.any & home
    pressure = bitboards.count(attacked) + bitboards.count(attacked & theirs.twice)
    return pressure, bitboards.count(attacks.any & home)


def _checks(sides: Sides, attacks: Attacks, theirs: OpponentAttacks) -> tuple[Integers, Bitboards]:
    """Return points for the safe checks they could give, and the squares of unsafe ones."""
    weak = _weak_squares(attacks, theirs)
    safe = ~sides.theirs.all & (~attacks.any | (weak & theirs.twice))
    # Our own queen does not shield the king for this purpose.
    seen = sides.occupied & ~sides.ours.queens
    lines = bitboards.rook_attacks(sides.king_square, seen)
    diagonals = bitboards.bishop_attacks(sides.king_square, seen)

    rook = lines & theirs.by_rook
    safe_rook = rook & safe
    safe_queen = (lines | diagonals) & theirs.by_queen & safe & ~(attacks.by_queen | safe_rook)
    bishop = diagonals & theirs.by_bishop
    safe_bishop = bishop & safe & ~safe_queen
    knight = KNIGHT_ATTACKS[sides.king_square] & theirs.by_knight
    safe_knight = knight & safe
    points = (
        _check_points(safe_rook, weights.ROOK_SAFE_CHECK)
        + _check_points(safe_queen, weights.QUEEN_SAFE_CHECK)
        + _check_points(safe_bishop, weights.BISHOP_SAFE_CHECK)
        + _check_points(safe_knight, weights.KNIGHT_SAFE_CHECK)
    )
    unsafe = _unless(safe_rook, rook) | _unless(safe_bishop, bishop) | _unless(safe_knight, knight)
    return points, unsafe


def _check_points(squares: Bitboards, worth: TaperedWeight) -> Integers:
    several = bitboards.more_than_one(squares)
    points: Integers = np.where(several, worth[1], worth[0]) * (squares != EMPTY)
    return points.astype(np.int32)


def _unless(safe: Bitboards, unsafe: Bitboards) -> Bitboards:
    return np.where(safe == EMPTY, unsafe, EMPTY)
