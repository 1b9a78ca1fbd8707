"""How often rare kinds of move are foreseen, before and after teaching hard ones."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor

from engine.assets import MODEL_DIRECTORY
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiments.long_tail.arms import hard_positions
from engine.evaluation.experiments.long_tail.rare_moves import kinds_of
from engine.evaluation.experiments.long_tail.settings import Settings
from engine.evaluation.measures.held_out import HELD_OUT, held_out_sample
from engine.evaluation.measures.short_training import Lesson, Trained, WithReplay, sampler_of, teach
from engine.model.checkpoint import load_model
from engine.training.move_match import MoveMatch, Sample, Values, match_moves, means_by_player
from engine.training.options import RoutingSteps
from engine.training.sampling import fixed_sample
from engine.training.splits import Split

_RARE_REPLAY, _RARE_RATE = 0.5, 5e-4


@dataclass(frozen=True, slots=True)
class Rare:
    """What became of rare kinds of move.

    Attributes:
        values: by name, by anchor: ``backbone``, ``mean``, ``own`` and ``taught`` recall of each
            kind in %, ``KIND_share`` of all moves, and cross-entropies of all moves.
    """

    values: dict[str, Values]


def rare_moves_foreseen(context: Context, names: Sequence[str], settings: Settings) -> Rare:
    """Measure recall of rare moves with the shipped styles, before and after teaching them."""
    styled = [name for name in names if name in set(context.space.names)]
    if not styled:
        raise StylemateError(
            "None of the players with the most games has a shipped style. Give the store that "
            "the styles were learnt from."
        )

    def measure() -> dict[str, Values]:
        z = np.stack([context.space.row(name) for name in styled])
        styles = torch.from_numpy(z).to(context.device)
        shipped = Trained(context.model, styles, {})
        taught = _taught(context, styled, styles, settings)
        rows = [
            fixed_sample(each, settings.rare_searched, context.seed)
            for each in context.rows_of_players(styled, HELD_OUT)
        ]
        searched = Sample.of_players(context.positions, rows)
        kinds = kinds_of(context.positions, searched.rows)
        any_kind = torch.stack([*kinds.values()]).any(0)
        values = _recalls(searched.chosen(any_kind), kinds, any_kind, shipped, taught)
        for kind, flags in kinds.items():
            share = means_by_player(flags.double(), searched.players, searched.count)
            values[f"{kind}_share"] = 100 * share
        ordinary = held_out_sample(context, styled, settings.held_out)
        for name, matched in _with_own(ordinary, shipped, taught).items():
            values[f"{name}_cross_entropy"] = matched.cross_entropy()
            values[f"{name}_top1"] = matched.top1()
        return values

    return Rare(context.cached("long_tail/rare", measure, asdict(settings) | {"names": styled}))


def _recalls(
    sample: Sample, kinds: dict[str, Tensor], chosen: Tensor, shipped: Trained, taught: Trained
) -> dict[str, Values]:
    values = {}
    for name, matched in _with_own(sample, shipped, taught).items():
        for kind, flags in kinds.items():
            of_kind = flags[chosen]
            hits = matched.hits[of_kind].double()
            recall = means_by_player(hits, sample.players[of_kind], sample.count)
            values[f"{name}_{kind}"] = 100 * recall
    return values


def _with_own(sample: Sample, shipped: Trained, taught: Trained) -> dict[str, MoveMatch]:
    own = torch.arange(sample.count, device=sample.rows.device)
    mean = shipped.styles.mean(0)
    return match_moves(
        sample,
        {
            "backbone": lambda planes, players: shipped.model.backbone_only(planes)[0],
            "mean": lambda planes, players: shipped.model(planes, mean)[0],
            "own": shipped.in_styles(own),
            "taught": taught.in_styles(own),
        },
    )


def _taught(context: Context, names: Sequence[str], styles: Tensor, settings: Settings) -> Trained:
    """Return the shipped model after some hard rare moves of each kind; styles stay as they are."""
    searched = [
        fixed_sample(rows, settings.rare_searched, context.seed)
        for rows in context.rows_of_players(names, (Split.TRAIN,))
    ]
    every = torch.cat(searched)
    kinds = kinds_of(context.positions, every)
    model = load_model(context.assets / MODEL_DIRECTORY, context.device)
    hard = [
        hard_positions(context.positions, model, every[flags], settings.rare_each, context.seed)
        for flags in kinds.values()
    ]
    lesson = Lesson(
        names=names,
        rows=hard,
        positions=max(10 * sum(len(rows) for rows in hard), settings.batch),
        batch_size=settings.batch,
        learning_rate=_RARE_RATE,
        steps=RoutingSteps.ADAM,
        routing_speed=0.0,
        sampler=WithReplay(
            sampler_of([rows for rows in hard if len(rows)] or [every], 0.0, context.seed),
            sampler_of(searched, 1.0, context.seed),
            _RARE_REPLAY,
        ),
        start=styles,
    )
    return teach(context, "rare", model, lesson, {"each": settings.rare_each})
