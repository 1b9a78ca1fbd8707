"""Many ask one batcher: each gets its own answer, and nobody waits for another's appetite."""

import random
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future

import chess
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.play.batcher import Answer, Batcher, BatchLimits, BusyError, Planes, RowStyle
from engine.play.bot import Bot
from engine.play.inference import MergedNetworks, Question, evaluate_styles, plain_policies
from tests.conftest import tiny_model, tiny_space

PATIENCE = 60.0
"""Seconds after which something that should have happened never will."""


class Echo:
    """Answers each row with its own number, batch by batch as it is let."""

    def __init__(self, is_open: bool = True) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Event()
        self.entered = threading.Semaphore(0)
        if is_open:
            self.gate.set()

    def __call__(self, planes: Planes, styles: Sequence[RowStyle]) -> Answer:
        numbers = planes[:, 0, 0, 0]
        self.batches.append([int(number) for number in numbers])
        self.entered.release()
        assert self.gate.wait(PATIENCE)
        if (numbers < 0).any():
            raise ValueError("a negative row")
        return np.repeat(numbers[:, None], 2, 1), numbers[:, None] * 10

    def wait_for_a_batch(self) -> None:
        assert self.entered.acquire(timeout=PATIENCE)


def rows(*numbers: int) -> Planes:
    planes = np.zeros((len(numbers), 1, 1, 1), dtype=np.float32)
    planes[:, 0, 0, 0] = numbers
    return planes


def none(count: int) -> list[RowStyle]:
    return [None] * count


def submit(batcher: Batcher, asker: str, *numbers: int) -> "Future[Answer]":
    return batcher.submit(rows(*numbers), none(len(numbers)), asker)


def numbers_of(answer: Answer) -> list[int]:
    assert (answer[1][:, 0] == answer[0][:, 0] * 10).all()
    return [int(number) for number in answer[0][:, 0]]


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 12), min_size=1, max_size=8),
    limits=st.builds(BatchLimits, rows=st.integers(1, 9), turn=st.integers(1, 5)),
)
def test_everybody_gets_their_own_rows(sizes: list[int], limits: BatchLimits) -> None:
    echo = Echo()
    batcher = Batcher(echo, limits)
    found: dict[int, list[int]] = {}

    def session(asker: int) -> None:
        mine = [100 * asker + place for place in range(sizes[asker])]
        found[asker] = numbers_of(batcher.ask(rows(*mine), none(len(mine))))

    threads = [threading.Thread(target=session, args=(asker,)) for asker in range(len(sizes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == {
        asker: [100 * asker + place for place in range(size)] for asker, size in enumerate(sizes)
    }
    assert max((len(batch) for batch in echo.batches), default=0) <= limits.rows
    assert batcher.waiting == 0


def test_whoever_comes_while_it_computes_shares_the_next_batch() -> None:
    echo = Echo(is_open=False)
    batcher = Batcher(echo)
    first = submit(batcher, "a", 1)
    echo.wait_for_a_batch()
    others = [submit(batcher, f"asker {number}", number) for number in range(2, 30)]
    echo.gate.set()
    assert numbers_of(first.result(PATIENCE)) == [1]
    assert [numbers_of(other.result(PATIENCE)) for other in others] == [[n] for n in range(2, 30)]
    assert echo.batches == [[1], list(range(2, 30))]


def test_a_long_reading_lets_a_move_pass() -> None:
    echo = Echo(is_open=False)
    batcher = Batcher(echo, BatchLimits(rows=4, turn=2))
    reading = submit(batcher, "reading", *range(100, 120))
    echo.wait_for_a_batch()
    moves = [submit(batcher, f"game {number}", number) for number in range(3)]
    echo.gate.set()
    assert [numbers_of(move.result(PATIENCE)) for move in moves] == [[0], [1], [2]]
    assert numbers_of(reading.result(PATIENCE)) == list(range(100, 120))
    with_moves = [place for place, batch in enumerate(echo.batches) if min(batch) < 100]
    assert max(with_moves) <= 2, "within the next two batches, of the six there were"


def test_more_than_may_wait_is_told_to_come_again() -> None:
    echo = Echo(is_open=False)
    batcher = Batcher(echo, BatchLimits(waiting=3))
    first = submit(batcher, "a", 1)
    echo.wait_for_a_batch()
    waiting = submit(batcher, "b", 2, 3, 4)
    assert batcher.waiting == 3
    with pytest.raises(BusyError, match="again in a few seconds"):
        submit(batcher, "c", 5)
    echo.gate.set()
    assert numbers_of(waiting.result(PATIENCE)) == [2, 3, 4]
    assert numbers_of(first.result(PATIENCE)) == [1]
    assert numbers_of(submit(batcher, "c", 5).result(PATIENCE)) == [5]


def test_nobody_waits_longer_than_the_limit() -> None:
    now = 0.0
    echo = Echo(is_open=False)
    batcher = Batcher(echo, BatchLimits(seconds=30), lambda: now)
    first = submit(batcher, "a", 1)
    echo.wait_for_a_batch()
    late = submit(batcher, "b", 2)
    now = 31.0
    in_time = submit(batcher, "c", 3)
    echo.gate.set()
    with pytest.raises(BusyError):
        late.result(PATIENCE)
    assert numbers_of(first.result(PATIENCE)) == [1]
    assert numbers_of(in_time.result(PATIENCE)) == [3]
    assert echo.batches == [[1], [3]]


def test_what_is_cancelled_is_not_computed() -> None:
    echo = Echo(is_open=False)
    batcher = Batcher(echo)
    first = submit(batcher, "a", 1)
    echo.wait_for_a_batch()
    given_up, wanted = submit(batcher, "b", 2), submit(batcher, "c", 3)
    assert given_up.cancel()
    echo.gate.set()
    assert numbers_of(wanted.result(PATIENCE)) == [3]
    assert numbers_of(first.result(PATIENCE)) == [1]
    assert echo.batches == [[1], [3]]
    assert batcher.waiting == 0


def test_a_stop_ends_the_waiting_while_the_network_is_held_up() -> None:
    echo = Echo(is_open=False)
    batcher = Batcher(echo)
    submit(batcher, "a", 1)
    echo.wait_for_a_batch()
    stop, ended = threading.Event(), threading.Event()

    def session() -> None:
        try:
            batcher.ask(rows(2), none(1), stop)
        except CancelledError:
            ended.set()

    thread = threading.Thread(target=session)
    thread.start()
    stop.set()
    assert ended.wait(PATIENCE)
    thread.join(PATIENCE)
    echo.gate.set()


def test_a_failing_batch_fails_who_asked_and_nobody_later() -> None:
    echo = Echo()
    batcher = Batcher(echo, BatchLimits(rows=2))
    failing = submit(batcher, "a", 7, -1, 8, 9)
    with pytest.raises(ValueError, match="negative"):
        failing.result(PATIENCE)
    assert numbers_of(submit(batcher, "b", 5).result(PATIENCE)) == [5]


def boards(count: int) -> list[chess.Board]:
    chooser = random.Random(5)
    board, found = chess.Board(), []
    while len(found) < count:
        if board.is_game_over():
            board = chess.Board()
        found.append(board.copy())
        board.push(chooser.choice(list(board.legal_moves)))
    return found


@pytest.mark.parametrize("dial_heads", [0, 2])
def test_company_in_the_batch_changes_nothing(dial_heads: int) -> None:
    model = tiny_model()
    if dial_heads:
        model = model.with_dials(dial_heads)
    space = tiny_space()
    recipes = [*space.names, "average | king_danger +1.5", "0.5 tal + 0.5 carlsen"]
    asked = [(space.style(recipes[n % len(recipes)]), b) for n, b in enumerate(boards(40))]
    alone = MergedNetworks(model, kept=64)
    expected = [plain_policies(alone.network(style), [board])[0] for style, board in asked]

    networks = MergedNetworks(model)
    questions = [Question.of(style, [board]) for style, board in asked]
    sizes: list[int] = []
    batcher = Batcher(lambda p, s: (sizes.append(len(s)), networks._forward(p, s))[1])
    promised = [batcher.submit(q.planes, q.styles, n) for n, q in enumerate(questions)]
    for question, promise, want in zip(questions, promised, expected, strict=True):
        [policy] = question.policies(promise.result(PATIENCE))
        assert set(policy.moves) == set(want.moves)
        for move in want.moves:
            assert policy.probability(move) == pytest.approx(want.probability(move), abs=1e-5)
        assert policy.wdl == pytest.approx(want.wdl, abs=1e-5)
    assert max(sizes) > 2, "they did share batches"


def test_many_styles_of_one_board_agree_with_each_alone() -> None:
    networks, space = MergedNetworks(tiny_model()), tiny_space()
    board = chess.Board()
    found = evaluate_styles(networks, board, space.z)
    for name, policy in zip(space.names, found, strict=True):
        alone = Bot(networks, space.style(name)).policy(board)
        for move in alone.moves:
            assert policy.probability(move) == pytest.approx(alone.probability(move), abs=1e-5)
        assert policy.wdl == pytest.approx(alone.wdl, abs=1e-5)
