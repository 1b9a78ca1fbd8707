"""Kinds of move that are played rarely, and the positions in which they were."""

from collections.abc import Callable, Mapping

import chess
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.attributes.exchange import Exchange
from engine.attributes.move_batch import Moves
from engine.attributes.position_batch import KING, PAWN
from engine.position.packed import REPEATED
from engine.training.data import TrainingPositions

Flags = npt.NDArray[np.bool_]
_AT_ONCE = 65_536
_RIGHTS = REPEATED - 1
_NOTHING = -1
_KNIGHT, _ROOK, _QUEEN = chess.KNIGHT - 1, chess.ROOK - 1, chess.QUEEN - 1
_THIRD_RANK, _C_FILE = 2, 2


def _under_promotions(moves: Moves) -> Flags:
    found: Flags = (moves.promotion >= _KNIGHT) & (moves.promotion <= _ROOK)
    return found


def _sacrifices(moves: Moves) -> Flags:
    return Exchange.of(moves).gives_more_than_a_pawn


def _quiet_retreats(moves: Moves) -> Flags:
    piece = (moves.man != PAWN) & (moves.man != KING) & (moves.man != _ROOK)
    home = (moves.target_rank() == 0) & (moves.forward_steps() < 0)
    found: Flags = piece & home & (moves.taken == _NOTHING)
    return found


def _king_walks(moves: Moves) -> Flags:
    queens = (moves.before.pieces[:, :, _QUEEN] != 0).all(axis=1)
    found: Flags = (moves.man == KING) & (moves.target_rank() >= _THIRD_RANK) & queens
    return found


def _long_castling(moves: Moves) -> Flags:
    found: Flags = moves.castles & (moves.target & 7 == _C_FILE)
    return found


KINDS: Mapping[str, Callable[[Moves], Flags]] = {
    "under-promotion": _under_promotions,
    "sacrifice": _sacrifices,
    "quiet retreat": _quiet_retreats,
    "king walk": _king_walks,
    "long castling": _long_castling,
}
"""What is rare, by name: a promotion to less than a queen; a move that leaves the mover more than a
pawn behind once the exchanges on its square are over; a knight, bishop or queen going back to its
first rank without taking; a king going to its third rank or beyond while both sides have queens;
castling on the queen's side."""


def kinds_of(positions: TrainingPositions, rows: Tensor) -> dict[str, Tensor]:
    """Return which of the moves played are of each kind, bool (N,) on the rows' device."""
    found: dict[str, list[Flags]] = {name: [] for name in KINDS}
    for part in torch.split(rows, _AT_ONCE):
        moves = _moves_played(positions, part)
        for name, is_kind in KINDS.items():
            found[name].append(is_kind(moves))
    return {
        name: torch.from_numpy(np.concatenate([*parts, np.empty(0, dtype=bool)])).to(rows.device)
        for name, parts in found.items()
    }


def _moves_played(positions: TrainingPositions, rows: Tensor) -> Moves:
    packed = positions.packed
    return Moves.of_codes(
        packed.squares(rows).cpu().numpy().astype(np.int8),
        (packed.plies[rows] % 2 == 0).cpu().numpy(),
        (packed.flags[rows] & _RIGHTS).cpu().numpy(),
        positions.moves[rows].cpu().numpy().view(np.uint16),
    )
