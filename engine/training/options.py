"""Settings of a training run; every field is written into the checkpoint."""

from dataclasses import dataclass, field
from typing import Literal

from engine.model.mhr import MHRConfig

Schedule = Literal["one-cycle", "cosine", "linear"]
RoutingSteps = Literal["natural", "adam"]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What every training run has in common."""

    # positions in all, over all processes
    positions: int
    # positions of one step, over all processes
    batch_size: int = 1024
    # learning rate at the peak of the schedule
    learning_rate: float = 1e-3
    # shape of the learning rate over the run
    schedule: Schedule = "one-cycle"
    # share of the run spent warming up (one-cycle)
    warm_up: float = 0.05
    # decoupled weight decay of the network's own weights; never of routing logits
    weight_decay: float = 1e-4
    # gradient norm above which gradients are scaled down
    clip_norm: float = 5.0
    # mixed precision: bfloat16 where the machine computes it natively
    precision: Precision = "auto"
    # seed of initialisation and of the order of positions
    seed: int = 1
    # minutes between checkpoints
    checkpoint_minutes: float = 5.0
    # positions between validations
    validate_every: int = 500_000
    # positions of the validation sample
    validation_positions: int = 8192


@dataclass(frozen=True, kw_only=True)
class BackboneOptions(RunOptions):
    """How to train a backbone."""

    # preset of the network, unless it starts from a file
    preset: str = "small"
    # lc0 file or backbone directory whose weights to start from ("" for random weights)
    start_from: str = ""
    # weight of the result's cross-entropy beside the policy's
    value_weight: float = 0.25


@dataclass(frozen=True, kw_only=True)
class StylesOptions(RunOptions):
    """How to train an inventory with one style per player."""

    # shape and place of the adapters
    mhr: MHRConfig = field(default_factory=MHRConfig)
    # players with at least this many games get a style
    least_games: int = 200
    # how routing logits learn: natural gradients, each style at its own pace, or one Adam for all
    # (the two speeds of arXiv 2502.14998)
    routing_steps: RoutingSteps = "natural"
    # natural: standard deviation of the prior of a logit
    routing_spread: float = 1.0
    # adam: learning rate of the routing logits, in multiples of the adapters'
    routing_speed: float = 100.0
    # a player with n positions is drawn in proportion to n ** balance
    balance: float = 1.0
    # share of the positions that are rating groups', None for what balance gives them
    group_share: float | None = None
    # share of the positions that are of players without a style, all in the population's style
    population_share: float = 0.0
