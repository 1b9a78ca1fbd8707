"""Bots: legal, repeatable, unbreakable."""

import random
import threading

import chess
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.model.style_model import StyleModel
from engine.play.bot import Bot, Sampler
from engine.play.engine import Engine, Policy
from engine.play.inference import MergedNetworks, plain_policies
from engine.style.space import StyleSpace
from engine.style.style import Style
from tests.conftest import tiny_model, tiny_space

MANY_MOVES = "R6R/3Q4/1Q4Q1/4Q3/2Q4Q/Q4Q2/pp1Q4/kBNN1KB1 w - - 0 1"


@pytest.fixture(scope="module")
def model() -> StyleModel:
    return tiny_model()


@pytest.fixture(scope="module")
def space() -> StyleSpace:
    return tiny_space()


@pytest.fixture(scope="module")
def style(space: StyleSpace) -> Style:
    return space.style("tal")


@pytest.fixture(scope="module")
def bot(model: StyleModel, style: Style) -> Bot:
    return Bot(model, style, seed=1)


def some_policy(*probabilities: float) -> Policy:
    moves = list(chess.Board().legal_moves)[: len(probabilities)]
    return Policy(tuple(moves), np.array(probabilities), (0.5, 0.0, 0.5), 0.0)


def check_answers(engine: Engine, board: chess.Board) -> None:
    before = board.fen(), list(board.move_stack)
    policy = engine.policy(board)
    assert sorted(map(str, policy.moves)) == sorted(map(str, board.legal_moves))
    assert policy.probabilities.sum() == pytest.approx(1)
    assert (np.diff(policy.probabilities) <= 0).all()
    assert sum(policy.wdl) == pytest.approx(1)
    assert policy.value == pytest.approx(policy.wdl[0] - policy.wdl[2])
    assert engine.play(board) in board.legal_moves
    assert (board.fen(), list(board.move_stack)) == before


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 250), st.booleans())
def test_answers_in_random_games(bot: Bot, seed: int, plies: int, with_history: bool) -> None:
    chooser = random.Random(seed)
    board = chess.Board()
    for _ in range(plies):
        moves = list(board.legal_moves)
        following = chooser.choice(moves)
        board.push(following)
        if not any(board.legal_moves):
            board.pop()
            break
    check_answers(bot, board if with_history else chess.Board(board.fen()))


@pytest.mark.parametrize(
    "fen",
    [
        MANY_MOVES,
        "8/8/8/8/8/8/8/K1k5 w - - 0 1",
        "7k/P7/8/8/8/8/p7/7K w - - 0 1",
        "7k/P7/8/8/8/8/p7/7K b - - 0 1",
        "r3k2r/8/8/8/8/8/8/R3K2R b KQkq - 49 90",
        "rnbqkbnr/ppp1pppp/8/8/3pP3/8/PPPP1PPP/RNBQKBNR b KQkq e3 0 3",
        "k7/8/8/8/8/8/8/K6R w - - 200 300",
    ],
)
def test_answers_in_unusual_positions(bot: Bot, fen: str) -> None:
    check_answers(bot, chess.Board(fen))


@pytest.mark.parametrize(
    ("board", "words"),
    [
        (chess.Board("7k/5Q2/8/8/8/8/8/6K1 b - - 0 1"), "stalemate"),
        (chess.Board("7k/6Q1/6K1/8/8/8/8/8 b - - 0 1"), "checkmate"),
        (chess.Board(None), "king"),
        (chess.Board.from_chess960_pos(5), "standard chess"),
    ],
)
def test_refuses_where_there_is_nothing_to_play(bot: Bot, board: chess.Board, words: str) -> None:
    for ask in (bot.policy, bot.play):
        with pytest.raises(StylemateError, match=words):
            ask(board)


def test_policy_is_that_of_the_model(model: StyleModel, style: Style, bot: Bot) -> None:
    from engine.position.moves import legal_moves_and_indices
    from engine.position.planes import board_planes

    board = chess.Board()
    board.push_uci("e2e4")
    planes = torch.from_numpy(board_planes(board))[None]
    with torch.inference_mode():
        logits = model(planes, torch.from_numpy(style.z.copy()))[0]
        # Chances are those of the network without a style: styles learn nothing of results.
        value = model.backbone_only(planes)[1]
    moves, indices = legal_moves_and_indices(board)
    expected = torch.softmax(logits[0, indices], dim=0)
    policy = bot.policy(board)
    for move, probability in zip(moves, expected, strict=True):
        assert policy.probability(move) == pytest.approx(float(probability), abs=1e-5)
    assert policy.wdl == pytest.approx(torch.softmax(value[0], dim=0).tolist(), abs=1e-5)
    assert policy.probability(chess.Move.from_uci("e2e4")) == 0


def test_styles_differ(model: StyleModel, space: StyleSpace) -> None:
    board = chess.Board()
    first = Bot(model, space.style("tal")).policy(board)
    second = Bot(model, space.style("carlsen")).policy(board)
    assert max(abs(first.probability(m) - second.probability(m)) for m in board.legal_moves) > 1e-4


def test_a_batch_is_its_boards_one_by_one(model: StyleModel, style: Style) -> None:
    network = MergedNetworks(model).network(style)
    boards = [chess.Board(), chess.Board(MANY_MOVES), chess.Board()]
    boards[2].push_san("e4")
    for board, policy in zip(boards, plain_policies(network, boards), strict=True):
        alone = plain_policies(network, [board])[0]
        assert policy.moves[0] == alone.moves[0]
        np.testing.assert_allclose(policy.probabilities, alone.probabilities, atol=1e-6)
    assert plain_policies(network, []) == []


def test_seed_repeats(model: StyleModel, style: Style) -> None:
    def game(seed: int | None) -> list[chess.Move]:
        player = Bot(model, style, seed=seed)
        board = chess.Board()
        for _ in range(30):
            if board.is_game_over():
                break
            board.push(player.play(board))
        return board.move_stack

    assert game(7) == game(7)
    assert game(7) != game(8)


def test_temperature_zero_is_the_likeliest_move(model: StyleModel, style: Style) -> None:
    player = Bot(model, style, temperature=0)
    board = chess.Board()
    assert {player.play(board) for _ in range(20)} == {player.policy(board).moves[0]}


def test_temperature_sharpens() -> None:
    policy = some_policy(0.6, 0.3, 0.1)
    np.testing.assert_allclose(Sampler(1.0).distribution(policy), policy.probabilities)
    squared = np.array([0.36, 0.09, 0.01])
    np.testing.assert_allclose(Sampler(0.5).distribution(policy), squared / squared.sum())
    np.testing.assert_allclose(Sampler(1e-6).distribution(policy), [1, 0, 0], atol=1e-9)


def test_top_p_keeps_the_likeliest() -> None:
    policy = some_policy(0.5, 0.3, 0.15, 0.05)
    kept = Sampler(top_p=0.75).distribution(policy)
    np.testing.assert_allclose(kept, [0.625, 0.375, 0, 0])
    np.testing.assert_allclose(Sampler(top_p=1e-9).distribution(policy), [1, 0, 0, 0])


def test_moves_come_as_often_as_they_should() -> None:
    policy = some_policy(0.6, 0.3, 0.1)
    sampler = Sampler(seed=3)
    drawn = [sampler.choose(policy) for _ in range(4000)]
    for move, probability in policy.top(3):
        assert drawn.count(move) / 4000 == pytest.approx(probability, abs=0.03)


def test_moves_of_no_probability_are_never_played() -> None:
    policy = some_policy(1.0, 0.0, 0.0)
    sampler = Sampler(temperature=10, seed=1)
    assert {sampler.choose(policy) for _ in range(200)} == {policy.moves[0]}


@pytest.mark.parametrize(
    ("settings_", "words"),
    [
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"temperature": 11}, "temperature"),
        ({"top_p": 0}, "Top-p"),
        ({"top_p": 1.1}, "Top-p"),
        ({"top_p": float("nan")}, "Top-p"),
        ({"seed": -1}, "seed"),
    ],
)
def test_settings_out_of_range(settings_: dict[str, float], words: str) -> None:
    with pytest.raises(StylemateError, match=words):
        Sampler(**settings_)  # type: ignore[arg-type]


def test_networks_are_merged_once_and_forgotten(model: StyleModel, space: StyleSpace) -> None:
    networks = MergedNetworks(model, kept=2)
    tal, carlsen, polgar = (space.style(n) for n in ("tal", "carlsen", "polgar, judit"))
    first = networks.network(tal)
    assert networks.network(space.style("Tal, Mikhail")) is first
    networks.network(carlsen)
    networks.network(tal)
    networks.network(polgar)
    assert networks.network(tal) is first
    assert networks.network(carlsen) is not None


def test_threads_get_the_answers_of_one(model: StyleModel, space: StyleSpace) -> None:
    networks = MergedNetworks(model, kept=3)
    boards = [chess.Board()]
    for san in ("e4", "c5", "Nf3", "d6"):
        boards.append(boards[-1].copy())
        boards[-1].push_san(san)
    names = list(space.names)
    alone = {
        name: [Bot(networks, space.style(name)).policy(board) for board in boards] for name in names
    }
    wrong: list[str] = []

    def session(number: int) -> None:
        order = random.Random(number)
        try:
            for _ in range(15):
                name = order.choice(names)
                row = order.randrange(len(boards))
                policy = Bot(networks, space.style(name)).policy(boards[row])
                expected = alone[name][row]
                if policy.moves[0] != expected.moves[0] or not np.allclose(
                    policy.probabilities, expected.probabilities, atol=1e-6
                ):
                    wrong.append(name)
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=session, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
