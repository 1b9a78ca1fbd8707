"""What each side attacks, and the mobility that falls out of it.

Bishops look through queens, rooks through queens and their own rooks; a pinned piece attacks only
along the pin. These maps feed every other term.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.attributes import bitboards, weights
from engine.attributes.bitboards import (
    BETWEEN,
    EMPTY,
    EMPTY_BOARD_BISHOP,
    EMPTY_BOARD_ROOK,
    KING_ATTACKS,
    KNIGHT_ATTACKS,
    LINE,
    RANKS,
    SQUARE_BITS,
    Bitboards,
    Flags,
    Indices,
    Integers,
)
from engine.attributes.sides import Sides, opponents_squares
from engine.attributes.tapered import TaperedScore

Reach = Callable[[Indices, Indices], Bitboards]

# The king ring of an edge king is that of the square one step inside.
_RING_CENTRE: Indices = np.array(
    [8 * min(max(square >> 3, 1), 6) + min(max(square & 7, 1), 6) for square in range(64)],
    dtype=np.intp,
)
_RINGS: Bitboards = KING_ATTACKS[_RING_CENTRE] | SQUARE_BITS[_RING_CENTRE]


@dataclass(frozen=True, slots=True)
class Attacks:
    """Attack maps of the row's own side; every array has shape (2N,).

    Attributes:
        by_king ... by_queen: squares attacked by that kind.
        any: squares attacked at all.
        twice: squares attacked by at least two men.
        mobility_area: squares that count as mobility.
        king_blockers: men of either colour that alone shield our king from a slider.
        king_ring: squares around our king, without those that two of our pawns guard.
        attackers, attacker_weight: men of ours that attack the opponent's king ring (pawns count
            by ring squares they attack), and the sum of their weights.
        attacks_beside_king: our attacks on squares next to the opponent's king.
        mobility: the mobility term.
    """

    by_king: Bitboards
    by_pawn: Bitboards
    by_knight: Bitboards
    by_bishop: Bitboards
    by_rook: Bitboards
    by_queen: Bitboards
    any: Bitboards
    twice: Bitboards
    mobility_area: Bitboards
    king_blockers: Bitboards
    king_ring: Bitboards
    attackers: Integers
    attacker_weight: Integers
    attacks_beside_king: Integers
    mobility: TaperedScore

    @classmethod
    def of(cls, sides: Sides) -> "Attacks":
        """Find all attacks of both sides."""
        return _Survey(sides).result()

    def opponents(self) -> "OpponentAttacks":
        """Return the opponent's maps as the row sees the board."""
        return OpponentAttacks(
            by_pawn=opponents_squares(self.by_pawn),
            by_knight=opponents_squares(self.by_knight),
            by_bishop=opponents_squares(self.by_bishop),
            by_rook=opponents_squares(self.by_rook),
            by_queen=opponents_squares(self.by_queen),
            any=opponents_squares(self.any),
            twice=opponents_squares(self.twice),
        )


@dataclass(frozen=True, slots=True)
class OpponentAttacks:
    """The opponent's attack maps in the row's own view, shape (2N,) each."""

    by_pawn: Bitboards
    by_knight: Bitboards
    by_bishop: Bitboards
    by_rook: Bitboards
    by_queen: Bitboards
    any: Bitboards
    twice: Bitboards


def king_blockers(sides: Sides) -> Bitboards:
    """Return the men that alone stand between our king and an enemy slider, (2N,)."""
    theirs, king = sides.theirs, sides.king_square
    snipers = EMPTY_BOARD_ROOK[king] & (theirs.rooks | theirs.queens)
    snipers |= EMPTY_BOARD_BISHOP[king] & (theirs.bishops | theirs.queens)
    shields = sides.occupied & ~snipers
    blockers = np.zeros_like(snipers)
    for rows, squares in bitboards.each_square(snipers):
        between = BETWEEN[king[rows], squares] & shields[rows]
        blockers[rows] |= np.where(bitboards.more_than_one(between), EMPTY, between)
    return blockers


def mobility_area(sides: Sides, blockers: Bitboards) -> Bitboards:
    """Return the squares that count as mobility, (2N,).

    Left out: our pawns that are blocked or on their first two ranks, our king and queens, men that
    shield our king, and squares that enemy pawns attack.
    """
    ours = sides.ours
    low_ranks = RANKS[1] | RANKS[2]
    idle_pawns = ours.pawns & (bitboards.down(sides.occupied) | low_ranks)
    guarded = opponents_squares(bitboards.pawn_attacks_up(ours.pawns))
    area: Bitboards = ~(idle_pawns | ours.king | ours.queens | blockers | guarded)
    return area


class _Survey:
    """Fills the attack maps kind by kind."""

    def __init__(self, sides: Sides) -> None:
        ours = sides.ours
        rows = len(ours.all)
        self.sides = sides
        self.blockers = king_blockers(sides)
        self.area = mobility_area(sides, self.blockers)
        self.by_king = KING_ATTACKS[sides.king_square]
        self.by_pawn = bitboards.pawn_attacks_up(ours.pawns)
        by_two_pawns = bitboards.double_pawn_attacks_up(ours.pawns)
        self.any = self.by_king | self.by_pawn
        self.twice = by_two_pawns | (self.by_king & self.by_pawn)

        whole_ring = _RINGS[sides.king_square]
        self.ring = whole_ring & ~by_two_pawns
        self.their_ring = opponents_squares(self.ring)
        self.beside_their_king = KING_ATTACKS[sides.their_king_square]
        self.attackers = bitboards.count(opponents_squares(whole_ring) & self.by_pawn)
        self.attacker_weight = np.zeros(rows, dtype=np.int32)
        self.attacks_beside_king = np.zeros(rows, dtype=np.int32)
        self.mobility = TaperedScore.zeros(rows)

    def result(self) -> Attacks:
        ours, occupied = self.sides.ours, self.sides.occupied
        queens = ours.queens | self.sides.theirs.queens
        seen_by_bishops = occupied & ~queens
        seen_by_rooks = seen_by_bishops & ~ours.rooks
        by_knight = self._kind(
            ours.knights,
            weights.KNIGHT_MOBILITY,
            weights.KNIGHT_ATTACKER,
            lambda rows, squares: KNIGHT_ATTACKS[squares],
        )
        by_bishop = self._kind(
            ours.bishops,
            weights.BISHOP_MOBILITY,
            weights.BISHOP_ATTACKER,
            lambda rows, squares: bitboards.bishop_attacks(squares, seen_by_bishops[rows]),
        )
        by_rook = self._kind(
            ours.rooks,
            weights.ROOK_MOBILITY,
            weights.ROOK_ATTACKER,
            lambda rows, squares: bitboards.rook_attacks(squares, seen_by_rooks[rows]),
        )
        by_queen = self._kind(
            ours.queens,
            weights.QUEEN_MOBILITY,
            weights.QUEEN_ATTACKER,
            lambda rows, squares: (
                bitboards.bishop_attacks(squares, occupied[rows])
                | bitboards.rook_attacks(squares, occupied[rows])
            ),
        )
        return Attacks(
            by_king=self.by_king,
            by_pawn=self.by_pawn,
            by_knight=by_knight,
            by_bishop=by_bishop,
            by_rook=by_rook,
            by_queen=by_queen,
            any=self.any,
            twice=self.twice,
            mobility_area=self.area,
            king_blockers=self.blockers,
            king_ring=self.ring,
            attackers=self.attackers,
            attacker_weight=self.attacker_weight,
            attacks_beside_king=self.attacks_beside_king,
            mobility=self.mobility,
        )

    def _kind(
        self, men: Bitboards, mobility: Integers, attacker_weight: int, reach: Reach
    ) -> Bitboards:
        """Enter all men of one kind and return what they attack."""
        attacked = np.zeros_like(men)
        for rows, squares in bitboards.each_square(men):
            attacks = self._along_pins(rows, squares, reach(rows, squares))
            self.twice[rows] |= self.any[rows] & attacks
            self.any[rows] |= attacks
            attacked[rows] |= attacks
            self._press_king(rows, attacks, attacker_weight)
            reached = bitboards.count(attacks & self.area[rows])
            self.mobility.middle_game[rows] += mobility[0, reached]
            self.mobility.end_game[rows] += mobility[1, reached]
        return attacked

    def _along_pins(self, rows: Indices, squares: Indices, attacks: Bitboards) -> Bitboards:
        pinned: Flags = (self.blockers[rows] & SQUARE_BITS[squares]) != EMPTY
        line = LINE[self.sides.king_square[rows], squares]
        return np.where(pinned, attacks & line, attacks)

    def _press_king(self, rows: Indices, attacks: Bitboards, attacker_weight: int) -> None:
        presses = (attacks & self.their_ring[rows]) != EMPTY
        self.attackers[rows] += presses
        self.attacker_weight[rows] += attacker_weight * presses
        beside = bitboards.count(attacks & self.beside_their_king[rows])
        self.attacks_beside_king[rows] += beside * presses
