"""What of a style shows in one game: moves that are its own, and how often each habit came up.

Every move of one side is held against the average player in the very same position: how often the
style plays it, how often others do, and of each habit the chance that the average player's move
would have had it. These chances add up to what is usual in just these positions, and say exactly
how likely the average player is to reach what was seen, or more, or less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import chess
import numpy as np
import numpy.typing as npt

from engine.attributes.moves import move_attributes_many
from engine.play.engine import AskPolicies, Policy

HABITS: Final[tuple[str, ...]] = (
    "pawn_storms",
    "sacrifices",
    "checks",
    "queen_trades",
    "minor_trades",
    "captures",
    "pawn_moves",
    "quiet_retreats",
    "king_walks",
)
"""Attributes that a move either has or has not, those that strike the eye first."""
TERMS: Final[tuple[str, ...]] = (
    "king_danger",
    "king_safety",
    "mobility",
    "space",
    "threats",
    "passed_pawns",
    "pawn_structure",
    "imbalance",
)
"""Attributes of the position after a move, whose mean over a game's moves is a figure of games."""
UNUSUAL: Final = 0.05
"""What the average player reaches less often than this is no everyday matter."""
_TIMES = 2.0
_RISE = 0.1
_LEAST_USUAL = 0.5
"""A habit that neither came up nor was to be expected needs no words."""


@dataclass(frozen=True, slots=True)
class StyleMove:
    """A move of the side whose style is looked at.

    Attributes:
        count: moves played before it.
        number: of the move, as games count them.
        san: the move in standard algebraic notation.
        style: how often the style plays it there, 0 to 1.
        others: how often the average player does.
        has: which of ``HABITS`` it has.
        usual: of each of ``HABITS`` the chance that the average player's move has it.
        terms: each of ``TERMS`` after the move, in its own unit.
    """

    count: int
    number: int
    san: str
    style: float
    others: float
    has: frozenset[str]
    usual: Mapping[str, float]
    terms: Mapping[str, float]

    @property
    def is_telling(self) -> bool:
        """Whether the style plays it far more often than others: in this move it can be seen.

        At least twice as often, and in ten more of a hundred such positions.
        """
        return self.style >= _TIMES * self.others and self.style - self.others >= _RISE


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a habit came up in a game.

    Attributes:
        key: one of ``HABITS``.
        count: moves that have it.
        usual: how many the average player would have played in the same positions, on average.
        at_least: chance that the average player plays so many or more there.
        at_most: chance that they play so many or fewer.
    """

    key: str
    count: int
    usual: float
    at_least: float
    at_most: float

    @property
    def is_more(self) -> bool:
        """Whether it is more than the average player often reaches."""
        return self.at_least <= UNUSUAL

    @property
    def is_less(self) -> bool:
        """Whether it is less than the average player often stays at."""
        return self.at_most <= UNUSUAL

    @property
    def chance(self) -> float:
        """How likely the average player is to go as far in this direction."""
        return min(self.at_least, self.at_most)


def style_moves(
    boards: Sequence[chess.Board],
    moves: Sequence[chess.Move],
    style: AskPolicies,
    average: AskPolicies,
) -> list[StyleMove]:
    """Return what of a style shows in some moves.

    Args:
        boards: the positions, with their histories; they are left as they are.
        moves: the move that was played in each.
        style: asks the style.
        average: asks the average player.

    Raises:
        StylemateError: a position is not one of standard chess.
    """
    if not boards:
        return []
    policies = zip(style(boards), average(boards), strict=True)
    measured = move_attributes_many(boards)
    return [
        _style_move(board, move, own, others, legal, values)
        for board, move, (own, others), (legal, values) in zip(
            boards, moves, policies, measured, strict=True
        )
    ]


def _style_move(
    board: chess.Board,
    move: chess.Move,
    own: Policy,
    others: Policy,
    legal: Sequence[chess.Move],
    values: Mapping[str, npt.NDArray[np.float32]],
) -> StyleMove:
    place = legal.index(move)
    by_move = dict(zip(others.moves, others.probabilities.tolist(), strict=True))
    chances = np.array([by_move[one] for one in legal])
    return StyleMove(
        count=len(board.move_stack),
        number=board.fullmove_number,
        san=board.san(move),
        style=own.probability(move),
        others=by_move[move],
        has=frozenset(key for key in HABITS if values[key][place] > 0),
        usual={key: float(chances[values[key] > 0].sum()) for key in HABITS},
        terms={key: float(values[key][place]) for key in TERMS},
    )


def tally(moves: Sequence[StyleMove], key: str) -> Tally:
    """Return how often a habit came up in some moves, and how likely that is of others."""
    distribution = np.ones(1)
    for move in moves:
        chance = min(max(move.usual[key], 0.0), 1.0)
        distribution = np.convolve(distribution, (1 - chance, chance))
    count = sum(key in move.has for move in moves)
    return Tally(
        key,
        count,
        sum(move.usual[key] for move in moves),
        float(min(distribution[count:].sum(), 1.0)),
        float(min(distribution[: count + 1].sum(), 1.0)),
    )


def tallies(moves: Sequence[StyleMove], first: Sequence[str] = ()) -> list[Tally]:
    """Return what came up or might have, the habits asked for first, then the least everyday.

    Args:
        moves: of one side.
        first: keys that are told in any case, in this order; those that are none of ``HABITS`` are
            passed over.
    """
    asked = [key for key in dict.fromkeys(first) if key in HABITS]
    found = [tally(moves, key) for key in HABITS if key not in asked]
    others = [one for one in found if one.count or one.usual >= _LEAST_USUAL]
    return [*(tally(moves, key) for key in asked), *sorted(others, key=lambda one: one.chance)]
