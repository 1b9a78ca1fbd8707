"""Ways to train for players with few games (arXiv 2505.17682 carried over to chess).

Anchor players have all their games; players of the tail are left only a few. Every arm reads the
same number of positions in all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from engine.evaluation.context import Context
from engine.evaluation.measures.short_training import (
    Lesson,
    PositionSampler,
    Trained,
    WithReplay,
    fresh_model,
    sampler_of,
    teach,
)
from engine.model.style_model import StyleModel
from engine.position.moves import POLICY_MOVE_CODES
from engine.training.data import TrainingPositions
from engine.training.sampling import EpochSampler, fixed_sample
from engine.training.splits import Split
from engine.training.styles import INITIAL_SPREAD

First = Literal["all", "balanced", "anchors"]
Second = Literal["none", "routing", "hard"]
EVERYBODY_ELSE = "(everybody else)"
REPLAY_SHARE = 0.05
SECOND_STAGE_SHARE = 0.2
_BATCH = 2048


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to train.

    Attributes:
        name: for people.
        first: who is learnt from first: all in proportion to their positions, all alike, or only
            the anchors.
        second: what follows: nothing, the tail's routing alone, or adapters and routing on as many
            hard positions of everybody.
        replay: whether a share of all positions are other players' moves.
    """

    name: str
    first: First
    second: Second = "none"
    replay: bool = False


ARMS: tuple[Arm, ...] = tuple(
    replace(arm, name=arm.name + (", with replay" if replay else ""), replay=replay)
    for arm in (
        Arm("as published", "all"),
        Arm("balanced sampling", "balanced"),
        Arm("anchors, then routing only", "anchors", "routing"),
        Arm("anchors, then hard positions", "anchors", "hard"),
    )
    for replay in (False, True)
)
AS_PUBLISHED = ARMS[0].name


@dataclass(frozen=True, slots=True)
class Pupils:
    """Who is learnt from.

    Attributes:
        anchors: players with all their games.
        tail: players with few.
        cuts: how many games each player of the tail is left.
        rows: positions of all of them, anchors first, int64 on the device.
        others: positions of everybody else, for replay.
        hidden: of the tail, training positions that no arm may read.
    """

    anchors: tuple[str, ...]
    tail: tuple[str, ...]
    cuts: tuple[int, ...]
    rows: tuple[Tensor, ...]
    others: Tensor
    hidden: tuple[Tensor, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All pupils, anchors first."""
        return (*self.anchors, *self.tail)

    @property
    def everybody_else(self) -> int:
        """Row of the style of all others."""
        return len(self.names)


def hard_positions(
    positions: TrainingPositions,
    model: StyleModel,
    rows: Tensor,
    most: int,
    seed: int,
    pool: int = 2000,
) -> Tensor:
    """Return positions in which the frozen backbone likes another move of the man that moved.

    Args:
        positions: the games.
        model: without a style, it judges.
        rows: where to look, int64; at most ``pool`` of them are looked at.
        most: how many to return at most.
        seed: of the choice.
        pool: how many to look at.
    """
    looked_at = fixed_sample(rows, pool, seed)
    hard = [_is_hard(positions, model, part) for part in torch.split(looked_at, _BATCH)]
    found = looked_at[torch.cat(hard)] if hard else looked_at
    return fixed_sample(found, most, seed)


@torch.no_grad()
def _is_hard(positions: TrainingPositions, model: StyleModel, rows: Tensor) -> Tensor:
    batch = positions.batch(rows)
    logits = model.backbone_only(batch.planes)[0].float()
    favourite = logits.masked_fill(~positions.legal_masks(rows), -torch.inf).argmax(1)
    origins = torch.as_tensor(POLICY_MOVE_CODES, device=rows.device).long() & 63
    same_man = origins[favourite] == origins[batch.policy]
    return same_man & (favourite != batch.policy)


def train_arm(
    context: Context,
    arm: Arm,
    pupils: Pupils,
    positions: int,
    batch: int,
    hard_each: int,
    report: Callable[[float], None],
) -> Trained:
    """Train one arm; its styles are those of the pupils and, last, of everybody else.

    Args:
        context: of the experiment.
        arm: which way.
        pupils: who is learnt from.
        positions: how many are read in all.
        batch: positions of a step.
        hard_each: hard positions of each pupil in a second stage.
        report: told of the share done.
    """
    staged = arm.second != "none"
    first_share = 1 - SECOND_STAGE_SHARE if staged else 1.0
    model = fresh_model(context, context.model.config)
    chosen = pupils.rows[: len(pupils.anchors)] if arm.first == "anchors" else pupils.rows
    lesson = Lesson(
        names=(*pupils.names, EVERYBODY_ELSE),
        rows=chosen,
        positions=max(int(positions * first_share), batch),
        batch_size=batch,
        sampler=_sampler(context, arm, pupils, chosen, 0.0 if arm.first == "balanced" else 1.0),
        start=_first_styles(context, model, pupils),
        everybody_else=pupils.everybody_else,
    )
    # Both staged arms begin alike: the first stage is kept under one name.
    key = f"tail/{arm.first}"
    settings = {"replay": arm.replay, "cuts": list(pupils.cuts)}
    trained = teach(context, key, model, lesson, settings, lambda s: report(s * first_share))
    if not staged:
        return trained
    rows = _second_rows(context, arm, pupils, trained.model, hard_each)
    rest = replace(
        lesson,
        rows=rows,
        sampler=_sampler(context, arm, pupils, rows, 0.0),
        positions=max(int(positions * SECOND_STAGE_SHARE), batch),
        start=_tail_at_the_mean(trained.styles, pupils),
        memory=trained.memory,
        routing_only=arm.second == "routing",
    )
    key, settings = f"tail/{arm.first}-{arm.second}", settings | {"first": lesson.positions}
    return teach(
        context,
        key,
        trained.model,
        rest,
        settings,
        lambda share: report(first_share + share * (1 - first_share)),
    )


def _second_rows(
    context: Context, arm: Arm, pupils: Pupils, model: StyleModel, hard_each: int
) -> tuple[Tensor, ...]:
    """Return the positions of a second stage, in which all pupils count alike."""
    if arm.second == "routing":
        return pupils.rows[len(pupils.anchors) :]
    hard = [
        hard_positions(context.positions, model, each, hard_each, context.seed)
        for each in pupils.rows
    ]
    # Who has no hard position is reminded of ordinary ones, or would be forgotten.
    return tuple(
        found if len(found) else fixed_sample(each, hard_each, context.seed)
        for found, each in zip(hard, pupils.rows, strict=True)
    )


def _sampler(
    context: Context, arm: Arm, pupils: Pupils, rows: Sequence[Tensor], balance: float
) -> PositionSampler:
    sampler = sampler_of(rows, balance, context.seed)
    if not arm.replay or not len(pupils.others):
        return sampler
    return WithReplay(sampler, EpochSampler(pupils.others.int(), context.seed), REPLAY_SHARE)


def _first_styles(context: Context, model: StyleModel, pupils: Pupils) -> Tensor:
    """Return anchors' styles at random, so that they can part, and all others' in the middle."""
    generator = torch.Generator().manual_seed(context.seed)
    styles = torch.zeros(len(pupils.names) + 1, *model.style_shape)
    spread = INITIAL_SPREAD["natural"]
    anchors = styles[: len(pupils.anchors)]
    anchors.uniform_(-spread, spread, generator=generator)
    return styles.to(context.device)


def _tail_at_the_mean(styles: Tensor, pupils: Pupils) -> Tensor:
    """Return styles after a first stage in which the tail had no part."""
    start, anchors = styles.clone(), len(pupils.anchors)
    start[anchors : pupils.everybody_else] = styles[:anchors].mean(0)
    return start


def choose_pupils(
    context: Context, names: Sequence[str], anchors: int, cuts: Sequence[int], replayed: int
) -> Pupils:
    """Cut players' games: the first ``anchors`` keep all, the others a few.

    Args:
        context: of the experiment.
        names: players, most games first; those after the anchors are dealt the cuts in turn.
        anchors: how many keep all their training games.
        cuts: numbers of games.
        replayed: how many positions of other players to put aside.
    """
    tail = tuple(names[anchors:])
    dealt = tuple(cuts[number % len(cuts)] for number in range(len(tail)))
    kept, hidden = [], []
    for name, cut in zip(tail, dealt, strict=True):
        games = context.games_of(name, (Split.TRAIN,))
        order = torch.randperm(
            len(games), generator=torch.Generator().manual_seed(context.seed)
        ).numpy()
        kept.append(context.rows_of_games(name, games[order[:cut]]))
        hidden.append(context.rows_of_games(name, games[order[cut:]]))
    return Pupils(
        anchors=tuple(names[:anchors]),
        tail=tail,
        cuts=dealt,
        rows=(*context.rows_of_players(names[:anchors], (Split.TRAIN,)), *kept),
        others=_rows_of_others(context, names, replayed),
        hidden=tuple(hidden),
    )


def _rows_of_others(context: Context, names: Sequence[str], count: int) -> Tensor:
    """Return training positions of players who are not pupils, drawn at random."""
    positions = context.positions
    drawn = fixed_sample(positions.rows_of(Split.TRAIN), 8 * count, context.seed)
    pupils = torch.tensor(
        [number for number, name in enumerate(positions.players) if name in set(names)],
        device=drawn.device,
    )
    return drawn[~torch.isin(positions.movers(drawn), pupils)][:count]
