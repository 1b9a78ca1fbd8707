"""Settings of the dials' training; every field is written into the run's folder."""

from dataclasses import dataclass, field

from engine.model.mhr.config import Attachment
from engine.training.options import RunOptions


@dataclass(frozen=True, kw_only=True)
class HeadOptions(RunOptions):
    """How to train the head that predicts futures."""

    # positions in all
    positions: int = 1_500_000
    # learning rate at the peak of the schedule
    learning_rate: float = 2e-3
    # share of the run spent warming up
    warm_up: float = 0.1
    # squared errors above this, in variances of the target, count as this
    largest_error: float = 25.0


@dataclass(frozen=True, kw_only=True)
class DistillationOptions(RunOptions):
    """How to train the dials' modules and deltas on tilted policies."""

    # positions in all
    positions: int = 1_500_000
    # positions of one step
    batch_size: int = 512
    # learning rate of the modules at the peak of the schedule
    learning_rate: float = 2e-3
    # learning rate of the deltas at the peak of the schedule
    delta_learning_rate: float = 0.03
    # share of the run spent warming up
    warm_up: float = 0.02
    # gradient norm above which gradients are scaled down
    clip_norm: float = 1.0
    # how long an average of squared gradients lasts (Adam's second beta)
    squared_gradients: float = 0.99
    # positions of the validation sample, each met with every dial at both ends
    validation_positions: int = 512
    # heads that mix the dials' modules
    dial_heads: int = 8
    # layers that carry the dials' modules
    attach: Attachment = Attachment.FULL
    # standard deviation of the deltas' first logits
    delta_spread: float = 0.3
    # draws in which a second dial is turned, and in which all are turned a little
    two_dials: float = 0.28
    all_dials: float = 0.08


@dataclass(frozen=True, kw_only=True)
class TiltOptions:
    """How the teacher tilts a policy."""

    # moves of at least this probability under the style are sane: only they are looked at
    least_probability: float = 0.004
    # most sane moves of a position, and most moves that the student is compared on
    sane_moves: int = 12
    listed_moves: int = 48
    # no move is raised or lowered by more nats than this
    largest_push: float = 8.0
    # nats that the loss of one point of expected score costs a move, at a dial turned to 1
    bridle: float = 50.0
    # pushes shrink with (1 - largest probability) to this power: a forced move stays forced
    certainty: float = 0.2


@dataclass(frozen=True, kw_only=True)
class DialOptions:
    """How to train dials."""

    # games from which futures are learnt and positions are taken
    games: int = 30_000
    # shortest of them, in plies
    least_plies: int = 24
    # weight of a later move of one's own against the one before it
    discount: float = 0.9
    # positions with tilted policies to learn from, and to judge on
    target_positions: int = 130_000
    validation_targets: int = 4096
    # share of the positions that are played in the average style, the rest in players'
    average_share: float = 0.35
    # positions on which the spread of what moves bring about is measured
    spread_positions: int = 4000
    # probability under the average style from which a move counts for that spread
    spread_least_probability: float = 0.01
    # choice of games, positions and styles
    seed: int = 3
    # how policies are tilted
    tilt: TiltOptions = field(default_factory=TiltOptions)
    # how the head is trained
    head: HeadOptions = field(default_factory=HeadOptions)
    # how the dials are trained
    distillation: DistillationOptions = field(default_factory=DistillationOptions)
