import os

import chess
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.position.moves import encode_move
from engine.position.packed import PackedPositions
from engine.position.planes import board_planes
from engine.position.replay import replay
from tests.position.random_games import random_game


def pack(games: list[list[chess.Move]], chunk: int = 8192) -> PackedPositions:
    codes = [encode_move(move) for game in games for move in game]
    offsets = np.cumsum([0] + [len(game) for game in games])
    moves = torch.from_numpy(np.array(codes, dtype=np.uint16).view(np.int16))
    return replay(moves, torch.from_numpy(offsets), chunk)


def assert_planes_agree(games: list[list[chess.Move]], packed: PackedPositions) -> set[str]:
    """Compare every ply with the python-chess path; return the special moves that occurred."""
    row, seen = 0, set()
    for game in games:
        board = chess.Board()
        rows = torch.arange(row, row + len(game))
        decoded = packed.planes(rows).numpy()
        for ply, move in enumerate(game):
            expected = board_planes(board)
            np.testing.assert_array_equal(decoded[ply], expected, err_msg=board.fen())
            seen |= special_features(board, move, expected)
            board.push(move)
        row += len(game)
    assert row == len(packed)
    return seen


def special_features(board: chess.Board, move: chess.Move, planes: np.ndarray) -> set[str]:
    features = set()
    if move.promotion:
        features.add(f"promotion to {chess.piece_name(move.promotion)}")
    if board.is_castling(move):
        features.add("castling")
    if board.is_en_passant(move):
        features.add("en passant")
    if planes[12].any():
        features.add("repetition")
    return features


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=4), st.integers(1, 3))
def test_random_games_agree_bit_for_bit(seeds: list[int], chunk: int) -> None:
    games = [random_game(seed, plies=40 + seed % 120) for seed in seeds]
    assert_planes_agree(games, pack(games, chunk))


def test_random_games_visit_every_special_rule() -> None:
    games = [random_game(seed, plies=200) for seed in range(24)]
    seen = assert_planes_agree(games, pack(games))
    assert seen >= {
        "promotion to queen",
        "promotion to rook",
        "promotion to bishop",
        "promotion to knight",
        "castling",
        "en passant",
        "repetition",
    }


def game(text: str) -> list[chess.Move]:
    return [chess.Move.from_uci(token) for token in text.split()]


@pytest.mark.parametrize(
    "moves",
    [
        # the position after move 2 differs from the start's by nothing: a repetition
        "g1f3 g8f6 f3g1 f6g8 g1f3 g8f6 f3g1 f6g8 e2e4",
        # with an en passant right the same placement is another position
        "e2e4 g8f6 e4e5 d7d5 g1f3 f6g8 f3g1 g8f6 g1f3 f6g8",
        # a rook that went away and came back: castling rights are gone, no repetition
        "g1f3 g8f6 h1g1 h8g8 g1h1 g8h8 b1c3 b8c6",
        # a captured rook takes its castling right with it
        "g2g3 b7b6 f1g2 e7e6 g2a8 f8d6 a8g2 e8e7",
        # castling on both sides
        "e2e4 d7d5 g1f3 c8g4 f1e2 b8c6 e1g1 d8d6 h2h3 e8c8",
    ],
)
def test_special_games_agree(moves: str) -> None:
    assert_planes_agree([game(moves)], pack([game(moves)]))


def test_games_of_no_moves_and_no_games_at_all() -> None:
    assert len(pack([[], []])) == 0
    games = [[], game("e2e4 e7e5"), []]
    assert_planes_agree(games, pack(games))


def test_the_result_does_not_depend_on_the_chunk() -> None:
    games = [random_game(seed, plies=60) for seed in range(7)]
    small, large = pack(games, chunk=2), pack(games)
    for one, other in (
        (small.boards, large.boards),
        (small.flags, large.flags),
        (small.rule50, large.rule50),
        (small.plies, large.plies),
    ):
        assert torch.equal(one, other)


def test_planes_decode_in_other_types() -> None:
    packed = pack([random_game(3, plies=50)])
    rows = torch.arange(len(packed))
    exact = packed.planes(rows)
    assert torch.equal(packed.planes(rows, torch.bfloat16).float(), exact)


@pytest.mark.skipif(
    "STYLEMATE_TEST_STORE" not in os.environ,
    reason="set STYLEMATE_TEST_STORE to a game store to compare 500 real games",
)
def test_five_hundred_real_games_agree() -> None:
    from engine.games.store import GameStore
    from engine.position.moves import decode_move

    table = next(iter(GameStore.open(os.environ["STYLEMATE_TEST_STORE"]).tables()))
    step = max(table.num_rows // 500, 1)
    columns = table["moves"].to_pylist()[::step][:500]
    games = [[decode_move(code) for code in codes] for codes in columns]
    assert_planes_agree(games, pack(games))
