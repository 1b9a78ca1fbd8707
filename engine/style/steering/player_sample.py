"""Which players sliders are made on: who sets the scale, who corrects, who chooses, who judges."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.games.rating_groups import is_rating_group
from engine.style.records import PlayerInfo
from engine.style.steering.build_options import BuildOptions

LEAST_PLAYERS = 8


@dataclass(frozen=True, slots=True)
class PlayerSample:
    """Rows of three groups of players that do not overlap, and of a part of the first."""

    gradient: npt.NDArray[np.intp]
    correction: npt.NDArray[np.intp]
    choice: npt.NDArray[np.intp]
    report: npt.NDArray[np.intp]

    @classmethod
    def choose(cls, players: Sequence[PlayerInfo], options: BuildOptions) -> "PlayerSample":
        reference = reference_players(players, options.reference_games)
        random = np.random.default_rng(options.seed)
        groups = [random.permutation(np.flatnonzero(group)) for group in (reference, ~reference)]
        places = [np.arange(len(group)) for group in groups]
        # By place within the group: players of both take turns as long as there are some.
        order = np.concatenate(groups)[np.argsort(np.concatenate(places), kind="stable")]
        report = min(options.report_players, len(players) // 4)
        choice = min(options.choice_players, len(players) // 4)
        rest = order[report + choice :]
        return cls(
            gradient=rest[: options.gradient_players],
            correction=rest[: options.correction_players],
            choice=order[report : report + choice],
            report=order[:report],
        )


def reference_players(players: Sequence[PlayerInfo], least_games: int) -> npt.NDArray[np.bool_]:
    """Return which players set the scale; all, if too few have enough games.

    Rating groups are no persons: how far beginners are from masters is not how people differ.
    """
    enough = np.array(
        [player.games >= least_games and not is_rating_group(player.name) for player in players]
    )
    return enough if enough.sum() >= LEAST_PLAYERS else np.ones(len(players), dtype=np.bool_)
