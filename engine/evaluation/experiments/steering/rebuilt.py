"""Deltas made once more, each from half of the players."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.attribute_levels import Levels
from engine.evaluation.context import Context
from engine.evaluation.measures.fixed_positions import FixedScale
from engine.evaluation.measures.game_attributes import Values
from engine.style.steering.delta_rules import gradient_rule, paper_rule, regression_rule
from engine.style.steering.player_sample import LEAST_PLAYERS
from engine.style.style import Routing


@dataclass(frozen=True, eq=False, slots=True)
class Rebuilt:
    """Deltas found again from either half of all players.

    Attributes:
        rule: the rule, as ``engine.style.steering.build`` names it.
        between: float64 (steered,), cosine of the two halves' deltas.
        shipped: float64 (steered,), their mean cosine with the sliders' deltas.
    """

    rule: str
    between: Values
    shipped: Values


def rebuilt_deltas(
    context: Context, scale: FixedScale, keys: Sequence[str], gradient_players: int
) -> list[Rebuilt]:
    """Find raw deltas from two halves of the players, by each rule, and compare them.

    The rules that need players' measured attributes are left out where those are not known.

    Args:
        context: of the run.
        scale: measures.
        keys: the attributes.
        gradient_players: players of each half on whose styles gradients are taken.

    Returns:
        One for each rule; none if the players are too few to be halved, or if the sliders are
        dials, which no player's style went into.
    """
    population = context.space.population
    are_dials = any(context.space.deltas[key].shape != context.space.shape for key in keys)
    if are_dials or len(population) < 2 * LEAST_PLAYERS:
        return []
    order = np.random.default_rng((context.seed, 9)).permutation(len(population))
    halves = [np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])]
    levels = Levels(context.space)
    rules: dict[str, list[Routing]] = {}
    if all(key in levels.keys and np.isfinite(levels.column(key)).all() for key in keys):
        scores = np.stack([levels.column(key) for key in keys], axis=1)
        for half in halves:
            rules.setdefault("paper", []).append(paper_rule(population[half], scores[half]))
            rules.setdefault("regression", []).append(
                regression_rule(population[half], scores[half])
            )
    for number, half in enumerate(halves):
        slopes = _slopes(context, scale, keys, half[:gradient_players], number)
        rules.setdefault("gradient", []).append(gradient_rule(population[half], slopes))
    deltas = np.stack([context.space.deltas[key] for key in keys])
    return [
        Rebuilt(rule, _cosines(*found), np.mean([_cosines(one, deltas) for one in found], axis=0))
        for rule, found in rules.items()
    ]


def _slopes(
    context: Context,
    scale: FixedScale,
    keys: Sequence[str],
    rows: npt.NDArray[np.int64],
    number: int,
) -> Values:
    """Return the mean gradients of attributes, in standard deviations for a routing number."""
    context.progress(0.5, f"gradients of half {number + 1} of the players")
    found = context.cached(
        "steering/gradients",
        lambda: {"mean": scale.meter.gradients(context.space.population[rows]).mean(axis=0)},
        {"half": number, "players": len(rows)},
    )["mean"]
    places = [scale.keys.index(key) for key in keys]
    return np.asarray(found[scale.columns[places]] / scale.sd[places][:, None, None])


def _cosines(one: Routing, other: Routing) -> Values:
    """Return the cosines of deltas (n, heads, modules), centred per head."""
    flat = [
        (each - each.mean(axis=-1, keepdims=True)).reshape(len(each), -1).astype(np.float64)
        for each in (one, other)
    ]
    lengths = [np.linalg.norm(each, axis=1) for each in flat]
    product = lengths[0] * lengths[1]
    return np.asarray((flat[0] * flat[1]).sum(axis=1) / np.where(product > 0, product, np.nan))
