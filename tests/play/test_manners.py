"""Times, resignations and draws: what they follow, and what must never surprise."""

import chess
import numpy as np
import pytest

from engine.play.engine import Policy
from engine.play.manners import (
    LONGEST_THOUGHT,
    Position,
    gives_up,
    loss_given_up_at,
    position_to_think_about,
    takes_draw,
    thinking_seconds,
    typical_seconds,
)

QUIET = Position(False, False, False, doubt=1.5, sharpness=0.3)


def policy(board: chess.Board, first: str, wdl: tuple[float, float, float]) -> Policy:
    """Return a policy that likes one move best, and the others alike."""
    favourite = chess.Move.from_uci(first)
    moves = (favourite, *(move for move in board.legal_moves if move != favourite))
    chances = np.array([0.5, *np.full(len(moves) - 1, 0.5 / max(len(moves) - 1, 1))])
    return Policy(moves, chances / chances.sum(), wdl, wdl[0] - wdl[2])


def drawn(position: Position, left: float | None = None) -> np.ndarray:
    random = np.random.default_rng(3)
    return np.array([thinking_seconds(position, random, left) for _ in range(4000)])


def test_forced_moves_and_openings_are_quick_and_sharp_positions_slow() -> None:
    forced = Position(True, False, False, 0.0, 0.9)
    recapture = Position(False, True, False, 1.5, 0.9)
    opening = Position(False, False, True, 2.0, 0.5)
    sharp = Position(False, False, False, 2.5, 0.9)
    order = [forced, recapture, opening, QUIET, sharp]
    assert [typical_seconds(p) for p in order] == sorted(typical_seconds(p) for p in order)
    medians = [np.median(drawn(p)) for p in order]
    assert medians == sorted(medians)


def test_times_are_a_distribution_around_the_typical_one() -> None:
    times = drawn(QUIET)
    assert np.median(times) == pytest.approx(typical_seconds(QUIET), rel=0.05)
    assert np.percentile(times, 95) > 2 * np.median(times)
    assert np.percentile(times, 5) < np.median(times) / 2
    assert times.max() <= LONGEST_THOUGHT
    assert times.min() > 0


def test_a_clock_is_never_thought_away() -> None:
    for left in (60.0, 5.0, 0.5):
        assert drawn(QUIET, left).max() <= 0.1 * left


def test_what_is_seen_of_a_position() -> None:
    board = chess.Board()
    first = position_to_think_about(board, policy(board, "e2e4", (0.4, 0.3, 0.3)))
    assert first.is_opening
    assert not first.is_forced
    assert first.doubt > 1
    for move in ("e2e4", "d7d5", "e4d5"):
        board.push_uci(move)
    back = position_to_think_about(board, policy(board, "d8d5", (0.4, 0.3, 0.3)))
    assert back.is_recapture
    away = position_to_think_about(board, policy(board, "g8f6", (0.4, 0.3, 0.3)))
    assert not away.is_recapture
    alone = chess.Board("7k/8/6K1/8/8/8/8/R7 b - - 0 40")
    only = position_to_think_about(alone, policy(alone, "h8g8", (0.0, 0.0, 1.0)))
    assert only.is_forced
    assert not only.is_opening
    assert only.doubt == pytest.approx(0)
    assert only.sharpness == 0


def late(start: str = chess.STARTING_FEN, moves: int = 16) -> chess.Board:
    """Return a game in its seventeenth move, without repetition."""
    board = chess.Board(start)
    random = np.random.default_rng(1)
    while len(board.move_stack) < 2 * moves:
        legal = [m for m in board.legal_moves if not board.is_capture(m)] or list(board.legal_moves)
        board.push(legal[int(random.integers(len(legal)))])
    return board


def test_a_lost_game_is_given_up_and_no_other() -> None:
    board = late()
    assert gives_up(board, [0.4, 0.9, 0.95], 0.88, None)
    assert not gives_up(board, [0.95, 0.4, 0.95], 0.88, None)  # it came back in between
    assert not gives_up(board, [0.95], 0.88, None)  # one look is not enough
    assert not gives_up(board, [0.9, 0.9], 0.95, None)
    assert not gives_up(board, [1.0, 1.0], 1.01, None)  # some play on to the mate


def test_beginners_early_games_and_set_positions_are_played_out() -> None:
    lost = [0.99, 0.99]
    assert gives_up(late(), lost, 0.8, 1500)
    assert not gives_up(late(), lost, 0.8, 900)
    assert not gives_up(late(moves=10), lost, 0.8, 1500)
    assert not gives_up(late("4k3/pppppppp/8/8/8/8/PPPPPPPP/4K3 w - - 0 1"), lost, 0.8, 1500)


def test_half_of_the_games_are_given_up_by_people_s_figures() -> None:
    limits = [loss_given_up_at(draw) for draw in np.linspace(0, 1, 101)]
    assert limits == sorted(limits)
    assert limits[25] == pytest.approx(0.86)
    assert limits[50] == pytest.approx(0.95)
    assert limits[0] >= 0.8
    assert limits[-1] > 1


@pytest.mark.parametrize(
    ("wdl", "taken"),
    [((0.2, 0.6, 0.2), True), ((0.05, 0.2, 0.75), True), ((0.5, 0.4, 0.1), False)],
)
def test_draws_are_taken_unless_it_stands_better(
    wdl: tuple[float, float, float], taken: bool
) -> None:
    board = late(moves=25)
    assert takes_draw(board, wdl) is taken


def test_no_draw_in_the_opening_but_with_few_men() -> None:
    even = (0.2, 0.6, 0.2)
    board = chess.Board()
    assert not takes_draw(board, even)
    few = chess.Board("4k3/4p3/8/8/8/8/4P3/4K3 w - - 0 1")
    assert takes_draw(few, even)
