"""The gradient against finite differences, and that games come to be as a slider wants."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.model.style_model import StyleModel
from engine.training.loop import train
from engine.training.ranks import Ranks
from engine.training.sliders.lots import Goal, Lot, play_lot
from engine.training.sliders.task import SliderTask
from tests.training.sliders.conftest import DIAL_HEADS, tiny_slider_options
from tests.training.sliders.test_lots import OPENING

ALONE = Ranks(0, 1, torch.device("cpu"))


def task_of(dialled: StyleModel, *keys: str, **changes: object) -> SliderTask:
    random = np.random.default_rng(5)
    heads, modules = dialled.style_shape
    styles = random.normal(size=(3, heads, modules)).astype(np.float32)
    steps = {
        key: (random.normal(size=(DIAL_HEADS, modules)) * 0.05).astype(np.float32) for key in keys
    }
    options = tiny_slider_options(**changes)
    return SliderTask(dialled, styles, steps, [OPENING], options, torch.device("cpu"))


def test_the_gradient_is_that_of_what_was_gained(
    dialled: StyleModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task_of(dialled, "pawn_moves", batch_size=10_000)
    lots: list[Lot] = []

    def once(*given: object) -> Lot:
        lots.append(lots[0] if lots else play_lot(*given))  # type: ignore[arg-type]
        return lots[0]

    monkeypatch.setattr("engine.training.sliders.task.play_lot", once)
    task.deltas.reach("pawn_moves").fill_(0.2)
    seen: dict[str, object] = {}
    original = task._gradient

    def noted(*given: object) -> torch.Tensor:
        seen["advantage"], seen["style"], seen["share"] = given[2], given[3], given[4]
        return original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(task, "_gradient", noted)
    delta = task.deltas.learnt["pawn_moves"]
    task.loss(task.module, task.sample(0, 0, ALONE))[0].backward()
    found = delta.grad
    assert found is not None

    lot, share = lots[0], float(seen["share"])  # type: ignore[arg-type]
    rows = torch.from_numpy(lot.chosen_rows())
    weights = torch.from_numpy(np.asarray(seen["advantage"]))[rows] / len(lot.games)
    style = torch.from_numpy(np.asarray(seen["style"]))

    def lost(step: torch.Tensor) -> float:
        with torch.no_grad():
            z = torch.cat((style, share * 5 * step)).double()
            model = dialled.double()
            policy = model(lot.positions.packed.planes(rows).double(), z)[0]
            dialled.float()
        played = policy.masked_fill(~lot.positions.legal_masks(rows), -torch.inf).log_softmax(1)
        chosen = played.gather(1, lot.positions.batch(rows).policy[:, None])[:, 0]
        return -float((chosen * weights).sum())

    # Along the gradient the difference is largest, and rounding least.
    direction, at, small = found / found.norm(), delta.detach(), 1e-3
    slope = (lost(at + small * direction) - lost(at - small * direction)) / (2 * small)
    assert float(found.norm()) == pytest.approx(slope, rel=0.03)


def test_pawns_come_to_move_as_often_as_the_slider_says(
    dialled: StyleModel, tmp_path: Path
) -> None:
    changes = {"turns": 10, "games": 16, "batch_size": 512, "learning_rate": 0.1}
    changes |= {"validation_games": 16, "point_worth": 0.0}
    task = task_of(dialled, "pawn_moves", **changes)
    before = task.validate(task.module)
    options = tiny_slider_options(positions=10 * 512, **changes)
    outcome = train(task, options, tmp_path, ALONE)
    assert outcome.finished
    after = outcome.figures
    apart = [found["pawn_moves+5"] - found["pawn_moves-5"] for found in (before, after)]
    assert apart[1] > apart[0] + 0.1
    # The average of the second half is what results, and only deltas have learnt.
    assert not torch.equal(task.deltas.mean("pawn_moves"), task.deltas.learnt["pawn_moves"])
    assert not any(number.requires_grad for number in dialled.parameters())


def test_sliders_take_turns_and_leave_each_other_alone(dialled: StyleModel) -> None:
    task = task_of(dialled, "pawn_moves", "queen_trades")
    loss, figures = task.loss(task.module, task.sample(1, 0, ALONE))
    loss.backward()
    assert task.deltas.learnt["pawn_moves"].grad is None
    assert task.deltas.learnt["queen_trades"].grad is not None
    assert 0 <= float(figures["points"]) <= 1
    assert task.goals[1] == Goal.of("queen_trades")
