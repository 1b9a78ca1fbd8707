"""Replay many games at once, without python-chess, on a CPU or a GPU.

All games of a chunk advance together, one ply a step, as rows of a piece-code table. Moves are
trusted to be legal: the game store checked them.
"""

import torch
from torch import Tensor

from engine.position.packed import (
    BLACK_KINGSIDE,
    BLACK_OFFSET,
    BLACK_QUEENSIDE,
    REPEATED,
    WHITE_KINGSIDE,
    WHITE_QUEENSIDE,
    PackedPositions,
)

GAMES_PER_CHUNK = 8192
_SCRATCH = 64  # a 65th square that takes the writes of games to which a rule does not apply
_PAWN, _ROOK, _KING = 1, 4, 6
_ALL_RIGHTS = WHITE_KINGSIDE | WHITE_QUEENSIDE | BLACK_KINGSIDE | BLACK_QUEENSIDE
_START_RANKS = [4, 2, 3, 5, 6, 3, 2, 4]


def replay(moves: Tensor, offsets: Tensor, chunk: int = GAMES_PER_CHUNK) -> PackedPositions:
    """Replay games from the usual start and pack the position before every move.

    Args:
        moves: int16 or uint16 (P,), 16-bit move codes of all games one after another.
        offsets: int64 (G + 1,), where each game begins; ``offsets[-1] == P``.
        chunk: games that advance together.

    Returns:
        Packed positions, row for row beside ``moves``, on the device of ``moves``.
    """
    positions = moves.shape[0]
    device = moves.device
    packed = PackedPositions(
        boards=torch.empty(positions, 32, dtype=torch.uint8, device=device),
        flags=torch.empty(positions, dtype=torch.uint8, device=device),
        rule50=torch.empty(positions, dtype=torch.uint8, device=device),
        plies=torch.empty(positions, dtype=torch.int16, device=device),
    )
    games = offsets.shape[0] - 1
    for first in range(0, games, chunk):
        bounds = offsets[first : min(first + chunk, games) + 1]
        _ChunkReplay(moves, bounds, packed).run()
    return packed


class _ChunkReplay:
    """The state of some games that advance together, longest game first."""

    def __init__(self, moves: Tensor, bounds: Tensor, packed: PackedPositions) -> None:
        device = moves.device
        lengths, order = (bounds[1:] - bounds[:-1]).sort(descending=True)
        self.moves, self.packed = moves, packed
        self.begins = bounds[:-1][order]
        self.span = slice(int(bounds[0]), int(bounds[-1]))
        # active[t]: how many games have a move at ply t; they are a prefix of the rows.
        longest = int(lengths[0]) if len(lengths) else 0
        plies = torch.arange(longest, device=device)
        self.active: list[int] = (lengths[None, :] > plies[:, None]).sum(1).tolist()
        count = lengths.shape[0]
        self.squares = _start_squares(device).repeat(count, 1)
        self.rights = torch.full((count,), _ALL_RIGHTS, dtype=torch.uint8, device=device)
        self.rule50 = torch.zeros(count, dtype=torch.int32, device=device)
        self.en_passant_file = torch.full((count,), 8, dtype=torch.int64, device=device)
        self.rows = torch.arange(count, device=device)
        self.keep_rights = _rights_kept(device)
        generator = torch.Generator().manual_seed(20250214)
        random = torch.randint(-(2**63), 2**63 - 1, (13 * 65 + 16 + 9 + 2,), generator=generator)
        self.random = random.to(device)
        self.random[:65] = 0  # an empty square adds nothing to a key
        self.random[torch.arange(13, device=device) * 65 + _SCRATCH] = 0
        squares = self.squares[:1].to(torch.int64)
        start_key = _xor_all(self.random[squares * 65 + torch.arange(65, device=device)])
        self.piece_keys = start_key.repeat(count)
        self.keys = torch.zeros(self.span.stop - self.span.start, dtype=torch.int64, device=device)

    def run(self) -> None:
        for ply, count in enumerate(self.active):
            rows = self.begins[:count] + ply
            self._record(rows, count, ply)
            self._advance(self.moves[rows].to(torch.int32) & 0xFFFF, count, ply)
        self._mark_repetitions()

    def _record(self, rows: Tensor, count: int, ply: int) -> None:
        board = self.squares[:count, :64]
        self.packed.boards[rows] = board[:, 0::2] | board[:, 1::2] << 4
        self.packed.flags[rows] = self.rights[:count]
        self.packed.rule50[rows] = self.rule50[:count].clamp(max=255).to(torch.uint8)
        self.packed.plies[rows] = ply
        castling_key = self.random[13 * 65 + self.rights[:count].to(torch.int64)]
        en_passant_key = self.random[13 * 65 + 16 + self.en_passant_file[:count]]
        turn_key = self.random[13 * 65 + 25 + (ply & 1)]
        key = self.piece_keys[:count] ^ castling_key ^ en_passant_key ^ turn_key
        self.keys[rows - self.span.start] = key

    def _advance(self, codes: Tensor, count: int, ply: int) -> None:
        codes = codes.to(torch.int64)
        origin, target, promotion = codes & 63, codes >> 6 & 63, codes >> 12
        row, squares = self.rows[:count], self.squares
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

        keys = self.piece_keys[:count]
        for code, square in (
            (piece, origin),
            (captured, target),
            (placed, target),
            (enemy_pawn, passed),
            (rook, rook_from),
            (rook, rook_to),
        ):
            keys ^= self.random[code * 65 + square]
        squares[row, origin] = 0
        squares[row, target] = placed.to(torch.uint8)
        squares[row, passed] = 0
        squares[row, rook_from] = 0
        squares[row, rook_to] = _ROOK + own
        squares[:count, _SCRATCH] = 0

        self.rights[:count] &= self.keep_rights[origin] & self.keep_rights[target]
        quiet = ~(pawn | (captured > 0))
        self.rule50[:count] = (self.rule50[:count] + 1) * quiet
        self._note_en_passant(count, pawn, origin, target, _PAWN + BLACK_OFFSET - own)

    def _note_en_passant(
        self, count: int, pawn: Tensor, origin: Tensor, target: Tensor, enemy_pawn: int
    ) -> None:
        """Remember the file of a double push beside which an enemy pawn stands, else 8."""
        row, file = self.rows[:count], target & 7
        left = torch.where(file > 0, target - 1, _SCRATCH)
        right = torch.where(file < 7, target + 1, _SCRATCH)
        beside = self.squares[row, left] == enemy_pawn
        beside |= self.squares[row, right] == enemy_pawn
        possible = pawn & ((origin - target).abs() == 16) & beside
        self.en_passant_file[:count] = torch.where(possible, file, 8)

    def _mark_repetitions(self) -> None:
        """Flag each position that stands in its game a second time or more."""
        span = self.span
        if span.start == span.stop:
            return
        starts = self.packed.plies[span] == 0
        game = starts.cumsum(0) * -7046029254386353131  # odd: a different salt for every game
        ordered, order = torch.sort(self.keys ^ game, stable=True)
        again = torch.zeros_like(starts)
        again[order[1:]] = ordered[1:] == ordered[:-1]
        self.packed.flags[span] |= again.to(torch.uint8) * REPEATED


def _start_squares(device: torch.device) -> Tensor:
    """Return the usual start as uint8 (1, 65) piece codes, scratch square last."""
    black_rank = [code + BLACK_OFFSET for code in _START_RANKS]
    squares = [*_START_RANKS, *[1] * 8, *[0] * 32, *[7] * 8, *black_rank, 0]
    return torch.tensor([squares], dtype=torch.uint8, device=device)


def _rights_kept(device: torch.device) -> Tensor:
    """Return uint8 (64,): the castling rights that survive a move from or to each square."""
    kept = [_ALL_RIGHTS] * 64
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
