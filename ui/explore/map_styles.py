"""The shipped styles as points: where they lie, their colours, and what is said of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import streamlit as st

from engine.analysis.attribute_levels import Levels
from engine.analysis.style_map import EDGE, MapView, StyleMap
from engine.assets import assets_directory
from engine.games.player_names import FOLDED_LETTERS, search_key
from engine.style.presets import available_presets
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from ui.plots.theme import COLORS, DIVERGING, SEQUENTIAL
from ui.shared.measures import attribute_label
from ui.shared.opponent import describe_player
from ui.shared.text import signed
from ui.stylemap.stylemap import Axes, Points, Shading, make_points

ERA, RATING, GAMES, CLUSTER = "by era", "by rating", "by games", "by cluster"
"""Colours that are no attribute's key: those hold no space."""
SHADES = {ERA: "Era", RATING: "Rating", GAMES: "Games", CLUSTER: "Cluster"}
REACH = 2.5
"""Standard deviations at which the colours of an attribute end."""
TOP_SHOWN = 3
LEAST_TOP = 0.5
_TRIBES = 2  # attributes that name a cluster


@st.cache_resource(show_spinner=False, max_entries=2)
def _points(directory: str, _styles: StyleMap) -> Points:
    return map_points(_styles)


def points_of(styles: StyleMap) -> Points:
    """Return the points of the shipped styles, packed once for all sessions."""
    return _points(str(assets_directory().resolve()), styles)


def map_points(styles: StyleMap) -> Points:
    """Pack all places and colours of a map's players, and what is said of each."""
    space, levels = styles.space, styles.levels
    players = space.players[: len(space.population)]
    columns: dict[str, npt.NDArray[np.floating]] = {}
    for kind in ("pca", "tsne", "habits"):
        for dimensions in (2, 3):
            if kind in styles.kinds:
                view = MapView(kind, dimensions)
                columns |= dict(zip(_columns(view), styles.coordinates(view).T, strict=True))
    columns |= {key: levels.column(key) for key in levels.keys}
    columns |= {_axis(key): np.clip(levels.column(key), -EDGE, EDGE) for key in levels.keys}
    columns |= {
        ERA: np.array([_era(player) for player in players]),
        RATING: np.array([player.rating or np.nan for player in players]),
        GAMES: np.log10([max(player.games, 1) for player in players]),
        CLUSTER: styles.projection.clusters.astype(np.float64),
    }
    by_games = np.argsort([-player.games for player in players], kind="stable")
    ranks = np.empty(len(players), dtype=np.int64)
    ranks[by_games] = np.arange(len(players))
    return make_points(
        columns,
        [player.name for player in players],
        [describe_player(player) for player in players],
        [top_attributes(player, space, levels) for player in players],
        ranks.tolist(),
        [search_key(player.name) for player in players],
        FOLDED_LETTERS,
    )


def top_attributes(player: PlayerInfo, space: StyleSpace, levels: Levels) -> str:
    """Return the attributes in which a player stands out, the strongest first."""
    known = [(key, player.attributes[key]) for key in levels.keys if key in player.attributes]
    known.sort(key=lambda item: -abs(item[1]))
    shown = [item for item in known[:TOP_SHOWN] if abs(item[1]) >= LEAST_TOP]
    return " · ".join(f"{attribute_label(space, key)} {signed(value)}" for key, value in shown)


def axes_of(view: MapView, styles: StyleMap) -> Axes:
    """Return the columns and titles of a view."""
    key = view_key(view)
    if view.kind == "attributes":
        titles = tuple(attribute_label(styles.space, name) for name in view.attributes)
        return Axes(key, tuple(_axis(name) for name in view.attributes), titles, ticks=True)
    if view.kind == "pca":
        shares = styles.projection.explained[: view.dimensions]
        # In three dimensions titles stand askew, and only short ones fit.
        detail = ", {:.1%} of the spread" if view.dimensions == 2 else ""
        titles = tuple(
            f"{number}. direction{detail.format(share)}" for number, share in enumerate(shares, 1)
        )
        return Axes(key, _columns(view), titles, ticks=False)
    return Axes(key, _columns(view), ("",) * view.dimensions, ticks=False)


def view_key(view: MapView) -> str:
    """Return the name of a view under which the page keeps its zoom and camera."""
    return "-".join((view.kind, str(view.dimensions), *view.attributes))


def shades(styles: StyleMap) -> dict[str, str]:
    """Return what the points can be coloured by, with names for people."""
    players = styles.space.players
    found = {key: attribute_label(styles.space, key) for key in styles.levels.keys}
    found |= SHADES
    if not any(player.first_year for player in players):
        del found[ERA]
    if not any(player.rating for player in players):
        del found[RATING]
    return found


def shading_of(color: str, styles: StyleMap) -> Shading:
    """Return the colours of an attribute's key, or of era, rating, games or cluster."""
    players = styles.space.players[: len(styles.space.population)]
    if color == CLUSTER:
        return _cluster_shading(styles)
    if color == ERA:
        return _quantity(color, "Active around", [_era(player) for player in players], "{:.0f}")
    if color == RATING:
        ratings = [player.rating or np.nan for player in players]
        return _quantity(color, "Mean rating", ratings, "{:.0f}")
    if color == GAMES:
        logs = np.log10([max(player.games, 1) for player in players])
        shading = _quantity(color, "Games", logs, "{}")
        ends = (f"{10**shading.low:,.0f}", f"{10**shading.high:,.0f}")
        return Shading(color, shading.title, shading.low, shading.high, shading.scale, ends)
    label = attribute_label(styles.space, color)
    middle = (0.5, "#a9aca4")
    scale = (DIVERGING[0], middle, DIVERGING[-1])
    ends = (f"{signed(-REACH)} or less", f"{signed(REACH)} or more")
    return Shading(color, label, -REACH, REACH, scale, ends)


def landmarks(space: StyleSpace) -> list[str]:
    """Return players whose names stand on the map, so that people find their way."""
    return [preset.player for preset in available_presets(space)]


def cluster_names(styles: StyleMap) -> list[str]:
    """Return a name for each cluster: the attributes in which its mean stands out most."""
    names: list[str] = []
    for number, means in enumerate(styles.cluster_levels(), start=1):
        order = np.argsort(-np.abs(means), kind="stable")[:_TRIBES]
        parts = [
            f"{attribute_label(styles.space, styles.levels.keys[column]).lower()} "
            f"{'↑' if means[column] > 0 else '↓'}"
            for column in order
        ]
        names.append(f"{number}: {', '.join(parts)}" if parts else f"{number}")
    return names


def _axis(key: str) -> str:
    """Return the name of the column of an attribute's places, which end at the map's edge."""
    return f"place.{key}"


def _columns(view: MapView) -> tuple[str, ...]:
    return tuple(f"{view.kind}{view.dimensions}.{axis}" for axis in "xyz"[: view.dimensions])


def _era(player: PlayerInfo) -> float:
    if player.first_year is None or player.last_year is None:
        return float("nan")
    return (player.first_year + player.last_year) / 2


def _quantity(
    column: str, title: str, values: Sequence[float] | npt.NDArray[np.float64], style: str
) -> Shading:
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    # A few extremes should not use up all the colours.
    low, high = (float(q) for q in np.quantile(known, (0.02, 0.98)))
    ends = (style.format(low), style.format(high))
    return Shading(column, title, low, max(high, low + 1e-6), SEQUENTIAL, ends)


def _cluster_shading(styles: StyleMap) -> Shading:
    names = cluster_names(styles)
    count = max(len(names), 1)
    # A step for each group: the same colour from its lower to its upper bound.
    scale = tuple(
        (bound / count, COLORS[group % len(COLORS)])
        for group in range(count)
        for bound in (group, group + 1)
    )
    groups = tuple((name, COLORS[group % len(COLORS)]) for group, name in enumerate(names))
    return Shading(CLUSTER, "Clusters", -0.5, count - 0.5, scale, groups=groups)
