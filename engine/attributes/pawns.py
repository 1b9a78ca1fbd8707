"""Pawn structure, candidates for passing, and the pawn shelter of a king."""

from dataclasses import dataclass

import numpy as np

from engine.attributes import bitboards, weights
from engine.attributes.bitboards import (
    ADJACENT_FILES,
    BACKWARD_FILE,
    DISTANCE,
    EDGE_DISTANCE,
    EMPTY,
    FILE_OF,
    FILES,
    FORWARD_FILE,
    FORWARD_RANKS,
    PASSED_SPAN,
    RANK_OF,
    RANKS,
    SQUARE_BITS,
    UP_PAWN_ATTACKS,
    Bitboards,
    Flags,
    Indices,
    Integers,
)
from engine.attributes.sides import Sides, opponents_squares, opponents_values
from engine.attributes.tapered import TaperedScore, divided

_RANK_5 = 4
_GONE_KING_SIDE = 6
_GONE_QUEEN_SIDE = 2
_FARTHEST_PAWN = 6


@dataclass(frozen=True, slots=True)
class PawnStructure:
    """What follows from the pawns alone, arrays of shape (2N,).

    Attributes:
        passed: our passed pawns, with those that a push or exchange would make passed.
        blocked: how many pawns of both sides are blocked by an enemy pawn or a double attack.
        score: the pawn structure term.
    """

    passed: Bitboards
    blocked: Integers
    score: TaperedScore

    @classmethod
    def of(cls, sides: Sides) -> "PawnStructure":
        """Judge the pawns of both sides."""
        ours, theirs = sides.ours.pawns, sides.theirs.pawns
        double_guarded = opponents_squares(bitboards.double_pawn_attacks_up(ours))
        fixed = bitboards.up(ours) & (theirs | double_guarded)
        blocked = bitboards.count(fixed)
        passed = np.zeros_like(ours)
        score = TaperedScore.zeros(len(ours))
        enemy_reach = theirs | opponents_squares(bitboards.pawn_attacks_up(ours))
        none_fixed = (ours & bitboards.down(enemy_reach)) == EMPTY
        for rows, squares in bitboards.each_square(ours):
            pawn = _Pawn.of(squares, ours[rows], theirs[rows])
            is_passed = pawn.passes(theirs[rows] | double_guarded[rows])
            passed[rows] |= np.where(is_passed, SQUARE_BITS[squares], EMPTY)
            change = pawn.score(none_fixed[rows])
            score.middle_game[rows] += change.middle_game
            score.end_game[rows] += change.end_game
        return cls(passed=passed, blocked=blocked + opponents_values(blocked), score=score)


@dataclass(frozen=True, slots=True)
class _Pawn:
    """One pawn of many boards and the pawns that matter to it."""

    squares: Indices
    ranks: Integers
    our_pawns: Bitboards
    their_pawns: Bitboards
    neighbours: Bitboards
    phalanx: Bitboards
    support: Bitboards
    stoppers: Bitboards
    blocked: Flags
    opposed: Flags
    doubled: Flags
    levers: Bitboards
    levers_after_push: Bitboards

    @classmethod
    def of(cls, squares: Indices, our_pawns: Bitboards, their_pawns: Bitboards) -> "_Pawn":
        ranks = RANK_OF[squares]
        neighbours = our_pawns & ADJACENT_FILES[squares]
        return cls(
            squares=squares,
            ranks=ranks,
            our_pawns=our_pawns,
            their_pawns=their_pawns,
            neighbours=neighbours,
            phalanx=neighbours & RANKS[ranks],
            support=neighbours & RANKS[ranks - 1],
            stoppers=their_pawns & PASSED_SPAN[squares],
            blocked=(their_pawns & SQUARE_BITS[squares + 8]) != EMPTY,
            opposed=(their_pawns & FORWARD_FILE[squares]) != EMPTY,
            doubled=(our_pawns & SQUARE_BITS[squares - 8]) != EMPTY,
            levers=their_pawns & UP_PAWN_ATTACKS[squares],
            levers_after_push=their_pawns & UP_PAWN_ATTACKS[squares + 8],
        )

    def passes(self, closed: Bitboards) -> Flags:
        """Tell passed pawns and those that become passed by one exchange or push.

        Args:
            closed: enemy pawns and squares that two of them attack.
        """
        only_levers = self.stoppers == self.levers
        enough_help = bitboards.count(self.phalanx) >= bitboards.count(self.levers_after_push)
        only_after_push = (self.stoppers == self.levers_after_push) & enough_help
        only_blocker = self.blocked & (self.stoppers == SQUARE_BITS[self.squares + 8])
        lever_coming = (bitboards.up(self.support) & ~closed) != EMPTY
        sneaks = only_blocker & (self.ranks >= _RANK_5) & lever_coming
        front = (FORWARD_FILE[self.squares] & self.our_pawns) == EMPTY
        passes: Flags = (only_levers | only_after_push | sneaks) & front
        return passes

    def score(self, none_fixed: Flags) -> TaperedScore:
        """Value the pawn's place in the structure.

        Args:
            none_fixed: whether no pawn of ours is held by an enemy pawn or its attack.
        """
        score = TaperedScore.zeros(len(self.squares))
        unsupported = self.support == EMPTY
        connected = ~unsupported | (self.phalanx != EMPTY)
        isolated = ~connected & (self.neighbours == EMPTY)
        backward = ~connected & ~isolated & self._is_backward()
        self._add_connected(score, connected)
        self._subtract_isolated(score, isolated)
        score.subtract(weights.BACKWARD, backward)
        on_edge = (FILE_OF[self.squares] == 0) | (FILE_OF[self.squares] == 7)
        score.subtract(weights.WEAK_UNOPPOSED, backward & ~self.opposed & ~on_edge)
        score.subtract(weights.DOUBLED_EARLY, self.doubled & none_fixed)
        score.subtract(weights.DOUBLED, self.doubled & unsupported)
        attacked_twice = bitboards.more_than_one(self.levers)
        score.subtract(weights.WEAK_LEVER, attacked_twice & unsupported)
        score.middle_game += weights.BLOCKED_PAWN[0, self.ranks] * self.blocked
        score.end_game += weights.BLOCKED_PAWN[1, self.ranks] * self.blocked
        return score

    def _is_backward(self) -> Flags:
        level_or_behind = self.neighbours & ~FORWARD_RANKS[self.squares]
        held: Flags = (self.levers_after_push != EMPTY) | self.blocked
        backward: Flags = held & (level_or_behind == EMPTY)
        return backward

    def _add_connected(self, score: TaperedScore, connected: Flags) -> None:
        steps = 2 + (self.phalanx != EMPTY).astype(np.int32) - self.opposed
        value = weights.CONNECTED[self.ranks] * steps
        value += weights.CONNECTED_SUPPORT * bitboards.count(self.support)
        value *= connected
        score.middle_game += value
        score.end_game += divided(value * (self.ranks - 2), 4)

    def _subtract_isolated(self, score: TaperedScore, isolated: Flags) -> None:
        behind = (self.our_pawns & BACKWARD_FILE[self.squares]) != EMPTY
        unchallenged = (self.their_pawns & ADJACENT_FILES[self.squares]) == EMPTY
        as_doubled = isolated & self.opposed & behind & unchallenged
        plain = isolated & ~as_doubled
        score.subtract(weights.DOUBLED, as_doubled)
        score.subtract(weights.ISOLATED, plain)
        score.subtract(weights.WEAK_UNOPPOSED, plain & ~self.opposed)


def shelter(sides: Sides) -> TaperedScore:
    """Return the worth of our king's pawn shelter against their pawns.

    Where castling is still possible the best of staying and castling counts.
    """
    best = _shelter_at(sides, sides.king_square)
    for allowed, square in (
        (sides.castles_king_side, _GONE_KING_SIDE),
        (sides.castles_queen_side, _GONE_QUEEN_SIDE),
    ):
        other = _shelter_at(sides, np.full_like(sides.king_square, square))
        better = allowed & (other.middle_game > best.middle_game)
        best.middle_game[better] = other.middle_game[better]
        best.end_game[better] = other.end_game[better]
    best.end_game -= weights.PAWN_DISTANCE * _nearest_pawn(sides)
    return best


def _shelter_at(sides: Sides, king_square: Indices) -> TaperedScore:
    ours, theirs = sides.ours.pawns, sides.theirs.pawns
    not_behind = FORWARD_RANKS[king_square] | RANKS[RANK_OF[king_square]]
    attacked = opponents_squares(bitboards.pawn_attacks_up(ours))
    shield = ours & not_behind & ~attacked
    storm = theirs & not_behind
    score = TaperedScore.zeros(len(ours))
    score.middle_game += weights.SHELTER_BASE[0]
    score.end_game += weights.SHELTER_BASE[1]
    king_file = FILE_OF[king_square]
    centre = np.clip(king_file, 1, 6)
    for offset in (-1, 0, 1):
        _add_file(score, shield, storm, centre + offset)
    open_to_us = ((ours & FILES[king_file]) == EMPTY).astype(np.intp)
    open_to_them = ((theirs & FILES[king_file]) == EMPTY).astype(np.intp)
    score.middle_game -= weights.KING_ON_FILE[0, open_to_us, open_to_them]
    score.end_game -= weights.KING_ON_FILE[1, open_to_us, open_to_them]
    return score


def _add_file(score: TaperedScore, shield: Bitboards, storm: Bitboards, files: Integers) -> None:
    our_rank = _lowest_rank(shield & FILES[files])
    their_rank = _lowest_rank(storm & FILES[files])
    edge = EDGE_DISTANCE[files]
    blocked = (our_rank > 0) & (our_rank == their_rank - 1)
    score.middle_game += weights.SHELTER[edge, our_rank]
    score.middle_game -= np.where(
        blocked, weights.BLOCKED_STORM[0, their_rank], weights.FREE_STORM[edge, their_rank]
    )
    score.end_game -= weights.BLOCKED_STORM[1, their_rank] * blocked


def _lowest_rank(pawns: Bitboards) -> Integers:
    """Return the rank of the pawn nearest to our side, 0 where there is none."""
    ranks = (bitboards.lowest_square(pawns) >> 3) & 7
    return ranks.astype(np.int32)


def _nearest_pawn(sides: Sides) -> Integers:
    """Return the king's steps to our nearest pawn, at most 6 and 6 without pawns."""
    nearest = np.full(len(sides.king_square), _FARTHEST_PAWN, dtype=np.int32)
    for rows, squares in bitboards.each_square(sides.ours.pawns):
        steps = DISTANCE[sides.king_square[rows], squares]
        nearest[rows] = np.minimum(nearest[rows], steps)
    return nearest
