"""What a push changes on the fixed positions, and what it costs in predicting moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.evaluation.context import Context
from engine.evaluation.experiments.steering.subjects import Subject
from engine.evaluation.measures.fixed_positions import FixedScale
from engine.evaluation.measures.game_attributes import Values
from engine.evaluation.measures.human_moves import positions_of_games
from engine.position.phases import OPENING_PLIES
from engine.style.style import Routing, steer
from engine.training.few_shot_fit import rows_of_player
from engine.training.move_match import Predictor, Sample, match_moves
from engine.training.options import Precision
from engine.training.sampling import fixed_sample


def fixed_shifts(
    context: Context,
    scale: FixedScale,
    subject: Subject,
    keys: Sequence[str],
    amounts: Sequence[float],
) -> Values:
    """Return what pushes do to a style on the fixed positions.

    Returns:
        float64 (steered, amounts, 2, measured): change of each measured attribute in standard
        deviations over players, on all positions and on those from ply 30 on.
    """

    def measure() -> dict[str, Values]:
        plain = scale.levels(subject.z)
        deltas = context.space.deltas
        rows = [
            [scale.levels(steer(subject.z, deltas[key], amount)) - plain for amount in amounts]
            for key in keys
        ]
        return {"shift": np.array(rows)}

    settings = {"name": subject.name, "keys": list(keys), "amounts": list(amounts)}
    return context.cached("steering/fixed", measure, settings)["shift"]


@dataclass(frozen=True, eq=False, slots=True)
class Cost:
    """How a player's own moves are predicted, on all positions and on those from ply 30 on.

    Attributes:
        top1: float64 (2, steered, amounts), change of the share of moves predicted first; nan
            where there are no positions.
        cross_entropy: the same, change in nats a move.
        plain_top1: float64 (2,), the share without a push.
        positions: number of positions.
    """

    top1: Values
    cross_entropy: Values
    plain_top1: Values
    positions: int


def move_cost(
    context: Context,
    subject: Subject,
    keys: Sequence[str],
    amounts: Sequence[float],
    most: int,
) -> Cost:
    """Measure what pushes cost in predicting a player's own moves in games not learnt from."""
    settings = {
        "name": subject.name,
        "keys": list(keys),
        "amounts": list(amounts),
        "positions": most,
    }
    found = context.cached(
        "steering/cost", lambda: _move_cost(context, subject, keys, amounts, most), settings
    )
    return Cost(found["top1"], found["cross_entropy"], found["plain_top1"], int(found["positions"]))


def _move_cost(
    context: Context,
    subject: Subject,
    keys: Sequence[str],
    amounts: Sequence[float],
    most: int,
) -> dict[str, Values]:
    shape = (2, len(keys), len(amounts))
    if not len(subject.games):
        unknown = np.full(shape, np.nan)
        return {
            "top1": unknown,
            "cross_entropy": unknown,
            "plain_top1": np.full(2, np.nan),
            "positions": np.array(0.0),
        }
    # More games than that hold more positions than are asked for.
    random = np.random.default_rng((context.seed, 8))
    games = np.sort(random.permutation(subject.games)[: max(most // 8, 2)])
    positions = positions_of_games(context, games)
    rows = fixed_sample(rows_of_player(positions, [subject.name]), most, context.seed)
    sample = Sample.of_players(positions, [rows])
    styles = {
        (row, column): steer(subject.z, context.space.deltas[key], amount)
        for row, key in enumerate(keys)
        for column, amount in enumerate(amounts)
    }
    predictors = {f"{row} {column}": _in_style(context, z) for (row, column), z in styles.items()}
    # Differences of one push are small: full precision.
    matches = match_moves(
        sample, {"plain": _in_style(context, subject.z), **predictors}, Precision.FLOAT32
    )
    shape = (2, len(keys), len(amounts))
    found = {"top1": np.empty(shape), "cross_entropy": np.empty(shape), "plain_top1": np.empty(2)}
    for place, ply in enumerate((0, OPENING_PLIES)):
        plain = matches["plain"].from_ply(ply)
        found["plain_top1"][place] = plain.top1()[0] / 100
        for row, column in styles:
            pushed = matches[f"{row} {column}"].from_ply(ply)
            found["top1"][place, row, column] = (pushed.top1() - plain.top1())[0] / 100
            found["cross_entropy"][place, row, column] = (
                pushed.cross_entropy() - plain.cross_entropy()
            )[0]
    return {**found, "positions": np.array(float(len(rows)))}


def _in_style(context: Context, z: Routing) -> Predictor:
    """Return a predictor that merges the style when it is asked: many at once fill the memory."""
    style = torch.from_numpy(np.array(z, dtype=np.float32))
    return lambda planes, players: context.model.merge(style)(planes)[0]
