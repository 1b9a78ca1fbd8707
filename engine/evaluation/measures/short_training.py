"""Short trainings inside an experiment: an inventory with styles of chosen players, on chosen rows.

They use the training of the shipped model as it is; only who learns, from which positions and in
which order differs. A training that was stopped goes on from its checkpoint.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from engine.evaluation.context import Context
from engine.model.mhr.config import MHRConfig
from engine.model.mhr.routing import centre
from engine.model.style_model import StyleModel
from engine.style.records import PlayerInfo
from engine.training.loop import train
from engine.training.options import RoutingSteps, StylesOptions
from engine.training.ranks import Ranks
from engine.training.sampling import BalancedSampler, EpochSampler
from engine.training.styles import NO_STYLE, StylesTask

VALIDATION_POSITIONS = 256
"""The loop's own validation is not what is reported: it may be small."""


class PositionSampler(Protocol):
    """Says which positions a step learns from."""

    def draw(self, step: int, count: int, ranks: Ranks) -> Tensor:
        """Return rows, int64 (count,); the same for the same step."""


class WithReplay:
    """Draws most positions from one sampler and a share from another."""

    def __init__(self, sampler: PositionSampler, replay: PositionSampler, share: float) -> None:
        self.sampler, self.replay, self.share = sampler, replay, share

    def draw(self, step: int, count: int, ranks: Ranks) -> Tensor:
        """Return rows, int64 (count,), of a step."""
        replayed = round(count * self.share)
        own = self.sampler.draw(step, count - replayed, ranks)
        return torch.cat((own, self.replay.draw(step, replayed, ranks))) if replayed else own


@dataclass(frozen=True, slots=True)
class Trained:
    """A short training's result.

    Attributes:
        model: backbone and inventory, on the device.
        styles: float32 (S, heads, modules), centred, on the device.
        memory: what natural steps remember of each style, for a training that goes on.
    """

    model: StyleModel
    styles: Tensor
    memory: Mapping[str, Tensor]

    def in_styles(self, of_player: Tensor) -> Callable[[Tensor, Tensor], Tensor]:
        """Return a predictor in which player p plays in style ``of_player[p]``."""
        return lambda planes, players: self.model(planes, self.styles[of_player[players]])[0]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What one training does.

    Attributes:
        names: who gets a style, exact names.
        rows: positions of each, int64 on the device.
        positions: how many positions to learn from, repeats counted.
        batch_size: positions of a step.
        learning_rate: peak rate of the adapters.
        balance: a player with n positions is drawn in proportion to n ** balance.
        steps: how routing learns; see ``StylesOptions.routing_steps``.
        routing_speed: with "adam", rate of the routing in multiples of the adapters'.
        sampler: draws the positions, if not evenly from ``rows``.
        routing_only: leave the inventory as it is.
        start: float32 (S, heads, modules), styles at the beginning, if not random.
        everybody_else: row of the style in which all other players' positions are learnt, if any.
        memory: of the training that this one continues, if any.
    """

    names: Sequence[str]
    rows: Sequence[Tensor]
    positions: int
    batch_size: int = 256
    learning_rate: float = 2e-3
    balance: float = 1.0
    steps: RoutingSteps = RoutingSteps.NATURAL
    routing_speed: float = 100.0
    sampler: PositionSampler | None = None
    routing_only: bool = False
    start: Tensor | None = None
    everybody_else: int | None = None
    memory: Mapping[str, Tensor] | None = None


def fresh_model(context: Context, config: MHRConfig) -> StyleModel:
    """Return the shipped backbone with a new inventory, drawn by the context's seed."""
    torch.manual_seed(context.seed)
    return StyleModel(context.model.plain_backbone(), config).to(context.device)


def teach(
    context: Context,
    key: str,
    model: StyleModel,
    lesson: Lesson,
    settings: Mapping[str, Any],
    report: Callable[[float], None] = lambda share: None,
) -> Trained:
    """Train a model, in place, and return it with the styles.

    Args:
        context: of the experiment.
        key: names the training among the context's partial results.
        model: what to train; taken over.
        lesson: what to learn.
        settings: JSON values that, with the lesson's numbers, tell this training from others.
        report: told of the share done.
    """
    options = StylesOptions(
        positions=lesson.positions,
        batch_size=min(lesson.batch_size, lesson.positions),
        learning_rate=lesson.learning_rate,
        seed=context.seed,
        validate_every=lesson.positions,
        validation_positions=VALIDATION_POSITIONS,
        mhr=model.config,
        least_games=1,
        routing_steps=lesson.steps,
        routing_speed=1.0 if lesson.routing_only else lesson.routing_speed,
        balance=lesson.balance,
        group_share=None,
        population_share=0.0,
    )
    players = [PlayerInfo(name, 0) for name in lesson.names]
    task = StylesTask(context.positions, options, model, players, {}, lesson.routing_only)
    task.sampler = lesson.sampler or sampler_of(lesson.rows, lesson.balance, context.seed)  # type: ignore[assignment]
    if lesson.start is not None:
        task.network.styles.data.copy_(lesson.start)
    if lesson.everybody_else is not None:
        task.style_of_player[task.style_of_player == NO_STYLE] = lesson.everybody_else
    natural = task.network.natural
    if lesson.memory is not None and natural is not None:
        natural.load_state_dict(dict(lesson.memory))
    directory = context.partials / "trainings" / f"{key}-{_digest(options, lesson, settings)}"
    alone = Ranks(0, 1, context.device)
    train(task, options, directory, alone, lambda told: report(told.positions / told.total))
    model.requires_grad_(False)
    memory = {} if natural is None else natural.state_dict()
    return Trained(model.eval(), centre(task.network.styles.detach()), memory)


def sampler_of(rows: Sequence[Tensor], balance: float, seed: int) -> PositionSampler:
    """Return a sampler over the positions of several players."""
    every = torch.cat([*rows]).int()
    if balance == 1.0:
        return EpochSampler(every, seed)
    counts = torch.tensor([len(each) for each in rows], device=every.device)
    groups = torch.arange(len(rows), device=every.device).repeat_interleave(counts)
    return BalancedSampler(every, groups, balance, seed)


def _digest(options: StylesOptions, lesson: Lesson, settings: Mapping[str, Any]) -> str:
    text = json.dumps([asdict(options), list(lesson.names), dict(settings)], sort_keys=True)
    digest = hashlib.blake2b(text.encode(), digest_size=6)
    for rows in lesson.rows:
        digest.update(rows.cpu().numpy().tobytes())
    return digest.hexdigest()
