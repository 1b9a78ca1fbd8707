"""What becomes of properties in games, against loops over boards."""

from collections.abc import Iterator

import chess
import numpy as np
import pytest

from engine.attributes.moves import move_attributes
from engine.attributes.registry import MOVE_KEYS
from engine.position.moves import decode_move
from engine.training.data import TrainingPositions
from engine.training.dials.dials import DIAL_KEYS, DIALS, column
from engine.training.dials.futures import (
    discounted_futures,
    futures_in_games,
    moves_in_chunks,
    moves_to_end,
    properties_in_games,
)

WORTH = {chess.PAWN: 1, chess.KNIGHT: 3, chess.BISHOP: 3, chess.ROOK: 5, chess.QUEEN: 9}


def boards_and_moves(positions: TrainingPositions) -> Iterator[tuple[int, chess.Board, chess.Move]]:
    """Yield game, position and move; the board is used again."""
    board = chess.Board()
    plies = positions.packed.plies.tolist()
    for row, code in enumerate(positions.moves.tolist()):
        if plies[row] == 0:
            board = chess.Board()
        move = decode_move(code & 0xFFFF)
        yield int(positions.games[row]), board, move
        board.push(move)


def balance(board: chess.Board, colour: chess.Color) -> int:
    own = sum(WORTH[kind] * len(board.pieces(kind, colour)) for kind in WORTH)
    return own - sum(WORTH[kind] * len(board.pieces(kind, not colour)) for kind in WORTH)


def minors(board: chess.Board) -> int:
    return chess.popcount(board.knights | board.bishops)


def test_every_dial_turns_an_attribute_of_moves() -> None:
    assert set(DIAL_KEYS) <= set(MOVE_KEYS)
    assert len(set(DIAL_KEYS)) == len(DIALS)


def test_futures_are_the_discounted_means_of_ones_own_later_moves() -> None:
    random = np.random.default_rng(1)
    lengths = [1, 2, 3, 7, 12]
    properties = random.normal(size=(sum(lengths), len(DIALS))).astype(np.float32)
    to_end = np.concatenate([np.arange(length)[::-1] for length in lengths])
    found, known = discounted_futures(properties, to_end, 0.8)
    row = 0
    for length in lengths:
        for ply in range(length):
            later = [properties[row + ahead] for ahead in range(2, length - ply, 2)]
            assert known[row] == bool(later)
            weights = [0.8**place for place in range(len(later))]
            for place, dial in enumerate(DIALS):
                total = sum(
                    value[place] * (1 if dial.sums else weight)
                    for value, weight in zip(later, weights, strict=True)
                )
                wanted = total if dial.sums or not later else total / sum(weights)
                assert found[row, place] == pytest.approx(wanted, abs=1e-5)
            row += 1


def test_properties_are_those_of_the_boards(positions: TrainingPositions) -> None:
    found = properties_in_games(positions)
    count = 90
    for row, (_, board, move) in zip(range(count), boards_and_moves(positions), strict=False):
        moves, values = move_attributes(board)
        board.push(move)
        wanted = {key: values[key][moves.index(move)] for key in DIAL_KEYS}
        wanted["queen_trades"] = not board.queens
        wanted["minor_trades"] = 8 - minors(board)
        board.pop()
        for place, dial in enumerate(DIALS):
            if dial.key == "sacrifices":
                continue
            value = float(wanted[dial.key])
            if dial.bounds is not None:
                value = min(max(value, dial.bounds[0]), dial.bounds[1])
            assert found[row, place] == pytest.approx(value, abs=1e-5), (board.fen(), dial.key)


def test_sacrifices_are_those_that_stand_for_three_moves_and_do_not_lose(
    positions: TrainingPositions,
) -> None:
    games: dict[int, list[chess.Board]] = {}
    for game, board, _ in boards_and_moves(positions):
        games.setdefault(game, []).append(board.copy(stack=False))
    wanted = []
    for game, boards in games.items():
        result = int(positions.results[game])
        for ply, board in enumerate(boards):
            ahead = [boards[p] for p in (ply + 2, ply + 4, ply + 6) if p < len(boards)]
            have = balance(board, board.turn)
            given = len(ahead) == 3 and all(balance(b, b.turn) <= have - 2 for b in ahead)
            keeps = result in ((0, 1) if board.turn == chess.WHITE else (1, 2))
            wanted.append(given and keeps)
    found = properties_in_games(positions)[:, column("sacrifices")]
    assert 0 < sum(wanted) < len(wanted)
    np.testing.assert_array_equal(found.astype(bool), wanted)


def test_futures_of_a_part_are_those_of_the_whole(positions: TrainingPositions) -> None:
    futures = futures_in_games(positions, 0.9)
    to_end = moves_to_end(positions)
    assert to_end[0] == int((positions.games == 0).sum()) - 1
    np.testing.assert_array_equal(futures.known, to_end >= 2)
    assert np.isfinite(futures.values).all()


def test_effects_count_what_stands_after_the_move(positions: TrainingPositions) -> None:
    packed = positions.packed
    rows = np.arange(0, len(packed), 7)
    codes = positions.moves.numpy().view(np.uint16)[rows]
    found = moves_in_chunks(
        packed.squares(positions.games.new_tensor(rows).long()).numpy(),
        packed.plies.numpy()[rows],
        packed.flags.numpy()[rows],
        codes,
    )
    whole = properties_in_games(positions)[rows]
    for key in ("minor_trades", "captures", "castling_side", "king_danger"):
        np.testing.assert_allclose(found[:, column(key)], whole[:, column(key)])
    assert set(np.unique(found[:, column("queen_trades")])) <= {0.0, 1.0, 3.0, 4.0}
