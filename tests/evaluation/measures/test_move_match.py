"""Scores on the device against python-chess, and means of players against loops."""

import math

import torch

from engine.evaluation.context import Context
from engine.evaluation.measures.move_match import held_out_sample, legal_masks, match, sample_of
from engine.training.splits import Split
from engine.training.validation import ValidationSample
from engine.training.validation import legal_masks as masks_by_python_chess
from tests.training.conftest import PLAYERS


def test_legal_moves_are_those_of_python_chess(context: Context) -> None:
    rows = torch.arange(0, len(context.positions.moves), 3)
    assert bool(
        (
            legal_masks(context.positions, rows) == masks_by_python_chess(context.positions, rows)
        ).all()
    )


def test_scores_are_those_of_a_validation(context: Context) -> None:
    sample = held_out_sample(context, PLAYERS, 15)
    z = torch.from_numpy(context.space.z[0])
    matched = match(sample, {"own": lambda planes, players: context.model(planes, z)[0]})["own"]
    validation = ValidationSample.of(context.positions, sample.rows)
    with torch.no_grad():
        expected = validation.match(lambda batch: context.model(batch.planes, z)[0])
    # Mixed precision may turn a near tie.
    assert float((matched.hits == expected.hits).float().mean()) > 0.9
    torch.testing.assert_close(matched.losses, expected.losses, atol=0.15, rtol=0.05)


def test_means_are_per_player_and_late_ones_after_ten_plies(context: Context) -> None:
    rows = context.rows_of_players([*PLAYERS[:2], "Nobody, Ann"], (Split.TRAIN,))
    sample = sample_of(context.positions, [each[:12] for each in rows])
    matched = match(
        sample, {"backbone": lambda planes, players: context.model.backbone_only(planes)[0]}
    )["backbone"]
    for player in range(2):
        mine = (sample.players == player).nonzero().flatten().tolist()
        late = [
            place for place in mine if int(context.positions.packed.plies[sample.rows[place]]) >= 10
        ]
        assert 0 < len(late) < len(mine)
        wanted = sum(float(matched.losses[place]) for place in late) / len(late)
        assert math.isclose(matched.cross_entropy(late=True)[player], wanted, rel_tol=1e-5)
        hits = 100 * sum(bool(matched.hits[place]) for place in mine) / len(mine)
        assert math.isclose(matched.top1()[player], hits, abs_tol=1e-9)
    assert math.isnan(matched.top1()[2])


def test_players_are_scored_in_their_own_styles(context: Context) -> None:
    sample = held_out_sample(context, PLAYERS[:3], 8)
    seen = []

    def predict(planes: torch.Tensor, players: torch.Tensor) -> torch.Tensor:
        seen.append(players)
        return torch.zeros(len(planes), 1858)

    match(sample, {"any": predict})
    movers = [context.positions.players[i] for i in context.positions.movers(sample.rows).tolist()]
    assert [PLAYERS[place] for place in torch.cat(seen).tolist()] == movers


def test_held_out_positions_are_of_held_out_games(context: Context) -> None:
    sample = held_out_sample(context, PLAYERS, 10)
    splits = context.positions.splits[context.positions.games[sample.rows].long()]
    assert set(splits.tolist()) <= {Split.VALIDATION, Split.TEST}
    assert torch.bincount(sample.players).max() <= 10
