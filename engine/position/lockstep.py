"""The boards of many games that advance together, one ply a step, as rows of piece codes."""

import torch
from torch import Tensor

from engine.position.packed import (
    ALL_RIGHTS,
    BLACK_KINGSIDE,
    BLACK_OFFSET,
    BLACK_QUEENSIDE,
    NO_FILE,
    WHITE_KINGSIDE,
    WHITE_QUEENSIDE,
)

_SCRATCH = 64  # a 65th square that takes the writes of games to which a rule does not apply
_PAWN, _ROOK, _KING = 1, 4, 6
_START_RANKS = [4, 2, 3, 5, 6, 3, 2, 4]


class LockstepBoards:
    """Games from the usual start, all after equally many moves, on one device.

    Moves are trusted to be legal.

    Attributes:
        squares: uint8 (G, 65), piece codes seen from White, a1 first, and a scratch square.
        rights: uint8 (G,), castling rights as in ``packed``.
        rule50: int32 (G,), plies since a capture or pawn move.
        en_passant_file: int64 (G,), file of a double push beside which an enemy pawn stands, else
            ``NO_FILE``.
    """

    def __init__(self, count: int, device: torch.device) -> None:
        """Set up ``count`` games."""
        self.squares = _start_squares(device).repeat(count, 1)
        self.rights = torch.full((count,), ALL_RIGHTS, dtype=torch.uint8, device=device)
        self.rule50 = torch.zeros(count, dtype=torch.int32, device=device)
        self.en_passant_file = torch.full((count,), NO_FILE, dtype=torch.int64, device=device)
        self._rows = torch.arange(count, device=device)
        self._keep_rights = _rights_kept(device)
        generator = torch.Generator().manual_seed(20250214)
        random = torch.randint(-(2**63), 2**63 - 1, (13 * 65 + 16 + 9 + 2,), generator=generator)
        self._random = random.to(device)
        self._random[:65] = 0  # an empty square adds nothing to a key
        self._random[torch.arange(13, device=device) * 65 + _SCRATCH] = 0
        squares = self.squares[:1].to(torch.int64)
        start_key = _xor_all(self._random[squares * 65 + torch.arange(65, device=device)])
        self._piece_keys = start_key.repeat(count)

    @classmethod
    def at(cls, squares: Tensor, rights: Tensor, rule50: Tensor) -> "LockstepBoards":
        """Set up positions in the middle of games, without a right to take in passing.

        Args:
            squares: uint8 (G, 64), piece codes seen from White, a1 first.
            rights: uint8 (G,), castling rights.
            rule50: integer (G,), plies since a capture or pawn move.
        """
        boards = cls(len(squares), squares.device)
        boards.squares[:, :_SCRATCH] = squares
        boards.rights = rights.clone()
        boards.rule50 = rule50.to(torch.int32)
        places = boards.squares.long() * 65 + torch.arange(65, device=squares.device)
        boards._piece_keys = _xor_all(boards._random[places])
        return boards

    def __len__(self) -> int:
        """Return the number of games."""
        return self.squares.shape[0]

    def packed(self, count: int) -> Tensor:
        """Return the boards of the first games as ``PackedPositions`` has them, (count, 32)."""
        board = self.squares[:count, :64]
        return board[:, 0::2] | board[:, 1::2] << 4

    def keys(self, en_passant_file: Tensor, ply: int) -> Tensor:
        """Return a hash of the position in each of the first games, int64 (N,).

        Args:
            en_passant_file: int64 (N,), the file that counts towards the position's identity.
            ply: moves played before.
        """
        count = en_passant_file.shape[0]
        castling_key = self._random[13 * 65 + self.rights[:count].to(torch.int64)]
        en_passant_key = self._random[13 * 65 + 16 + en_passant_file]
        turn_key = self._random[13 * 65 + 25 + (ply & 1)]
        return self._piece_keys[:count] ^ castling_key ^ en_passant_key ^ turn_key

    def keep(self, rows: Tensor) -> None:
        """Go on with some games only, int64 (N,) rows."""
        self.squares = self.squares[rows]
        self.rights = self.rights[rows]
        self.rule50 = self.rule50[rows]
        self.en_passant_file = self.en_passant_file[rows]
        self._piece_keys = self._piece_keys[rows]
        self._rows = self._rows[: len(rows)]

    def advance(self, codes: Tensor, ply: int) -> None:
        """Make a move in each of the first games.

        Args:
            codes: integer (N,), 16-bit codes of legal moves for the first N games.
            ply: moves played before.
        """
        count = codes.shape[0]
        codes = codes.to(torch.int64) & 0xFFFF
        origin, target, promotion = codes & 63, codes >> 6 & 63, codes >> 12
        row, squares = self._rows[:count], self.squares
        own = BLACK_OFFSET * (ply & 1)
        piece = squares[row, origin].to(torch.int64)
        captured = squares[row, target].to(torch.int64)
        pawn, king = piece == _PAWN + own, piece == _KING + own
        placed = torch.where(promotion > 0, promotion + own, piece)

        takes_in_passing = pawn & (captured == 0) & ((origin ^ target) & 7 != 0)
        passed = torch.where(takes_in_passing, origin & 56 | target & 7, _SCRATCH)
        castles = king & ((origin - target).abs() == 2)
        rook_from = torch.where(castles, torch.where(target > origin, target + 1, target - 2), 64)
        rook_to = torch.where(castles, (origin + target) // 2, _SCRATCH)
        rook = torch.full_like(piece, _ROOK + own)
        enemy_pawn = torch.full_like(piece, _PAWN + BLACK_OFFSET - own)

        keys = self._piece_keys[:count]
        for code, square in (
            (piece, origin),
            (captured, target),
            (placed, target),
            (enemy_pawn, passed),
            (rook, rook_from),
            (rook, rook_to),
        ):
            keys ^= self._random[code * 65 + square]
        squares[row, origin] = 0
        squares[row, target] = placed.to(torch.uint8)
        squares[row, passed] = 0
        squares[row, rook_from] = 0
        squares[row, rook_to] = _ROOK + own
        squares[:count, _SCRATCH] = 0

        self.rights[:count] &= self._keep_rights[origin] & self._keep_rights[target]
        quiet = ~(pawn | (captured > 0))
        self.rule50[:count] = (self.rule50[:count] + 1) * quiet
        self._note_en_passant(count, pawn, origin, target, _PAWN + BLACK_OFFSET - own)

    def _note_en_passant(
        self, count: int, pawn: Tensor, origin: Tensor, target: Tensor, enemy_pawn: int
    ) -> None:
        """Remember the file of a double push beside which an enemy pawn stands, else 8."""
        row, file = self._rows[:count], target & 7
        left = torch.where(file > 0, target - 1, _SCRATCH)
        right = torch.where(file < 7, target + 1, _SCRATCH)
        beside = self.squares[row, left] == enemy_pawn
        beside |= self.squares[row, right] == enemy_pawn
        possible = pawn & ((origin - target).abs() == 16) & beside
        self.en_passant_file[:count] = torch.where(possible, file, NO_FILE)


def _start_squares(device: torch.device) -> Tensor:
    """Return the usual start as uint8 (1, 65) piece codes, scratch square last."""
    black_rank = [code + BLACK_OFFSET for code in _START_RANKS]
    squares = [*_START_RANKS, *[1] * 8, *[0] * 32, *[7] * 8, *black_rank, 0]
    return torch.tensor([squares], dtype=torch.uint8, device=device)


def _rights_kept(device: torch.device) -> Tensor:
    """Return uint8 (64,): the castling rights that survive a move from or to each square."""
    kept = [ALL_RIGHTS] * 64
    lost = {
        0: WHITE_QUEENSIDE,
        4: WHITE_KINGSIDE | WHITE_QUEENSIDE,
        7: WHITE_KINGSIDE,
        56: BLACK_QUEENSIDE,
        60: BLACK_KINGSIDE | BLACK_QUEENSIDE,
        63: BLACK_KINGSIDE,
    }
    for square, rights in lost.items():
        kept[square] &= ~rights
    return torch.tensor(kept, dtype=torch.uint8, device=device)


def _xor_all(values: Tensor) -> Tensor:
    """Return the XOR of int64 values along the last dimension."""
    total = torch.zeros_like(values[..., 0])
    for column in values.unbind(-1):
        total = total ^ column
    return total
