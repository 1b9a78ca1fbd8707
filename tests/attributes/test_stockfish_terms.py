"""Our terms against those that a live Stockfish 15.1 prints, on 1,000 real positions.

``positions.txt`` holds one random position out of each of 1,000 random master games, none in check
and otherwise unselected. Where one side is far ahead (about one in twenty) Stockfish skips terms to
save time and prints zero. Those positions stay in the comparison of White less Black, and are
left out where single colours or exact values are compared.
"""

from collections.abc import Iterator
from pathlib import Path

import chess
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr

from engine.attributes.position_batch import PositionBatch
from engine.attributes.terms import evaluate_terms
from engine.attributes.weights import UNITS_PER_PAWN
from tests.attributes.stockfish import Printed, StockfishEval
from tests.requirements import missing, require_program

pytestmark = pytest.mark.stockfish

FENS = (Path(__file__).parent / "positions.txt").read_text().split("\n")[:-1]
# Our term, Stockfish's name for it, and the least rank correlation we accept.
TERMS = (
    ("mobility", "Mobility", 0.95),
    ("passed_pawns", "Passed", 0.95),
    ("space", "Space", 0.95),
    ("king_safety", "King safety", 0.85),
    ("threats", "Threats", 0.85),
    ("pawn_structure", "Pawns", 0.95),
)
# Space counts in the middle game only; the other terms in both phases.
PHASES_OF = {"space": (0,)}
# Stockfish prints hundredths; a value of ours may round either way.
ROUNDING = 0.0051
WHITE, BLACK, TOTAL = range(3)
COLOURS = (chess.WHITE, chess.BLACK)


@pytest.fixture(scope="module")
def stockfish() -> Iterator[StockfishEval]:
    with StockfishEval(require_program("stockfish")) as running:
        if running.terms(chess.STARTING_FEN) is None:
            missing("needs a Stockfish that still prints classical terms (up to 15.1)")
        yield running


@pytest.fixture(scope="module")
def printed(stockfish: StockfishEval) -> list[Printed]:
    found = [stockfish.terms(fen) for fen in FENS]
    return [terms for terms in found if terms is not None]


@pytest.fixture(scope="module")
def ours() -> dict[str, NDArray[np.float32]]:
    return evaluate_terms(PositionBatch.from_boards([chess.Board(fen) for fen in FENS])).terms


@pytest.fixture(scope="module")
def evaluated(printed: list[Printed]) -> NDArray[np.bool_]:
    """Positions in which Stockfish works out every term."""
    full = np.array([not position.cut_short for position in printed])
    assert full.mean() > 0.9
    return full


def _column(printed: list[Printed], name: str, side: int) -> NDArray[np.float64]:
    return np.array([position.terms[name][side] for position in printed])


def test_there_are_a_thousand_positions(printed: list[Printed]) -> None:
    assert len(set(FENS)) == 1000
    assert len(printed) == 1000


@pytest.mark.parametrize(("term", "name", "least"), TERMS)
def test_ranks_agree_on_all_positions(
    printed: list[Printed],
    ours: dict[str, NDArray[np.float32]],
    term: str,
    name: str,
    least: float,
) -> None:
    total = ours[term][:, 0] - ours[term][:, 1]
    _assert_ranks_agree(total, _column(printed, name, TOTAL), PHASES_OF.get(term, (0, 1)), least)


@pytest.mark.parametrize(("term", "name", "least"), TERMS)
def test_ranks_agree_by_colour(
    printed: list[Printed],
    ours: dict[str, NDArray[np.float32]],
    evaluated: NDArray[np.bool_],
    term: str,
    name: str,
    least: float,
) -> None:
    for side in (WHITE, BLACK):
        mine = ours[term][evaluated, side]
        theirs = _column(printed, name, side)[evaluated]
        _assert_ranks_agree(mine, theirs, PHASES_OF.get(term, (0, 1)), least)


def _assert_ranks_agree(
    mine: NDArray[np.floating], theirs: NDArray[np.floating], phases: tuple[int, ...], least: float
) -> None:
    for phase in phases:
        assert spearmanr(mine[:, phase], theirs[:, phase]).statistic >= least


@pytest.mark.parametrize(("term", "name", "least"), TERMS)
def test_values_are_equal_where_stockfish_evaluates(
    printed: list[Printed],
    ours: dict[str, NDArray[np.float32]],
    evaluated: NDArray[np.bool_],
    term: str,
    name: str,
    least: float,
) -> None:
    for side in (WHITE, BLACK):
        difference = np.abs(ours[term][:, side] - _column(printed, name, side))[evaluated]
        assert difference.max() < ROUNDING


def test_imbalance(
    printed: list[Printed],
    ours: dict[str, NDArray[np.float32]],
    evaluated: NDArray[np.bool_],
) -> None:
    total = ours["imbalance"][:, 0] - ours["imbalance"][:, 1]
    theirs = _column(printed, "Imbalance", TOTAL)
    _assert_ranks_agree(total, theirs, (0, 1), 0.95)
    # For a few bare endings it has rules of their own and leaves the imbalance out.
    men = np.array([chess.Board(fen).occupied.bit_count() for fen in FENS])
    # A unit of rounding comes on top for each side.
    difference = np.abs(total - theirs)[evaluated & (men > 7)]
    assert difference.max() < ROUNDING + 2 / UNITS_PER_PAWN


@pytest.fixture(scope="module")
def pairs(
    stockfish: StockfishEval, ours: dict[str, NDArray[np.float32]]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Our worth of each side's pair and Stockfish's, (positions, colours, phases)."""
    mine, theirs = [], []
    for index, fen in enumerate(FENS):
        worth = [_pair_worth(stockfish, chess.Board(fen), colour) for colour in COLOURS]
        if worth[0] is not None and worth[1] is not None:
            theirs.append(np.array(worth))
            mine.append(ours["bishop_pair"][index])
    return np.array(mine), np.array(theirs)


def test_bishop_pair_ranks(pairs: tuple[NDArray[np.float32], NDArray[np.float64]]) -> None:
    mine, theirs = pairs
    assert len(mine) >= 900
    _assert_ranks_agree(mine[:, 0] - mine[:, 1], theirs[:, 0] - theirs[:, 1], (0, 1), 0.95)


def test_bishop_pair_values(pairs: tuple[NDArray[np.float32], NDArray[np.float64]]) -> None:
    mine, theirs = pairs
    assert (mine[:, WHITE] > 0.1).mean() > 0.2
    # Four printed numbers are added up, and each has been cut to a whole unit before.
    assert np.abs(mine - theirs).max() < 4 * (ROUNDING + 1 / UNITS_PER_PAWN)


def _pair_worth(
    stockfish: StockfishEval, board: chess.Board, colour: chess.Color
) -> NDArray[np.float64] | None:
    """What Stockfish gives a side for its bishop pair; None where that cannot be found out.

    Stockfish prints no bishop-pair term, but its imbalance grows by the same amount with every
    bishop of a side save for the jump from one to two, which brings the pair on top. So the
    imbalance with two bishops, less twice that with one, plus that with none, is the pair.
    """
    bishops = list(board.pieces(chess.BISHOP, colour))
    if len(bishops) < 2:
        return np.zeros(2)
    if len(bishops) > 2:
        return None
    one, none = board.copy(), board.copy()
    one.remove_piece_at(bishops[0])
    for bishop in bishops:
        none.remove_piece_at(bishop)
    found = [_imbalance(stockfish, variant) for variant in (board, one, none)]
    if found[0] is None or found[1] is None or found[2] is None:
        return None
    worth = found[0] - 2 * found[1] + found[2]
    return worth if colour == chess.WHITE else -worth


def _imbalance(stockfish: StockfishEval, board: chess.Board) -> NDArray[np.float64] | None:
    """Imbalance with whichever side to move is not in check; None where there is no such side."""
    for turn in COLOURS:
        board.turn = turn
        if board.is_valid() and not board.is_check():
            printed = stockfish.terms(board.fen())
            return None if printed is None else printed.terms["Imbalance"][TOTAL]
    return None
