"""Properties of the terms that need no Stockfish, and positions any player can judge."""

import time

import chess
import numpy as np
import pytest

from engine.attributes.position_batch import PositionBatch
from engine.attributes.terms import CHUNK, TERMS, Evaluation, evaluate_terms
from tests.attributes.random_games import random_boards

MIDDLE_GAME = 0
END_GAME = 1


def _evaluate(*fens: str) -> Evaluation:
    return evaluate_terms(PositionBatch.from_boards([chess.Board(fen) for fen in fens]))


@pytest.mark.parametrize("seed", range(4))
def test_colours_are_treated_alike(seed: int) -> None:
    boards = random_boards(seed)
    evaluation = evaluate_terms(PositionBatch.from_boards(boards))
    swapped = evaluate_terms(PositionBatch.from_boards([board.mirror() for board in boards]))
    for term in TERMS:
        np.testing.assert_array_equal(
            evaluation.terms[term], swapped.terms[term][:, ::-1], err_msg=term
        )
    np.testing.assert_array_equal(evaluation.king_danger, swapped.king_danger[:, ::-1])


@pytest.mark.parametrize("seed", range(4))
def test_left_and_right_are_treated_alike(seed: int) -> None:
    boards = random_boards(seed)
    for board in boards:
        board.castling_rights = chess.BB_EMPTY
    turned = [board.transform(chess.flip_horizontal) for board in boards]
    evaluation = evaluate_terms(PositionBatch.from_boards(boards))
    flipped = evaluate_terms(PositionBatch.from_boards(turned))
    for term in TERMS:
        np.testing.assert_array_equal(evaluation.terms[term], flipped.terms[term], err_msg=term)


def test_a_position_s_values_do_not_depend_on_its_neighbours() -> None:
    boards = random_boards(9)
    repeated = [boards[index % len(boards)] for index in range(CHUNK + 7)]
    together = evaluate_terms(PositionBatch.from_boards(repeated)).terms
    alone = evaluate_terms(PositionBatch.from_boards(boards[:1])).terms
    for term in TERMS:
        assert together[term].shape == (CHUNK + 7, 2, 2)
        assert together[term].dtype == np.float32
        np.testing.assert_array_equal(together[term][0], alone[term][0])
        np.testing.assert_array_equal(together[term][len(boards)], alone[term][0])


def test_twenty_thousand_positions_a_second() -> None:
    batch = PositionBatch.from_boards(random_boards(5)).take(np.arange(4096) % 200)
    evaluate_terms(batch)
    # Time of this process, since other work may run beside the tests.
    start = time.process_time()
    evaluate_terms(batch)
    assert len(batch) / (time.process_time() - start) >= 20_000


def test_no_positions_give_empty_arrays() -> None:
    terms = evaluate_terms(PositionBatch.from_boards([])).terms
    assert {values.shape for values in terms.values()} == {(0, 2, 2)}


def test_the_start_is_balanced_and_a_middle_game() -> None:
    evaluation = _evaluate(chess.STARTING_FEN)
    for term in TERMS:
        np.testing.assert_array_equal(evaluation.terms[term][0, 0], evaluation.terms[term][0, 1])
    assert evaluation.middle_game_share[0] == 1
    assert not evaluation.terms["passed_pawns"].any()
    # Both sides have the pair at the start.
    assert (evaluation.terms["bishop_pair"] > 0.1).all()


def test_a_passed_pawn_is_worth_more_the_further_it_is() -> None:
    fens = [chess.Board("4k3/8/8/8/8/8/8/4K3 w - - 0 1") for _ in range(6)]
    for rank, board in enumerate(fens, start=1):
        board.set_piece_at(chess.square(0, rank), chess.Piece(chess.PAWN, chess.WHITE))
    terms = evaluate_terms(PositionBatch.from_boards(fens)).terms
    worth = terms["passed_pawns"][:, 0, END_GAME]
    assert (np.diff(worth[1:]) > 0).all()
    assert not terms["passed_pawns"][:, 1].any()


def test_open_pieces_move_more_freely() -> None:
    shut, free = "4k3/8/8/8/8/1P6/P1P5/1B2K3 w - - 0 1", "4k3/8/8/8/4B3/1P6/P1P5/4K3 w - - 0 1"
    mobility = _evaluate(shut, free).terms["mobility"][:, 0, MIDDLE_GAME]
    assert mobility[1] > mobility[0] + 0.2


def test_an_attack_on_the_king_counts_for_the_attacker() -> None:
    quiet = "r4rk1/ppp2ppp/2n5/8/8/2N5/PPP2PPP/R2Q1RK1 w - - 0 1"
    attack = "r4rk1/ppp2p1p/2n3pQ/6N1/8/7R/PPP2PPP/6K1 w - - 0 1"
    evaluation = _evaluate(quiet, attack)
    white, black = evaluation.king_danger[1]
    assert white > 1000
    assert black < 100
    assert evaluation.king_danger[0, 0] < white
    # Danger by White makes Black's king unsafe.
    safety = evaluation.terms["king_safety"][:, 1, MIDDLE_GAME]
    assert safety[1] < safety[0] - 0.5


def test_a_fork_is_a_threat() -> None:
    forked = "r3k3/2N5/8/8/8/8/8/4K3 b - - 0 1"
    apart = "r3k3/8/8/8/8/8/2N5/4K3 b - - 0 1"
    threats = _evaluate(forked, apart).terms["threats"][:, 0, MIDDLE_GAME]
    assert threats[0] > threats[1] + 0.2


def test_doubled_isolated_pawns_are_unhealthy() -> None:
    sound = "4k3/8/8/8/8/8/PPP5/4K3 w - - 0 1"
    shattered = "4k3/8/8/8/P7/P7/2P5/4K3 w - - 0 1"
    structure = _evaluate(sound, shattered).terms["pawn_structure"][:, 0, END_GAME]
    assert structure[0] > structure[1]


def test_space_needs_pieces_on_the_board() -> None:
    board = chess.Board()
    bare = chess.Board()
    for square in chess.SquareSet(bare.queens | bare.rooks | bare.knights):
        bare.remove_piece_at(square)
    space = evaluate_terms(PositionBatch.from_boards([board, bare])).terms["space"]
    assert (space[0, :, MIDDLE_GAME] > 0).all()
    assert not space[1].any()


def test_only_two_bishops_are_a_pair() -> None:
    pair = "4k3/8/8/8/8/8/8/2B1KB2 w - - 0 1"
    knight = "4k3/8/8/8/8/8/8/2B1KN2 w - - 0 1"
    values = _evaluate(pair, knight).terms["bishop_pair"]
    assert (values[0, 0] > 0.1).all()
    assert not values[0, 1].any()
    assert not values[1].any()


def test_positions_in_check_are_evaluated_too() -> None:
    evaluation = _evaluate("rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq - 1 3")
    assert all(np.isfinite(values).all() for values in evaluation.terms.values())
    assert evaluation.king_danger[0, 1] > evaluation.king_danger[0, 0]
