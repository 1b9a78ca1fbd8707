"""Settings of a training run; every field is written into the checkpoint."""

from dataclasses import dataclass
from enum import StrEnum

from engine.errors import StylemateError
from engine.model.mhr.config import Attachment, MHRConfig
from engine.position.phases import SIGNATURE_PLIES


class Schedule(StrEnum):
    """Shape of the learning rate over a run."""

    ONE_CYCLE = "one-cycle"
    COSINE = "cosine"
    LINEAR = "linear"


class RoutingSteps(StrEnum):
    """How routing logits learn."""

    NATURAL = "natural"
    ADAM = "adam"


class Precision(StrEnum):
    """In which numbers a network computes; ``auto`` is bfloat16 where that is native."""

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


UNSEEN_PLAYER_COUNT = 120
"""Players whose games no training sees, unless another number is asked for."""
SHIPPED_INVENTORY = MHRConfig(alpha=64.0, attach=Attachment.ALL)
"""Shape and place of the adapters of the shipped model."""


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What every training run has in common."""

    # positions in all, over all processes
    positions: int = 20_000_000
    # positions of one step, over all processes
    batch_size: int = 1024
    # learning rate at the peak of the schedule
    learning_rate: float = 2e-3
    # shape of the learning rate over the run
    schedule: Schedule = Schedule.ONE_CYCLE
    # share of the run spent warming up (one-cycle)
    warm_up: float = 0.05
    # decoupled weight decay of the network's own weights; never of routing logits
    weight_decay: float = 1e-4
    # gradient norm above which gradients are scaled down
    clip_norm: float = 5.0
    # mixed precision: bfloat16 where the machine computes it natively
    precision: Precision = Precision.AUTO
    # seed of initialisation and of the order of positions
    seed: int = 1
    # minutes between checkpoints
    checkpoint_minutes: float = 5.0
    # positions between validations
    validate_every: int = 400_000
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

    # shape and place of the adapters; those of the shipped model
    mhr: MHRConfig = SHIPPED_INVENTORY
    # players with at least this many games get a style
    least_games: int = 200
    # how routing logits learn: natural gradients, each style at its own pace, or one Adam for all
    # (the two speeds of arXiv 2502.14998)
    routing_steps: RoutingSteps = RoutingSteps.NATURAL
    # natural: standard deviation of the prior of a logit
    routing_spread: float = 1.0
    # adam: learning rate of the routing logits, in multiples of the adapters'
    routing_speed: float = 100.0
    # a player with n positions is drawn in proportion to n ** balance
    balance: float = 0.5
    # share of the positions that are rating groups', None for what balance gives them
    group_share: float | None = 0.35
    # share of the positions that are of players without a style, all in the population's style
    population_share: float = 0.1

    def __post_init__(self) -> None:
        if (self.group_share or 0.0) + self.population_share >= 1:
            raise StylemateError(
                "--group-share and --population-share leave no positions for the players: together "
                "they have to be less than 1."
            )


@dataclass(frozen=True, kw_only=True)
class PopulationFitOptions:
    """How to fit everybody's style to a finished inventory, and how much to read for it."""

    # positions that are read of a player with few games, besides shared openings
    positions_each: int = 400
    # share of their positions that is read of players with many games, and at most so many times
    # as many as of those with few
    positions_share: float = 0.03
    most_times: int = 4
    # plies of a game in which openings are looked for
    opening_plies: int = SIGNATURE_PLIES
    # games that must share an opening for it to be read once for all
    least_shared: int = 3
    # positions from which the mean style and the Fisher matrix are learnt
    fisher_positions: int = 20_000
    # players with at least this many games get a style
    least_games: int = 200
    # standard deviation of routing logits over players
    spread: float = 0.35
    # choice of positions
    seed: int = 1
    # players read side by side
    workers: int = 1
