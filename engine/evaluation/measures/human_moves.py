"""Held-out moves of people, on which any style's cost in predicting them is measured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch

from engine.evaluation.context import Context
from engine.evaluation.measures.held_out import HELD_OUT
from engine.games.rating_groups import is_rating_group
from engine.position.phases import BOOK_PLIES
from engine.style.style import Routing
from engine.training.data import Games, TrainingPositions, prepare_positions
from engine.training.few_shot_fit import rows_of_player
from engine.training.move_match import Predictor, Sample, match_moves
from engine.training.sampling import fixed_sample

Values = npt.NDArray[np.float64]
_POSITIONS_A_GAME = 20


@dataclass(frozen=True, eq=False, slots=True)
class HumanMatch:
    """How some styles predict people's moves, after the first ten plies.

    Attributes:
        top1: float64 (styles, players), share of moves that come first, in %.
        cross_entropy: float64 (styles, players), in nats a move.
    """

    top1: Values
    cross_entropy: Values


def positions_of_games(context: Context, games: npt.NDArray[np.int64]) -> TrainingPositions:
    """Return the positions of some games alone, on the run's device."""
    everything = context.games
    bounds = zip(everything.offsets[games], everything.offsets[games + 1], strict=True)
    moves = [everything.moves[begin:end] for begin, end in bounds]
    lengths = np.array([0, *(len(line) for line in moves)], dtype=np.int64)
    subset: Games = replace(
        everything,
        game_ids=everything.game_ids[games],
        white=everything.white[games],
        black=everything.black[games],
        results=everything.results[games],
        moves=np.concatenate([np.zeros(0, dtype=np.uint16), *moves]),
        offsets=lengths.cumsum(),
    )
    return prepare_positions(subset, (), context.device)


def human_sample(context: Context, players: int, each: int) -> Sample:
    """Return held-out positions of players drawn at random; see ``people_with_moves``."""
    return people_with_moves(context, players, each)[1]


def people_with_moves(context: Context, players: int, each: int) -> tuple[list[str], Sample]:
    """Return players drawn at random, and held-out positions of theirs.

    Args:
        context: of the run.
        players: how many, at most; rating groups are none.
        each: positions of each, at most.
    """
    random = np.random.default_rng((context.seed, 31))
    names = [name for name in context.space.names if not is_rating_group(name)]
    chosen: list[str] = []
    games: list[npt.NDArray[np.int64]] = []
    for name in random.permutation(names).tolist():
        held_out = context.games_of(name, HELD_OUT)
        if len(chosen) < players and len(held_out):
            chosen.append(name)
            games.append(random.permutation(held_out)[: max(each // _POSITIONS_A_GAME, 1) + 1])
    none = np.zeros(0, dtype=np.int64)
    positions = positions_of_games(context, np.unique(np.concatenate([none, *games])))
    rows = [fixed_sample(rows_of_player(positions, [name]), each, context.seed) for name in chosen]
    return chosen, Sample.of_players(positions, rows)


def human_match(context: Context, sample: Sample, styles: Sequence[Routing]) -> HumanMatch:
    """Return how styles predict the moves of a sample."""
    matches = match_moves(sample, {str(n): _predictor(context, z) for n, z in enumerate(styles)})
    found = [matches[str(number)].from_ply(BOOK_PLIES) for number in range(len(styles))]
    return HumanMatch(
        np.stack([one.top1() for one in found]),
        np.stack([one.cross_entropy() for one in found]),
    )


def _predictor(context: Context, z: Routing) -> Predictor:
    network = context.model.merge(torch.from_numpy(np.array(z, dtype=np.float32)))
    return lambda planes, players: network(planes)[0]
