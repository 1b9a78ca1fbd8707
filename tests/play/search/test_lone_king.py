"""What is said of positions against a bare king."""

import chess
import pytest

from engine.play.search.lone_king import lone_king_value


@pytest.mark.parametrize(
    "fen",
    [
        chess.STARTING_FEN,
        "8/8/4k3/8/8/3NK3/8/8 w - - 0 1",
        "8/8/4k3/8/8/3BK3/8/8 w - - 0 1",
        "8/8/4k3/8/8/3BKB2/8/8 w - - 0 1",  # both on light squares
        "8/8/4k3/8/4P3/4K3/8/8 w - - 0 1",
        "8/8/4k3/8/8/4K3/8/8 w - - 0 1",
        "8/4p3/4k3/8/8/4K3/8/7R w - - 0 1",
    ],
)
def test_other_positions_are_the_networks(fen: str) -> None:
    assert lone_king_value(chess.Board(fen)) is None


@pytest.mark.parametrize("force", ["7R", "7Q", "4BB2"])
def test_the_edge_and_a_near_king_are_progress(force: str) -> None:
    far = chess.Board(f"{force}/8/8/3k4/8/8/8/K7 w - - 0 1")
    near = chess.Board(f"{force}/8/8/8/8/1K6/8/k7 w - - 0 1")
    values = lone_king_value(far), lone_king_value(near)
    assert values[0] is not None
    assert values[1] is not None
    assert 0.8 < values[0] < values[1] <= 1


def test_the_bare_side_sees_it_from_the_other_side() -> None:
    board = chess.Board("7R/8/8/3k4/8/8/8/K7 w - - 0 1")
    winning = lone_king_value(board)
    board.turn = chess.BLACK
    losing = lone_king_value(board)
    assert winning is not None
    assert losing == -winning
    assert lone_king_value(board.mirror()) == losing
