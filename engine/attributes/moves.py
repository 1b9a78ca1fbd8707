"""The attributes of moves: what each legal move does, and the position it leads to.

Terms judge the position after the move from the mover's side, middle game and end game mixed by
the phase; those that count material do so after the exchanges on the target square. Habits belong
to the move. ``registry`` has the words for each.
"""

from collections.abc import Sequence

import chess
import numpy as np
from numpy.typing import NDArray

from engine.attributes import bitboards
from engine.attributes.attacks import Attacks
from engine.attributes.bitboards import (
    DOWN_PAWN_ATTACKS,
    EMPTY,
    FILE_OF,
    KNIGHT_ATTACKS,
    RANK_OF,
    UP_PAWN_ATTACKS,
    Bitboards,
    Flags,
    Indices,
)
from engine.attributes.exchange import Exchange
from engine.attributes.material import Material, bishop_pair, imbalance
from engine.attributes.move_batch import Moves
from engine.attributes.position_batch import KING, PAWN, PositionBatch
from engine.attributes.registry import MOVE_KEYS
from engine.attributes.sides import Sides
from engine.attributes.terms import CHUNK, Evaluation, evaluate_terms, mix_phases

MoveValues = tuple[list[chess.Move], dict[str, NDArray[np.float32]]]

_KNIGHT, _BISHOP, _QUEEN = chess.KNIGHT - 1, chess.BISHOP - 1, chess.QUEEN - 1
_EVEN_TRADE = (-100, 150)  # centipawns: a pawn too few, or a pawn and a half gained
_OWN_TERMS = ("king_safety", "mobility", "threats", "passed_pawns", "space", "pawn_structure")
_EARLIEST_CASTLING = 5
_LATEST_CASTLING = 25


def move_attributes(board: chess.Board) -> MoveValues:
    """Return the legal moves of a board and each attribute's value for each of them.

    Returns:
        The moves, and by attribute key (``registry.MOVE_KEYS``) float32 (moves,), both in the
        order of ``board.legal_moves``.

    Raises:
        StylemateError: the position is not one of standard chess (kings missing, for example).
    """
    return move_attributes_many([board])[0]


def move_attributes_many(boards: Sequence[chess.Board]) -> list[MoveValues]:
    """Return what :func:`move_attributes` does for many boards, evaluated together.

    The boards are not changed.

    Raises:
        StylemateError: a position is not one of standard chess.
    """
    legal = [list(board.legal_moves) for board in boards]
    ends = np.cumsum([len(moves) for moves in legal], dtype=np.intp)
    rows = np.repeat(np.arange(len(boards)), [len(moves) for moves in legal])
    flat = Moves.of(PositionBatch.from_boards(boards), rows, [m for moves in legal for m in moves])
    numbers = np.array([board.fullmove_number for board in boards], dtype=np.int32)[rows]
    values = attributes_of_moves(flat, numbers)
    return [
        (moves, {key: values[key][end - len(moves) : end] for key in MOVE_KEYS})
        for moves, end in zip(legal, ends, strict=True)
    ]


def attributes_of_moves(
    moves: Moves, move_numbers: NDArray[np.int32]
) -> dict[str, NDArray[np.float32]]:
    """Return each attribute's value (``registry.MOVE_KEYS``) of M moves, float32 (M,).

    Args:
        moves: the moves, with the positions before them.
        move_numbers: int32 (M,), as games count them: 1 for both sides' first move.
    """
    after = moves.after()
    exchange = Exchange.of(moves)
    evaluation = evaluate_terms(after)
    values = _own_terms(evaluation, moves.mover)
    values |= _material_terms(after, exchange, evaluation.middle_game_share, moves.mover)
    checks = in_check(after)
    was_in_check = in_check(moves.before)
    captures = moves.taken >= 0
    castles = moves.castles
    short = castles & (moves.target > moves.origin)
    habits = {
        "captures": captures,
        "checks": checks,
        "queen_trades": _queen_trades(moves, after),
        "minor_trades": _minor_trades(moves, exchange),
        "sacrifices": exchange.gives_more_than_a_pawn,
        "castling_kingside": short,
        "castling_queenside": castles & ~short,
        "castling_side": castles.astype(np.int8) - 2 * short.astype(np.int8),
        "early_castling": castles * _earliness(move_numbers),
        "pawn_moves": moves.man == PAWN,
        "pawn_storms": _pawn_storms(moves),
        "quiet_retreats": _retreats(moves) & ~captures & ~checks & ~was_in_check,
        "king_walks": (moves.man == KING) & ~castles & ~was_in_check & _queens_on_board(after),
    }
    return values | {key: habit.astype(np.float32) for key, habit in habits.items()}


def _own_terms(evaluation: Evaluation, mover: Indices) -> dict[str, NDArray[np.float32]]:
    every = np.arange(len(mover))
    # Below nothing the points only say how safe a king is; that is king_safety's matter.
    values = {"king_danger": np.maximum(evaluation.king_danger[every, mover], np.float32(0))}
    for key in _OWN_TERMS:
        values[key] = evaluation.blended(key)[every, mover]
    return values


def _material_terms(
    after: PositionBatch,
    exchange: Exchange,
    middle_game_share: NDArray[np.float32],
    mover: Indices,
) -> dict[str, NDArray[np.float32]]:
    """Judge the material once the exchanges on the target square are over.

    Right after bishop takes knight the bishop is still there; the recapture is what costs the pair.
    """
    every = np.arange(len(mover))
    material = Material.of_colours(bitboards.count(after.pieces) - exchange.lost)
    values = {}
    for key, score in (("bishop_pair", bishop_pair), ("imbalance", imbalance)):
        mixed = mix_phases(score(material).in_pawns(), middle_game_share)
        values[key] = mixed[every, mover] - mixed[every, 1 - mover]
    return values


def in_check(batch: PositionBatch) -> Flags:
    """Tell for each position whether the side to move is in check, bool (N,)."""
    every = np.arange(len(batch))
    side = np.where(batch.white_to_move, 0, 1)
    occupied = batch.occupied
    king = bitboards.lowest_square(batch.pieces[every, side, KING])
    pawns, knights, bishops, rooks, queens, _ = batch.pieces[every, 1 - side].T
    from_pawns = np.where(side == 0, UP_PAWN_ATTACKS[king], DOWN_PAWN_ATTACKS[king])
    checkers: Bitboards = pawns & from_pawns
    checkers |= knights & KNIGHT_ATTACKS[king]
    checkers |= (bishops | queens) & bitboards.bishop_attacks(king, occupied)
    checkers |= (rooks | queens) & bitboards.rook_attacks(king, occupied)
    found: Flags = checkers != EMPTY
    return found


def _queen_trades(moves: Moves, after: PositionBatch) -> Flags:
    """Queen takes queen, or the mover's guarded queen is left where the other can take it."""
    takes: Flags = (moves.man == _QUEEN) & (moves.taken == _QUEEN)
    return takes | _offers_queens(after, moves.mover)


def _minor_trades(moves: Moves, exchange: Exchange) -> Flags:
    """Takes a knight or bishop, and what follows on the square leaves little to choose."""
    minor: Flags = (moves.taken == _KNIGHT) | (moves.taken == _BISHOP)
    even: Flags = (exchange.balance >= _EVEN_TRADE[0]) & (exchange.balance <= _EVEN_TRADE[1])
    traded: Flags = minor & even
    return traded


def _offers_queens(batch: PositionBatch, colour: Indices) -> Flags:
    """Tell where a queen of the colour is attacked by an enemy queen and guarded."""
    rows = np.flatnonzero((batch.pieces[:, :, _QUEEN] != EMPTY).all(axis=1))
    offers = np.zeros(len(batch), dtype=np.bool_)
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        sides = Sides.of(batch.take(part))
        attacks = Attacks.of(sides)
        met = sides.ours.queens & attacks.opponents().by_queen & attacks.any
        offers[part] = (met != EMPTY).reshape(2, -1)[colour[part], np.arange(len(part))]
    return offers


def _earliness(move_numbers: NDArray[np.int32]) -> NDArray[np.float32]:
    span = _LATEST_CASTLING - _EARLIEST_CASTLING
    return np.clip((_LATEST_CASTLING - move_numbers) / span, 0, 1).astype(np.float32)


def _pawn_storms(moves: Moves) -> Flags:
    """Pawn steps to the fourth rank or beyond on the three wing files of the enemy king."""
    every = np.arange(len(moves))
    enemy_king = bitboards.lowest_square(moves.before.pieces[every, 1 - moves.mover, KING])
    king_file, file = FILE_OF[enemy_king], FILE_OF[moves.target]
    same_wing = ((king_file >= 5) & (file >= 5)) | ((king_file <= 2) & (file <= 2))
    king_rank = RANK_OF[enemy_king]
    at_home = np.where(moves.mover == 0, king_rank >= 6, king_rank <= 1)
    storms: Flags = (moves.man == PAWN) & (moves.target_rank() >= 3) & same_wing & at_home
    return storms


def _retreats(moves: Moves) -> Flags:
    retreats: Flags = (moves.man != PAWN) & (moves.man != KING) & (moves.forward_steps() < 0)
    return retreats


def _queens_on_board(batch: PositionBatch) -> Flags:
    queens: Flags = (batch.pieces[:, :, _QUEEN] != EMPTY).any(axis=1)
    return queens
