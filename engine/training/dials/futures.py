"""What becomes of each dial's property in real games: what moves do, and what comes later.

A dial's property is the attribute of the move, but for three that are better seen on the board:
*queen trades* count whether both queens are off after the move, *minor trades* how many of the
eight knights and bishops are gone, and *sacrifices* whether the mover is at least two pawns' worth
of material down after each of the next three moves and does not lose the game.

The *future* after a move is the mean of the property over the mover's own later moves, the nearest
counting most (each next one ``discount`` times the one before); for castling it is the sum.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from engine.attributes import bitboards
from engine.attributes.move_batch import Moves
from engine.attributes.moves import attributes_of_moves
from engine.attributes.position_batch import PositionBatch
from engine.position.packed import ALL_RIGHTS
from engine.training.data import UNKNOWN_RESULT, TrainingPositions
from engine.training.dials.dials import DIALS, column

Values = npt.NDArray[np.float32]
"""Properties: float32 (M, dials), in the order of ``DIALS``."""

CHUNK: Final = 16384
"""Moves that are judged at a time."""
_KNIGHT, _BISHOP, _QUEEN = 1, 2, 4
_MINORS_AT_START: Final = 8
_QUEENS_TOGETHER: Final = 3.0
"""What leaving the queens to be traded counts for, beside 1 for having them off."""
_POINTS: Final = np.array([0, 1, 3, 3, 5, 9, 0, -1, -3, -3, -5, -9, 0], dtype=np.int16)
"""What a man is worth, by piece code, from White's side."""
_GIVEN: Final = 2
_GIVEN_FOR_MOVES: Final = 3


@dataclass(frozen=True, slots=True)
class Futures:
    """Of M positions with the moves played in them.

    Attributes:
        values: float32 (M, dials), the future of each dial's property for the mover.
        known: bool (M,), whether the mover moved again: without that there is no future.
    """

    values: Values
    known: npt.NDArray[np.bool_]


def effects_of_moves(moves: Moves, move_numbers: npt.NDArray[np.int32]) -> Values:
    """Return what M moves do at once, whatever comes later, float32 (M, dials).

    Args:
        moves: any legal moves.
        move_numbers: int32 (M,), as games count them.
    """
    effects = _attributes(moves, move_numbers)
    after = moves.after()
    trades = effects[:, column("queen_trades")].copy()
    effects[:, column("queen_trades")] = _queens_off(after) + _QUEENS_TOGETHER * trades
    effects[:, column("minor_trades")] = _minors_gone(after)
    return effects


def moves_in_chunks(
    squares: npt.NDArray[np.uint8],
    plies: npt.NDArray[np.int16],
    flags: npt.NDArray[np.uint8],
    codes: npt.NDArray[np.uint16],
) -> Values:
    """Return ``effects_of_moves`` of M positions with a move in each.

    Args:
        squares: uint8 (M, 64), piece codes seen from White.
        plies: int16 (M,), moves played before.
        flags: uint8 (M,), as in ``PackedPositions``.
        codes: uint16 (M,), 16-bit codes of legal moves.
    """
    parts = [np.zeros((0, len(DIALS)), dtype=np.float32)]
    for first in range(0, len(codes), CHUNK):
        part = slice(first, first + CHUNK)
        moves = _moves(squares[part], plies[part], flags[part], codes[part])
        parts.append(effects_of_moves(moves, _numbers(plies[part])))
    return np.concatenate(parts)


def properties_in_games(positions: TrainingPositions) -> Values:
    """Return each dial's property at every position of whole games, float32 (P, dials)."""
    packed = positions.packed.to("cpu")
    codes = positions.moves.cpu().numpy().view(np.uint16)
    plies, flags = packed.plies.numpy(), packed.flags.numpy()
    properties = np.zeros((len(codes), len(DIALS)), dtype=np.float32)
    balance = np.zeros(len(codes), dtype=np.int16)
    for first in range(0, len(codes), CHUNK):
        rows = np.arange(first, min(first + CHUNK, len(codes)))
        squares = packed.squares(torch.from_numpy(rows)).numpy()
        moves = _moves(squares, plies[rows], flags[rows], codes[rows])
        properties[rows] = _attributes(moves, _numbers(plies[rows]))
        after = moves.after()
        properties[rows, column("queen_trades")] = _queens_off(after)
        properties[rows, column("minor_trades")] = _minors_gone(after)
        balance[rows] = _POINTS[squares].sum(axis=1)
    properties[:, column("sacrifices")] = _accepted_sacrifices(positions, balance)
    return properties


def futures_in_games(positions: TrainingPositions, discount: float) -> Futures:
    """Return the futures at every position of whole games, P of them."""
    to_end = moves_to_end(positions)
    values, known = discounted_futures(properties_in_games(positions), to_end, discount)
    return Futures(values, known)


def discounted_futures(
    properties: Values, to_end: npt.NDArray[np.int64], discount: float
) -> tuple[Values, npt.NDArray[np.bool_]]:
    """Return what comes of properties later in the same games.

    Args:
        properties: float32 (P, dials), at every position of whole games.
        to_end: int64 (P,), moves that follow the position's own in its game.
        discount: weight of a later move of one's own against the one before it.

    Returns:
        float32 (P, dials) and bool (P,); see ``Futures``.
    """
    factor = np.array([1.0 if dial.sums else discount for dial in DIALS], dtype=np.float32)
    total = np.zeros_like(properties)
    weight = np.zeros(len(properties), dtype=np.float32)
    order = np.argsort(to_end, kind="stable")
    bounds = np.concatenate(([0], np.cumsum(np.bincount(to_end))))
    # From the ends of all games backwards: two plies on, the same side has moved again.
    for distance in range(2, len(bounds) - 1):
        rows = order[bounds[distance] : bounds[distance + 1]]
        total[rows] = properties[rows + 2] + factor * total[rows + 2]
        weight[rows] = 1 + discount * weight[rows + 2]
    sums = np.array([dial.sums for dial in DIALS])
    mean = total / np.maximum(weight, 1)[:, None]
    return np.where(sums, total, mean).astype(np.float32), to_end >= 2


def moves_to_end(positions: TrainingPositions) -> npt.NDArray[np.int64]:
    """Return how many moves follow the position's own in its game, int64 (P,)."""
    games = positions.games.cpu().numpy()
    ends = np.cumsum(np.bincount(games, minlength=len(positions.results)))
    left: npt.NDArray[np.int64] = ends[games] - 1 - np.arange(len(games))
    return left


def _attributes(moves: Moves, move_numbers: npt.NDArray[np.int32]) -> Values:
    found = attributes_of_moves(moves, move_numbers)
    columns = [found[d.key] if d.bounds is None else found[d.key].clip(*d.bounds) for d in DIALS]
    return np.stack(columns, axis=1).astype(np.float32)


def _moves(
    squares: npt.NDArray[np.uint8],
    plies: npt.NDArray[np.int16],
    flags: npt.NDArray[np.uint8],
    codes: npt.NDArray[np.uint16],
) -> Moves:
    rights = flags & np.uint8(ALL_RIGHTS)
    return Moves.of_codes(squares.astype(np.int8), plies % 2 == 0, rights, codes)


def _numbers(plies: npt.NDArray[np.int16]) -> npt.NDArray[np.int32]:
    return plies.astype(np.int32) // 2 + 1


def _queens_off(batch: PositionBatch) -> npt.NDArray[np.bool_]:
    off: npt.NDArray[np.bool_] = (batch.pieces[:, :, _QUEEN] == 0).all(axis=1)
    return off


def _minors_gone(batch: PositionBatch) -> npt.NDArray[np.int64]:
    minors = bitboards.count(batch.pieces[:, :, _KNIGHT : _BISHOP + 1])
    gone: npt.NDArray[np.int64] = _MINORS_AT_START - minors.sum(axis=(1, 2)).astype(np.int64)
    return gone


def _accepted_sacrifices(
    positions: TrainingPositions, balance: npt.NDArray[np.int16]
) -> npt.NDArray[np.bool_]:
    """Tell where the mover gives material for moves on end and does not lose, bool (P,).

    Args:
        positions: of whole games.
        balance: int16 (P,), material in pawns from White's side.
    """
    plies = positions.packed.plies.cpu().numpy()
    games, to_end = positions.games.cpu().numpy(), moves_to_end(positions)
    black = plies % 2 == 1
    own = np.where(black, -balance, balance)
    given = np.ones(len(own), dtype=np.bool_)
    for ahead in range(2, 2 * _GIVEN_FOR_MOVES + 1, 2):
        later = np.concatenate((own[ahead:], np.zeros(min(ahead, len(own)), dtype=own.dtype)))
        given &= (to_end >= ahead) & (later[: len(own)] <= own - _GIVEN)
    result = positions.results.cpu().numpy()[games]
    lost = np.where(black, result == 0, result == 2)
    accepted: npt.NDArray[np.bool_] = given & ~lost & (result != UNKNOWN_RESULT)
    return accepted
