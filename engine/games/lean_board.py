"""A board that knows just enough to find the one legal move behind an ordinary SAN word.

It is several times faster than python-chess, and leaves to it whatever it cannot settle.
"""

import chess

from engine.games.pgn_tokens import Token, TokenKind


class UnsettledError(Exception):
    """The lean board cannot say which legal move a word means."""


def _between_table() -> list[list[int]]:
    return [[chess.between(a, b) for b in chess.SQUARES] for a in chess.SQUARES]


def _castling_rights_kept() -> list[int]:
    """Return, per square, the rights (KQkq as bits 0-3) that survive a move from or to it."""
    kept = [0b1111] * 64
    for square, lost in (
        (chess.E1, 0b0011),
        (chess.H1, 0b0001),
        (chess.A1, 0b0010),
        (chess.E8, 0b1100),
        (chess.H8, 0b0100),
        (chess.A8, 0b1000),
    ):
        kept[square] &= ~lost
    return kept


_BETWEEN = _between_table()
_RIGHTS_KEPT = _castling_rights_kept()
_KNIGHT_REACH = chess.BB_KNIGHT_ATTACKS
_KING_REACH = chess.BB_KING_ATTACKS
_DIAGONALS = [masks[0] for masks in chess.BB_DIAG_ATTACKS]
_LINES = [
    ranks[0] | files[0]
    for ranks, files in zip(chess.BB_RANK_ATTACKS, chess.BB_FILE_ATTACKS, strict=True)
]
# Squares from which a pawn of the *other* side attacks a square, indexed by the defender's colour.
_PAWN_THREATS = (chess.BB_PAWN_ATTACKS[chess.BLACK], chess.BB_PAWN_ATTACKS[chess.WHITE])
_PAWN, _KNIGHT, _BISHOP, _ROOK, _QUEEN, _KING = range(1, 7)
_START = chess.Board()


def _start_pieces(color: chess.Color) -> list[int]:
    return [0] + [_START.pieces_mask(piece, color) for piece in chess.PIECE_TYPES]


_WHITE_AT_START, _BLACK_AT_START = _start_pieces(chess.WHITE), _start_pieces(chess.BLACK)
_PIECES_AT_START = [_START.piece_type_at(square) or 0 for square in chess.SQUARES]


class LeanBoard:
    """The pieces of a standard game, changed in place by one ordinary SAN word after another.

    ``own`` is the side to move. After ``UnsettledError`` the board is no longer valid.
    """

    __slots__ = (
        "castling",
        "en_passant",
        "foe",
        "foe_all",
        "foe_king",
        "own",
        "own_all",
        "own_king",
        "pieces",
        "white",
    )

    def __init__(self) -> None:
        self.own = list(_WHITE_AT_START)
        self.foe = list(_BLACK_AT_START)
        self.own_all = _START.occupied_co[chess.WHITE]
        self.foe_all = _START.occupied_co[chess.BLACK]
        self.own_king, self.foe_king = chess.E1, chess.E8
        self.pieces = list(_PIECES_AT_START)
        self.castling = 0b1111
        self.en_passant = -1
        self.white = True

    def attacked(self, square: int, occupied: int) -> bool:
        """Say whether the other side attacks a square, with the given squares occupied."""
        foe = self.foe
        if (
            _KNIGHT_REACH[square] & foe[_KNIGHT]
            or _PAWN_THREATS[self.white][square] & foe[_PAWN]
            or _KING_REACH[square] & foe[_KING]
        ):
            return True
        queens = foe[_QUEEN]
        sliders = _DIAGONALS[square] & (foe[_BISHOP] | queens) | _LINES[square] & (
            foe[_ROOK] | queens
        )
        return _is_open(square, sliders, occupied)

    def play(self, token: Token) -> int:
        """Play the move of a ``MOVE`` or ``CASTLING`` token and return its 16-bit code.

        Raises:
            UnsettledError: not exactly one legal move fits as far as this board can tell.
        """
        kind, san, piece, target, mask, promotion, capture = token
        if kind:
            return self._castle(san == "O-O") if kind == TokenKind.CASTLING else self._give_up()
        target_bit = 1 << target
        if self.own_all & target_bit:
            raise UnsettledError
        own, pieces = self.own, self.pieces
        if piece == _PAWN:
            if (target > 55 or target < 8) is (promotion == 0):
                raise UnsettledError
            candidates = self._pawn_origin(target, mask, capture)
            if capture and not pieces[target]:
                return self._take_en_passant(candidates, target)
        else:
            candidates = own[piece] & mask
        captured = pieces[target]
        if captured:
            self.foe[captured] ^= target_bit
        origin_bit = candidates
        if candidates & (candidates - 1) or not candidates:
            origin_bit = self._only_legal(candidates, target)
        origin = origin_bit.bit_length() - 1
        moved = origin_bit | target_bit
        occupied = (self.own_all | self.foe_all) & ~origin_bit | target_bit
        if piece == _KING:
            self.own_king = target
        elif _BETWEEN[origin][target] & occupied:
            raise UnsettledError
        # ``attacked``, written out here: two thirds of all calls would come from this line.
        king, foe, white = self.own_king, self.foe, self.white
        queens = foe[_QUEEN]
        sliders = _DIAGONALS[king] & (foe[_BISHOP] | queens) | _LINES[king] & (foe[_ROOK] | queens)
        if (
            (sliders and _is_open(king, sliders, occupied))
            or _KNIGHT_REACH[king] & foe[_KNIGHT]
            or _PAWN_THREATS[white][king] & foe[_PAWN]
            or _KING_REACH[king] & foe[_KING]
        ):
            raise UnsettledError
        if captured:
            self.foe_all ^= target_bit
        own[piece] ^= moved
        pieces[origin] = 0
        pieces[target] = piece
        if promotion:
            own[_PAWN] ^= target_bit
            own[promotion] ^= target_bit
            pieces[target] = promotion
        self.castling &= _RIGHTS_KEPT[origin] & _RIGHTS_KEPT[target]
        # ``_hand_over``, written out as well.
        is_double_step = piece == _PAWN and (target - origin == 16 or origin - target == 16)
        self.en_passant = (origin + target) >> 1 if is_double_step else -1
        self.own, self.foe = foe, own
        self.own_all, self.foe_all = self.foe_all, self.own_all ^ moved
        self.own_king, self.foe_king = self.foe_king, king
        self.white = not white
        return origin | target << 6 | promotion << 12

    def _give_up(self) -> int:
        raise UnsettledError

    def _hand_over(self, en_passant: int) -> None:
        self.en_passant = en_passant
        self.own, self.foe = self.foe, self.own
        self.own_all, self.foe_all = self.foe_all, self.own_all
        self.own_king, self.foe_king = self.foe_king, self.own_king
        self.white = not self.white

    def _pawn_origin(self, target: int, mask: int, capture: bool) -> int:
        """Return the bit of the pawn that can reach the target, 0 when there is none."""
        pawns = self.own[_PAWN] & mask
        if capture:
            return pawns & chess.BB_PAWN_ATTACKS[not self.white][target]
        if self.pieces[target]:
            return 0
        step = 8 if self.white else -8
        behind = target - step
        if not 0 <= behind < 64:
            return 0
        if pawns >> behind & 1:
            return 1 << behind
        # A double step starts on the own second rank; the square between must be free.
        start = behind - step
        if start >> 3 == (1 if self.white else 6) and not self.pieces[behind]:
            return pawns & 1 << start
        return 0

    def _only_legal(self, candidates: int, target: int) -> int:
        """Return the one candidate origin whose move to the target is legal."""
        target_bit = 1 << target
        everything = self.own_all | self.foe_all
        found = 0
        while candidates:
            bit = candidates & -candidates
            candidates ^= bit
            occupied = everything & ~bit | target_bit
            if _BETWEEN[bit.bit_length() - 1][target] & occupied:
                continue
            if self.attacked(self.own_king, occupied):
                continue
            if found:
                raise UnsettledError
            found = bit
        if not found:
            raise UnsettledError
        return found

    def _take_en_passant(self, origin_bit: int, target: int) -> int:
        if target != self.en_passant or not origin_bit:
            raise UnsettledError
        origin = origin_bit.bit_length() - 1
        victim = target + (-8 if self.white else 8)
        victim_bit, target_bit = 1 << victim, 1 << target
        self.foe[_PAWN] ^= victim_bit
        self.foe_all ^= victim_bit
        self.own_all ^= origin_bit | target_bit
        if self.attacked(self.own_king, self.own_all | self.foe_all):
            raise UnsettledError
        self.own[_PAWN] ^= origin_bit | target_bit
        self.pieces[origin] = self.pieces[victim] = 0
        self.pieces[target] = _PAWN
        self._hand_over(-1)
        return origin | target << 6

    def _castle(self, kingside: bool) -> int:
        right = (0b01 if kingside else 0b10) << (0 if self.white else 2)
        king = chess.E1 if self.white else chess.E8
        rook = king + 3 if kingside else king - 4
        occupied = self.own_all | self.foe_all
        if not self.castling & right or _BETWEEN[king][rook] & occupied:
            raise UnsettledError
        direction = 1 if kingside else -1
        path, target = king + direction, king + 2 * direction
        if any(self.attacked(square, occupied) for square in (king, path, target)):
            raise UnsettledError
        own, pieces = self.own, self.pieces
        king_bits, rook_bits = 1 << king | 1 << target, 1 << rook | 1 << path
        own[_KING] ^= king_bits
        own[_ROOK] ^= rook_bits
        self.own_all ^= king_bits | rook_bits
        pieces[king] = pieces[rook] = 0
        pieces[target], pieces[path] = _KING, _ROOK
        self.own_king = target
        self.castling &= _RIGHTS_KEPT[king]
        self._hand_over(-1)
        return king | target << 6


def _is_open(square: int, sliders: int, occupied: int) -> bool:
    """Say whether nothing stands between a square and one of the pieces in line with it."""
    between = _BETWEEN[square]
    while sliders:
        bit = sliders & -sliders
        if not between[bit.bit_length() - 1] & occupied:
            return True
        sliders ^= bit
    return False
