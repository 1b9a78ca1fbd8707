"""The ablations run end to end, fairly, and again as they were."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate
from engine.evaluation.experiments import ablations
from engine.evaluation.experiments.ablations import EXPERIMENT, anchor_players, variants_of
from engine.evaluation.measures.short_training import Lesson, fresh_model, teach
from engine.evaluation.report.result_json import as_json, read_result
from engine.model.mhr.config import MHRConfig
from engine.training.data import Batch, TrainingPositions
from tests.training.conftest import PLAYERS

QUICK = ablations.Settings(players=3, positions=64, batch=32, held_out=12)


def test_variants_differ_in_one_thing_and_can_be_built(context: Context) -> None:
    shipped = MHRConfig()
    variants = variants_of(shipped, narrowest=8)
    names = [variant.name for variant in variants]
    assert len(set(names)) == len(names)
    for variant in variants[1:]:
        reference = next(v for v in variants if v.name == variant.against)
        fields = ("modules", "heads", "rank", "alpha", "routing", "attach", "sharing")
        changed = [f for f in fields if getattr(variant.config, f) != getattr(reference.config, f)]
        assert len(changed) + (variant.steps != reference.steps) == 1, variant
        assert 8 % variant.config.heads == 0
    changed_fields = " ".join(names)
    for what in ("modules", "heads", "rank", "adapters", "routing =", "own routing"):
        assert what in changed_fields


def test_it_runs_end_to_end_and_comes_back_from_its_parts(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ablations, "SMOKE", QUICK)
    few = variants_of(context.model.config, 8)
    kept = [few[0], few[-2], few[-1]]
    monkeypatch.setattr(ablations, "variants_of", lambda shipped, narrowest: kept)
    result = EXPERIMENT.run(context)
    assert read_result(as_json(result)).title == result.title
    table = result.tables[0]
    assert [row[0] for row in table.rows] == [variant.name for variant in kept]
    assert table.rows[0][-1] is None
    assert isinstance(table.rows[2][-1], Estimate)
    for row in table.rows:
        for cell in row[1:]:
            assert cell is None or (isinstance(cell, Estimate) and np.isfinite(cell.value))

    def no_training(*arguments: object, **named: object) -> None:
        raise AssertionError("everything was measured already")

    monkeypatch.setattr(ablations, "teach", no_training)
    assert as_json(EXPERIMENT.run(context)) == as_json(result)


def rows_learnt_from(context: Context, config: MHRConfig) -> torch.Tensor:
    """Return the positions of a short training in the order in which it reads them."""
    read = []
    assert len(context.positions.moves)  # loading them reads some of them too
    original = TrainingPositions.batch

    def noting(self: TrainingPositions, rows: torch.Tensor) -> Batch:
        if torch.is_grad_enabled():
            read.append(rows)
        return original(self, rows)

    model = fresh_model(context, config)
    lesson = Lesson(
        names=PLAYERS[:3],
        rows=context.rows_of_players(PLAYERS[:3]),
        positions=64,
        batch_size=32,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainingPositions, "batch", noting)
        teach(context, "read", model, lesson, {"attach": config.attach})
    return torch.cat(read)


def test_every_variant_reads_the_same_positions(context: Context) -> None:
    config = MHRConfig(modules=2, heads=2, rank=2)
    first = rows_learnt_from(context, config)
    assert len(first) == 64
    assert torch.equal(first, rows_learnt_from(context, replace(config, attach="conv")))


def test_anchors_are_seen_players_with_the_most_games(context: Context) -> None:
    chosen = anchor_players(context, 2)
    assert len(chosen) == 2
    assert set(chosen) < set(PLAYERS[:3])


def test_a_store_of_others_is_told(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(context.__dict__, "unseen", PLAYERS)
    with pytest.raises(StylemateError, match="Only 0 players"):
        anchor_players(context, 2)
