"""Properties of legal moves of packed positions, against python-chess and one board at a time."""

import chess
import numpy as np
import pytest
import torch

from engine.attributes.move_properties import (
    ATTRIBUTE_PROPERTIES,
    PROPERTY_KEYS,
    LegalMoveList,
    move_properties,
)
from engine.attributes.moves import move_attributes
from engine.attributes.registry import MOVE_KEYS
from engine.position.moves import encode_move, legal_moves_and_indices
from engine.position.packed import PackedPositions
from engine.position.replay import replay
from tests.position.random_games import random_game

KINDS = {"pawn_moves": 1, "knight_moves": 2, "bishop_moves": 3, "queen_moves": 5}


def _games(count: int) -> tuple[PackedPositions, list[chess.Board]]:
    """Return packed positions of games, and boards beside them."""
    games = [random_game(seed, plies=90) for seed in range(count)]
    boards = []
    for moves in games:
        board = chess.Board()
        for move in moves:
            boards.append(board.copy())
            board.push(move)
    codes = np.array([encode_move(move) for moves in games for move in moves], dtype=np.uint16)
    offsets = np.cumsum([0, *(len(moves) for moves in games)])
    flat = torch.from_numpy(codes.view(np.int16))
    return replay(flat, torch.from_numpy(offsets)), boards


@pytest.mark.parametrize("part", [slice(0, None, 3), slice(5, 6), slice(0, 0)])
def test_attributes_are_those_of_each_board_alone(part: slice) -> None:
    packed, boards = _games(3)
    rows = torch.arange(len(boards))[part]
    pairs = [legal_moves_and_indices(boards[row]) for row in rows.tolist()]
    listed = LegalMoveList(
        torch.tensor([p for p, (m, _) in enumerate(pairs) for _ in m], dtype=torch.int64),
        torch.cat([torch.from_numpy(i) for _, i in pairs] or [torch.zeros(0, dtype=torch.int64)]),
    )
    values = move_properties(packed, rows, listed)
    assert values.shape == (len(listed.rows), len(PROPERTY_KEYS))
    assert np.isfinite(values).all()
    for place, (row, (moves, _)) in enumerate(zip(rows.tolist(), pairs, strict=True)):
        board, own = boards[row], values[listed.rows.numpy() == place]
        alone_moves, alone = move_attributes(board)
        order = [alone_moves.index(move) for move in moves]
        for key in ATTRIBUTE_PROPERTIES:
            if key in ("king_danger", "king_safety"):
                continue  # held within bounds; see below
            found = own[:, PROPERTY_KEYS.index(key)]
            np.testing.assert_allclose(found, alone[key][order], atol=1e-5, err_msg=key)
        _check_against_python_chess(board, moves, own)


def _check_against_python_chess(
    board: chess.Board, moves: list[chess.Move], values: np.ndarray
) -> None:
    king = board.king(not board.turn)
    assert king is not None
    for move, row in zip(moves, values, strict=True):
        found = dict(zip(PROPERTY_KEYS, row.tolist(), strict=True))
        ranks = chess.square_rank(move.to_square) - chess.square_rank(move.from_square)
        kind = board.piece_type_at(move.from_square)
        assert found["forward"] == (ranks if board.turn else -ranks)
        assert found["distance"] == chess.square_distance(move.from_square, move.to_square)
        nearer = chess.square_distance(move.from_square, king)
        assert found["to_enemy_king"] == nearer - chess.square_distance(move.to_square, king)
        for key, wanted in KINDS.items():
            assert found[key] == (kind == wanted), (board.fen(), move)
        assert found["captures"] == board.is_capture(move)
        assert found["checks"] == board.gives_check(move)
        assert 0 <= found["king_danger"] <= 2500
        assert -8 <= found["king_safety"] <= 8
        assert 0 <= found["wins_material"] <= 5
        if not board.is_capture(move):
            assert found["wins_material"] == 0


def test_what_hangs_is_won_and_what_is_guarded_is_not() -> None:
    # After 1.e4 d5 the pawn can be taken and retaken; after 1...d5 2.exd5 the queen wins it back.
    moves = ["e2e4", "d7d5", "e4d5", "a7a6", "h2h3", "d8d5", "a2a3"]
    codes = np.array([encode_move(chess.Move.from_uci(m)) for m in moves], dtype=np.uint16)
    flat = torch.from_numpy(codes.view(np.int16))
    packed = replay(flat, torch.tensor([0, len(codes)]))
    board = chess.Board()
    found = []
    for row, uci in enumerate(moves):
        legal, indices = legal_moves_and_indices(board)
        place = legal.index(chess.Move.from_uci(uci))
        listed = LegalMoveList(torch.zeros(1, dtype=torch.int64), torch.tensor([indices[place]]))
        values = move_properties(packed, torch.tensor([row]), listed)[0]
        found.append(float(values[PROPERTY_KEYS.index("wins_material")]))
        board.push(chess.Move.from_uci(uci))
    assert found == [0, 0, 0, 0, 0, 1, 0]


def test_no_property_is_a_sum_of_others() -> None:
    """What goes into a tilt has to be told apart."""
    packed, boards = _games(12)
    pairs = [legal_moves_and_indices(board) for board in boards]
    counts = torch.tensor([len(moves) for moves, _ in pairs])
    rows = torch.arange(len(boards))
    indices = torch.cat([torch.from_numpy(index) for _, index in pairs])
    listed = LegalMoveList(torch.repeat_interleave(rows, counts), indices)
    values = move_properties(packed, rows, listed).astype(np.float64)
    centred = values - values.mean(axis=0)
    assert np.linalg.matrix_rank(centred / centred.std(axis=0)) == len(PROPERTY_KEYS)
    assert set(ATTRIBUTE_PROPERTIES) <= set(MOVE_KEYS)
