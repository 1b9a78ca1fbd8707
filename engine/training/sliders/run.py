"""One run that trains sliders in games, from an assets folder to their new steps."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY
from engine.errors import StylemateError
from engine.model.checkpoint import load_model
from engine.play.fixtures import OpeningMoves
from engine.style.space import StyleSpace
from engine.style.style import Routing
from engine.training.data import Games, load_games
from engine.training.loop import Progress, TrainingOutcome, train
from engine.training.ranks import Ranks
from engine.training.sliders.options import SliderOptions
from engine.training.sliders.task import SliderTask
from engine.training.splits import Split, split_of_games

OPENING_LENGTH: Final = 8
"""Plies of the openings from which half of the games begin."""
_OPENINGS: Final = 400


def train_sliders(
    store: Path,
    assets: Path,
    out: Path,
    options: SliderOptions,
    ranks: Ranks,
    report: Callable[[Progress], None] = lambda progress: None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> TrainingOutcome:
    """Train sliders on the games that are played with them.

    A folder that holds the same run goes on where it stopped.

    Args:
        store: the game store, whose training games give openings.
        assets: with a model that has dials, and styles with sliders. Nothing in it changes.
        out: gets ``steps.safetensors`` and what a stopped run goes on from.
        options: how to train; ``positions`` follows from ``turns``.
        ranks: this process, alone.
        report: told how far the run is.
        stop_requested: asked after every turn.

    Raises:
        StylemateError: a slider is unknown or has no figure in games, the store has no opening, or
            the folder holds another run.
    """
    if ranks.count > 1:
        raise StylemateError("Sliders are trained by one process. Start it without torchrun.")
    for name in ("games", "validation_games"):
        if getattr(options, name) % 4 or getattr(options, name) < 4:
            raise StylemateError(
                f"{name.replace('_', ' ').capitalize()} should be a multiple of 4, "
                f"not {getattr(options, name)}: half with either colour, half from openings."
            )
    model = load_model(assets / MODEL_DIRECTORY)
    space = StyleSpace.load(assets / STYLES_DIRECTORY)
    steps = _first_steps(space, options.only)
    options = replace(options, positions=options.turns * len(steps) * options.batch_size)
    styles = np.concatenate((space.population, space.average[None])).astype(np.float32)
    book = training_openings(load_games(store), options.seed)
    task = SliderTask(model, styles, steps, book, options, ranks.device)
    return train(task, options, out, ranks, report, stop_requested)


def _first_steps(space: StyleSpace, sliders: Sequence[str]) -> dict[str, Routing]:
    """Return the dials' part of each slider's step, float32 (dial heads, modules)."""
    heads = space.shape[0]
    turned = [key for key, step in space.deltas.items() if step.shape[0] > heads]
    chosen = list(dict.fromkeys(sliders)) or turned
    for key in chosen:
        if key not in turned:
            raise StylemateError(
                f"There is no dial '{key}'. Choose from: {', '.join(turned) or 'none'}."
            )
    if not chosen:
        raise StylemateError("These assets have no dials. `stylemate train dials` makes them.")
    return {key: space.deltas[key][heads:].astype(np.float32) for key in chosen}


def training_openings(games: Games, seed: int, count: int = _OPENINGS) -> list[OpeningMoves]:
    """Return different beginnings of games of the training split.

    Raises:
        StylemateError: there is none.
    """
    fit = split_of_games(games.game_ids) == int(Split.TRAIN)
    numbers = np.flatnonzero(fit & (np.diff(games.offsets) > OPENING_LENGTH))
    found: dict[OpeningMoves, None] = {}
    for number in np.random.default_rng(seed).permutation(numbers):
        begin = games.offsets[number]
        found[tuple(games.moves[begin : begin + OPENING_LENGTH].tolist())] = None
        if len(found) == count:
            break
    if not found:
        raise StylemateError(
            f"The game store holds no game of more than {OPENING_LENGTH} plies to train from. "
            "Ingest more games."
        )
    return list(found)
