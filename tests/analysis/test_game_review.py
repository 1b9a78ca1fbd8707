"""Reviews of games: what a move costs, who judges, and how like a style moves are."""

import chess
import chess.engine
import numpy as np
import pytest

from engine.analysis.game_judges import (
    NetworkJudge,
    StockfishJudge,
    find_stockfish,
    winning_chances,
)
from engine.analysis.game_review import Mistake, Verdict, boards_of, mistake_of, review_game
from engine.analysis.style_likeness import difference, likeness, ranked, wilson
from engine.errors import StylemateError
from engine.play.engine import Policy
from engine.play.inference import MergedNetworks
from engine.style.recipe_parser import parse_recipe
from tests.conftest import tiny_model, tiny_space
from tests.requirements import require_program


def moves_of(text: str) -> tuple[chess.Move, ...]:
    board = chess.Board()
    return tuple(board.push_san(san) for san in text.split())


FOOLS_MATE = moves_of("f3 e5 g4 Qh4#")


class MaterialJudge:
    """Likes the first move by name, and counts pawns."""

    name = "Material"
    at_once = 1

    def __init__(self, values: dict[int, float]) -> None:
        self.values = values
        self.asked: list[int] = []

    def verdict(self, board: chess.Board) -> Verdict:
        ply = len(board.move_stack)
        self.asked.append(ply)
        return Verdict(min(board.legal_moves, key=chess.Move.uci), self.values.get(ply, 0.0))


def test_a_move_costs_what_the_position_lost() -> None:
    judge = MaterialJudge({0: 0.1, 1: 0.0, 2: -0.3, 3: 0.95})
    found = review_game(chess.STARTING_FEN, FOOLS_MATE, judge)
    assert judge.asked == [0, 1, 2, 3], "the rules speak for the last position"
    assert found.white == (0.1, -0.0, -0.3, -0.95, -1.0)
    assert [move.san for move in found.moves] == ["f3", "e5", "g4", "Qh4#"]
    assert [round(move.cost, 2) for move in found.moves] == [0.1, 0.0, 0.65, 0.0]
    assert [move.mistake for move in found.moves] == [
        Mistake.INACCURACY,
        None,
        Mistake.BLUNDER,
        None,
    ]
    assert found.count(chess.WHITE, Mistake.BLUNDER) == 1
    assert found.mean_cost(chess.WHITE) == pytest.approx((0.1 + 0.65) / 4)
    assert found.mean_cost(chess.BLACK) == 0
    assert found.best[-1] is None


def test_the_best_move_never_costs_anything() -> None:
    best = min(chess.Board().legal_moves, key=chess.Move.uci)
    found = review_game(chess.STARTING_FEN, [best], MaterialJudge({0: 0.5, 1: 0.5}))
    assert found.moves[0].was_best
    assert found.moves[0].mistake is None


@pytest.mark.parametrize(
    ("cost", "mistake"),
    [
        (0.0, None),
        (0.0999, None),
        (0.1, Mistake.INACCURACY),
        (0.2, Mistake.MISTAKE),
        (0.3, Mistake.BLUNDER),
        (2.0, Mistake.BLUNDER),
    ],
)
def test_how_bad_a_move_is(cost: float, mistake: Mistake | None) -> None:
    assert mistake_of(cost) is mistake


def test_people_who_play_on_after_a_repetition_have_not_ended_the_game() -> None:
    again = moves_of("Nf3 Nf6 Ng1 Ng8 Nf3 Nf6 Ng1 Ng8 e4")
    judge = MaterialJudge({})
    found = review_game(chess.STARTING_FEN, again, judge)
    assert len(judge.asked) == len(again) + 1
    ended = review_game(chess.STARTING_FEN, again[:-1], judge)
    assert ended.best[-1] is None
    assert found.best[-2] is not None


def test_an_illegal_move_is_refused_and_an_empty_game_is_not() -> None:
    with pytest.raises(StylemateError, match="e2e5"):
        boards_of(chess.STARTING_FEN, [chess.Move.from_uci("e2e5")])
    assert review_game(chess.STARTING_FEN, [], MaterialJudge({})).mean_cost(chess.WHITE) is None


def test_progress_is_told_and_may_stop_the_review() -> None:
    shares: list[float] = []
    review_game(chess.STARTING_FEN, FOOLS_MATE, MaterialJudge({}), shares.append)
    assert shares == [0.0, 0.2, 0.4, 0.6, 0.8]

    def stop(share: float) -> None:
        if share > 0.3:
            raise StylemateError("stopped")

    judge = MaterialJudge({})
    with pytest.raises(StylemateError, match="stopped"):
        review_game(chess.STARTING_FEN, FOOLS_MATE, judge, stop)
    assert judge.asked == [0, 1]


def test_positions_beside_one_another_keep_their_order() -> None:
    values = {0: 0.1, 1: 0.0, 2: -0.3, 3: 0.95}
    alone, many = MaterialJudge(values), MaterialJudge(values)
    many.at_once = 3
    assert review_game(chess.STARTING_FEN, FOOLS_MATE, alone) == review_game(
        chess.STARTING_FEN, FOOLS_MATE, many
    )
    assert sorted(many.asked) == [0, 1, 2, 3]


@pytest.fixture(scope="module")
def network_judge() -> NetworkJudge:
    networks = MergedNetworks(tiny_model())
    style = tiny_space().style(parse_recipe("average"))
    return NetworkJudge(networks, style, visits=48)


@pytest.mark.parametrize(
    ("fen", "best", "mate"),
    [
        ("6k1/5ppp/8/8/8/8/8/R6K w - - 0 1", "a1a8", 1),
        ("r6k/8/8/8/8/8/5PPP/6K1 b - - 0 1", "a8a1", 1),
    ],
)
def test_the_search_sees_a_mate(
    network_judge: NetworkJudge, fen: str, best: str, mate: int
) -> None:
    verdict = network_judge.verdict(chess.Board(fen))
    assert verdict == Verdict(chess.Move.from_uci(best), 1.0, mate)


def test_the_search_says_something_of_every_position(network_judge: NetworkJudge) -> None:
    found = review_game(chess.STARTING_FEN, FOOLS_MATE, network_judge)
    assert all(-1 <= value <= 1 for value in found.white)
    assert found.white[3] == -1, "Qh4# is seen before it is played"
    assert found.moves[3].was_best


def test_stockfish_finds_what_was_thrown_away() -> None:
    program = require_program("stockfish")
    assert find_stockfish() == program
    line = moves_of("e4 e5 Nf3 Nc6 Bc4 Nd4 Nxe5 Qg5 Nxf7 Qxg2 Rf1 Qxe4+ Be2 Nf3#")
    with StockfishJudge(program, nodes=20_000) as judge:
        found = review_game(chess.STARTING_FEN, line, judge)
    assert found.judge == "Stockfish"
    assert found.white[-1] == -1
    assert found.moves[12].mistake is not None or found.moves[8].mistake is not None
    assert found.moves[-1].was_best


def test_a_program_that_is_none_is_told() -> None:
    with pytest.raises(StylemateError, match="does not start"):
        StockfishJudge(require_program("stockfish").with_name("no-such-program"))


def test_winning_chances_grow_with_the_score() -> None:
    scores = [chess.engine.Mate(-1), *map(chess.engine.Cp, (-300, 0, 300)), chess.engine.Mate(2)]
    values = [winning_chances(score) for score in scores]
    assert values == sorted(values)
    assert values[2] == 0
    assert (values[0], values[-1]) == (-1, 1)
    assert values[3] == pytest.approx(0.5024, abs=1e-3)


# ---- likeness ----


def policy(chances: dict[str, float]) -> Policy:
    moves = tuple(chess.Move.from_uci(move) for move in chances)
    return Policy(moves, np.array(list(chances.values())), (0.3, 0.4, 0.3), 0.0)


E4, D4 = chess.Move.from_uci("e2e4"), chess.Move.from_uci("d2d4")


def test_forced_moves_say_nothing() -> None:
    policies = [policy({"e2e4": 1.0}), policy({"e2e4": 0.7, "d2d4": 0.3})]
    found = likeness("Tal", policies, [E4, D4])
    assert (found.moves, found.favourites) == (1, 0)
    assert found.chance == pytest.approx(0.3)


def test_the_range_narrows_with_moves_and_holds_the_share() -> None:
    few, many = wilson(4, 10), wilson(40, 100)
    for share in (few, many):
        assert share.low < 0.4 < share.high
    assert many.high - many.low < few.high - few.low
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


def test_a_clear_difference_is_told_from_luck() -> None:
    random = np.random.default_rng(1)
    noise = random.uniform(-0.2, 0.2, size=40)
    likes = [policy({"e2e4": 0.7, "d2d4": 0.3})] * 40
    other = [policy({"e2e4": float(0.4 + n), "d2d4": float(0.6 - n)}) for n in noise]
    same = [policy({"e2e4": float(0.7 + n), "d2d4": float(0.3 - n)}) for n in noise]
    own = likeness("Tal", likes, [E4] * 40)
    assert difference(own, likeness("other", other, [E4] * 40)).low > 0
    equal = difference(own, likeness("same", same, [E4] * 40))
    assert equal.low < 0 < equal.high
    assert difference(own, own).value == 0


def test_the_likest_comes_first() -> None:
    own = likeness("b", [policy({"e2e4": 0.7, "d2d4": 0.3})], [E4])
    less = likeness("a", [policy({"e2e4": 0.6, "d2d4": 0.4})], [E4])
    assert [one.name for one in ranked({"a": less, "b": own})] == ["b", "a"]
    assert difference(own, less).low == -1, "one move tells nothing"
