"""Rare kinds of move, told by hand and by python-chess."""

import chess
import numpy as np
import torch

from engine.evaluation.context import Context
from engine.evaluation.experiments.long_tail.arms import hard_positions
from engine.evaluation.experiments.long_tail.rare_moves import KINDS, kinds_of
from engine.games.records import GameRecord
from engine.position.moves import decode_move, encode_move
from engine.training.data import TrainingPositions, games_of_records, prepare_positions

CASTLING = "d4 d5 Nc3 Nc6 Bf4 Bf5 Qd2 Qd7 O-O-O O-O-O"
PROMOTION = "a4 b5 axb5 a6 bxa6 Nc6 a7 Nb8 axb8=N"
QUEEN = "a4 b5 axb5 a6 bxa6 Nc6 a7 Nb8 axb8=Q"
RETREAT = "e4 e5 Nf3 Nc6 Ng1 Nb8 Ke2 Ke7 Kd3"
SACRIFICE = "e4 e6 d4 d5 Bd3 Nf6 Nf3 Be7 e5 Nfd7 O-O O-O Bxh7+ Kxh7"


def positions_of(*games: str) -> TrainingPositions:
    records = []
    for number, text in enumerate(games):
        board, codes = chess.Board(), []
        for san in text.split():
            move = board.parse_san(san)
            codes.append(encode_move(move))
            board.push(move)
        records.append(
            GameRecord(f"White {number}", "Black", np.array(codes, dtype=np.uint16), 0, 0, "", "*")
        )
    return prepare_positions(games_of_records(records), (), "cpu")


def moves_of_kind(text: str, kind: str) -> list[str]:
    """Return the moves of a game that are of a kind, in SAN."""
    positions = positions_of(text)
    flags = kinds_of(positions, torch.arange(len(positions.moves)))[kind]
    return [san for san, flag in zip(text.split(), flags.tolist(), strict=True) if flag]


def test_kinds_are_what_they_are_called() -> None:
    assert moves_of_kind(CASTLING, "long castling") == ["O-O-O", "O-O-O"]
    assert moves_of_kind(SACRIFICE, "long castling") == []
    assert moves_of_kind(PROMOTION, "under-promotion") == ["axb8=N"]
    assert moves_of_kind(QUEEN, "under-promotion") == []
    assert moves_of_kind(RETREAT, "quiet retreat") == ["Ng1", "Nb8"]
    assert moves_of_kind(RETREAT, "king walk") == ["Kd3"]
    assert moves_of_kind(SACRIFICE, "sacrifice") == ["Bxh7+"]


def test_kinds_of_many_random_moves_are_those_of_a_loop(context: Context) -> None:
    positions = context.positions
    found = kinds_of(positions, torch.arange(len(positions.moves)))
    assert set(found) == set(KINDS)
    board = chess.Board()
    for row, ply in enumerate(positions.packed.plies.tolist()):
        if ply == 0:
            board = chess.Board()
        move = decode_move(int(positions.moves[row]) & 0xFFFF)
        piece = board.piece_type_at(move.from_square)
        rank = chess.square_rank(move.to_square)
        forward = rank - chess.square_rank(move.from_square)
        if board.turn == chess.BLACK:
            rank, forward = 7 - rank, -forward
        queens = all(board.pieces(chess.QUEEN, color) for color in chess.COLORS)
        minor = piece in (chess.KNIGHT, chess.BISHOP, chess.QUEEN)
        expected = {
            "under-promotion": move.promotion not in (None, chess.QUEEN),
            "quiet retreat": minor and rank == 0 and forward < 0 and not board.is_capture(move),
            "king walk": piece == chess.KING and rank >= 2 and queens,
            "long castling": board.is_queenside_castling(move),
        }
        for kind, is_kind in expected.items():
            assert bool(found[kind][row]) == is_kind, (board.fen(), move, kind)
        board.push(move)


def test_hard_positions_are_wrong_about_the_same_man(context: Context) -> None:
    positions, model = context.positions, context.model
    rows = torch.arange(0, len(positions.moves), 5)
    hard = hard_positions(positions, model, rows, most=1000, seed=1)
    assert set(hard.tolist()) <= set(rows.tolist())
    batch = positions.batch(rows)
    with torch.no_grad():
        logits = model.backbone_only(batch.planes)[0]
    guesses = logits.masked_fill(~positions.legal_masks(rows), -torch.inf).argmax(1)
    expected = set()
    for row, guess, played in zip(
        rows.tolist(), guesses.tolist(), batch.policy.tolist(), strict=True
    ):
        if guess != played and origin_of(guess) == origin_of(played):
            expected.add(row)
    assert set(hard.tolist()) == expected
    assert len(hard_positions(positions, model, rows, most=2, seed=1)) == min(2, len(expected))


def origin_of(index: int) -> int:
    from engine.position.moves import POLICY_MOVE_CODES

    return decode_move(POLICY_MOVE_CODES[index]).from_square
