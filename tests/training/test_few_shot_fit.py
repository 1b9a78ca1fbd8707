"""Fits of single styles: what they find, what they leave alone, and whom they depend on."""

import threading
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch

from engine.errors import StylemateError
from engine.games.chosen_player import choose_player
from engine.games.records import GameRecord
from engine.model.mhr.network import adapters
from engine.model.style_model import StyleModel
from engine.position.moves import encode_move
from engine.style.prior import StylePrior
from engine.style.style import Routing, centred
from engine.training.data import TrainingPositions, games_of_records, prepare_positions
from engine.training.few_shot_fit import (
    FitCancelledError,
    FitOptions,
    FitProgress,
    fit_styles,
    rows_of_player,
)
from engine.training.person_fit import fit_player, style_file_of
from engine.training.population_mean import mean_style
from engine.training.score_vectors import by_phase, losses_at, score_sum, single_scores
from tests.conftest import tiny_model
from tests.position.random_games import random_game
from tests.training.styled_games import play_in_styles

OPTIONS = FitOptions(precision="float32", passes=3)
NAMES = ("Ada", "Bo", "Cy")


@pytest.fixture(scope="module")
def model() -> StyleModel:
    """A tiny model on which a style has no more than some influence, as on a real one."""
    model = tiny_model()
    with torch.no_grad():
        for adapter in adapters(model.backbone):
            adapter.b.mul_(0.1)
    return model


@pytest.fixture(scope="module")
def styles() -> Routing:
    """Three different styles, (3, heads, modules)."""
    z = np.random.default_rng(2).normal(size=(3, 2, 4)).astype(np.float32)
    return centred(2 * z)


@pytest.fixture(scope="module")
def records(model: StyleModel, styles: Routing) -> list[GameRecord]:
    """Games between Ada, Bo and Cy, who play by the model in the three styles."""
    return play_in_styles(model, dict(zip(NAMES, styles, strict=True)), games=36)


@pytest.fixture(scope="module")
def games(records: list[GameRecord]) -> TrainingPositions:
    return prepare_positions(games_of_records(records), [], "cpu")


@pytest.fixture(scope="module")
def prior(model: StyleModel, games: TrainingPositions) -> StylePrior:
    """Around the one style that explains all games best."""
    start = np.zeros((2, 4), dtype=np.float32)
    mean, fisher = mean_style(model, games, torch.arange(len(games.moves)), start, steps=6)
    return StylePrior(mean, fisher, 1.0)


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


def test_a_fit_explains_a_player_better_than_the_mean(
    model: StyleModel, games: TrainingPositions, prior: StylePrior
) -> None:
    rows = [rows_of_player(games, [name]) for name in NAMES]
    fitted = fit_styles(model, games, rows, prior, OPTIONS)
    for name, one in zip(NAMES, fitted, strict=True):
        mean_loss = loss_of(model, games, name, prior.mean)
        assert loss_of(model, games, name, one.z) < mean_loss - 0.01
        assert one.curve[-1].games == one.games == 24
        assert np.allclose(one.z.mean(axis=-1), 0, atol=1e-6)


def test_a_style_does_not_depend_on_its_company(
    model: StyleModel, games: TrainingPositions, prior: StylePrior
) -> None:
    rows = [rows_of_player(games, [name]) for name in NAMES]
    rows[0] = rows[0][:150]  # players with different numbers of games go together, too
    together = fit_styles(model, games, rows, prior, OPTIONS)
    for number, other in enumerate(together):
        alone = fit_styles(model, games, rows[number : number + 1], prior, OPTIONS)[0]
        assert np.array_equal(alone.z, other.z)
        assert alone.curve == other.curve


def test_games_add_up(model: StyleModel, games: TrainingPositions, prior: StylePrior) -> None:
    """The style of all games is what the scores of two parts, added, say."""
    rows = rows_of_player(games, ["Cy"])
    rows = rows[torch.isin(games.games[rows], games.games[rows].unique()[:4])]
    prior = replace(prior, spread=0.1)
    z = torch.from_numpy(prior.mean)
    phases = by_phase(games, rows)
    sums = [
        np.sum([score_sum(model, games, row[None], z, "float32")[0].numpy() for row in phase], 0)
        for phase in phases
    ]
    expected = prior.expected(np.stack(sums), np.array([len(phase) for phase in phases], float))
    fitted = fit_styles(model, games, [rows], prior, replace(OPTIONS, passes=1))[0]
    np.testing.assert_allclose(fitted.z, expected, atol=1e-4)


def test_scores_are_gradients_of_the_log_likelihood(
    model: StyleModel, games: TrainingPositions, styles: Routing
) -> None:
    """Against finite differences of the loss, and summed one by one."""
    rows, z = torch.arange(40), torch.from_numpy(styles[0]).clone()
    total, loss = score_sum(model, games, rows, z, "float32")
    assert loss == pytest.approx(float(losses_at(model, games, rows, z, "float32").sum()), rel=1e-5)
    single = torch.cat(list(single_scores(model, games, rows, z, "float32")))
    torch.testing.assert_close(single.sum(0), total, atol=1e-4, rtol=1e-3)
    model64, step = tiny_model().double(), 1e-4
    model64.load_state_dict({k: v.double() for k, v in model.state_dict().items()})
    for head, module in ((0, 1), (1, 3)):
        losses = []
        for sign in (1, -1):
            moved = z.double()
            moved[head, module] += sign * step
            planes = games.batch(rows, torch.float64)
            logits = model64(planes.planes, moved)[0]
            losses.append(torch.nn.functional.cross_entropy(logits, planes.policy, reduction="sum"))
        slope = float((losses[1] - losses[0]).detach()) / (2 * step)
        assert float(total[head, module]) == pytest.approx(slope, rel=1e-2, abs=1e-3)


def test_the_order_of_the_games_does_not_matter(
    model: StyleModel, records: list[GameRecord], prior: StylePrior
) -> None:
    player = choose_player(records, ["Ada"])
    options = replace(OPTIONS, games=20, passes=1)
    first = fit_player(model, records, player, prior, options)
    second = fit_player(model, [*records[::-1], records[0]], player, prior, options)
    assert np.array_equal(first.z, second.z)
    other_seed = fit_player(model, records, player, prior, replace(options, seed=2))
    np.testing.assert_allclose(other_seed.z, first.z, atol=1e-3)
    assert not np.allclose(first.halves, other_seed.halves, atol=1e-2)


def test_the_model_is_left_alone(
    model: StyleModel, games: TrainingPositions, prior: StylePrior
) -> None:
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    marker = torch.ones(1)
    parameters = list(model.parameters())
    needed = [parameter.requires_grad for parameter in parameters]
    trained = next(parameter for parameter in parameters if parameter.requires_grad)
    trained.grad = marker.expand_as(trained)
    fit_styles(model, games, [rows_of_player(games, ["Ada"])], prior, OPTIONS)
    assert trained.grad is not None
    assert torch.equal(trained.grad, torch.ones_like(trained))
    trained.grad = None
    assert all(parameter.grad is None for parameter in parameters)
    assert [parameter.requires_grad for parameter in parameters] == needed
    assert not model.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_games_go_on_beside_a_fit(
    model: StyleModel, games: TrainingPositions, styles: Routing, prior: StylePrior
) -> None:
    """The same answers while another thread fits, and the same fit while games go on."""
    planes = games.batch(torch.arange(4)).planes
    z = torch.from_numpy(styles[0])
    rows = [rows_of_player(games, ["Ada"])]
    with torch.inference_mode():
        expected = model(planes, z)[0]
        merged = model.merge(z)(planes)[0]
    alone = fit_styles(model, games, rows, prior, OPTIONS)[0]
    fitted = []
    thread = threading.Thread(
        target=lambda: fitted.extend(fit_styles(model, games, rows, prior, OPTIONS))
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


def test_progress_tells_positions_and_curve(
    model: StyleModel, games: TrainingPositions, prior: StylePrior
) -> None:
    reports: list[FitProgress] = []
    rows = [rows_of_player(games, [name]) for name in ("Ada", "Bo")]
    fitted = fit_styles(model, games, rows, prior, OPTIONS, reports.append)
    done = [report.done for report in reports]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 3 * sum(one.positions for one in fitted))
    assert {report.total for report in reports} == {done[-1]}
    assert reports[-1].share == 1
    assert reports[-1].curves == (fitted[1].curve,)
    assert [point.games for point in fitted[1].curve] == [0, 2, 6, 12, 24]


def test_a_fit_can_be_stopped(
    model: StyleModel, games: TrainingPositions, prior: StylePrior
) -> None:
    event = threading.Event()
    reports: list[FitProgress] = []

    def report(progress: FitProgress) -> None:
        reports.append(progress)
        if len(reports) == 3:
            event.set()

    rows = [rows_of_player(games, ["Ada"])]
    with pytest.raises(FitCancelledError):
        fit_styles(model, games, rows, prior, OPTIONS, report, event.is_set)
    assert len(reports) == 3
    assert reports[-1].share < 1


def test_one_game_is_refused_and_two_are_enough(
    model: StyleModel, records: list[GameRecord], prior: StylePrior
) -> None:
    player = choose_player(records, ["Ada"])
    mine = player.games(records)
    with pytest.raises(StylemateError, match="at least 2 games"):
        fit_player(model, mine[:1], player, prior, OPTIONS)
    fitted = fit_player(model, mine[:2], player, prior, OPTIONS)
    assert fitted.games == 2
    with pytest.raises(StylemateError, match="no game in which Ada"):
        fit_player(model, [GameRecord("Ada", "Ada", game(1))], player, prior, OPTIONS)


def test_of_many_games_a_sample_is_used(
    model: StyleModel, records: list[GameRecord], prior: StylePrior
) -> None:
    player = choose_player(records, ["Ada"])
    fitted = fit_player(model, records, player, prior, replace(OPTIONS, games=5))
    assert fitted.games == 5
    assert fitted.positions < sum(len(record.moves) for record in player.games(records))


def test_the_file_tells_what_the_games_say(
    model: StyleModel, records: list[GameRecord], prior: StylePrior
) -> None:
    player = choose_player(records, ["ada"])
    fitted = fit_player(model, records, player, prior, OPTIONS)
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
