"""What of a style shows in a game, against counting by hand."""

from collections.abc import Sequence
from itertools import product

import chess
import numpy as np
import pytest

from engine.analysis.style_in_game import (
    HABITS,
    TERMS,
    UNUSUAL,
    StyleMove,
    style_moves,
    tallies,
    tally,
)
from engine.attributes.figure_registry import OWN_FIGURES
from engine.attributes.moves import move_attributes
from engine.play.engine import AskPolicies, Policy


def asks(**chances: float) -> AskPolicies:
    """Return a style that plays some moves so often, and the others equally often."""

    def ask(boards: Sequence[chess.Board]) -> list[Policy]:
        found = []
        for board in boards:
            legal = list(board.legal_moves)
            own = {uci: share for uci, share in chances.items() if board.is_legal(move_of(uci))}
            rest = (1 - sum(own.values())) / (len(legal) - len(own))
            shares = np.array([own.get(move.uci(), rest) for move in legal])
            order = np.argsort(-shares, kind="stable")
            moves = tuple(legal[place] for place in order)
            found.append(Policy(moves, shares[order], (0.3, 0.4, 0.3), 0.0))
        return found

    return ask


def move_of(uci: str) -> chess.Move:
    return chess.Move.from_uci(uci)


def made_up(has: bool, usual: float, style: float = 0.3, others: float = 0.3) -> StyleMove:
    habits = frozenset({"checks"}) if has else frozenset[str]()
    chances = dict.fromkeys(HABITS, 0.0) | {"checks": usual}
    return StyleMove(0, 1, "e4", style, others, habits, chances, dict.fromkeys(TERMS, 0.0))


def test_a_move_is_held_against_others_in_its_position() -> None:
    board = chess.Board()
    board.push_san("e4")
    board.push_san("e5")
    (found,) = style_moves(
        [board], [move_of("d1h5")], asks(d1h5=0.5, g1f3=0.4), asks(d1h5=0.02, g1f3=0.7)
    )
    assert (found.count, found.number, found.san) == (2, 2, "Qh5")
    assert (found.style, found.others) == pytest.approx((0.5, 0.02))
    assert found.is_telling
    legal, values = move_attributes(board)
    pawns = sum(values["pawn_moves"] > 0)
    assert found.usual["pawn_moves"] == pytest.approx(0.28 * pawns / (len(legal) - 2))
    assert "pawn_moves" not in found.has
    place = legal.index(move_of("d1h5"))
    assert found.terms["threats"] == pytest.approx(float(values["threats"][place]))
    assert len(board.move_stack) == 2


def test_nothing_is_asked_of_no_moves() -> None:
    assert style_moves([], [], asks(), asks()) == []


@pytest.mark.parametrize(
    ("style", "others", "telling"),
    [(0.31, 0.04, True), (0.12, 0.01, True), (0.3, 0.2, False), (0.09, 0.0, False)],
)
def test_a_telling_move_is_played_far_more_often(
    style: float, others: float, telling: bool
) -> None:
    assert made_up(False, 0.0, style, others).is_telling is telling


def test_the_chances_of_a_count_are_exact() -> None:
    usual = (0.5, 0.1, 0.8, 0.0)
    by_count = np.zeros(5)
    for outcome in product((0, 1), repeat=4):
        chance = np.prod([p if hit else 1 - p for hit, p in zip(outcome, usual, strict=True)])
        by_count[sum(outcome)] += chance
    for seen in product((False, True), repeat=4):
        found = tally([made_up(*one) for one in zip(seen, usual, strict=True)], "checks")
        assert found.count == sum(seen)
        assert found.usual == pytest.approx(1.4)
        assert found.at_least == pytest.approx(by_count[found.count :].sum())
        assert found.at_most == pytest.approx(by_count[: found.count + 1].sum())


def test_what_others_seldom_reach_is_marked() -> None:
    assert tally([made_up(True, 0.1)] * 3, "checks").is_more
    assert tally([made_up(False, 0.8)] * 3, "checks").is_less
    usual = tally([made_up(True, 0.5), made_up(False, 0.5)], "checks")
    assert not usual.is_more
    assert not usual.is_less
    assert tally([], "checks").chance == 1 > UNUSUAL


def test_asked_habits_come_first_and_what_never_happens_is_left_out() -> None:
    moves = [made_up(True, 0.1)] * 3
    assert [one.key for one in tallies(moves)] == ["checks"]
    keys = [one.key for one in tallies(moves, ["king_walks", "king_danger", "king_walks"])]
    assert keys == ["king_walks", "checks"]


def test_every_term_is_a_figure_of_games() -> None:
    assert set(TERMS) <= set(OWN_FIGURES)
