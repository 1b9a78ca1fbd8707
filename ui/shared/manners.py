"""What an opponent does as people do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manners:
    """What the opponent does as people do.

    Attributes:
        takes_time: its replies come when a person's would.
        ends_games: it gives up lost games and takes draws.
    """

    takes_time: bool = False
    ends_games: bool = True
