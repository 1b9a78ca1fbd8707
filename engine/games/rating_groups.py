"""Online players of one strength as one player: styles of club level without anybody's own games.

Most handles have too few games for a style of their own, and a style of a private person is nobody
else's business. Together, by rating, they say how strength sounds in moves, from beginners on.
"""

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

GROUP_WIDTH = 200
"""Rating points that one group spans."""
HIGHEST_GROUP = 2500
"""Centre of the strongest group; stronger players belong to it too."""
_PREFIX = "Online player "


def group_names(names: pa.ChunkedArray, ratings: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return names with those of rated handles replaced by that of their rating group.

    A handle is a name without space or comma, as online servers have them. A handle without a
    rating stays as it is.

    Args:
        names: strings (G,).
        ratings: uint16 (G,), 0 for unknown.
    """
    is_handle = pc.invert(pc.match_substring_regex(names, "[ ,]"))
    grouped = pc.and_(is_handle, pc.greater(ratings, 0))
    # Integer division rounds down: 1400 to 1599 is the group of 1500.
    centre = pc.add(
        pc.multiply(pc.divide(pc.cast(ratings, pa.int32()), GROUP_WIDTH), GROUP_WIDTH),
        GROUP_WIDTH // 2,
    )
    centre = pc.min_element_wise(centre, HIGHEST_GROUP)
    group = pc.binary_join_element_wise(pa.scalar(_PREFIX), pc.cast(centre, pa.string()), "")
    return pc.if_else(grouped, group, names)


def name_rating_groups(table: pa.Table, apart: Collection[str]) -> pa.Table:
    """Return games, columns as in the store, in which online players are named by their group.

    Args:
        table: with ``white``, ``black``, ``white_elo`` and ``black_elo``.
        apart: handles that keep their names.
    """
    kept = pa.array(sorted(apart), type=pa.string())
    for side in ("white", "black"):
        names = table[side]
        renamed = group_names(names, table[f"{side}_elo"])
        renamed = pc.if_else(pc.is_in(names, value_set=kept), names, renamed)
        table = table.set_column(table.schema.get_field_index(side), side, renamed)
    return table


def is_handle(name: str) -> bool:
    """Tell whether a name is written as online servers write them."""
    return not set(name) & {" ", ","}


def is_rating_group(name: str) -> bool:
    """Tell whether a name is that of a rating group."""
    return name.startswith(_PREFIX) and name.removeprefix(_PREFIX).isdigit()


def rating_span(name: str) -> tuple[int, int | None] | None:
    """Return the lowest and highest rating that a group holds, None if a name is of no group.

    The strongest group has no highest rating.
    """
    if not is_rating_group(name):
        return None
    centre = int(name.removeprefix(_PREFIX))
    low = centre - GROUP_WIDTH // 2
    return low, None if centre >= HIGHEST_GROUP else low + GROUP_WIDTH - 1
