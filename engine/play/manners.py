"""How people behave at the board: how long they think, when they give up, which draws they take.

From what was measured of people: they take a draw while they expect at most 0.62 points, and of
those who resign one in twenty does so at a chance of loss of 0.56, a quarter at 0.86, half at 0.95
(Allie 2.0, github.com/y0mingzhang/allie). Times are drawn from a distribution, never their
mean: premoves, moves of a few seconds, and long thoughts now and then.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import chess
import numpy as np

from engine.play.engine import Policy

LONGEST_THOUGHT = 20.0
"""Seconds: nobody waits longer for a reply that is there."""
SHORTEST_THOUGHT = 0.3
_OPENING_MOVES = 8
_SPREAD = 0.65
"""Standard deviation of the logarithm of a thinking time."""
_SHARE_OF_CLOCK = 0.08
"""A thought takes no more of the time that is left."""

TAKES_DRAWS_UP_TO = 0.62
"""Expected points."""
FIRST_DRAW_MOVE = 20
FEW_MEN = 10
"""Men on the board with which a draw is talked about before that move."""
ASKED_AGAIN_AFTER = 10
"""Half-moves after which a draw that was not taken may be offered again."""

FIRST_RESIGNATION_MOVE = 15
FIRM = 2
"""Own moves in a row that a game must look lost."""
_LOSSES = ((0.0, 0.80), (0.25, 0.86), (0.5, 0.95), (0.75, 0.98), (1.0, 1.01))
"""Chance of loss at which a game is given up, by share of games; a loss of a fifth less, at which
one person in twenty resigns, would surprise. In the last of the games nobody gives up at all."""
LEAST_ELO_THAT_RESIGNS = 1000
"""Beginners play on: who they play against may be one, too."""


@dataclass(frozen=True, slots=True)
class Position:
    """What a thinking time is drawn from.

    Attributes:
        is_forced: whether there is one legal move.
        is_recapture: whether the likely move takes back on the square of the last one.
        is_opening: whether it is among the first moves of a game from the usual position.
        doubt: entropy of the style's policy, nats; 0 where it sees one move alone.
        sharpness: how open the result is: 1 where win and loss are as likely and no draw is.
    """

    is_forced: bool
    is_recapture: bool
    is_opening: bool
    doubt: float
    sharpness: float


def position_to_think_about(board: chess.Board, policy: Policy) -> Position:
    """Return what about a position takes people's time.

    Args:
        board: with its history.
        policy: the style's.
    """
    chances = policy.probabilities[policy.probabilities > 0]
    win, draw, loss = policy.wdl
    last = board.peek() if board.move_stack else None
    favourite = policy.moves[0]
    return Position(
        is_forced=len(policy.moves) == 1,
        is_recapture=last is not None
        and favourite.to_square == last.to_square
        and board.is_capture(favourite),
        is_opening=board.fullmove_number <= _OPENING_MOVES
        and board.root().fen() == chess.STARTING_FEN,
        doubt=float(-(chances * np.log(chances)).sum()),
        sharpness=(1 - draw) * (1 - abs(win - loss)),
    )


def typical_seconds(position: Position) -> float:
    """Return the median thinking time in a game of some minutes."""
    if position.is_forced:
        return 0.7
    if position.is_recapture:
        return 1.2
    if position.is_opening:
        return 1.3
    return 1.5 + 1.8 * position.doubt + 2.0 * position.sharpness


def thinking_seconds(
    position: Position, random: np.random.Generator, left: float | None = None
) -> float:
    """Return how long a person would think, drawn from a log-normal distribution.

    Args:
        position: what about.
        random: drawn from.
        left: seconds on the clock, None without one.
    """
    drawn = typical_seconds(position) * math.exp(_SPREAD * float(random.standard_normal()))
    longest = LONGEST_THOUGHT if left is None else min(LONGEST_THOUGHT, _SHARE_OF_CLOCK * left)
    return min(max(drawn, min(SHORTEST_THOUGHT, longest)), longest)


def loss_given_up_at(draw: float) -> float:
    """Return the chance of loss at which a game is given up; above 1 it never is.

    Args:
        draw: of the game, uniform from 0 to 1.
    """
    shares, losses = zip(*_LOSSES, strict=True)
    return float(np.interp(draw, shares, losses))


def gives_up(board: chess.Board, losses: Sequence[float], limit: float, elo: int | None) -> bool:
    """Return whether a person would resign.

    Never before move 15, never in a game from a set position, which is there to be played out, and
    never as a beginner.

    Args:
        board: with its history; the side to move asks itself.
        losses: its chance of loss at each of its turns so far, this one last.
        limit: of this game (``loss_given_up_at``).
        elo: the chosen strength, None as learned.
    """
    if board.fullmove_number < FIRST_RESIGNATION_MOVE or not _is_from_the_start(board):
        return False
    if elo is not None and elo < LEAST_ELO_THAT_RESIGNS:
        return False
    return len(losses) >= FIRM and min(losses[-FIRM:]) >= limit


def takes_draw(board: chess.Board, wdl: tuple[float, float, float]) -> bool:
    """Return whether a person would take a draw.

    Args:
        board: the position.
        wdl: chances of win, draw and loss of who was asked.
    """
    is_early = board.fullmove_number < FIRST_DRAW_MOVE and board.occupied.bit_count() > FEW_MEN
    win, draw, _ = wdl
    return not is_early and win + draw / 2 <= TAKES_DRAWS_UP_TO


def _is_from_the_start(board: chess.Board) -> bool:
    return board.root().fen() == chess.STARTING_FEN
