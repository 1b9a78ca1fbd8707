import chess
import numpy as np
import pytest
import torch
from chess import Termination

from engine.errors import StylemateError
from engine.model.style_model import StyleModel
from engine.play import selfplay
from engine.play.bot import Bot, Sampler
from engine.play.drawn_moves import drawn_moves, uniform
from engine.play.ending import outcome
from engine.play.fixtures import (
    BLACK_WON,
    DRAWN,
    LONGEST_LENGTH,
    WHITE_WON,
    Contestant,
    Fixture,
    PlayedGames,
    PlayRules,
    duel,
)
from engine.play.inference import plain_policies
from engine.play.selfplay import play_games
from engine.position.moves import encode_move, legal_moves_and_indices
from engine.position.planes import board_planes
from engine.style.style import Style
from tests.conftest import tiny_model, tiny_space

RESULTS = {WHITE_WON: "1-0", DRAWN: "1/2-1/2", BLACK_WON: "0-1"}


def codes(*moves: str) -> tuple[int, ...]:
    return tuple(encode_move(chess.Move.from_uci(move)) for move in moves)


FOOLS_MATE = codes("f2f3", "e7e5", "g2g4", "d8h4")
BOOK = (codes("e2e4", "e7e5", "g1f3", "b8c6"), codes("d2d4", "d7d5", "c2c4", "e7e6"))


@pytest.fixture(scope="module")
def model() -> StyleModel:
    return tiny_model()


@pytest.fixture(scope="module")
def contestants() -> list[Contestant]:
    return [Contestant(z) for z in tiny_space().z]


class Scripted(torch.nn.Module):
    """Plays as it is told, ply by ply, and otherwise the first legal move."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.indices = []
        board = chess.Board()
        for move in line.split():
            moves, indices = legal_moves_and_indices(board)
            self.indices.append(int(indices[moves.index(board.parse_uci(move))]))
            board.push_uci(move)
        self.ply = 0

    def forward(self, planes: torch.Tensor, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = torch.zeros(len(planes), 1858)
        logits[:, self.indices[self.ply]] = 1000
        self.ply += 1
        return logits, torch.zeros(len(planes), 3)


def played_by_script(line: str, longest: int = 300) -> PlayedGames:
    styles = [Contestant(np.zeros((2, 4), dtype=np.float32))]
    return play_games(Scripted(line), styles, [Fixture(0, 0, 1)], PlayRules(longest=longest))


def test_games_are_legal_and_end_as_the_rules_say(
    model: StyleModel, contestants: list[Contestant]
) -> None:
    fixtures = [Fixture(n % 12, (n * 5 + 1) % 12, seed=n) for n in range(60)]
    games = play_games(model, contestants, fixtures, PlayRules(longest=200))
    assert len(games) == 60
    for number in range(60):
        board, moves = chess.Board(), games.moves_of(number)
        for move in moves:
            assert outcome(board) is None
            assert move in board.legal_moves
            board.push(move)
        end = outcome(board)
        if games.terminations[number] == LONGEST_LENGTH:
            assert len(moves) == 200
            assert end is None
            assert games.results[number] == DRAWN
        else:
            assert end is not None
            assert games.terminations[number] == end.termination.value
            assert RESULTS[int(games.results[number])] == end.result()
    assert games.stopped == int((games.terminations == LONGEST_LENGTH).sum())
    assert len(set(games.terminations.tolist())) > 1


@pytest.mark.parametrize(
    ("line", "termination", "result"),
    [
        ("f2f3 e7e5 g2g4 d8h4", Termination.CHECKMATE.value, BLACK_WON),
        ("e2e4 e7e5 d1h5 b8c6 f1c4 g8f6 h5f7", Termination.CHECKMATE.value, WHITE_WON),
        (
            "e2e3 a7a5 d1h5 a8a6 h5a5 h7h5 h2h4 a6h6 a5c7 f7f6 c7d7 e8f7 d7b7 d8d3 b7b8 d3h7 "
            "b8c8 f7g6 c8e6",
            Termination.STALEMATE.value,
            DRAWN,
        ),
        ("g1f3 g8f6 f3g1 f6g8 g1f3 g8f6 f3g1 f6g8", Termination.THREEFOLD_REPETITION.value, DRAWN),
        # The right to take in passing is gone the second time: this is not yet the third.
        (
            "e2e4 a7a6 e4e5 d7d5 g1f3 g8f6 f3g1 f6g8 g1f3 g8f6 f3g1 f6g8",
            LONGEST_LENGTH,
            DRAWN,
        ),
    ],
)
def test_each_way_to_end(line: str, termination: int, result: int) -> None:
    games = played_by_script(line, longest=len(line.split()))
    assert games.terminations.tolist() == [termination]
    assert games.results.tolist() == [result]
    assert " ".join(move.uci() for move in games.moves_of(0)) == line


def test_fifty_moves() -> None:
    """Rooks and knights wander so that nothing repeats three times."""
    board, line = chess.Board(), []
    seen: dict[str, int] = {}
    quiet = [chess.KNIGHT, chess.ROOK]
    random = np.random.default_rng(3)
    while not board.is_fifty_moves():
        moves = [
            move
            for move in board.legal_moves
            if board.piece_type_at(move.from_square) in quiet
            and not board.is_capture(move)
            and not board.gives_check(move)
        ]
        move = moves[random.integers(len(moves))]
        board.push(move)
        key = " ".join(board.fen().split()[:4])
        if seen.get(key, 0) >= 2:
            board.pop()
            continue
        seen[key] = seen.get(key, 0) + 1
        line.append(move.uci())
    games = played_by_script(" ".join(line))
    assert games.terminations.tolist() == [Termination.FIFTY_MOVES.value]
    assert games.lengths.tolist() == [100]


def test_network_sees_what_a_bot_would_show_it() -> None:
    """Planes of a game with repetitions are those of the board with its moves."""
    line = "g1f3 g8f6 f3g1 f6g8 g1f3 g8f6 e2e4 e7e5 f3e5 f6e4 d2d4 d7d5"
    shown: list[torch.Tensor] = []

    class Watched(Scripted):
        def forward(
            self, planes: torch.Tensor, z: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            shown.append(planes.clone())
            return super().forward(planes, z)

    styles = [Contestant(np.zeros((2, 4), dtype=np.float32))]
    play_games(Watched(line), styles, [Fixture(0, 0, 1)], PlayRules(longest=12))
    board = chess.Board()
    for planes, move in zip(shown, line.split(), strict=True):
        np.testing.assert_array_equal(planes[0].numpy(), board_planes(board))
        board.push_uci(move)


def test_same_games_in_any_company(model: StyleModel, contestants: list[Contestant]) -> None:
    fixtures = [Fixture(n % 12, (n + 3) % 12, seed=100 + n) for n in range(24)]
    rules = PlayRules(longest=80)
    together = play_games(model, contestants, fixtures, rules)
    again = play_games(model, contestants, fixtures, rules)
    few = play_games(model, contestants, fixtures[::-1], rules, at_once=7)
    np.testing.assert_array_equal(together.moves, again.moves)
    for number in range(24):
        assert together.moves_of(number) == few.moves_of(23 - number)
    assert together.results.tolist() == few.results.tolist()[::-1]
    other = play_games(model, contestants, [Fixture(0, 3, seed=7)], rules)
    assert other.moves_of(0) != together.moves_of(0)


def test_coldest_play_is_what_bots_play(model: StyleModel, contestants: list[Contestant]) -> None:
    cold = [Contestant(one.z, temperature=0) for one in contestants[:2]]
    game = play_games(model, cold, [Fixture(0, 1, 5)], PlayRules(longest=40)).moves_of(0)
    bots = [Bot(model, Style(one.z, "test", "test"), temperature=0) for one in cold]
    board = chess.Board()
    for ply, move in enumerate(game):
        assert bots[ply % 2].play(board) == move
        board.push(move)


@pytest.mark.parametrize(("temperature", "top_p"), [(1.0, 1.0), (0.5, 1.0), (1.0, 0.6)])
def test_draws_are_as_a_bots(model: StyleModel, temperature: float, top_p: float) -> None:
    board = chess.Board("r1bqk2r/ppp2ppp/2n2n2/2bpp3/4P3/2PP1N2/PP3PPP/RNBQKB1R w KQkq - 0 6")
    network = model.merge(torch.from_numpy(tiny_space().z[0]))
    policy = plain_policies(network, [board])[0]
    expected = Sampler(temperature, top_p).distribution(policy)
    draws = torch.linspace(0, 1, 20001, dtype=torch.float64)[:-1]
    planes = torch.from_numpy(board_planes(board))[None]
    with torch.inference_mode():
        logits = network(planes)[0].expand(len(draws), -1)
    moves, indices = legal_moves_and_indices(board)
    mask = torch.zeros(1858, dtype=torch.bool)
    mask[torch.from_numpy(indices)] = True
    chosen = drawn_moves(
        logits,
        mask.expand(len(draws), -1),
        torch.full((len(draws),), temperature),
        torch.full((len(draws),), top_p),
        draws,
    )
    shares = np.bincount(chosen.numpy(), minlength=1858) / len(draws)
    place = dict(zip(moves, indices, strict=True))
    for move, chance in zip(policy.moves, expected, strict=True):
        assert shares[place[move]] == pytest.approx(chance, abs=2e-4)


def test_uniform_numbers_are_uniform() -> None:
    seeds = np.arange(20000, dtype=np.uint64)
    drawn = uniform(seeds, 17)
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(drawn, uniform(seeds, 18))[0, 1]) < 0.03
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.03


def test_duels_are_balanced_and_play_openings_with_both_colours() -> None:
    book = [(1,), (2,), (3,)]
    fixtures = duel(4, 9, games=12, seed=3, book=book)
    assert [(f.white, f.black) for f in fixtures] == [(4, 9), (9, 4)] * 6
    assert [f.opening for f in fixtures[::2]] == [f.opening for f in fixtures[1::2]]
    assert sorted(f.opening for f in fixtures[::2]) == sorted(book * 2)
    assert len({f.seed for f in fixtures}) == 12
    assert duel(4, 9, 12, seed=3, book=book) == fixtures


def test_openings_come_from_a_book_or_are_drawn(
    model: StyleModel, contestants: list[Contestant]
) -> None:
    fixtures = duel(0, 1, games=8, seed=2, book=BOOK)
    games = play_games(model, contestants, fixtures, PlayRules(longest=20))
    for number, fixture in enumerate(fixtures):
        start = games.offsets[number]
        assert tuple(games.moves[start : start + 4].tolist()) == fixture.opening
    cold = [Contestant(one.z, temperature=0) for one in contestants[:2]]
    plain = [Fixture(0, 1, seed) for seed in range(12)]
    rules = PlayRules(longest=12, opening_plies=2, opening_temperature=3.0)
    drawn = play_games(model, cold, plain, rules)
    assert len({drawn.moves_of(n)[0] for n in range(12)}) > 3
    same = play_games(model, cold, plain, PlayRules(longest=12))
    assert len({tuple(same.moves_of(n)) for n in range(12)}) == 1


def test_a_finished_opening_is_a_finished_game(
    model: StyleModel, contestants: list[Contestant]
) -> None:
    games = play_games(model, contestants, [Fixture(0, 1, 1, FOOLS_MATE)])
    assert games.results.tolist() == [BLACK_WON]
    assert games.lengths.tolist() == [4]


def test_points() -> None:
    fixtures = [Fixture(0, 1, 1), Fixture(1, 0, 2), Fixture(0, 1, 3), Fixture(2, 1, 4)]
    games = PlayedGames(
        moves=np.zeros(4, dtype=np.uint16),
        offsets=np.arange(5),
        results=np.array([WHITE_WON, WHITE_WON, DRAWN, BLACK_WON], dtype=np.int8),
        terminations=np.zeros(4, dtype=np.int8),
    )
    np.testing.assert_array_equal(games.points(fixtures, 0), [1, 0, 0.5, np.nan])
    np.testing.assert_array_equal(games.points(fixtures, 1), [0, 1, 0.5, 1])


def test_no_games(model: StyleModel, contestants: list[Contestant]) -> None:
    games = play_games(model, contestants, [])
    assert len(games) == 0
    assert games.offsets.tolist() == [0]
    assert games.stopped == 0


@pytest.mark.parametrize(
    ("contestant", "fixture", "rules", "message"),
    [
        ({"temperature": -1.0}, {}, {}, "temperature must be 0 to 10, not -1"),
        ({"top_p": 0.0}, {}, {}, "Top-p must be above 0"),
        ({}, {}, {"longest": 0}, "at least one ply"),
        ({}, {}, {"opening_temperature": 99.0}, "opening's temperature"),
        ({}, {"black": 3}, {}, "contestants 0 and 3; there are 1"),
        ({}, {"opening": (FOOLS_MATE[1],)}, {}, "Move 1 of an opening"),
        ({}, {"opening": (FOOLS_MATE[0], 1 << 12)}, {}, "Move 2 of an opening"),
    ],
)
def test_wrong_settings(
    model: StyleModel,
    contestant: dict[str, float],
    fixture: dict[str, object],
    rules: dict[str, int],
    message: str,
) -> None:
    styles = [Contestant(tiny_space().z[0], **contestant)]
    games = [Fixture(**{"white": 0, "black": 0, "seed": 1, **fixture})]  # type: ignore[arg-type]
    with pytest.raises(StylemateError, match=message):
        play_games(model, styles, games, PlayRules(**rules))


def test_merged_networks_play_what_mixed_styles_play(
    model: StyleModel, contestants: list[Contestant], monkeypatch: pytest.MonkeyPatch
) -> None:
    fixtures = duel(0, 1, 16, 3) + duel(2, 0, 16, 4)
    rules = PlayRules(longest=30)
    merged = play_games(model, contestants[:3], fixtures, rules)
    monkeypatch.setattr(selfplay, "_GAMES_THAT_PAY_A_MERGE", 1000)
    mixed = play_games(model, contestants[:3], fixtures, rules)
    np.testing.assert_array_equal(merged.moves, mixed.moves)
    np.testing.assert_array_equal(merged.results, mixed.results)
