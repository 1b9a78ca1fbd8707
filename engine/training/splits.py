"""Which games train, validate and test, and which players are never trained on."""

import hashlib
from collections.abc import Mapping
from enum import IntEnum

import numpy as np
import numpy.typing as npt


class Split(IntEnum):
    """Part of the data a game belongs to, decided by its hash alone: 80/10/10 %."""

    TRAIN = 0
    VALIDATION = 1
    TEST = 2


def split_of_games(game_ids: npt.NDArray[np.uint64]) -> npt.NDArray[np.int8]:
    """Return the ``Split`` of every game from its 64-bit hash.

    A game is in the same part for both of its players, whatever store it comes in.
    """
    digit = (game_ids % np.uint64(10)).astype(np.int8)
    splits = np.full(digit.shape, Split.TRAIN, dtype=np.int8)
    splits[digit == 8] = Split.VALIDATION
    splits[digit == 9] = Split.TEST
    return splits


def choose_unseen_players(
    game_counts: Mapping[str, int], count: int, least_games: int, most_games: int
) -> list[str]:
    """Choose players to leave out of all training, by a hash of their names.

    Args:
        game_counts: games of every player.
        count: how many to choose at most.
        least_games: fewest games a chosen player may have (enough to fit and to query).
        most_games: most games, which keeps the best known players in the training.

    Returns:
        Names in alphabetical order.
    """
    eligible = [name for name, games in game_counts.items() if least_games <= games <= most_games]
    eligible.sort(key=lambda name: hashlib.blake2b(name.encode(), digest_size=8).digest())
    return sorted(eligible[:count])
