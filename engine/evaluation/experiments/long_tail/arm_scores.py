"""How well an arm's styles predict and recognise players who were left few games."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.evaluation.context import Context
from engine.evaluation.experiments.ablations import match_with_controls
from engine.evaluation.experiments.long_tail.arms import Arm, Pupils, train_arm
from engine.evaluation.experiments.long_tail.settings import Settings
from engine.evaluation.measures.held_out import held_out_sample
from engine.evaluation.measures.short_training import Lesson, Trained, teach
from engine.position.phases import BOOK_PLIES, from_ply
from engine.training.move_match import Sample, Values, match_moves
from engine.training.sampling import fixed_sample
from engine.training.splits import Split

_PASSES = 2.0
_PROTOTYPE_POSITIONS = 200


@dataclass(frozen=True, slots=True)
class ArmScores:
    """What one arm reached; arrays by player, as they are kept.

    Attributes:
        values: by name; see ``_measure_arm``.
    """

    values: dict[str, Values]

    def __getitem__(self, name: str) -> Values:
        return self.values[name]


def scores_of_arm(
    context: Context, arm: Arm, pupils: Pupils, settings: Settings, report: Any
) -> ArmScores:
    described = asdict(settings) | {"arm": asdict(arm), "names": list(pupils.names)}

    def measure() -> dict[str, Values]:
        trained = train_arm(
            context,
            arm,
            pupils,
            settings.positions,
            settings.batch,
            settings.hard_each,
            lambda share: report(0.6 * share),
        )
        return _measure_arm(context, arm, pupils, trained, settings)

    key = "".join(letter if letter.isalnum() else "-" for letter in arm.name)
    return ArmScores(context.cached(f"long_tail/{key}", measure, described))


def _measure_arm(
    context: Context, arm: Arm, pupils: Pupils, trained: Trained, settings: Settings
) -> dict[str, Values]:
    """Return scores by player of the tail, and of the anchors under names with ``anchors_``."""
    everybody = held_out_sample(context, pupils.names, settings.held_out)
    anchors = len(pupils.anchors)
    own = Trained(trained.model, trained.styles[: len(pupils.names)], {})
    values = {}
    nearest = _nearest_anchors(context, pupils, trained)
    matches = match_with_controls(own, everybody)
    matches |= match_moves(everybody, {"nearest": trained.in_styles(nearest)})
    for name, matched in matches.items():
        for ply in (0, BOOK_PLIES):
            part = matched.from_ply(ply)
            for what, by_player in (("top1", part.top1()), ("cross_entropy", part.cross_entropy())):
                values[from_ply(f"{name}_{what}", ply)] = by_player[anchors:]
                values[from_ply(f"anchors_{name}_{what}", ply)] = by_player[:anchors]
    return values | _recognised(context, arm, pupils, trained, settings)


@torch.no_grad()
def _nearest_anchors(context: Context, pupils: Pupils, trained: Trained) -> Tensor:
    """Return for each pupil the anchor in whose style its few training moves are likeliest."""
    anchors = len(pupils.anchors)
    rows = [
        fixed_sample(each, _PROTOTYPE_POSITIONS, context.seed) for each in pupils.rows[anchors:]
    ]
    sample = Sample.of_players(context.positions, rows)
    zeros = torch.zeros(sample.count, dtype=torch.int64, device=sample.rows.device)
    by_anchor = [
        match_moves(sample, {"anchor": trained.in_styles(zeros + anchor)})["anchor"].cross_entropy()
        for anchor in range(anchors)
    ]
    best = torch.from_numpy(np.nanargmin(np.stack(by_anchor), axis=0)).to(sample.rows.device)
    return torch.cat((torch.arange(anchors, device=best.device), best))


def _recognised(
    context: Context, arm: Arm, pupils: Pupils, trained: Trained, settings: Settings
) -> dict[str, Values]:
    """Return whether hidden games find their player, and how near a style is to all games' one."""
    anchors = len(pupils.anchors)
    gallery = trained.styles[: len(pupils.names)]
    middle = gallery[:anchors].mean(0)
    truth = torch.arange(anchors, len(pupils.names), device=gallery.device)
    values: dict[str, Values] = {}
    for games in settings.queries:
        rows = [_first_games(context, hidden, games) for hidden in pupils.hidden]
        fitted = _fit(context, f"{arm.name} query {games}", pupils.tail, rows, trained, settings)
        cosines = _cosines(fitted - middle, gallery - middle)
        values[f"found_by_{games}"] = (cosines.argmax(1) == truth).double().cpu().numpy()
    whole = [
        fixed_sample(rows, settings.full_positions, context.seed)
        for rows in context.rows_of_players(pupils.tail, (Split.TRAIN,))
    ]
    fitted = _fit(context, f"{arm.name} whole", pupils.tail, whole, trained, settings)
    same = functional.cosine_similarity(
        (fitted - middle).flatten(1), (gallery[anchors:] - middle).flatten(1)
    )
    values["cosine_to_whole"] = same.double().cpu().numpy()
    return values


def _first_games(context: Context, rows: Tensor, games: int) -> Tensor:
    """Return the positions of the first games of some rows."""
    game = context.positions.games[rows]
    return rows[torch.isin(game, torch.unique(game)[:games])]


def _fit(
    context: Context,
    key: str,
    names: Sequence[str],
    rows: Sequence[Tensor],
    trained: Trained,
    settings: Settings,
) -> Tensor:
    """Return styles fitted to an arm's inventory by routing alone, from the mean style."""
    count = len(names)
    middle = trained.styles.mean(0)
    lesson = Lesson(
        names=names,
        rows=rows,
        positions=max(int(_PASSES * sum(len(each) for each in rows)), settings.batch),
        batch_size=settings.batch,
        routing_only=True,
        start=middle.expand(count, *middle.shape).clone(),
    )
    return teach(context, "tail/fits", trained.model, lesson, {"key": key}).styles


def _cosines(queries: Tensor, gallery: Tensor) -> Tensor:
    """Return cosines (Q, G) of centred styles."""
    return (
        functional.normalize(queries.flatten(1), dim=1)
        @ functional.normalize(gallery.flatten(1), dim=1).mT
    )
