"""Why a style played a move, in numbers: how often, what the move does, and what it costs.

Nothing is made up: how often this style and the average player choose the move is their policies';
what it does is the attribute of moves in which it stands out from what the average player would
play; what it costs is the network's expectation after it, against the best of the likely moves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import chess
import numpy as np

from engine.attributes.moves import move_attributes
from engine.attributes.registry import ATTRIBUTES
from engine.play.ending import outcome
from engine.play.engine import Policy

LIKELY = 0.03
"""A move that neither style plays as often is not held against the one that was played."""
STANDS_OUT = 1.0
"""Spreads of the position's moves by which an attribute must differ to be worth a word."""
PUSHED_STANDS_OUT = 0.5
"""The same of an attribute that the opponent is pushed along: that is what one asks about."""
LEAST_SEEN = {"king_danger": 50.0}
"""Differences in an attribute's own unit below which nobody would see them on the board."""
_LEAST_PAWNS = 0.1
_SUMMED_UP = ("castling_side", "early_castling")
"""Castling to either side says the same in plainer words."""
EFFECT_KEYS = tuple(
    attribute.key
    for attribute in ATTRIBUTES
    if attribute.kind != "quality" and attribute.key not in _SUMMED_UP
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a move does to an attribute.

    Attributes:
        key: of the attribute.
        value: of the move, in the attribute's unit.
        usual: mean over the moves that the average player plays there.
        spreads: the difference, in standard deviations over the legal moves.
    """

    key: str
    value: float
    usual: float
    spreads: float


@dataclass(frozen=True, slots=True)
class MoveReason:
    """Why a move.

    Attributes:
        style: how often the style plays it there, 0 to 1.
        others: how often the average player does.
        effect: what it does, None where nothing stands out.
        cost: expected points that the best likely move is better by, 0 to 1.
        best: that move; the played one if nothing is better.
        choices: number of legal moves.
    """

    style: float
    others: float
    effect: Effect | None
    cost: float
    best: chess.Move
    choices: int


def move_reason(
    board: chess.Board,
    move: chess.Move,
    style: Policy,
    average: Policy,
    judge: Callable[[Sequence[chess.Board]], Sequence[Policy]],
    pushed: Sequence[str] = (),
) -> MoveReason:
    """Return why a style played a move.

    Args:
        board: the position, with its history; left as it is.
        move: a legal move.
        style: the style's policy there.
        average: the average player's.
        judge: returns the chances in positions, for the side to move.
        pushed: keys of attributes that the style is pushed along.

    Raises:
        StylemateError: the position is not one of standard chess.
    """
    likely = {m for policy in (style, average) for m, p in policy.top(8) if p >= LIKELY} | {move}
    moves = [m for m in style.moves if m in likely]
    expected = _expected_points(board, moves, judge)
    best = max(moves, key=lambda m: (expected[m], m == move))
    return MoveReason(
        style=style.probability(move),
        others=average.probability(move),
        effect=_effect(board, move, average, pushed),
        cost=expected[best] - expected[move],
        best=best,
        choices=len(style.moves),
    )


def _expected_points(
    board: chess.Board,
    moves: Sequence[chess.Move],
    judge: Callable[[Sequence[chess.Board]], Sequence[Policy]],
) -> dict[chess.Move, float]:
    """Return the points that the mover expects after each move."""
    found: dict[chess.Move, float] = {}
    waiting: list[tuple[chess.Move, chess.Board]] = []
    for move in moves:
        after = board.copy()
        after.push(move)
        end = outcome(after)
        if end is None:
            waiting.append((move, after))
        else:
            found[move] = 0.5 if end.winner is None else float(end.winner == board.turn)
    for (move, _), policy in zip(waiting, judge([after for _, after in waiting]), strict=True):
        _, draw, loss = policy.wdl
        found[move] = loss + draw / 2
    return found


def _effect(
    board: chess.Board, move: chess.Move, average: Policy, pushed: Sequence[str]
) -> Effect | None:
    moves, values = move_attributes(board)
    place = moves.index(move)
    weights = np.array([average.probability(m) for m in moves])
    found: list[tuple[float, Effect]] = []
    for key in EFFECT_KEYS:
        of_moves = values[key].astype(np.float64)
        spread = float(of_moves.std())
        if spread == 0:
            continue
        usual = float(weights @ of_moves)
        spreads = (float(of_moves[place]) - usual) / spread
        least = PUSHED_STANDS_OUT if key in pushed else STANDS_OUT
        is_seen = abs(of_moves[place] - usual) >= LEAST_SEEN.get(key, _LEAST_PAWNS)
        if is_seen and abs(spreads) >= least:
            effect = Effect(key, float(of_moves[place]), usual, spreads)
            found.append((abs(spreads) / least, effect))
    return max(found, key=lambda item: item[0])[1] if found else None
