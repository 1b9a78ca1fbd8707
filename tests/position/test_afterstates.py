"""Positions after any legal move, against python-chess."""

import chess
import numpy as np
import pytest
import torch

from engine.position.afterstates import positions_after
from engine.position.lockstep import LockstepBoards
from engine.position.moves import encode_move
from engine.position.packed import PackedPositions, en_passant_files
from engine.position.planes import board_planes
from engine.position.replay import replay
from tests.position.random_games import random_game

# The right to take in passing is all that tells the position after 3. ... d5 from that after 5. ...
PASSED_BY = ["e2e4", "a7a6", "e4e5", "d7d5", "b1c3", "b8c6", "c3b1", "c6b8"]
SHUFFLE = ["g1f3", "g8f6", "f3g1", "f6g8"] * 2 + ["e2e4"]


def packed_games(games: list[list[chess.Move]]) -> tuple[PackedPositions, torch.Tensor]:
    codes = [encode_move(move) for game in games for move in game]
    moves = torch.from_numpy(np.array(codes, dtype=np.uint16).view(np.int16))
    offsets = torch.tensor([0, *np.cumsum([len(game) for game in games])])
    return replay(moves, offsets), moves


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planes_after_every_legal_move_are_those_of_the_game(seed: int) -> None:
    games = [random_game(seed, plies=90), [chess.Move.from_uci(move) for move in SHUFFLE]]
    packed, moves = packed_games(games)
    rows, codes, expected = [], [], []
    row = 0
    for game in games:
        board = chess.Board()
        for played in game:
            if row % 3 == 0 or board.is_repetition(2):
                for move in board.legal_moves:
                    rows.append(row)
                    codes.append(encode_move(move))
                    board.push(move)
                    expected.append(board_planes(board))
                    board.pop()
            board.push(played)
            row += 1
    after, places = positions_after(packed, moves, torch.tensor(rows), torch.tensor(codes))
    planes = after.planes(places).numpy()
    np.testing.assert_array_equal(planes, np.stack(expected))
    assert any(planes[:, 12].any(axis=(1, 2)))  # some of them repeat a position


def test_a_position_with_another_right_to_take_in_passing_is_no_repetition() -> None:
    game = [chess.Move.from_uci(move) for move in [*PASSED_BY, *PASSED_BY[4:]]]
    packed, moves = packed_games([game])
    after, places = positions_after(packed, moves, torch.tensor([7, 11]), moves[[7, 11]].long())
    repeated = after.planes(places)[:, 12].flatten(1).any(1)
    assert repeated.tolist() == [False, True]


def test_files_of_double_pushes() -> None:
    game = [chess.Move.from_uci(move) for move in ("e2e4", "g8f6", "e4e5", "d7d5", "e5d6")]
    packed, moves = packed_games([game, game])
    files = en_passant_files(packed, moves, torch.arange(10))
    assert files.tolist() == [8, 4, 8, 8, 3] * 2


def test_boards_in_the_middle_of_games_have_the_keys_of_a_replay() -> None:
    game = random_game(5, plies=40)
    played = LockstepBoards(1, torch.device("cpu"))
    for ply, move in enumerate(game):
        played.advance(torch.tensor([encode_move(move)]), ply)
    begun = LockstepBoards.at(played.squares[:, :64], played.rights, played.rule50)
    no_file = torch.tensor([8])
    assert torch.equal(begun.keys(no_file, 0), played.keys(no_file, 0))
