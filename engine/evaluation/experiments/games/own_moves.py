"""What habits in games do to the prediction of a player's own moves."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate, Table
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.measures.human_moves import people_with_moves
from engine.position.phases import BOOK_PLIES
from engine.style.intensity import AS_REAL, CARICATURE
from engine.style.recipe import AS_FITTED, Component, Recipe
from engine.style.style import Routing, with_heads
from engine.training.move_match import Predictor, match_moves

WITHOUT, ALONE = "without a style", "style alone"
_ALL_OF_THEM = AS_FITTED + (1 - AS_REAL) / CARICATURE
"""The intensity that adds as much as the player's games differ from others'."""
PLAYED = {"style at intensity 1": AS_FITTED, "style with all of the habits": _ALL_OF_THEM}

Rows = dict[str, dict[str, list[float]]]


def own_moves(context: Context, people: int, each: int) -> Rows:
    """Return how styles, with and without habits in games, predict their players' other games.

    Args:
        context: of the run.
        people: players, at most.
        each: held-out positions of each, at most.

    Returns:
        By predictor the figures "top1" (in %) and "top1_later" (after the first ten plies), and
        "loss" and "loss_later" in nats, each less those without a style, one number a player.
    """
    names, sample = people_with_moves(context, people, each)
    space = context.space
    heads = context.model.config.steered_shape[0]
    known = [_known(context, name) for name in names]
    styles = {
        WITHOUT: [space.average for _ in names],
        ALONE: [space.row(name) for name in names],
    } | {
        words: [
            space.style(Recipe((Component(name),), intensity=intensity if is_known else 1.0)).z
            for name, is_known in zip(names, known, strict=True)
        ]
        for words, intensity in PLAYED.items()
    }
    predictors = {words: _predictor(context, z, heads) for words, z in styles.items()}
    matches = match_moves(sample, predictors)
    found: Rows = {}
    for words, one in matches.items():
        found[words] = {}
        for suffix, ply in (("", 0), ("_later", BOOK_PLIES)):
            plain, own = matches[WITHOUT].from_ply(ply), one.from_ply(ply)
            found[words][f"top1{suffix}"] = (own.top1() - plain.top1()).tolist()
            loss = own.cross_entropy() - plain.cross_entropy()
            found[words][f"loss{suffix}"] = loss.tolist()
    return found


def own_moves_table(rows: Rows, people: int, seed: int) -> Table:
    """Return what ``own_moves`` found as a table."""
    kept = [words for words in rows if words != WITHOUT]
    keys = ("top1", "top1_later", "loss", "loss_later")
    return Table(
        "Own moves predicted, with and without habits in games",
        (
            "style",
            "matched more, points",
            "after ten plies",
            "cross-entropy",
            "after ten plies, too",
        ),
        tuple((words, *(_mean(rows[words][key], seed) for key in keys)) for words in kept),
        f"Held-out moves of {people} players, each against no style, over players. Half of the "
        "habits that real games show is what intensity 1 plays.",
    )


def _mean(values: Sequence[float], seed: int) -> Estimate:
    return bootstrap_mean(np.array(values, dtype=np.float64), seed)


def _known(context: Context, name: str) -> bool:
    return context.space.game_habits_of(name) is not None


def _predictor(context: Context, styles: Sequence[Routing], heads: int) -> Predictor:
    whole: npt.NDArray[np.float32] = np.stack([with_heads(z[None], heads)[0] for z in styles])
    z = torch.from_numpy(whole).to(context.device)
    return lambda planes, players: context.model(planes, z[players])[0]
