import chess
import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.attributes.move_batch import Moves
from engine.attributes.moves import attributes_of_moves, move_attributes
from engine.attributes.registry import MOVE_KEYS
from engine.position.moves import encode_move
from engine.position.replay import replay
from tests.position.random_games import random_game


@settings(max_examples=10)
@given(st.integers(0, 2**32))
def test_moves_by_code_are_the_moves_of_boards(seed: int) -> None:
    game = random_game(seed, plies=90)
    codes = np.array([encode_move(move) for move in game], dtype=np.uint16)
    packed = replay(torch.from_numpy(codes.view(np.int16)), torch.tensor([0, len(codes)]))
    plies = np.arange(len(codes), dtype=np.int32)
    moves = Moves.of_codes(
        packed.squares(torch.arange(len(codes))).numpy().astype(np.int8),
        plies % 2 == 0,
        packed.flags.numpy() & 15,
        codes,
    )
    found = attributes_of_moves(moves, plies // 2 + 1)
    board = chess.Board()
    for ply, move in enumerate(game):
        legal, expected = move_attributes(board)
        place = legal.index(move)
        for key in MOVE_KEYS:
            np.testing.assert_allclose(
                found[key][ply], expected[key][place], atol=1e-6, err_msg=f"{key} {board.fen()}"
            )
        board.push(move)
