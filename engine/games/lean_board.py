"""A board that knows just enough to find the one legal move behind an ordinary SAN word.

It is many times faster than python-chess, and leaves to it whatever it cannot settle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import chess

from engine.games.pgn_tokens import TokenKind, classify

_PIECE_MOVE, _PAWN_PUSH, _PAWN_CAPTURE, _CASTLING, _NOTHING, _UNSETTLED = range(6)

Plan = tuple[int, int, int, int, int, Sequence[int], int, int]
"""What is known of a word for one side before any board is looked at.

What to do; the piece; its target as a square and as a bit; the squares it may come from, in
castling those that nothing may have touched; more by what is to do: squares between the target and
every other one, the bit of a pawn that comes in two steps, or where castling leads over; target and
promotion as they stand in the code of the move; the squares it then attacks on an empty board.
"""


def _between_table() -> list[list[int]]:
    return [[chess.between(a, b) for b in chess.SQUARES] for a in chess.SQUARES]


_BETWEEN = _between_table()
_KNIGHT_REACH = chess.BB_KNIGHT_ATTACKS
_KING_REACH = chess.BB_KING_ATTACKS
_DIAGONALS = [masks[0] for masks in chess.BB_DIAG_ATTACKS]
_LINES = [
    ranks[0] | files[0]
    for ranks, files in zip(chess.BB_RANK_ATTACKS, chess.BB_FILE_ATTACKS, strict=True)
]
_QUEEN_LINES = [diagonals | lines for diagonals, lines in zip(_DIAGONALS, _LINES, strict=True)]
# Squares from which a pawn of the *other* side attacks a square, indexed by the defender's colour.
_PAWN_THREATS = (chess.BB_PAWN_ATTACKS[chess.BLACK], chess.BB_PAWN_ATTACKS[chess.WHITE])
_PAWN, _KNIGHT, _BISHOP, _ROOK, _QUEEN, _KING = range(1, 7)
_REACH = {
    _KNIGHT: _KNIGHT_REACH,
    _BISHOP: _DIAGONALS,
    _ROOK: _LINES,
    _QUEEN: _QUEEN_LINES,
    _KING: _KING_REACH,
}
_CAPTURABLE = (_PAWN, _KNIGHT, _BISHOP, _ROOK, _QUEEN)
# The square of a bit; neither no bit nor several of them have one.
_SQUARE_OF = {1 << square: square for square in chess.SQUARES}
_EVERYTHING = chess.BB_ALL
_HIGHEST_TARGET = 0o7777  # a code above it names a promotion
_OPENING_WORDS = 10
_NO_PLAN: Plan = (_UNSETTLED, 0, 0, 0, 0, (), 0, 0)
_START = chess.Board()


def _start_pieces(color: chess.Color) -> list[int]:
    return [0] + [_START.pieces_mask(piece, color) for piece in chess.PIECE_TYPES]


_WHITE_AT_START, _BLACK_AT_START = _start_pieces(chess.WHITE), _start_pieces(chess.BLACK)


def _plan(word: str, white: bool) -> Plan:
    """Return what a word means for a side."""
    token = classify(word)
    if token.kind == TokenKind.IGNORED:
        return _NOTHING, 0, 0, 0, 0, (), 0, 0
    if token.kind == TokenKind.CASTLING:
        return _castling_plan(token.san == "O-O", white)
    if token.kind != TokenKind.MOVE:
        return _NO_PLAN
    target, bit, mask = token.target, 1 << token.target, token.from_mask
    code = target << 6 | token.promotion << 12
    if token.piece != _PAWN:
        attacks = _REACH[token.piece][target]
        return _PIECE_MOVE, token.piece, target, bit, mask, _BETWEEN[target], code, attacks
    if (target > 55 or target < 8) is (token.promotion == 0):
        return _NO_PLAN
    attacks = chess.BB_PAWN_ATTACKS[white][target]
    if token.promotion:
        attacks = _REACH[token.promotion][target]
    if token.capture:
        mask &= chess.BB_PAWN_ATTACKS[not white][target]
        return _PAWN_CAPTURE, _PAWN, target, bit, mask, (), code, attacks
    step = 8 if white else -8
    if not 0 <= target - step < 64:
        return _NO_PLAN
    start = target - 2 * step
    double = 1 << start if start >> 3 == (1 if white else 6) else 0
    return _PAWN_PUSH, _PAWN, target, bit, 1 << target - step, (double,), code, attacks


def _castling_plan(is_short: bool, white: bool) -> Plan:
    king = chess.E1 if white else chess.E8
    rook = king + 3 if is_short else king - 4
    path, target = (king + 1, king + 2) if is_short else (king - 1, king - 2)
    untouched = 1 << king | 1 << rook
    over = (king, path, _BETWEEN[king][rook], 1 << rook | 1 << path)
    return _CASTLING, _KING, target, 1 << target, untouched, over, target << 6, _EVERYTHING


class _Plans(dict[str, Plan]):
    """The plans of the words of one side, made when they are first met."""

    _MOST = 1 << 16

    def __init__(self, white: bool) -> None:
        self._white = white

    def __missing__(self, word: str) -> Plan:
        if len(self) >= self._MOST:
            self.clear()  # many games use a few thousand words; more is noise
        plan = self[word] = _plan(word, self._white)
        return plan


_PLANS = (_Plans(chess.BLACK), _Plans(chess.WHITE))


@dataclass(slots=True)
class LeanBoard:
    """The pieces of a standard game, changed in place by ordinary SAN words.

    Attributes:
        own: bitboards of the side to move by piece; index 0 is unused.
        foe: those of the other side.
        white: White is to move.
        touched: squares that a piece has left or come to.
        en_passant: the square behind a pawn that has just made two steps, or -1.
        left: the square that the last move has left, as a bit.
        may_check: the moved piece may give check by itself. Nothing else than these two and its own
            move can put the side to move in check, because the position before was legal.
    """

    own: list[int] = field(default_factory=lambda: list(_WHITE_AT_START))
    foe: list[int] = field(default_factory=lambda: list(_BLACK_AT_START))
    white: bool = True
    touched: int = 0
    en_passant: int = -1
    left: int = 0
    may_check: int = 0

    def copy(self) -> "LeanBoard":
        """Return another board with the same position."""
        own, foe = self.own.copy(), self.foe.copy()
        position = self.white, self.touched, self.en_passant, self.left, self.may_check
        return LeanBoard(own, foe, *position)

    def play(self, words: Sequence[str], codes: list[int]) -> int:
        """Play words as long as exactly one legal move fits, as far as this board can tell.

        Args:
            words: of the main line.
            codes: takes the 16-bit codes of the moves at its end.

        Returns:
            how many words were played or passed over. When that is not all, the board is no longer
            valid.
        """
        # In one piece and with local names: every move of millions of games comes through here.
        own, foe = self.own, self.foe
        own_all, foe_all = sum(own), sum(foe)
        own_king, foe_king = own[_KING].bit_length() - 1, foe[_KING].bit_length() - 1
        en_passant, touched = self.en_passant, self.touched
        left, may_check = self.left, self.may_check
        plans, foe_plans = _PLANS[self.white], _PLANS[not self.white]
        threats, foe_threats = _PAWN_THREATS[self.white], _PAWN_THREATS[not self.white]
        square_of, add = _SQUARE_OF.get, codes.append
        diagonals, lines, queen_lines = _DIAGONALS, _LINES, _QUEEN_LINES
        before, passed_over = len(codes), 0
        for word in words:
            kind, piece, target, bit, mask, more, code, attacks = plans[word]
            occupied = own_all | foe_all
            double_step = -1
            if kind == _PIECE_MOVE:
                origin = square_of(own[piece] & mask)
                if origin is None:
                    origin = _only_legal(
                        own[piece] & mask, target, own_king, foe, threats, occupied
                    )
                if origin is None or more[origin] & occupied or own_all & bit:
                    break
            elif kind == _PAWN_PUSH:
                if occupied & bit:
                    break
                origin = square_of(own[_PAWN] & mask)
                if origin is None:
                    origin = square_of(own[_PAWN] & more[0])
                    if origin is None or occupied & mask:
                        break
                    double_step = origin + target >> 1
            elif kind == _PAWN_CAPTURE:
                origin = square_of(own[_PAWN] & mask)
                if origin is None or own_all & bit:
                    break
                if not foe_all & bit:
                    if target != en_passant:
                        break
                    victim = 1 << (origin & 0o70 | target & 0o07)
                    foe[_PAWN] ^= victim
                    foe_all ^= victim
                    occupied ^= victim
                    attacks = may_check = _EVERYTHING  # lines are open for both sides
            elif kind == _CASTLING:
                origin, path, free, rook_squares = more
                if touched & mask or occupied & free:
                    break
                if _is_attacked(origin, foe, threats, occupied):
                    break
                if _is_attacked(path, foe, threats, occupied):
                    break
                own[_ROOK] ^= rook_squares
                own_all ^= rook_squares
            elif kind == _NOTHING:
                passed_over += 1
                continue
            else:
                break
            if foe_all & bit:
                for captured in _CAPTURABLE:
                    if foe[captured] & bit:
                        foe[captured] ^= bit
                        break
                foe_all ^= bit
            origin_bit = 1 << origin
            if piece == _KING:
                own_king = target
                may_check = _EVERYTHING
            if may_check:
                if _is_attacked(own_king, foe, threats, occupied & ~origin_bit | bit):
                    break
            elif (left | origin_bit) & queen_lines[own_king]:
                queens = foe[_QUEEN]
                sliders = diagonals[own_king] & (foe[_BISHOP] | queens) | lines[own_king] & (
                    foe[_ROOK] | queens
                )
                if sliders and _is_open(own_king, sliders, occupied & ~origin_bit | bit):
                    break
            moved = origin_bit | bit
            own[piece] ^= moved
            if code > _HIGHEST_TARGET:
                own[_PAWN] ^= bit
                own[code >> 12] ^= bit
            add(origin | code)
            touched |= moved
            left, may_check = origin_bit, attacks & foe[_KING]
            en_passant = double_step
            own, foe = foe, own
            own_all, foe_all = foe_all, own_all ^ moved
            own_king, foe_king = foe_king, own_king
            plans, foe_plans = foe_plans, plans
            threats, foe_threats = foe_threats, threats
        self.own, self.foe, self.white = own, foe, plans is _PLANS[True]
        self.en_passant, self.touched = en_passant, touched
        self.left, self.may_check = left, may_check
        return passed_over + len(codes) - before


@lru_cache(maxsize=1 << 13)
def _after_opening(words: tuple[str, ...]) -> tuple[LeanBoard, list[int]] | None:
    board, codes = LeanBoard(), list[int]()
    return (board, codes) if board.play(words, codes) == len(words) else None


def play_from_start(words: list[str], codes: list[int]) -> int:
    """Play the words of a game, of which the first are often known from games before.

    Args:
        words: of the main line.
        codes: an empty list, which takes the 16-bit codes of the moves.

    Returns:
        how many words were played or passed over.
    """
    known = _after_opening(tuple(words[:_OPENING_WORDS])) if len(words) > _OPENING_WORDS else None
    if known is None:
        return LeanBoard().play(words, codes)
    board, opening = known
    codes += opening
    return _OPENING_WORDS + board.copy().play(words[_OPENING_WORDS:], codes)


def _is_attacked(square: int, foe: list[int], threats: Sequence[int], occupied: int) -> bool:
    """Say whether a side attacks a square.

    Args:
        square: of the side to move.
        foe: the bitboards of the side that may attack it.
        threats: where pawns of that side stand that attack a square, by square.
        occupied: the squares that are taken.
    """
    _, pawns, knights, bishops, rooks, queens, king = foe
    if _KNIGHT_REACH[square] & knights or threats[square] & pawns or _KING_REACH[square] & king:
        return True
    sliders = _DIAGONALS[square] & (bishops | queens) | _LINES[square] & (rooks | queens)
    return _is_open(square, sliders, occupied)


def _is_open(square: int, sliders: int, occupied: int) -> bool:
    """Say whether nothing stands between a square and one of the pieces in line with it."""
    between = _BETWEEN[square]
    while sliders:
        bit = sliders & -sliders
        if not between[_SQUARE_OF[bit]] & occupied:
            return True
        sliders ^= bit
    return False


def _only_legal(
    candidates: int,
    target: int,
    king: int,
    foe: list[int],
    threats: Sequence[int],
    occupied: int,
) -> int | None:
    """Return the one square among several from which a piece may go to the target."""
    between, target_bit = _BETWEEN[target], 1 << target
    if occupied & target_bit:  # a piece that is taken gives no check any more
        foe = [pieces & ~target_bit for pieces in foe]
    found = None
    while candidates:
        bit = candidates & -candidates
        candidates ^= bit
        origin = _SQUARE_OF[bit]
        if between[origin] & occupied:
            continue
        if _is_attacked(king, foe, threats, occupied & ~bit | target_bit):
            continue
        if found is not None:
            return None
        found = origin
    return found
