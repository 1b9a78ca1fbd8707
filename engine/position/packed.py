"""Every position of many games, packed so that any batch of them decodes to planes on a device.

A position takes 36 bytes: its board as 64 four-bit piece codes, castling rights and repetition,
the fifty-move count, and its ply. Positions of a game lie next to each other in order, so a
position's history is the rows before it. Position ``i`` is the one *before* move ``i`` of the flat
move array it was replayed from.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from engine.position.planes import (
    BLACK_TO_MOVE_PLANE,
    CASTLING_PLANES,
    HISTORY,
    LONGEST_CLOCK,
    ONES_PLANE,
    PLANES,
    PLANES_PER_BOARD,
    RULE50_PLANE,
)

EMPTY = 0
BLACK_OFFSET = 6
"""Piece codes: 0 empty, 1-6 white pawn to king, 7-12 black pawn to king."""
WHITE_KINGSIDE, WHITE_QUEENSIDE, BLACK_KINGSIDE, BLACK_QUEENSIDE, REPEATED = 1, 2, 4, 8, 16
"""Bits of a position's flags."""

ALL_RIGHTS = WHITE_KINGSIDE | WHITE_QUEENSIDE | BLACK_KINGSIDE | BLACK_QUEENSIDE
NO_FILE = 8
"""Stands for a file where there is none."""

_PAWN = 1
_HISTORY_PIECES = 2 * BLACK_OFFSET


@dataclass(frozen=True, slots=True)
class PackedPositions:
    """Positions of games from the usual start, one row for each move played."""

    boards: Tensor  # uint8 (P, 32): squares 2k and 2k+1 in the low and high four bits
    flags: Tensor  # uint8 (P,): castling rights and REPEATED
    rule50: Tensor  # uint8 (P,): plies since a capture or pawn move, at most 255
    plies: Tensor  # int16 (P,): moves played before this position; odd when Black is to move

    def __len__(self) -> int:
        return self.boards.shape[0]

    @property
    def device(self) -> torch.device:
        return self.boards.device

    def to(self, device: torch.device | str) -> "PackedPositions":
        """Return the same positions on another device."""
        return PackedPositions(
            self.boards.to(device),
            self.flags.to(device),
            self.rule50.to(device),
            self.plies.to(device),
        )

    def planes(self, rows: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Decode positions to lc0's classical planes.

        Args:
            rows: int64 (N,) on the positions' device.
            dtype: type of the result.

        Returns:
            Tensor (N, 112, 8, 8), equal to ``board_planes`` of the same positions.
        """
        count = rows.shape[0]
        plies = self.plies[rows].to(torch.int64)
        black = (plies & 1).bool()
        # Every value fits a byte: bytes are filled four times faster than float32.
        planes = torch.zeros(count, PLANES, 64, dtype=torch.uint8, device=self.device)
        history = planes[:, : HISTORY * PLANES_PER_BOARD].view(count, HISTORY, PLANES_PER_BOARD, 64)
        age = torch.arange(HISTORY, device=self.device)
        exists = plies[:, None] >= age
        past = torch.where(exists, rows[:, None] - age, rows[:, None])
        codes = self._squares_of_mover(past, black, exists)
        for kind in range(_HISTORY_PIECES):
            torch.eq(codes, kind + 1, out=history[:, :, kind])
        repeated = (self.flags[past] & REPEATED).bool() & exists
        history[:, :, _HISTORY_PIECES] = repeated[..., None]
        self._fill_flag_planes(planes, rows, black)
        return planes.view(count, PLANES, 8, 8).to(dtype)

    def squares(self, rows: Tensor) -> Tensor:
        """Return the piece codes of positions as uint8 (N, 64), seen from White, a1 first."""
        packed = self.boards[rows]
        return torch.stack((packed & 15, packed >> 4), dim=-1).flatten(-2)

    def _squares_of_mover(self, past: Tensor, black: Tensor, exists: Tensor) -> Tensor:
        """Return uint8 (N, 8, 64) piece codes from the mover's side, own pieces 1-6."""
        packed = self.boards[past]
        mirrored = packed.view(*past.shape, 8, 4).flip(-2).flatten(-2)
        packed = torch.where(black[:, None, None], mirrored, packed) * exists[..., None]
        pairs = packed.to(torch.int32) + 256 * black[:, None, None]
        unpacked = _unpacking_table(self.device).index_select(0, pairs.flatten())
        return unpacked.view(torch.uint8).view(*past.shape, 64)

    def _fill_flag_planes(self, planes: Tensor, rows: Tensor, black: Tensor) -> None:
        white_order = (WHITE_QUEENSIDE, WHITE_KINGSIDE, BLACK_QUEENSIDE, BLACK_KINGSIDE)
        bits = torch.tensor(white_order, dtype=torch.uint8, device=self.device)
        rights = (self.flags[rows, None] & bits).bool()
        rights = torch.where(black[:, None], rights.roll(2, dims=1), rights)
        planes[:, CASTLING_PLANES] = rights[..., None]
        planes[:, BLACK_TO_MOVE_PLANE] = black[:, None]
        planes[:, RULE50_PLANE] = self.rule50[rows, None].clamp(max=LONGEST_CLOCK)
        planes[:, ONES_PLANE] = 1


def en_passant_files(packed: PackedPositions, moves: Tensor, rows: Tensor) -> Tensor:
    """Return the file of a pawn that has just moved two squares, int64 (N,); 8 for none.

    Args:
        packed: positions of games.
        moves: int16 (P,), the 16-bit codes of the moves played in them.
        rows: int64 (N,), positions.
    """
    before = (rows - 1).clamp_min(0)
    codes = moves[before].long() & 0xFFFF
    origin, target = codes & 63, codes >> 6 & 63
    man = packed.squares(rows).gather(1, target[:, None])[:, 0]
    pawn = (man == _PAWN) | (man == _PAWN + BLACK_OFFSET)
    pushed = pawn & ((origin - target).abs() == 16) & (packed.plies[rows] > 0)
    return torch.where(pushed, target & 7, NO_FILE)


@cache
def _unpacking_table(device: torch.device) -> Tensor:
    """Return int16 (512,): the two squares of a byte, as they are and with colours exchanged."""
    codes = torch.arange(16, dtype=torch.uint8)
    exchanged = torch.where(codes > BLACK_OFFSET, codes - BLACK_OFFSET, codes + BLACK_OFFSET)
    exchanged[EMPTY] = EMPTY
    tables = [
        torch.stack((table.repeat(16), table.repeat_interleave(16)), dim=1)
        for table in (codes, exchanged)
    ]
    return torch.cat(tables).view(torch.int16).squeeze(1).to(device)
