"""Properties of moves: all attributes, and what a player may like besides, of many legal moves.

The attributes (``registry``) are what sliders are made of. Habits (``engine.style.habits``) need
more beside them, so that what a slider means is told apart from what merely goes with it: which man
moves, which way and how far, and what it takes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.attributes import bitboards
from engine.attributes.bitboards import Indices
from engine.attributes.exchange import WORTH, Exchange
from engine.attributes.move_batch import Moves
from engine.attributes.moves import attributes_of_moves
from engine.attributes.position_batch import KING, PAWN
from engine.position.legal import move_codes
from engine.position.packed import PackedPositions

_ALL_RIGHTS = 15
_MOVES_AT_ONCE = 16_384
_KNIGHT, _BISHOP, _QUEEN = 1, 2, 4
_LARGEST_GAIN = 500
"""Centipawns won beyond which more no longer tempts more."""
_LARGEST_DANGER = 2500.0
_LARGEST_SAFETY = 8.0

ATTRIBUTE_PROPERTIES: Final[tuple[str, ...]] = (
    "king_danger",
    "king_safety",
    "mobility",
    "threats",
    "passed_pawns",
    "space",
    "bishop_pair",
    "imbalance",
    "pawn_structure",
    "captures",
    "checks",
    "queen_trades",
    "sacrifices",
    "minor_trades",
    "early_castling",
    "castling_side",
    "pawn_moves",
    "pawn_storms",
    "quiet_retreats",
    "king_walks",
)
"""Attributes of ``registry``, but castling by side, which ``castling_side`` sums up: properties
that are sums of others could not be told apart."""
OTHER_PROPERTIES: Final[tuple[str, ...]] = (
    "knight_moves",
    "bishop_moves",
    "queen_moves",
    "forward",
    "distance",
    "to_enemy_king",
    "to_centre",
    "wins_material",
)
PROPERTY_KEYS: Final[tuple[str, ...]] = ATTRIBUTE_PROPERTIES + OTHER_PROPERTIES


@dataclass(frozen=True, slots=True)
class LegalMoveList:
    """Moves of N positions, position after position; M moves in all.

    Attributes:
        rows: int64 (M,), ascending, which of the N positions each move is of.
        indices: int64 (M,), policy index of each.
    """

    rows: Tensor
    indices: Tensor


def move_properties(
    packed: PackedPositions, rows: Tensor, listed: LegalMoveList
) -> NDArray[np.float32]:
    """Return each property (``PROPERTY_KEYS``) of listed moves, float32 (M, properties).

    Args:
        packed: positions of whole games.
        rows: int64 (N,), the positions that the moves are of.
        listed: legal moves of these.
    """
    squares = packed.squares(rows)
    black = (packed.plies[rows] & 1).bool()
    codes = torch.empty_like(listed.indices)
    for side in (False, True):
        of_side = (black[listed.rows] == side).nonzero()[:, 0]
        of_rows = listed.rows[of_side]
        codes[of_side] = move_codes(squares[of_rows], listed.indices[of_side], side)
    position = listed.rows.cpu().numpy()
    all_squares = squares.cpu().numpy().astype(np.int8)
    plies = packed.plies[rows].cpu().numpy().astype(np.int32)
    rights = (packed.flags[rows] & _ALL_RIGHTS).cpu().numpy()
    all_codes = codes.cpu().numpy().astype(np.uint16)
    values = np.empty((len(position), len(PROPERTY_KEYS)), dtype=np.float32)
    for first in range(0, len(position), _MOVES_AT_ONCE):
        part = slice(first, first + _MOVES_AT_ONCE)
        of = position[part]
        batch = Moves.of_codes(all_squares[of], plies[of] % 2 == 0, rights[of], all_codes[part])
        found = properties_of_moves(batch, plies[of] // 2 + 1)
        values[part] = np.stack([found[key] for key in PROPERTY_KEYS], axis=1)
    return values


def properties_of_moves(
    moves: Moves, move_numbers: NDArray[np.int32]
) -> dict[str, NDArray[np.float32]]:
    """Return each property (``PROPERTY_KEYS``) of M moves, float32 (M,).

    Attributes that can run away are held within what means something: a king that is mated three
    times over is not in more danger than one that is mated.

    Args:
        moves: the moves, with the positions before them.
        move_numbers: int32 (M,), as games count them: 1 for both sides' first move.
    """
    attributes = attributes_of_moves(moves, move_numbers)
    values = {key: attributes[key] for key in ATTRIBUTE_PROPERTIES}
    values["king_danger"] = np.minimum(values["king_danger"], np.float32(_LARGEST_DANGER))
    values["king_safety"] = np.clip(values["king_safety"], -_LARGEST_SAFETY, _LARGEST_SAFETY)
    exchange = Exchange.of(moves)
    enemy_king = bitboards.lowest_square(
        moves.before.pieces[np.arange(len(moves)), 1 - moves.mover, KING]
    )
    others: dict[str, NDArray[np.generic]] = {
        "knight_moves": moves.man == _KNIGHT,
        "bishop_moves": moves.man == _BISHOP,
        "queen_moves": moves.man == _QUEEN,
        "forward": moves.forward_steps(),
        "distance": _steps(moves.origin, moves.target),
        "to_enemy_king": _steps(moves.origin, enemy_king) - _steps(moves.target, enemy_king),
        "to_centre": _from_centre(moves.origin) - _from_centre(moves.target),
        "wins_material": np.clip(exchange.balance, 0, _LARGEST_GAIN) / WORTH[PAWN],
    }
    return values | {key: others[key].astype(np.float32) for key in OTHER_PROPERTIES}


def _steps(origin: Indices, target: Indices) -> Indices:
    """Return how many steps a king needs from square to square."""
    ranks = np.abs((origin >> 3) - (target >> 3))
    files = np.abs((origin & 7) - (target & 7))
    return np.maximum(ranks, files)


def _from_centre(squares: Indices) -> NDArray[np.float64]:
    """Return how far squares are from the middle of the board, in ranks or files, 0.5 to 3.5."""
    distance: NDArray[np.float64] = np.maximum(
        np.abs((squares >> 3) - 3.5), np.abs((squares & 7) - 3.5)
    )
    return distance
