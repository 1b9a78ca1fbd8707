"""How much the long-tail experiment measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to measure.

    Attributes:
        anchors: players with all their games.
        tail: players who are left a few.
        cuts: games that they are left, dealt in turn.
        least_games: training games that a player of the tail must have before the cut.
        positions: positions of each arm.
        batch: positions of a step.
        hard_each: hard positions of each player in a second stage, F.
        held_out: held-out positions of each player, at most.
        queries: games by which players of the tail are looked for.
        full_positions: positions of a fit to all of a player's games, at most.
        rare_searched: positions of each anchor in which rare moves are looked for.
        rare_each: hard rare moves of each kind that are taught.
    """

    anchors: int
    tail: int
    cuts: tuple[int, ...]
    least_games: int
    positions: int
    batch: int
    hard_each: int
    held_out: int
    queries: tuple[int, ...]
    full_positions: int
    rare_searched: int
    rare_each: int


SMOKE = Settings(2, 2, (2, 4), 8, 64, 16, 3, 20, (3,), 60, 200, 4)
SMALL = Settings(16, 12, (10, 20, 50, 100), 150, 24_576, 512, 20, 150, (30,), 1000, 3000, 40)
FULL = Settings(
    240, 160, (10, 20, 50, 100), 250, 3_000_000, 2048, 20, 1500, (30, 100), 12_000, 30_000, 200
)
