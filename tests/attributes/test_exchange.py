"""Static exchange against a plain recursive one, and cases from books."""

import chess
import numpy as np
import pytest

from engine.attributes.exchange import WORTH, Exchange
from engine.attributes.move_batch import Moves
from engine.attributes.position_batch import PositionBatch
from tests.attributes.random_games import random_boards


def _moves(boards: list[chess.Board]) -> tuple[Moves, list[tuple[chess.Board, chess.Move]]]:
    pairs = [(board, move) for board in boards for move in board.legal_moves]
    rows = np.repeat(np.arange(len(boards)), [board.legal_moves.count() for board in boards])
    batch = PositionBatch.from_boards(boards)
    return Moves.of(batch, rows, [move for _, move in pairs]), pairs


def _worth(piece_type: chess.PieceType) -> int:
    return int(WORTH[piece_type - 1])


def _plain_exchange(board: chess.Board, move: chess.Move) -> int:
    """Play the exchange out on a board, both sides free to stop; pins are not looked at."""
    board = board.copy(stack=False)
    target = move.to_square
    man = board.piece_type_at(move.from_square)
    assert man is not None
    gain = 0
    if board.is_en_passant(move):
        gain = _worth(chess.PAWN)
        board.remove_piece_at(
            chess.square(chess.square_file(target), chess.square_rank(move.from_square))
        )
    elif not board.is_castling(move) and (taken := board.piece_type_at(target)):
        gain = _worth(taken)
    if move.promotion:
        gain += _worth(move.promotion) - _worth(chess.PAWN)
        man = move.promotion
    colour = board.turn
    board.remove_piece_at(move.from_square)
    board.set_piece_at(target, chess.Piece(man, colour))
    return gain - _best_reply(board, target, not colour)


def _best_reply(board: chess.Board, target: chess.Square, colour: chess.Color) -> int:
    attackers = board.attackers(colour, target)
    if not attackers:
        return 0
    origin = min(attackers, key=lambda square: (board.piece_type_at(square), square))
    man = board.piece_type_at(origin)
    taken = board.piece_type_at(target)
    assert man is not None
    assert taken is not None
    if man == chess.KING and board.attackers(not colour, target):
        return 0
    after = board.copy(stack=False)
    after.remove_piece_at(origin)
    after.set_piece_at(target, chess.Piece(man, colour))
    return max(0, _worth(taken) - _best_reply(after, target, not colour))


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_the_plain_exchange(seed: int) -> None:
    moves, pairs = _moves(random_boards(seed, games=2, plies=90))
    expected = [_plain_exchange(board, move) for board, move in pairs]
    assert Exchange.of(moves).balance.tolist() == expected


@pytest.mark.parametrize(
    ("fen", "move", "balance"),
    [
        ("4k3/8/8/3p4/8/8/8/3RK3 w - - 0 1", "d1d5", 100),
        ("4k3/4p3/3p4/8/8/8/8/3RK3 w - - 0 1", "d1d6", -400),
        ("3rk3/8/8/3p4/8/8/3R4/3RK3 w - - 0 1", "d2d5", 100),
        ("4k3/8/4p3/3n4/8/8/8/3QK2B w - - 0 1", "d1d5", -500),
        ("4k3/8/4p3/8/8/8/8/3QK3 w - - 0 1", "d1d5", -900),
        ("1r2k3/P7/8/8/8/8/8/4K3 w - - 0 1", "a7b8q", 1300),
        ("4k3/8/8/8/8/8/8/4K2R w K - 0 1", "e1g1", 0),
        ("rnbqkbnr/ppp1pppp/8/8/3pP3/8/PPPP1PPP/RNBQKBNR b KQkq e3 0 3", "d4e3", 0),
    ],
)
def test_known_balances(fen: str, move: str, balance: int) -> None:
    board = chess.Board(fen)
    batch = PositionBatch.from_boards([board])
    moves = Moves.of(batch, np.array([0]), [chess.Move.from_uci(move)])
    assert Exchange.of(moves).balance.tolist() == [balance]


def test_men_taken_after_the_move_are_counted() -> None:
    # The king guards the recapture, so after one rook each White has to stop.
    boards = [
        chess.Board("3r4/8/4k3/3r4/8/8/3R4/3RK3 w - - 0 1"),
        chess.Board("3rk3/8/8/3p4/8/8/3R4/3RK3 w - - 0 1"),
    ]
    moves = Moves.of(
        PositionBatch.from_boards(boards), np.array([0, 1]), [chess.Move.from_uci("d2d5")] * 2
    )
    lost = Exchange.of(moves).lost
    rook = chess.ROOK - 1
    assert lost[0, :, rook].tolist() == [1, 0]
    assert lost[0].sum() == 1
    assert lost[1].sum() == 0, "taking back only trades rooks; the pawn is gone either way"


def test_a_recapture_is_part_of_the_exchange() -> None:
    board = chess.Board("r1bqkbnr/1ppp1ppp/p1n5/1B2p3/4P3/5N2/PPPP1PPP/RNBQK2R w KQkq - 0 4")
    moves = Moves.of(
        PositionBatch.from_boards([board, board]),
        np.array([0, 1]),
        [chess.Move.from_uci("b5c6"), chess.Move.from_uci("b5a4")],
    )
    exchange = Exchange.of(moves)
    assert exchange.lost[0, 0].tolist() == [0, 0, 1, 0, 0, 0]
    assert not exchange.lost[0, 1].any()
    assert not exchange.lost[1].any()
    assert exchange.balance.tolist() == [0, 0]
