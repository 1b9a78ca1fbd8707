"""Styles for everybody: openings read once, samples, and what becomes of both."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.model.style_model import StyleModel
from engine.style.artifact import load_trained
from engine.style.prior import StylePrior
from engine.style.records import PlayerInfo
from engine.style.style import centred
from engine.training.data import TrainingPositions
from engine.training.options import PopulationFitOptions
from engine.training.population_fit import (
    fitted_styles,
    player_scores,
    rows_by_player,
    shared_openings,
)
from engine.training.population_mean import mean_style
from engine.training.score_vectors import losses_at, score_sum
from engine.training.splits import Split
from tests.conftest import tiny_model
from tests.training.conftest import PLAYERS

OPTIONS = PopulationFitOptions(positions_each=10_000, opening_plies=4, least_shared=2)
SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)


@pytest.fixture(scope="module")
def model() -> StyleModel:
    return tiny_model()


def test_rows_are_those_of_each_player(positions: TrainingPositions) -> None:
    rows = rows_by_player(positions, PLAYERS[:3], SPLITS)
    for name, own in zip(PLAYERS, rows, strict=False):
        assert {positions.players[mover] for mover in positions.movers(own).tolist()} == {name}
    assert sum(map(len, rows)) < len(positions.moves)
    train = rows_by_player(positions, PLAYERS[:1], (Split.TRAIN,))[0]
    splits = positions.splits[positions.games[train].long()]
    assert (splits == int(Split.TRAIN)).all()


def test_shared_openings_are_the_same_position_and_move(positions: TrainingPositions) -> None:
    found = shared_openings(positions, OPTIONS)
    shared = (found.unit >= 0).nonzero().squeeze(1)
    assert len(shared) > len(found.rows) > 1
    assert (positions.packed.plies[shared] < OPTIONS.opening_plies).all()
    for row in shared[:: max(len(shared) // 40, 1)].tolist():
        other = int(found.rows[found.unit[row]])
        pair = torch.tensor([row, other])
        planes, policy = (getattr(positions.batch(pair), key) for key in ("planes", "policy"))
        assert torch.equal(planes[0], planes[1])
        assert policy[0] == policy[1]


def test_openings_read_once_count_as_if_read_every_time(
    positions: TrainingPositions, model: StyleModel, tmp_path: Path
) -> None:
    rows = rows_by_player(positions, PLAYERS, SPLITS)
    z = np.zeros((2, 4), dtype=np.float32)
    scores = player_scores(model, positions, rows, z, OPTIONS, tmp_path)
    assert scores is not None
    assert scores.shared_positions.sum() > 20
    for place, own in enumerate(rows):
        total, _ = score_sum(model, positions, own, torch.zeros(2, 4))
        found = scores.halves[place].sum(axis=0).reshape(2, 4)
        np.testing.assert_allclose(found, total.numpy(), rtol=0.05, atol=0.5)
        counts = scores.shared_positions[place].sum() + scores.sampled_positions[place].sum()
        assert counts == len(own)
    again = player_scores(model, positions, rows, z, OPTIONS, tmp_path)
    assert again is not None
    assert np.array_equal(again.halves, scores.halves)


def test_a_stopped_pass_goes_on(
    positions: TrainingPositions, model: StyleModel, tmp_path: Path
) -> None:
    rows = rows_by_player(positions, PLAYERS, SPLITS)
    z = np.zeros((2, 4), dtype=np.float32)
    stopped = player_scores(
        model, positions, rows * 40, z, OPTIONS, tmp_path, stop_requested=lambda: True
    )
    assert stopped is None
    assert player_scores(model, positions, rows, z, OPTIONS, tmp_path) is not None


def test_the_mean_style_predicts_better_than_its_start(
    positions: TrainingPositions, model: StyleModel
) -> None:
    rows = torch.arange(len(positions.moves))
    start = np.zeros((2, 4), dtype=np.float32)
    mean, fisher = mean_style(model, positions, rows, start, steps=3)
    before, after = (
        losses_at(model, positions, rows, torch.from_numpy(z)).mean() for z in (start, mean)
    )
    assert after < before
    assert np.linalg.eigvalsh(fisher).min() > -1e-6
    assert fisher.shape == (2, 8, 8)


def test_further_steps_never_make_the_mean_style_worse(
    positions: TrainingPositions, model: StyleModel
) -> None:
    """A quadratic is trusted only as far as it holds."""
    rows = torch.cat(rows_by_player(positions, PLAYERS, SPLITS))
    losses = []
    for steps in (0, 1, 6):
        far = np.full((2, 4), 3.0, dtype=np.float32) * [[1, -1, 1, -1]]
        mean, _ = mean_style(model, positions, rows, far.astype(np.float32), steps)
        losses.append(float(losses_at(model, positions, rows, torch.from_numpy(mean)).mean()))
    assert losses[2] <= losses[1] + 1e-4
    assert losses[1] <= losses[0] + 1e-4


def test_games_of_one_player_are_compared_with_each_other(
    positions: TrainingPositions, model: StyleModel, tmp_path: Path
) -> None:
    """The covariance between games, against scores of one game at a time."""
    rows = rows_by_player(positions, PLAYERS[:2], SPLITS)
    z = np.zeros((2, 4), dtype=np.float32)
    scores = player_scores(model, positions, rows, z, OPTIONS, tmp_path)
    assert scores is not None
    shared = shared_openings(positions, OPTIONS)
    expected, weights = np.zeros((8, 8)), 0.0
    for own in rows:
        own = own[shared.unit[own] >= 0]
        games = [own[positions.games[own] == game] for game in positions.games[own].unique()]
        sums = [score_sum(model, positions, game, torch.zeros(2, 4))[0].ravel() for game in games]
        expected += len(games) ** 0.5 * np.cov(torch.stack(sums).double().numpy().T)
        weights += len(games) ** 0.5
    np.testing.assert_allclose(
        scores.game_covariance, expected / weights, rtol=0.1, atol=0.03 * expected.max() / weights
    )


def test_the_population_fit_is_what_building_assets_reads(
    positions: TrainingPositions, model: StyleModel, tmp_path: Path
) -> None:
    rows = rows_by_player(positions, PLAYERS, SPLITS)
    z = np.zeros((2, 4), dtype=np.float32)
    scores = player_scores(model, positions, rows, z, OPTIONS, tmp_path / "scores")
    assert scores is not None
    prior = StylePrior(z, np.stack((np.eye(8), 2 * np.eye(8))), 1.0, scores.game_covariance)
    players = [PlayerInfo(name, 40, 1850, 1861) for name in PLAYERS]
    stays = np.full((2, 4), 3.0, dtype=np.float32) * [[1, -1, 1, -1]]
    others = {PLAYERS[0]: stays, "Somebody, Else": stays}
    fitted_styles(model, {}, players, scores, prior, others).save(tmp_path)
    trained = load_trained(tmp_path)
    assert trained.prior is not None
    np.testing.assert_array_equal(trained.prior.fisher, prior.fisher)
    assert trained.prior.game_covariance is not None
    for place, name in enumerate(PLAYERS):
        counts = np.array(
            [scores.shared_positions[place].sum(), scores.sampled_positions[place].sum()]
        )
        sums = [part[place].sum(axis=0).reshape(2, 4) for part in (scores.shared, scores.sampled)]
        assert trained.players[place].name == name
        expected = prior.expected(np.stack(sums), counts)
        if name != PLAYERS[0]:
            np.testing.assert_allclose(trained.z[place], expected, atol=1e-5)
        assert trained.signatures is not None
        signature = prior.signature(np.stack(sums))
        np.testing.assert_allclose(trained.signatures[place], signature, atol=1e-4)
    np.testing.assert_allclose(trained.z[0], centred(stays.astype(np.float32)), atol=1e-6)
