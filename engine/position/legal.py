"""The legal moves of many positions at once, as masks over the 1858 policy indices.

Everything is seen from the side to move, as the policy is: its men are codes 1-6, it moves up the
board, and Black's positions are mirrored. A set of squares is an int64 whose bit ``s`` is square
``s``. Moves that might leave the king attacked are tried out; the others need not be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import chess
import numpy as np
import torch
from torch import Tensor

from engine.position.moves import POLICY_MOVE_CODES, POLICY_SIZE
from engine.position.packed import (
    BLACK_KINGSIDE,
    BLACK_OFFSET,
    BLACK_QUEENSIDE,
    EMPTY,
    WHITE_KINGSIDE,
    WHITE_QUEENSIDE,
)

_PAWN, _KNIGHT, _BISHOP, _ROOK, _QUEEN, _KING = range(1, 7)
# How a man of the mover goes along a policy index, which decides what may stand on the target.
_NEVER, _PIECE, _PUSH, _PAWN_TAKES, _CASTLES = range(5)
# What stands on the target.
_NOTHING, _THEIRS, _OURS, _IN_PASSING = range(4)
_ALLOWED = (
    (_PIECE, _NOTHING),
    (_PIECE, _THEIRS),
    (_PIECE, _IN_PASSING),
    (_PUSH, _NOTHING),
    (_PAWN_TAKES, _THEIRS),
    (_PAWN_TAKES, _IN_PASSING),
    (_CASTLES, _OURS),
)
_KING_PATHS = ((chess.H1, chess.F1, chess.G1), (chess.A1, chess.D1, chess.C1))


@dataclass(frozen=True, slots=True)
class LegalMoves:
    """What may be played in N positions.

    Attributes:
        mask: bool (N, 1858), true at the policy index of every legal move.
        in_check: bool (N,), whether the side to move is in check.
        takes_in_passing: bool (N,), whether some legal move takes a pawn in passing.
    """

    mask: Tensor
    in_check: Tensor
    takes_in_passing: Tensor


def legal_moves(
    squares: Tensor, rights: Tensor, en_passant_file: Tensor, black: bool
) -> LegalMoves:
    """Find the legal moves of positions that all have the same side to move.

    Args:
        squares: uint8 (N, 64), piece codes seen from White as in ``packed``.
        rights: uint8 (N,), castling rights as in ``packed``.
        en_passant_file: int64 (N,), file of a pawn that has just moved two squares; any number
            from 8 on for none.
        black: whether Black is to move.
    """
    return _Position(squares, rights, en_passant_file, black).legal()


def move_codes(squares: Tensor, indices: Tensor, black: bool) -> Tensor:
    """Return the 16-bit codes, int64 (N,), of policy indices, int64 (N,), in positions.

    Args:
        squares: uint8 (N, 64), piece codes seen from White.
        indices: one legal move in each position.
        black: whether Black is to move.
    """
    tables = _tables(squares.device)
    codes = tables.codes[indices]
    origin, target = codes & 63, codes >> 6 & 63
    flip = 56 * black
    man = squares.gather(1, (origin ^ flip)[:, None])[:, 0].long() - BLACK_OFFSET * black
    castles = (man == _KING) & (tables.castling[indices])
    target = torch.where(castles, torch.where(target > origin, chess.G1, chess.C1), target)
    promotion = codes >> 12
    to_knight = (man == _PAWN) & (target >= chess.A8) & (promotion == 0)
    promotion = torch.where(to_knight, chess.KNIGHT, promotion)
    return origin ^ flip | (target ^ flip) << 6 | promotion << 12


@dataclass(frozen=True, slots=True)
class _Tables:
    """What does not depend on the position; B = 1858 policy indices."""

    codes: Tensor  # int64 (B,), move codes seen from the mover
    origins: Tensor  # int64 (B,)
    targets: Tensor  # int64 (B,)
    between: Tensor  # int64 (B,), set of squares that must be empty
    castling: Tensor  # bool (B,), whether a king goes this way by castling
    ways: Tensor  # int64 (7 * B,), how each of the mover's men (0 is none) goes along each index
    allowed: Tensor  # bool (5 * 4,), by way and by what is on the target
    lines: Tensor  # int64 (64, 64), set of squares strictly between two on a line
    straight: Tensor  # bool (64, 64), on one rank or file
    diagonal: Tensor  # bool (64, 64)
    knight: Tensor  # int64 (64,), set of squares a knight's move away
    king: Tensor  # int64 (64,)
    pawn: Tensor  # int64 (64,), set of squares from which the opponent's pawn attacks
    bits: Tensor  # int64 (64,)


@cache
def _tables(device: torch.device) -> _Tables:
    codes = torch.tensor(POLICY_MOVE_CODES)
    origins, targets = codes & 63, codes >> 6 & 63
    squares = chess.SQUARES
    lines = _square_sets([chess.between(a, b) for a in squares for b in squares]).view(64, 64)
    straight = [chess.BB_RANK_ATTACKS[a][0] | chess.BB_FILE_ATTACKS[a][0] for a in squares]
    allowed = torch.zeros(5, 4, dtype=torch.bool)
    for way, target in _ALLOWED:
        allowed[way, target] = True
    ways = [_way(man, code) for man in range(7) for code in POLICY_MOVE_CODES]
    tables = (
        codes,
        origins,
        targets,
        lines[origins, targets],
        torch.tensor([_way(_KING, code) == _CASTLES for code in POLICY_MOVE_CODES]),
        torch.tensor(ways),
        allowed.flatten(),
        lines,
        _members(straight),
        _members([chess.BB_DIAG_ATTACKS[a][0] for a in squares]),
        _square_sets(chess.BB_KNIGHT_ATTACKS),
        _square_sets(chess.BB_KING_ATTACKS),
        _square_sets(chess.BB_PAWN_ATTACKS[chess.WHITE]),
        _square_sets(chess.BB_SQUARES),
    )
    return _Tables(*(table.to(device) for table in tables))


def _square_sets(sets: Sequence[int]) -> Tensor:
    """Return sets of squares as int64: the highest square becomes the sign."""
    return torch.from_numpy(np.array(sets, dtype=np.uint64).view(np.int64))


def _members(sets: Sequence[int]) -> Tensor:
    """Return bool (len(sets), 64): which squares are in which set."""
    return torch.tensor([[bool(one >> square & 1) for square in range(64)] for one in sets])


def _way(man: int, code: int) -> int:
    """Return how one of the mover's men goes along a policy index."""
    origin, target, promotion = code & 63, code >> 6 & 63, code >> 12
    bit = chess.BB_SQUARES[target]
    if man == _PAWN:
        return _pawn_way(origin, target)
    if promotion or man == EMPTY:
        return _NEVER
    if man == _KING and origin == chess.E1 and target in (chess.A1, chess.H1):
        return _CASTLES
    straight = chess.BB_RANK_ATTACKS[origin][0] | chess.BB_FILE_ATTACKS[origin][0]
    diagonal = chess.BB_DIAG_ATTACKS[origin][0]
    reached = {
        _KNIGHT: chess.BB_KNIGHT_ATTACKS[origin],
        _BISHOP: diagonal,
        _ROOK: straight,
        _QUEEN: straight | diagonal,
        _KING: chess.BB_KING_ATTACKS[origin],
    }
    return _PIECE if reached[man] & bit else _NEVER


def _pawn_way(origin: int, target: int) -> int:
    ranks = chess.square_rank(target) - chess.square_rank(origin)
    files = abs(chess.square_file(target) - chess.square_file(origin))
    if files == 0 and (ranks == 1 or (ranks == 2 and chess.square_rank(origin) == 1)):
        return _PUSH
    return _PAWN_TAKES if files == 1 and ranks == 1 else _NEVER


class _Position:
    """N positions seen from the side to move."""

    def __init__(
        self, squares: Tensor, rights: Tensor, en_passant_file: Tensor, black: bool
    ) -> None:
        self.tables = _tables(squares.device)
        if black:
            men = squares.view(-1, 8, 8).flip(1).flatten(1)
            exchanged = torch.where(men > BLACK_OFFSET, men - BLACK_OFFSET, men + BLACK_OFFSET)
            self.men = torch.where(men == EMPTY, men, exchanged)
        else:
            self.men = squares
        long, short = (
            (BLACK_QUEENSIDE, BLACK_KINGSIDE)
            if black
            else (
                WHITE_QUEENSIDE,
                WHITE_KINGSIDE,
            )
        )
        self.rights = {chess.A1: (rights & long).bool(), chess.H1: (rights & short).bool()}
        self.en_passant_file = en_passant_file
        # theirs[:, k]: the opponent's men of kind k + 1 as sets of squares.
        self.theirs = torch.stack([self._set_of(7 + kind) for kind in range(6)], dim=1)
        self.occupied = ((self.men != EMPTY) * self.tables.bits).sum(1)
        self.king = (self.men == _KING).int().argmax(1)
        self.in_check = self._attacked(self.king, self.occupied, self.theirs)

    def legal(self) -> LegalMoves:
        tables = self.tables
        on_target = self._on_target()
        ways = self._ways()
        mask = tables.allowed[ways * 4 + on_target[:, tables.targets]]
        mask &= (self.occupied[:, None] & tables.between) == 0
        self._allow_castling(mask)
        rows, indices = (mask & (ways != _CASTLES)).nonzero(as_tuple=True)
        origin, target = tables.origins[indices], tables.targets[indices]
        in_passing = (on_target[rows, target] == _IN_PASSING) & (ways[rows, indices] == _PAWN_TAKES)
        king = self.king[rows]
        exposed = tables.straight[king, origin] | tables.diagonal[king, origin]
        tried = (exposed | in_passing | (origin == king) | self.in_check[rows]).nonzero()[:, 0]
        loses = self._leaves_king(rows[tried], origin[tried], target[tried], in_passing[tried])
        mask[rows[tried], indices[tried]] = ~loses
        takes_in_passing = torch.zeros_like(self.in_check)
        takes_in_passing[rows[in_passing & mask[rows, indices]]] = True
        return LegalMoves(mask, self.in_check, takes_in_passing)

    def _set_of(self, code: int) -> Tensor:
        return ((self.men == code) * self.tables.bits).sum(1)

    def _on_target(self) -> Tensor:
        """Return int64 (N, 64): what stands on each square."""
        there = torch.full_like(self.men, _THEIRS, dtype=torch.int64)
        there[self.men == EMPTY] = _NOTHING
        there[(self.men > EMPTY) & (self.men <= _KING)] = _OURS
        rows = (self.en_passant_file < 8).nonzero()[:, 0]
        there[rows, chess.A6 + self.en_passant_file[rows]] = _IN_PASSING
        return there

    def _ways(self) -> Tensor:
        """Return int64 (N, 1858): how the man on each index's origin goes along it."""
        ours = torch.where(self.men > _KING, 0, self.men).long()
        indices = torch.arange(POLICY_SIZE, device=self.men.device)
        return self.tables.ways[ours[:, self.tables.origins] * POLICY_SIZE + indices]

    def _allow_castling(self, mask: Tensor) -> None:
        """Take castling out of a mask (N, 1858) where a right or a safe way is missing."""
        tables = self.tables
        at_home = self.king == chess.E1
        for corner, *path in _KING_PATHS:
            index = (tables.castling & (tables.targets == corner)).nonzero()[0, 0]
            mask[:, index] &= ~at_home | (self.rights[corner] & ~self.in_check)
            rows = (mask[:, index] & at_home).nonzero()[:, 0]
            for square in path:
                crossed = torch.full_like(rows, square)
                unsafe = self._attacked(crossed, self.occupied[rows], self.theirs[rows])
                mask[rows, index] &= ~unsafe

    def _leaves_king(
        self, rows: Tensor, origin: Tensor, target: Tensor, in_passing: Tensor
    ) -> Tensor:
        """Tell which of L moves leave the mover's king attacked, bool (L,)."""
        bits = self.tables.bits
        taken = bits[torch.where(in_passing, target - 8, target)]
        occupied = (self.occupied[rows] & ~bits[origin] & ~taken) | bits[target]
        theirs = self.theirs[rows] & ~taken[:, None]
        king = torch.where(origin == self.king[rows], target, self.king[rows])
        return self._attacked(king, occupied, theirs)

    def _attacked(self, squares: Tensor, occupied: Tensor, theirs: Tensor) -> Tensor:
        """Tell which squares (L,) the opponent's men, sets (L, 6), attack, bool (L,)."""
        tables = self.tables
        pawns, knights, bishops, rooks, queens, kings = theirs.unbind(1)
        near = pawns & tables.pawn[squares]
        near |= knights & tables.knight[squares]
        near |= kings & tables.king[squares]
        along = (((rooks | queens)[:, None] & tables.bits) != 0) & tables.straight[squares]
        across = (((bishops | queens)[:, None] & tables.bits) != 0) & tables.diagonal[squares]
        seen = (occupied[:, None] & tables.lines[squares]) == 0
        return (near != 0) | ((along | across) & seen).any(1)
