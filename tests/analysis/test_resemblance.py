"""Whose moves some moves resemble: against brute force, in any order, while it is worked on."""

import itertools
import random
import threading

import chess
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis import resemblance
from engine.analysis.resemblance import (
    SLIP,
    Decision,
    Reader,
    Resemblance,
    log_likelihood,
)
from engine.errors import StylemateError
from engine.model.style_model import StyleModel
from engine.play.inference import MergedNetworks, plain_policies
from engine.style.space import StyleSpace
from tests.conftest import tiny_model, tiny_space

AFTER_CASTLING = "r3k2r/pppq1ppp/2n2n2/3pp3/3PP3/2N2N2/PPPQ1PPP/R3K2R w KQkq - 4 8"
ONE_MOVE = "7k/8/8/8/8/8/r7/6rK w - - 0 1"


@pytest.fixture(scope="module")
def model() -> StyleModel:
    return tiny_model()


@pytest.fixture(scope="module")
def space() -> StyleSpace:
    return tiny_space()


def reader(space: StyleSpace) -> Reader:
    return Reader(space.average, space.names, space.z)


def decisions(count: int, seed: int = 0, start: str = chess.STARTING_FEN) -> list[Decision]:
    """Return every second move of a random game."""
    chooser = random.Random(seed)
    board, made = chess.Board(start), []
    while len(made) < count:
        move = chooser.choice(list(board.legal_moves))
        if len(board.move_stack) % 2 == 0:
            made.append(Decision(start, tuple(board.move_stack), move))
        board.push(move)
    return made


def read(model: StyleModel, space: StyleSpace, made: list[Decision]) -> Resemblance:
    found = reader(space)
    found.use_decisions(made)
    found.work(MergedNetworks(model))
    assert found.is_complete
    return found.resemblance()


def by_brute_force(model: StyleModel, space: StyleSpace, made: list[Decision]) -> np.ndarray:
    """Return the posterior from one merged network after the other."""
    logarithms = []
    for z in space.z:
        network = model.merge(torch.from_numpy(z.copy())).eval()
        total = 0.0
        for decision in made:
            board = decision.board()
            chance = plain_policies(network, [board])[0].probability(decision.move)
            total += np.log((1 - SLIP) * chance + SLIP / board.legal_moves.count())
        logarithms.append(total)
    weights = np.exp(np.array(logarithms) - max(logarithms))
    return np.asarray(weights / weights.sum())


@pytest.mark.parametrize("start", [chess.STARTING_FEN, AFTER_CASTLING])
def test_it_equals_one_style_at_a_time(model: StyleModel, space: StyleSpace, start: str) -> None:
    made = decisions(6, start=start)
    found = read(model, space, made)
    np.testing.assert_allclose(found.posterior, by_brute_force(model, space, made), rtol=1e-4)
    assert found.posterior.max() > 1.5 / len(space.names), "these styles differ"


def test_castling_and_black_count_as_they_are_played(model: StyleModel, space: StyleSpace) -> None:
    white = chess.Move.from_uci("e1g1")
    made = [
        Decision(AFTER_CASTLING, (), white),
        Decision(AFTER_CASTLING, (white,), chess.Move.from_uci("e8c8")),
    ]
    found = read(model, space, made)
    np.testing.assert_allclose(found.posterior, by_brute_force(model, space, made), rtol=1e-4)


@given(st.permutations(range(5)), st.integers(1, 13), st.integers(1, 12))
@settings(max_examples=12)
def test_neither_the_order_of_moves_nor_that_of_work_matters(
    order: list[int], at_once: int, leading: int
) -> None:
    model, space = tiny_model(), tiny_space()
    made = decisions(5)
    expected = read(model, space, made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resemblance, "STYLES_AT_ONCE", at_once)
        patch.setattr(resemblance, "LEADING", leading)
        found = read(model, space, [made[i] for i in order])
    np.testing.assert_allclose(found.posterior, expected.posterior, rtol=1e-4)
    assert found.posterior.sum() == pytest.approx(1, abs=1e-12)


@given(
    st.integers(1, 40).flatmap(
        lambda styles: st.lists(
            st.lists(
                st.one_of(st.floats(0, 1), st.just(float("nan"))), min_size=styles, max_size=styles
            ),
            max_size=30,
        ).map(lambda rows: (styles, rows))
    )
)
def test_whatever_is_known_the_posterior_is_a_distribution(
    case: tuple[int, list[list[float]]],
) -> None:
    styles, rows = case
    found = Resemblance(
        tuple(map(str, range(styles))),
        tuple(decisions(len(rows))),
        np.array(rows, dtype=np.float32).reshape(len(rows), styles),
        np.full(len(rows), 0.1, dtype=np.float32),
        np.full(len(rows), 30),
    )
    assert np.isfinite(found.posterior).all()
    assert found.posterior.sum() == pytest.approx(1)
    assert 1 <= found.players_holding(0.8) <= styles
    held = found.posterior[found.order[: found.players_holding(0.8)]].sum()
    assert held >= 0.8 - 1e-6
    assert 0 <= found.known <= 1
    for style in range(min(styles, 3)):
        course = found.course(style)
        assert course[0] == pytest.approx(1 / styles)
        assert course[-1] == pytest.approx(found.posterior[style])


def test_no_move_says_nothing(space: StyleSpace) -> None:
    found = reader(space).resemblance()
    np.testing.assert_allclose(found.posterior, 1 / len(space.names))
    assert list(found.order) == list(range(len(space.names)))
    assert found.players_holding(1.0) == len(space.names)


def test_a_forced_move_says_nothing(model: StyleModel, space: StyleSpace) -> None:
    board = chess.Board(ONE_MOVE)
    (forced,) = board.legal_moves
    found = read(model, space, [Decision(ONE_MOVE, (), forced)])
    np.testing.assert_array_equal(found.evidence, np.zeros((1, len(space.names))))


def test_one_blunder_rules_nobody_out() -> None:
    for_nobody = log_likelihood([1e-12, 1e-6], 30)
    assert for_nobody == pytest.approx([np.log(SLIP / 30)] * 2, abs=0.01)


def test_what_is_not_known_yet_speaks_neither_for_nor_against(
    model: StyleModel, space: StyleSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resemblance, "STYLES_AT_ONCE", 4)
    found = reader(space)
    found.use_decisions(decisions(2))
    steps = itertools.count()
    found.work(MergedNetworks(model), should_stop=lambda: next(steps) >= 2)
    half = found.resemblance()
    assert 0 < half.known < 1
    unknown = np.isnan(half.probabilities)
    assert unknown.any()
    assert (half.evidence[unknown] == 0).all()
    assert not found.is_complete
    found.work(MergedNetworks(model))
    assert found.is_complete


def test_the_latest_move_and_the_leaders_come_first(
    model: StyleModel, space: StyleSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resemblance, "STYLES_AT_ONCE", 3)
    monkeypatch.setattr(resemblance, "LEADING", 3)
    made = decisions(3)
    found = reader(space)
    found.use_decisions(made[:2])
    found.work(MergedNetworks(model))
    leaders = found.resemblance().order[:3]
    found.use_decisions(made)
    steps = itertools.count()
    found.work(MergedNetworks(model), should_stop=lambda: next(steps) >= 1)
    latest = found.resemblance().probabilities[-1]
    assert set(np.flatnonzero(~np.isnan(latest))) == set(leaders)


def test_a_move_taken_back_no_longer_counts_and_made_again_costs_nothing(
    model: StyleModel, space: StyleSpace
) -> None:
    made = decisions(4)
    found = reader(space)
    found.use_decisions(made)
    found.work(MergedNetworks(model))
    before = found.resemblance()
    found.use_decisions(made[:2])
    np.testing.assert_allclose(
        found.resemblance().posterior, by_brute_force(model, space, made[:2]), rtol=1e-4
    )
    found.use_decisions(made)
    assert found.is_complete
    np.testing.assert_array_equal(found.resemblance().posterior, before.posterior)


def test_styles_come_and_go_and_the_others_stay_known(model: StyleModel, space: StyleSpace) -> None:
    made = decisions(3)
    found = reader(space)
    found.use_decisions(made)
    found.work(MergedNetworks(model))
    before = found.resemblance()
    guest = -space.z[:1]
    found.use_styles(("Me", *space.names), np.concatenate((guest, space.z)))
    with_guest = found.resemblance()
    assert np.isnan(with_guest.probabilities[:, 0]).all()
    np.testing.assert_array_equal(with_guest.probabilities[:, 1:], before.probabilities)
    found.work(MergedNetworks(model))
    assert found.is_complete
    found.use_styles(("Me", *space.names), np.concatenate((2 * guest, space.z)))
    assert np.isnan(found.resemblance().probabilities[:, 0]).all(), "another fit, same label"
    found.use_styles(space.names, space.z)
    np.testing.assert_array_equal(found.resemblance().posterior, before.posterior)


def test_styles_that_change_under_way_are_not_mixed_up(space: StyleSpace) -> None:
    made = decisions(1)
    found = reader(space)
    found.use_decisions(made)
    model = tiny_model()

    def meddle(*_: object) -> None:
        hook.remove()
        found.use_styles(space.names, -space.z)  # as after another fit of the same label
        found.use_styles(space.names[::-1], space.z[::-1])

    hook = model.register_forward_pre_hook(meddle)
    found.work(MergedNetworks(model))
    backwards = found.resemblance()
    np.testing.assert_allclose(
        backwards.posterior[::-1], read(model, space, made).posterior, rtol=1e-5
    )


def test_moves_may_come_while_others_are_read(model: StyleModel, space: StyleSpace) -> None:
    made = decisions(12)
    found = reader(space)
    found.use_decisions(made[:1])
    worker = threading.Thread(target=found.work, args=(MergedNetworks(model),))
    worker.start()
    for count in range(1, 13):
        found.use_decisions(made[:count])
        assert found.resemblance().posterior.sum() == pytest.approx(1)
    worker.join()
    found.work(MergedNetworks(model))
    np.testing.assert_allclose(
        found.resemblance().posterior, by_brute_force(model, space, made), rtol=1e-4
    )


def test_only_the_latest_moves_of_very_many_are_read(
    model: StyleModel, space: StyleSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resemblance, "DECISIONS_READ", 3)
    monkeypatch.setattr(resemblance, "_ROWS_KEPT", 4)
    made = decisions(8)
    found = read(model, space, made)
    assert found.decisions == tuple(made[-3:])


def test_the_moves_that_speak_for_a_style(model: StyleModel, space: StyleSpace) -> None:
    found = read(model, space, decisions(4))
    first, second = found.order[:2]
    total = found.difference(first, second).sum()
    ratio = found.posterior[first] / found.posterior[second]
    assert total == pytest.approx(np.log(ratio))
    own = log_likelihood(found.probabilities[:, first], found.legal_moves)
    usual = log_likelihood(found.average, found.legal_moves)
    np.testing.assert_allclose(found.difference(first), own - usual)


def test_an_impossible_decision_is_refused(model: StyleModel) -> None:
    impossible = Decision(chess.STARTING_FEN, (), chess.Move.from_uci("e2e5"))
    with pytest.raises(StylemateError, match="not legal"):
        read(model, tiny_space(), [impossible])
