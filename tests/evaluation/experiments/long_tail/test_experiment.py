"""The long tail runs end to end; who is cut stays cut; the winner is who the rule says."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiments.long_tail import arm_scores, experiment, rare_teaching
from engine.evaluation.experiments.long_tail.arm_scores import ArmScores
from engine.evaluation.experiments.long_tail.arms import ARMS, AS_PUBLISHED, choose_pupils
from engine.evaluation.experiments.long_tail.experiment import EXPERIMENT, pupils_of
from engine.evaluation.experiments.long_tail.presentation import RULE, winner
from engine.evaluation.experiments.long_tail.settings import SMOKE
from engine.evaluation.measures.short_training import WithReplay, sampler_of
from engine.evaluation.report.result_json import as_json, read_result
from engine.training.ranks import Ranks
from engine.training.splits import Split

TINY = replace(SMOKE, tail=1, cuts=(2,), positions=32, batch=16, held_out=6, full_positions=20)
ALONE = Ranks(0, 1, torch.device("cpu"))


def test_there_are_four_arms_with_and_without_replay() -> None:
    assert len(ARMS) == len({arm.name for arm in ARMS}) == 8
    assert sum(arm.replay for arm in ARMS) == 4
    assert {(arm.first, arm.second) for arm in ARMS} == {
        ("all", "none"),
        ("balanced", "none"),
        ("anchors", "routing"),
        ("anchors", "hard"),
    }


def test_it_runs_end_to_end_and_comes_back_from_its_parts(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiment, "SMOKE", TINY)
    result = EXPERIMENT.run(context)
    assert read_result(as_json(result)).title == result.title
    assert [row[0] for row in result.tables[0].rows] == [arm.name for arm in ARMS]
    assert result.data["winner"] in {arm.name for arm in ARMS}
    assert RULE in result.words
    kinds = [row[0] for row in result.tables[4].rows]
    assert "long castling" in kinds

    def no_training(*arguments: object, **named: object) -> None:
        raise AssertionError("everything was measured already")

    monkeypatch.setattr(arm_scores, "train_arm", no_training)
    monkeypatch.setattr(arm_scores, "teach", no_training)
    monkeypatch.setattr(rare_teaching, "teach", no_training)
    assert as_json(EXPERIMENT.run(context)) == as_json(result)


def test_cut_games_are_never_read(context: Context) -> None:
    names = pupils_of(context, TINY)
    pupils = choose_pupils(context, names, 2, (2, 4), 50)
    train = context.rows_of_players(names, (Split.TRAIN,))
    games = context.positions.games
    for place, (cut, hidden) in enumerate(zip(pupils.cuts, pupils.hidden, strict=True), start=2):
        kept = pupils.rows[place]
        assert len(torch.unique(games[kept])) == cut
        assert not set(games[kept].tolist()) & set(games[hidden].tolist())
        assert sorted([*kept.tolist(), *hidden.tolist()]) == train[place].tolist()
    for place in range(2):
        assert torch.equal(pupils.rows[place], train[place])
    movers = {
        context.positions.players[i] for i in context.positions.movers(pupils.others).tolist()
    }
    assert movers
    assert not movers & set(names)


def test_replay_takes_its_share_of_every_step() -> None:
    own, others = torch.arange(100), torch.arange(1000, 1100)
    sampler = WithReplay(sampler_of([own], 1.0, 1), sampler_of([others], 1.0, 1), 0.05)
    drawn = torch.cat([sampler.draw(step, 20, ALONE) for step in range(5)])
    assert int((drawn >= 1000).sum()) == 5
    assert len(set(drawn.tolist())) == 100  # nothing twice before everything once


def test_all_players_count_alike_when_balanced() -> None:
    rows = [torch.arange(10), torch.arange(100, 1000)]
    drawn = sampler_of(rows, 0.0, 1).draw(0, 4000, ALONE)
    assert abs(float((drawn < 100).float().mean()) - 0.5) < 0.05
    drawn = sampler_of(rows, 1.0, 1).draw(0, 910, ALONE)
    assert int((drawn < 100).sum()) == 10


def made_scores(late: float, anchors: float, spread: float = 0.01) -> ArmScores:
    noise = spread * np.sin(np.arange(30))
    return ArmScores(
        {
            "own_cross_entropy_from_ply_10": 2.0 + late + noise,
            "anchors_own_top1": 50.0 + anchors + np.zeros(20),
        }
    )


@pytest.mark.parametrize(
    ("others", "wins"),
    [
        ({"a": (-0.05, 0.0), "b": (-0.08, 0.1)}, "b"),
        ({"a": (-0.05, 0.0), "b": (-0.08, -0.3)}, "a"),  # b harms the anchors
        ({"a": (0.05, 1.0)}, AS_PUBLISHED),
        ({}, AS_PUBLISHED),
    ],
)
def test_the_rule_chooses(others: dict[str, tuple[float, float]], wins: str) -> None:
    scores = {AS_PUBLISHED: made_scores(0.0, 0.0)}
    scores |= {name: made_scores(*values, spread=0.012) for name, values in others.items()}
    assert winner(scores, seed=1) == wins


def test_what_may_be_chance_does_not_win() -> None:
    published = made_scores(0.0, 0.0)
    noisy = made_scores(0.0, 0.0)
    noisy.values["own_cross_entropy_from_ply_10"] = published[
        "own_cross_entropy_from_ply_10"
    ] + np.tile([-0.5, 0.49], 15)
    assert (
        noisy["own_cross_entropy_from_ply_10"].mean()
        < published["own_cross_entropy_from_ply_10"].mean()
    )
    assert winner({AS_PUBLISHED: published, "noisy": noisy}, seed=1) == AS_PUBLISHED


def test_too_few_players_are_told(context: Context, tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="Only 4 players have"):
        pupils_of(context, replace(TINY, anchors=5))
    assert not math.isnan(len(pupils_of(context, TINY)))
