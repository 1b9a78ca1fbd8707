"""Who played the games of a store: counts, ratings and years."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import pyarrow as pa
import pyarrow.compute as pc

from engine.games.player_names import NameIndex, fold
from engine.games.records import UNKNOWN_PLAYER
from engine.games.store import GameStore

_COLUMNS = ("white", "black", "white_elo", "black_elo", "date")


@dataclass(frozen=True, slots=True)
class PlayerSummary:
    """One player's games in a store; ratings and years are None when no game tells them."""

    name: str
    games: int
    rating_min: int | None
    rating_max: int | None
    first_year: int | None
    last_year: int | None


_FIELDS = [field.name for field in fields(PlayerSummary)]


def players_of(store: GameStore) -> list[PlayerSummary]:
    """Return all named players, those with the most games first.

    Raises:
        StylemateError: the store is damaged.
    """
    partial = [_per_player(table) for table in store.tables(_COLUMNS)]
    if not partial:
        return []
    total = (
        pa.concat_tables(partial)
        .group_by("name")
        .aggregate(
            [
                ("games", "sum"),
                ("rating_min", "min"),
                ("rating_max", "max"),
                ("first_year", "min"),
                ("last_year", "max"),
            ]
        )
        .rename_columns(_FIELDS)
    )
    players = [PlayerSummary(**row) for row in total.to_pylist() if row["name"] != UNKNOWN_PLAYER]
    return sorted(players, key=lambda player: (-player.games, player.name))


def _per_player(table: pa.Table) -> pa.Table:
    """Count one table's games per player, with the range of ratings and years."""
    year_text = pc.utf8_slice_codeunits(table["date"], 0, 4)
    years = pc.cast(
        pc.if_else(pc.match_substring_regex(year_text, r"^[0-9]{4}$"), year_text, None), pa.int32()
    )
    sides = [
        pa.table(
            {
                "name": table[side],
                "rating": pc.if_else(pc.equal(table[f"{side}_elo"], 0), None, table[f"{side}_elo"]),
                "year": years,
            }
        )
        for side in ("white", "black")
    ]
    counted = (
        pa.concat_tables(sides)
        .group_by("name")
        .aggregate(
            [
                ([], "count_all"),
                ("rating", "min"),
                ("rating", "max"),
                ("year", "min"),
                ("year", "max"),
            ]
        )
    )
    return counted.rename_columns(_FIELDS)


def matching_players(
    players: Iterable[PlayerSummary], *, search: str = "", min_games: int = 1
) -> list[PlayerSummary]:
    """Return the players whom a search means, likeliest first.

    Those whose name holds every word of it, whatever case and accents: whose family name it is
    first, then those with most games. If there are none, those whose names look most like it.
    """
    enough = {player.name: player for player in players if player.games >= min_games}
    words = fold(search).split()
    if not words:
        return [] if search.strip() else list(enough.values())
    holding = [p for p in enough.values() if all(word in fold(p.name) for word in words)]
    family = fold(search)
    holding.sort(key=lambda player: fold(player.name.partition(",")[0]) != family)
    if holding:
        return holding
    index = NameIndex({name: player.games for name, player in enough.items()})
    return [enough[name] for name in index.search(search)]
