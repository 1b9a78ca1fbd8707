"""Held-out positions of a run's players, on which predictors are scored."""

from collections.abc import Sequence

from engine.evaluation.context import Context
from engine.training.move_match import Sample
from engine.training.sampling import fixed_sample
from engine.training.splits import Split

HELD_OUT = (Split.VALIDATION, Split.TEST)


def held_out_sample(context: Context, names: Sequence[str], each: int) -> Sample:
    """Return at most ``each`` held-out positions of every player, drawn by the context's seed."""
    drawn = [
        fixed_sample(rows, each, context.seed) for rows in context.rows_of_players(names, HELD_OUT)
    ]
    return Sample.of_players(context.positions, drawn)
