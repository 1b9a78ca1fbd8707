"""Who gets a style, and what the game store says about them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from engine.games.rating_groups import is_handle, name_rating_groups
from engine.games.records import UNKNOWN_PLAYER
from engine.games.store import GameStore
from engine.style.records import PlayerInfo

ONLINE_GAMES = 200
"""Games from which a master's online handle has a style of its own."""
ONLINE_RATING = 2500
"""Mean online rating from which a handle counts as a master's."""
PROLIFIC_GAMES = 1000
"""Games from which one handle would weigh too much in its rating group."""
GROUP_GAMES = 200
"""Games from which a rating group is trained with the inventory."""
_COLUMNS = ("white", "black", "white_elo", "black_elo", "date")


@dataclass(slots=True)
class _Tally:
    games: int = 0
    first_year: int | None = None
    last_year: int | None = None
    rating_sum: int = 0
    rated_games: int = 0
    peak: int | None = None

    def add(self, rating: int, year: int | None) -> None:
        self.games += 1
        if year is not None:
            self.first_year = min(self.first_year or year, year)
            self.last_year = max(self.last_year or year, year)
        if rating > 0:
            self.rating_sum += rating
            self.rated_games += 1
            self.peak = max(self.peak or rating, rating)

    def player(self, name: str) -> PlayerInfo:
        rating = round(self.rating_sum / self.rated_games, 1) if self.rated_games else None
        return PlayerInfo(name, self.games, self.first_year, self.last_year, rating, self.peak)


def styled_players(
    store: Path | str,
    least_games: int,
    unseen: Collection[str],
    apart: Collection[str] | None = None,
) -> list[PlayerInfo]:
    """Return the players with enough games, most games first, without the unseen ones.

    ``apart`` is as in ``engine.training.data.load_games``; with it, a rating group counts as a
    player, and a single online player does only as one of these handles.
    """
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for table in GameStore.open(store).tables(_COLUMNS):
        if apart is not None:
            table = name_rating_groups(table, apart)
        columns = (table.column(name).to_pylist() for name in _COLUMNS)
        for white, black, white_elo, black_elo, date in zip(*columns, strict=True):
            year = int(date[:4]) if date[:4].isdigit() else None
            tallies[white].add(white_elo, year)
            tallies[black].add(black_elo, year)
    players = [
        tally.player(name)
        for name, tally in tallies.items()
        if tally.games >= least_games and name not in unseen and name != UNKNOWN_PLAYER
    ]
    return sorted(players, key=lambda player: (-player.games, player.name))


@dataclass(frozen=True, slots=True)
class OnlineHandles:
    """Handles that are no part of a rating group.

    Attributes:
        masters: get a style of their own; they are people whose games are as public as any
            master's. A private person's handle does not.
        prolific: have so many games that they would be the style of their group.
    """

    masters: frozenset[str]
    prolific: frozenset[str]

    @property
    def apart(self) -> frozenset[str]:
        """Both kinds."""
        return self.masters | self.prolific


def online_handles(store: Path | str) -> OnlineHandles:
    """Return the handles of a store that stand apart."""
    handles = [
        player
        for player in styled_players(store, ONLINE_GAMES, ())
        if is_handle(player.name) and player.rating is not None
    ]
    masters = {player.name for player in handles if (player.rating or 0) >= ONLINE_RATING}
    prolific = {player.name for player in handles if player.games >= PROLIFIC_GAMES} - masters
    return OnlineHandles(frozenset(masters), frozenset(prolific))
