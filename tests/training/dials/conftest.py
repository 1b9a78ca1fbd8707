"""A tiny model, styles, and options with which a run of dials takes seconds."""

import numpy as np
import pytest
import torch

from engine.model.style_model import StyleModel
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from engine.training.data import TrainingPositions
from engine.training.dials.dials import DIALS
from engine.training.dials.head import FuturesHead
from engine.training.dials.options import DialOptions, DistillationOptions, HeadOptions
from engine.training.dials.targets import TargetMaker
from engine.training.dials.teacher import Teacher
from engine.training.options import Precision
from tests.conftest import tiny_model
from tests.training.conftest import PLAYERS

DISCOUNT = 0.9


def tiny_options(positions: int = 160) -> DialOptions:
    return DialOptions(
        games=60,
        target_positions=96,
        validation_targets=32,
        spread_positions=24,
        head=HeadOptions(
            positions=128, batch_size=32, precision=Precision.FLOAT32, validation_positions=64
        ),
        distillation=DistillationOptions(
            positions=positions,
            batch_size=32,
            precision=Precision.FLOAT32,
            validation_positions=16,
            dial_heads=2,
            learning_rate=0.02,
        ),
    )


@pytest.fixture(scope="session")
def model() -> StyleModel:
    return tiny_model()


@pytest.fixture(scope="session")
def space() -> StyleSpace:
    z = np.random.default_rng(4).normal(size=(len(PLAYERS), 2, 4)).astype(np.float32)
    return StyleSpace(z, [PlayerInfo(name, 40) for name in PLAYERS])


@pytest.fixture(scope="session")
def teacher(positions: TrainingPositions, model: StyleModel) -> Teacher:
    torch.manual_seed(6)
    random = np.random.default_rng(6)
    mean = torch.from_numpy(random.normal(size=len(DIALS)).astype(np.float32))
    head = FuturesHead(model.backbone.config.filters, mean, mean.abs() + 1)
    return Teacher(positions, model.plain_backbone(), head, DISCOUNT, Precision.FLOAT32)


@pytest.fixture
def maker(
    positions: TrainingPositions, model: StyleModel, space: StyleSpace, teacher: Teacher
) -> TargetMaker:
    styles = torch.from_numpy(np.concatenate((space.population, space.average[None])))
    spread = torch.full((len(DIALS),), 0.5)
    return TargetMaker(positions, model, styles, teacher, spread, tiny_options())
