"""Mates of a bare king: proven ones against trying everything, and whole games."""

import threading

import chess
import numpy as np
import pytest

from engine.play.ending import outcome
from engine.play.search.mating import way_to_mate
from engine.play.search.search import Search, SearchLimits
from tests.play.search.worlds import clueless, even, exhausted


def ways(board: chess.Board) -> set[str]:
    found = way_to_mate(board, list(board.legal_moves))
    assert found is not None
    return {move.uci() for move in found.moves}


@pytest.mark.parametrize(
    "fen",
    [
        "7k/8/5K2/8/8/8/8/R7 w - - 0 1",
        "k7/8/2K5/8/8/8/8/7Q w - - 0 1",
        "8/8/8/8/8/2k5/7r/K7 b - - 0 1",
        "1k6/8/1K6/2B5/8/7B/8/8 w - - 0 1",
        "k7/8/8/1K6/8/8/7R/8 w - - 0 1",
    ],
)
def test_the_shortest_mate_is_proven(fen: str) -> None:
    board = chess.Board(fen)
    shortest = next(plies for plies in range(1, 6, 2) if exhausted(board, plies) == 1)
    way = way_to_mate(board, list(board.legal_moves))
    assert way is not None
    assert way.plies == shortest
    for move in board.legal_moves:
        board.push(move)
        assert (exhausted(board, shortest - 1) == -1) == (move in way.moves)
        board.pop()
    assert board.fen() == fen


@pytest.mark.parametrize(
    "fen",
    [
        chess.STARTING_FEN,
        "8/8/8/3k4/8/8/8/K6R b - - 0 1",
        "8/8/8/3k4/8/8/4N3/K6N w - - 0 1",
        "8/3p4/8/3k4/8/8/8/K6R w - - 0 1",
        "8/8/8/3k4/8/8/3P4/K7 w - - 0 1",
    ],
)
def test_other_positions_are_left_to_the_network(fen: str) -> None:
    board = chess.Board(fen)
    assert way_to_mate(board, list(board.legal_moves)) is None


def test_nothing_is_left_hanging_and_nobody_is_stalemated() -> None:
    board = chess.Board("8/8/8/8/8/2k5/8/K2Q4 w - - 0 1")
    assert not ways(board) & {"d1d2", "d1b3", "d1c2", "d1d3", "d1d4", "d1c1"}
    cornered = chess.Board("7k/8/8/6Q1/8/8/8/K7 w - - 0 1")
    assert "g5g6" not in ways(cornered)
    # With two pieces the smaller one is not given either.
    assert "h2b2" not in ways(chess.Board("8/8/8/8/8/k7/7R/3QK3 w - - 0 1"))


@pytest.mark.parametrize("men", ["Q", "R", "BB", "RP"])
def test_it_mates_before_fifty_moves_are_over(men: str) -> None:
    """The other king runs to where it has the most freedom."""
    random = np.random.default_rng(4)
    board = chess.Board("8/8/8/4k3/8/8/8/K7 w - - 0 1")
    for square, symbol in zip((chess.H1, chess.G1 if men == "BB" else chess.G2), men, strict=False):
        board.set_piece_at(square, chess.Piece.from_symbol(symbol))
    while (end := outcome(board)) is None:
        moves = list(board.legal_moves)
        if board.turn == chess.WHITE:
            way = way_to_mate(board, moves)
            assert way is not None
            moves = list(way.moves)
            board.push(moves[int(random.integers(len(moves)))])
        else:
            board.push(max(moves, key=lambda move: freedom(board, move)))
    assert end.winner == chess.WHITE, (men, end)


def freedom(board: chess.Board, move: chess.Move) -> tuple[bool, float]:
    square = move.to_square
    from_edge = min(
        chess.square_file(square), 7 - chess.square_file(square),
        chess.square_rank(square), 7 - chess.square_rank(square),
    )  # fmt: skip
    return board.is_capture(move), from_edge


def test_a_position_of_the_game_is_not_gone_back_to() -> None:
    board = chess.Board("8/8/8/3k4/8/8/8/K6R w - - 0 1")
    for move in ("h1h4", "d5c5", "h4h1", "c5d5"):
        board.push_uci(move)
    assert "h1h4" not in ways(board)


@pytest.mark.parametrize(
    ("fen", "moves"),
    [
        (
            "1k6/5B2/8/3K4/8/8/3B4/8 w - - 0 1",
            "d5c6 b8c8 d2a5 c8b8 a5b6 b8c8 f7d5 c8b8 b6c7 b8a7 c7b6 a7b8 d5c4 b8a8 b6c7 a8a7 c7b6 "
            "a7a8",
        ),
        (
            "4b2K/8/8/8/7k/6b1/8/8 b - - 0 1",
            "h4g5 h8h7 g5f6 h7g8 e8f7 g8h8 g3e5 h8h7 f7g6 h7g8 g6f7 g8h7 f6f5 h7h6",
        ),
    ],
)
def test_the_bare_side_gets_no_third_repetition(fen: str, moves: str) -> None:
    """Games that were drawn: the winner's next move let the other side repeat."""
    board = chess.Board(fen)
    for uci in moves.split():
        board.push_uci(uci)
    for uci in ways(board):
        board.push_uci(uci)
        for reply in list(board.legal_moves):
            board.push(reply)
            assert not board.is_repetition(3), (uci, reply.uci())
            board.pop()
        board.pop()


def test_the_search_takes_the_way_and_can_be_stopped() -> None:
    board = chess.Board("8/8/8/3k4/8/8/8/K6R w - - 0 1")
    stop = threading.Event()
    stop.set()
    found = Search(clueless()).run(board, even(board), SearchLimits(4), stop)
    assert 0 < found.visits.sum() < len(found.moves)
    assert not found.is_exact.any()
    mate = chess.Board("7k/8/6K1/8/8/8/8/R7 w - - 0 1")
    found = Search(clueless()).run(mate, even(mate), SearchLimits(4))
    place = found.moves.index(chess.Move.from_uci("a1a8"))
    assert (found.is_exact[place], found.values[place], found.plies[place]) == (True, 1.0, 1)
    assert found.visits.sum() == 1
