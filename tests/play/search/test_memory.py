"""What is remembered changes no search."""

import chess
import numpy as np
import numpy.typing as npt
import pytest

from engine.play.batcher import Answer, Planes
from engine.play.engine import Policy
from engine.play.search.memory import Memory, Opinion, question_of
from engine.play.search.search import Findings, Search, SearchLimits
from engine.play.strength.rated_bot import move_chances
from engine.play.strength.setting import Setting
from engine.position.planes import board_planes
from tests.conftest import tiny_model
from tests.play.search.worlds import even
from tests.position.random_games import random_game

SETTING = Setting(temperature=0.6, care=10.0, visits=80)


class RowByRow:
    """A real network whose answer to a position does not depend on what else is asked."""

    def __init__(self) -> None:
        self._network = tiny_model().plain_backbone()
        self.asked = 0

    def __call__(self, planes: Planes) -> Answer:
        import torch

        self.asked += len(planes)
        with torch.inference_mode():
            answers = [self._network(torch.from_numpy(row[None])) for row in planes]
        logits, values = zip(*answers, strict=True)
        return torch.cat(logits).numpy(), torch.cat(values).numpy()


def drawn(policy: Policy, found: Findings, random: np.random.Generator) -> chess.Move:
    chances = move_chances(policy, found, SETTING)
    return policy.moves[int(random.choice(len(chances), p=chances))]


def game(
    start: chess.Board, memories: dict[chess.Color, Memory], seed: int
) -> tuple[list[chess.Move], list[npt.NDArray[np.int64]], int]:
    """Let two searches play some moves; return those, the visits and how much was asked."""
    board, network, random = start.copy(), RowByRow(), np.random.default_rng(seed)
    sides = {colour: Search(network, memories[colour]) for colour in chess.COLORS}
    moves, visits = [], []
    while len(moves) < 6 and not board.is_game_over():
        policy = even(board)
        found = sides[board.turn].run(board, policy, SearchLimits(SETTING.visits))
        moves.append(drawn(policy, found, random))
        visits.append(found.visits)
        board.push(moves[-1])
    return moves, visits, network.asked


def test_with_and_without_a_common_memory_the_same_is_played() -> None:
    with_it = without = 0
    for seed in range(6):
        board = chess.Board()
        for move in random_game(seed, 12 * seed):
            board.push(move)
        moves, visits, asked = game(board, {colour: Memory() for colour in chess.COLORS}, seed)
        others, seen, fewer = game(board, dict.fromkeys(chess.COLORS, Memory()), seed)
        assert moves == others
        assert all((one == other).all() for one, other in zip(visits, seen, strict=True))
        with_it, without = with_it + fewer, without + asked
    assert with_it < without


def test_the_question_holds_all_that_the_network_is_given() -> None:
    questions: dict[bytes, npt.NDArray[np.float32]] = {}
    for seed in range(8):
        board = chess.Board()
        for move in random_game(seed, 60):
            planes = board_planes(board)
            question = question_of(planes)
            assert (questions.setdefault(question, planes) == planes).all()
            bits = np.unpackbits(np.frombuffer(question[: 104 * 8], dtype=np.uint8))
            flags = np.frombuffer(question[104 * 8 :], dtype=np.float32)
            assert (bits.reshape(104, 8, 8) == planes[:104]).all()
            assert (np.broadcast_to(flags[:, None, None], (8, 8, 8)) == planes[104:]).all()
            board.push(move)


def test_the_same_position_by_another_way_is_another_question() -> None:
    one, other = chess.Board(), chess.Board()
    for uci in ("g1f3", "g8f6", "b1c3", "b8c6"):
        one.push_uci(uci)
    for uci in ("b1c3", "b8c6", "g1f3", "g8f6"):
        other.push_uci(uci)
    assert one.epd() == other.epd()
    assert question_of(board_planes(one)) != question_of(board_planes(other))


def test_what_was_not_asked_for_the_longest_is_forgotten() -> None:
    memory, opinion = Memory(2), Opinion(np.ones(1), 0.0)
    memory.keep(b"one", opinion)
    memory.keep(b"two", opinion)
    assert memory.recall(b"one") is opinion
    memory.keep(b"three", opinion)
    assert memory.recall(b"two") is None
    assert memory.recall(b"one") is opinion
    with pytest.raises(ValueError, match="read-only"):
        opinion.priors[0] = 2
