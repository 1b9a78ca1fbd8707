"""Fits of single styles: what they find, what they leave alone, and whom they depend on."""

import threading
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch

from engine.errors import StylemateError
from engine.games.records import GameRecord
from engine.games.spelling import choose_player
from engine.model.style_model import StyleModel
from engine.position.moves import encode_move
from engine.style.style import Routing, centred
from engine.training.data import TrainingPositions, games_of_records, prepare_positions
from engine.training.fit import (
    FitCancelledError,
    FitOptions,
    FitProgress,
    fit_styles,
    rows_of_player,
)
from engine.training.own_style import fit_player, style_file_of
from tests.conftest import tiny_model
from tests.position.random_games import random_game
from tests.training.styled_games import play_in_styles

OPTIONS = FitOptions(steps=24, rounds=3, batch_size=48, learning_rate=0.3, precision="float32")
NAMES = ("Ada", "Bo", "Cy")
START = np.zeros((2, 4), dtype=np.float32)


@pytest.fixture(scope="module")
def model() -> StyleModel:
    return tiny_model()


@pytest.fixture(scope="module")
def styles() -> Routing:
    """Three very different styles, (3, heads, modules)."""
    z = np.random.default_rng(2).normal(size=(3, 2, 4)).astype(np.float32)
    return centred(2 * z)


@pytest.fixture(scope="module")
def records(model: StyleModel, styles: Routing) -> list[GameRecord]:
    """Games between Ada, Bo and Cy, who play by the model in the three styles."""
    return play_in_styles(model, dict(zip(NAMES, styles, strict=True)), games=36)


@pytest.fixture(scope="module")
def games(records: list[GameRecord]) -> TrainingPositions:
    return prepare_positions(games_of_records(records), [], "cpu")


@torch.no_grad()
def loss_of(model: StyleModel, games: TrainingPositions, name: str, z: Routing) -> float:
    """Return the cross-entropy of a player's moves in a style."""
    batch = games.batch(rows_of_player(games, [name]))
    logits = model(batch.planes, torch.from_numpy(z))[0]
    return float(torch.nn.functional.cross_entropy(logits, batch.policy))


def test_rows_are_the_positions_in_which_the_player_moves(games: TrainingPositions) -> None:
    rows = rows_of_player(games, ["Bo"])
    movers = games.movers(torch.arange(len(games.moves)))
    expected = (movers == games.players.index("Bo")).nonzero().squeeze(1)
    assert torch.equal(rows, expected)
    assert 0 < len(rows) < len(games.moves)


def test_games_against_a_namesake_are_left_out() -> None:
    moves = [game(number) for number in range(3)]
    records = [
        GameRecord("Smith", "Smith", moves[0]),
        GameRecord("Smith", "Jones", moves[1]),
        GameRecord("Jones", "SMITH", moves[2]),
    ]
    positions = prepare_positions(games_of_records(records), [], "cpu")
    rows = rows_of_player(positions, ["Smith", "SMITH"])
    assert len(rows) == (len(moves[1]) + 1) // 2 + len(moves[2]) // 2


def test_a_fit_finds_the_style_that_played(
    model: StyleModel, games: TrainingPositions, styles: Routing
) -> None:
    rows = [rows_of_player(games, [name]) for name in NAMES]
    fitted = fit_styles(model, games, rows, START, OPTIONS)
    fresh = play_in_styles(model, dict(zip(NAMES, styles, strict=True)), games=18, seed=2)
    unseen = prepare_positions(games_of_records(fresh), [], "cpu")
    loss = np.array([[loss_of(model, unseen, name, one.z) for one in fitted] for name in NAMES])
    assert (loss.argmin(axis=1) == np.arange(3)).all(), loss
    for one in fitted:
        assert one.gain > 0.01
        assert one.stability > 0.3
        best = min(point.held_out for point in one.curve[1:])
        assert one.curve[one.chosen].held_out <= best + 0.1
        assert np.allclose(one.z.mean(axis=-1), 0, atol=1e-6)


def test_a_style_does_not_depend_on_its_company(
    model: StyleModel, games: TrainingPositions
) -> None:
    rows = [rows_of_player(games, [name]) for name in NAMES]
    rows[0] = rows[0][:150]  # players with different numbers of games go together, too
    options = replace(OPTIONS, steps=8, rounds=2)
    together = fit_styles(model, games, rows, START, replace(options, at_once=3))
    in_turn = fit_styles(model, games, rows, START, options)
    alone = fit_styles(model, games, rows[1:2], START, options)[0]
    assert np.array_equal(in_turn[1].z, alone.z)
    for one, other in zip(together, in_turn, strict=True):
        assert one.chosen == other.chosen
        np.testing.assert_allclose(one.z, other.z, atol=1e-4)


def test_the_order_of_the_games_does_not_matter(
    model: StyleModel, records: list[GameRecord]
) -> None:
    player = choose_player(records, ["Ada"])
    options = replace(OPTIONS, steps=4, rounds=2)
    first = fit_player(model, records, player, START, options)
    second = fit_player(model, [*records[::-1], records[0]], player, START, options)
    assert np.array_equal(first.z, second.z)
    other_seed = fit_player(model, records, player, START, replace(options, seed=2))
    assert not np.array_equal(first.z, other_seed.z)


def test_the_model_is_left_alone(model: StyleModel, games: TrainingPositions) -> None:
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    marker = torch.ones(1)
    parameters = list(model.parameters())
    needed = [parameter.requires_grad for parameter in parameters]
    trained = next(parameter for parameter in parameters if parameter.requires_grad)
    trained.grad = marker.expand_as(trained)
    fit_styles(model, games, [rows_of_player(games, ["Ada"])], START, replace(OPTIONS, steps=3))
    assert trained.grad is not None
    assert torch.equal(trained.grad, torch.ones_like(trained))
    trained.grad = None
    assert all(parameter.grad is None for parameter in parameters)
    assert [parameter.requires_grad for parameter in parameters] == needed
    assert not model.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_games_go_on_beside_a_fit(
    model: StyleModel, games: TrainingPositions, styles: Routing
) -> None:
    """The same answers while another thread fits, and the same fit while games go on."""
    planes = games.batch(torch.arange(4)).planes
    z = torch.from_numpy(styles[0])
    rows = [rows_of_player(games, ["Ada"])]
    with torch.inference_mode():
        expected = model(planes, z)[0]
        merged = model.merge(z)(planes)[0]
    alone = fit_styles(model, games, rows, START, replace(OPTIONS, steps=8))[0]
    fitted = []
    thread = threading.Thread(
        target=lambda: fitted.extend(
            fit_styles(model, games, rows, START, replace(OPTIONS, steps=8))
        )
    )
    thread.start()
    answers = 0
    while thread.is_alive() or not answers:
        with torch.inference_mode():
            assert torch.equal(model(planes, z)[0], expected)
            assert torch.equal(model.merge(z)(planes)[0], merged)
        answers += 1
    thread.join()
    assert np.array_equal(fitted[0].z, alone.z)


def test_progress_tells_steps_and_curve(model: StyleModel, games: TrainingPositions) -> None:
    reports: list[FitProgress] = []
    rows = [rows_of_player(games, [name]) for name in ("Ada", "Bo")]
    options = replace(OPTIONS, steps=4, rounds=2)
    fitted = fit_styles(model, games, rows, START, options, reports.append)
    assert [report.done for report in reports] == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8]
    assert reports[-1].share == 1
    assert reports[-1].curves == (fitted[1].curve,)
    assert [point.step for point in fitted[1].curve] == [0, 2, 4]


def test_a_fit_can_be_stopped(model: StyleModel, games: TrainingPositions) -> None:
    event = threading.Event()
    reports: list[FitProgress] = []

    def report(progress: FitProgress) -> None:
        reports.append(progress)
        if progress.done == 2:
            event.set()

    with pytest.raises(FitCancelledError):
        fit_styles(
            model,
            games,
            [rows_of_player(games, ["Ada"])],
            START,
            OPTIONS,
            report,
            event.is_set,
        )
    assert reports[-1].done == 2


def test_one_game_is_refused_and_two_are_enough(
    model: StyleModel, records: list[GameRecord]
) -> None:
    player = choose_player(records, ["Ada"])
    mine = player.games(records)
    options = replace(OPTIONS, steps=2, rounds=1)
    with pytest.raises(StylemateError, match="at least 2 games"):
        fit_player(model, mine[:1], player, START, options)
    fitted = fit_player(model, mine[:2], player, START, options)
    assert fitted.games == 2
    with pytest.raises(StylemateError, match="no game in which Ada"):
        fit_player(model, [GameRecord("Ada", "Ada", game(1))], player, START, options)


def test_a_fit_stops_before_it_learns_by_heart(model: StyleModel, games: TrainingPositions) -> None:
    """From 3 games, ever further: the style taken is one that still predicts the other games."""
    rows = rows_of_player(games, ["Ada"])
    rows = rows[torch.isin(games.games[rows], games.games[rows].unique()[:3])]
    options = replace(OPTIONS, steps=40, rounds=8, learning_rate=3.0)
    fitted = fit_styles(model, games, [rows], START, options)[0]
    held_out = [point.held_out for point in fitted.curve]
    assert held_out[fitted.chosen] < held_out[-1]
    assert fitted.chosen < options.rounds
    assert fitted.gain == pytest.approx(held_out[0] - held_out[fitted.chosen])


def test_of_many_games_a_sample_is_used(model: StyleModel, records: list[GameRecord]) -> None:
    player = choose_player(records, ["Ada"])
    fitted = fit_player(model, records, player, START, replace(OPTIONS, steps=2, rounds=1, games=5))
    assert fitted.games == 5
    assert fitted.positions < sum(len(record.moves) for record in player.games(records))


def test_the_file_tells_what_the_games_say(model: StyleModel, records: list[GameRecord]) -> None:
    player = choose_player(records, ["ada"])
    fitted = fit_player(model, records, player, START, replace(OPTIONS, steps=2, rounds=1))
    dated = [
        replace(r, date=f"{1990 + n}.01.??", white_elo=2000, black_elo=1000 if n else 0)
        for n, r in enumerate(records)
    ]
    file = style_file_of(fitted, "Me", player, dated, "0" * 32)
    mine = player.games(dated)
    own = [2000 if r.white == "Ada" else r.black_elo for r in mine]
    assert (file.label, file.player, file.games) == ("Me", "Ada", len(mine))
    assert (file.first_year, file.last_year) == (mine[0].year, mine[-1].year)
    assert file.rating == pytest.approx(np.mean([elo for elo in own if elo]), abs=0.1)


def game(number: int) -> npt.NDArray[np.uint16]:
    moves = random_game(number, plies=20 + number)
    return np.array([encode_move(move) for move in moves], dtype=np.uint16)
