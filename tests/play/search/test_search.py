"""The search against exhaustive search and an independent loop, and what must not go wrong."""

import math
import threading
from dataclasses import dataclass, field, replace

import chess
import numpy as np
import pytest
import torch

from engine.play.batcher import Answer, BusyError, Planes
from engine.play.engine import Policy
from engine.play.search.search import Findings, Search, SearchLimits
from engine.play.search.tree import EXPLORATION, UNSEEN
from engine.play.shared_network import SharedNetwork
from engine.position.moves import legal_moves_and_indices
from engine.position.planes import board_planes
from tests.conftest import tiny_model
from tests.play.search.worlds import Clueless, MaterialCounter, clueless, even, exhausted

MATE_IN_ONE = "6k1/5ppp/8/8/8/8/5PPP/R5K1 w - - 0 1"
MATES_IN_TWO = (
    "kbK5/pp6/1P6/8/8/8/8/R7 w - - 0 1",
    "7k/8/8/8/8/8/R7/1R5K w - - 0 1",
    "5r1k/6pp/7N/3Q4/8/8/8/7K w - - 0 1",
)


def search(fen: str, visits: int, network: SharedNetwork | None = None) -> Findings:
    board = chess.Board(fen)
    before = board.fen()
    found = Search(network or clueless()).run(board, even(board), SearchLimits(visits))
    assert board.fen() == before
    assert set(found.moves) == set(board.legal_moves)
    return found


def keen_on(board: chess.Board, uci: str) -> Policy:
    """Return a policy that nearly always plays one move."""
    policy = even(board)
    chances = np.array([0.98 if move.uci() == uci else 0.001 for move in policy.moves])
    return replace(policy, probabilities=chances / chances.sum())


def best(found: Findings) -> chess.Move:
    return found.moves[int(np.where(found.visits + found.is_exact, found.values, -9).argmax())]


def test_a_mate_in_one_is_found_and_ends_the_search() -> None:
    found = search(MATE_IN_ONE, 10_000)
    place = found.moves.index(chess.Move.from_uci("a1a8"))
    assert found.is_exact[place]
    assert found.values[place] == 1
    assert found.plies[place] == 1
    assert found.visits.sum() < 200


@pytest.mark.parametrize("fen", MATES_IN_TWO)
def test_mates_in_two_are_proven(fen: str) -> None:
    """The shortest or, where another was proven sooner, one that is a move longer."""
    board = chess.Board(fen)
    assert exhausted(board, 3) == 1
    found = search(fen, 20_000)
    move = best(found)
    place = found.moves.index(move)
    assert found.is_exact[place]
    assert found.plies[place] in (3, 5)
    board.push(move)
    assert exhausted(board, int(found.plies[place]) - 1) == -1


@pytest.mark.parametrize(
    "fen",
    [
        "7k/8/5Q2/8/8/8/8/K7 b - - 0 1",
        "k7/2Q5/8/1K6/8/8/8/8 w - - 0 1",
        "8/8/8/8/8/4k3/5p2/5K2 w - - 0 1",
        "k7/P7/2K5/8/8/8/8/8 b - - 0 1",
        "8/8/8/8/8/k7/p7/2r4K w - - 0 1",
    ],
)
def test_what_is_certain_agrees_with_trying_everything(fen: str) -> None:
    board = chess.Board(fen)
    found = search(fen, 400)
    for move, value, exact in zip(found.moves, found.values, found.is_exact, strict=True):
        if exact:
            board.push(move)
            assert value == -exhausted(board, 3)
            board.pop()


def test_stalemate_is_no_win_however_much_material_there_is() -> None:
    found = search("k7/8/1K6/p7/P7/8/8/2Q5 w - - 0 1", 400, SharedNetwork(MaterialCounter()))
    stalemate = found.moves.index(chess.Move.from_uci("c1c7"))
    assert found.is_exact[stalemate]
    assert found.values[stalemate] == 0
    assert best(found) == chess.Move.from_uci("c1c8")  # mate


def test_a_lost_side_takes_perpetual_check() -> None:
    """Black is a rook up and threatens mate; White's queen checks for ever."""
    found = search("6k1/6p1/8/7Q/8/8/rq6/6K1 w - - 0 1", 1500, SharedNetwork(MaterialCounter()))
    assert best(found) == chess.Move.from_uci("h5e8")
    assert abs(found.values[found.moves.index(best(found))]) < 0.2


def test_a_position_that_comes_up_again_counts_as_drawn() -> None:
    board = chess.Board("7k/8/8/8/8/8/r7/7K w - - 0 1")
    for uci in ("h1g1", "h8g8", "g1h1", "g8h8"):  # the first position for the second time
        board.push_uci(uci)
    board.push_uci("h1g1")
    board.push_uci("h8g8")
    found = Search(SharedNetwork(MaterialCounter())).run(board, even(board), SearchLimits(40))
    back = found.moves.index(chess.Move.from_uci("g1h1"))
    assert found.values[back] > found.values[[m != back for m in range(len(found.moves))]].max()


def test_the_fifty_move_rule_ends_the_game_in_the_tree() -> None:
    found = search("7k/8/8/8/8/8/r7/7K w - - 99 80", 50, SharedNetwork(MaterialCounter()))
    assert found.is_exact.all()
    assert (found.values == 0).all()


def test_visits_and_seconds_and_stop_end_a_search() -> None:
    board = chess.Board()
    assert Search(clueless()).run(board, even(board), SearchLimits(33)).visits.sum() == 33
    times = iter(range(100))
    late = Search(clueless()).run(
        board, even(board), SearchLimits(10_000, 3.0), clock=lambda: float(next(times))
    )
    assert 0 < late.visits.sum() < 100
    stop = threading.Event()
    stop.set()
    assert Search(clueless()).run(board, even(board), SearchLimits(100), stop).visits.sum() == 0


def test_a_tree_is_kept_while_its_game_goes_on() -> None:
    network = Clueless()
    search = Search(SharedNetwork(network))
    board = chess.Board()
    search.run(board, keen_on(board, "e2e4"), SearchLimits(300))
    board.push_uci("e2e4")
    board.push_uci("e7e5")
    asked = network.asked
    found = search.run(board, even(board), SearchLimits(50))
    assert found.visits.sum() == 50
    assert 0 < network.asked - asked < 50
    other = chess.Board()
    other.push_uci("d2d4")
    asked = network.asked
    assert search.run(other, even(other), SearchLimits(50)).visits.sum() == 50
    assert network.asked - asked == 50


def test_many_searches_share_one_network() -> None:
    network = SharedNetwork(tiny_model().plain_backbone())
    board = chess.Board()
    alone = Search(network).run(board, even(board), SearchLimits(40))
    found: list[Findings] = []

    def think() -> None:
        found.append(Search(network).run(board, even(board), SearchLimits(40)))

    threads = [threading.Thread(target=think) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in found:
        np.testing.assert_allclose(other.values, alone.values, atol=0.05)
        assert other.visits.sum() == 40


def test_a_network_that_fails_fails_for_all_who_asked_and_goes_on() -> None:
    class Moody(Clueless):
        def forward(self, planes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            if planes[0, 0, 0, 0] == 7:
                raise RuntimeError("no")
            return super().forward(planes)

    network = SharedNetwork(Moody())
    bad = np.full((1, 112, 8, 8), 7, dtype=np.float32)
    with pytest.raises(RuntimeError, match="no"):
        network(bad)
    logits, values = network(np.zeros((3, 112, 8, 8), dtype=np.float32))
    assert len(logits) == len(values) == 3


def test_a_search_whose_network_was_busy_can_be_tried_again() -> None:
    answers = SharedNetwork(Clueless())
    asked: list[int] = []

    def busy_once(planes: Planes) -> Answer:
        asked.append(len(planes))
        if len(asked) == 3:
            raise BusyError
        return answers(planes)

    board, search = chess.Board(), Search(busy_once)
    with pytest.raises(BusyError):
        search.run(board, even(board), SearchLimits(60))
    times = iter(range(1000))
    again = search.run(
        board, even(board), SearchLimits(60, 500.0), clock=lambda: float(next(times))
    )
    assert again.visits.sum() == 60


# ---- an independent loop: one leaf at a time, plain Python, boards replayed from the root ----


@dataclass
class Plain:
    prior: float
    visits: int = 0
    total: float = 0.0
    opinion: float = 0.0
    children: dict[chess.Move, "Plain"] = field(default_factory=dict)


def plain_search(
    network: SharedNetwork, board: chess.Board, policy: Policy, visits: int
) -> dict[chess.Move, int]:
    root = Plain(1.0, 0, 0.0, policy.value)
    root.children = {
        move: Plain(float(p)) for move, p in zip(policy.moves, policy.probabilities, strict=True)
    }
    for _ in range(visits):
        node, here, way = root, board.copy(), [root]
        while node.children:
            seen = math.sqrt(sum(c.visits for c in node.children.values()) + 1)

            def score(child: Plain, node: Plain = node, seen: float = seen) -> float:
                known = -child.total / child.visits if child.visits else node.opinion - UNSEEN
                return known + EXPLORATION * child.prior * seen / (1 + child.visits)

            move = max(node.children, key=lambda m: score(node.children[m]))
            here.push(move)
            node = node.children[move]
            way.append(node)
        moves, indices = legal_moves_and_indices(here)
        logits, output = network(board_planes(here)[None])
        weights = np.exp(logits[0, indices].astype(float))
        odds = np.exp(output[0].astype(float))
        node.opinion = float((odds[0] - odds[2]) / odds.sum())
        node.children = {
            move: Plain(float(w / weights.sum())) for move, w in zip(moves, weights, strict=True)
        }
        value = node.opinion
        for step in reversed(way):
            step.visits += 1
            step.total += value
            value = -value
    return {move: child.visits for move, child in root.children.items()}


def test_it_agrees_with_an_independent_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.play.search.search._SMALLEST_BATCH", 1)
    monkeypatch.setattr("engine.play.search.search._LARGEST_BATCH", 1)
    network = SharedNetwork(tiny_model().plain_backbone())
    for moves in ((), ("e2e4", "c7c5", "g1f3"), ("d2d4", "g8f6", "c2c4", "e7e6", "b1c3")):
        board = chess.Board()
        for uci in moves:
            board.push_uci(uci)
        found = Search(network).run(board, even(board), SearchLimits(60))
        expected = plain_search(network, board, even(board), 60)
        counts = dict(zip(found.moves, found.visits.tolist(), strict=True))
        assert counts == expected
