"""The players whose styles are pushed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.assets import STYLES_DIRECTORY
from engine.evaluation.context import Context
from engine.evaluation.measures.human_moves import positions_of_games
from engine.style.steering.calibration import load_calibration
from engine.style.style import Routing
from engine.training.few_shot_fit import fit_styles, rows_of_player
from engine.training.splits import Split

_FIT_GAMES = 100
HELD_OUT_PLAYERS, UNSEEN_PLAYERS, ANY_PLAYERS = "held out", "unseen", "any"


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """A player whose style is pushed.

    Attributes:
        name: the player's.
        z: float32 (heads, modules), their style.
        kind: "held out" if the style had no part in making the sliders, "unseen" if the player had
            none in training either, "any" if nobody noted which styles had.
        games: int64 (n,), games that neither the model nor the style learnt from.
    """

    name: str
    z: Routing
    kind: str
    games: npt.NDArray[np.int64]


def choose_subjects(context: Context, count: int, unseen: int) -> list[Subject]:
    """Choose players at random: some of the style space, and some whom training never saw.

    Args:
        context: of the run.
        count: how many of the space.
        unseen: how many others, as far as there are any with enough games; their styles are fitted
            to 100 games.
    """
    random = np.random.default_rng((context.seed, 6))
    names, kind = _held_out_names(context)
    chosen = sorted(random.permutation(names)[:count].tolist())
    space = context.space
    subjects = [
        Subject(name, space.row(name), kind, context.games_of(name, [Split.TEST]))
        for name in chosen
    ]
    enough = [name for name in context.unseen if len(context.games_of(name)) >= 2]
    return subjects + [
        _fitted(context, name) for name in sorted(random.permutation(enough)[:unseen].tolist())
    ]


def _held_out_names(context: Context) -> tuple[list[str], str]:
    """Return players with styles that the sliders were not made with, if anybody noted them."""
    names = context.space.names
    calibration = load_calibration(context.assets / STYLES_DIRECTORY)
    noted = set() if calibration is None else set(calibration.report_names)
    known = [name for name in names if name in noted]
    return (known, HELD_OUT_PLAYERS) if known else (list(names), ANY_PLAYERS)


def _fitted(context: Context, name: str) -> Subject:
    games = context.games_of(name)
    order = np.random.default_rng((context.seed, 7)).permutation(len(games))
    half = min(_FIT_GAMES, len(games) - len(games) // 2)
    learnt, rest = np.sort(games[order[:half]]), np.sort(games[order[half:]])

    def fit() -> dict[str, Routing]:
        context.progress(0.0, f"fitting the style of {name}")
        positions = positions_of_games(context, learnt)
        rows = rows_of_player(positions, [name])
        return {"z": fit_styles(context.model, positions, [rows], context.space.prior)[0].z}

    z = context.cached("steering/fitted", fit, {"name": name, "games": half})["z"]
    return Subject(name, z, UNSEEN_PLAYERS, rest)
