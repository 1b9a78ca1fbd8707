"""The student learns to play what the teacher asks for."""

from pathlib import Path

import torch

from engine.training.data import TrainingPositions
from engine.training.dials.options import DistillationOptions, TiltOptions
from engine.training.dials.targets import TargetMaker
from engine.training.dials.task import DistillationTask
from engine.training.loop import train
from engine.training.options import Precision
from engine.training.ranks import Ranks


def test_dials_learn_the_tilted_policies(
    positions: TrainingPositions, maker: TargetMaker, tmp_path: Path
) -> None:
    options = DistillationOptions(
        positions=300 * 32,
        batch_size=32,
        learning_rate=0.005,
        delta_learning_rate=0.05,
        delta_spread=1.0,
        precision=Precision.FLOAT32,
        validate_every=300 * 32,
        validation_positions=16,
        dial_heads=2,
    )
    rows = torch.arange(3, 35, 2)
    targets = maker.make(rows, rows % 5)
    torch.manual_seed(0)
    model = maker.model.with_dials(options.dial_heads)
    task = DistillationTask(
        positions, targets, targets, model, maker.styles, options, TiltOptions(), {}
    )
    alone = Ranks(0, 1, torch.device("cpu"))
    with torch.no_grad():
        before = task.validate(task.module)
    figures = train(task, options, tmp_path, alone).figures
    # It has met these very positions: new ones would need a network that knows chess.
    # King danger, in thousands, asks for the clearest choices here.
    assert abs(before["learnt_king_danger"]) < 0.01
    assert figures["learnt_king_danger"] > 0.3, figures
    assert figures["learnt"] > 0.03, figures
    assert figures["at_rest"] < 1e-3
