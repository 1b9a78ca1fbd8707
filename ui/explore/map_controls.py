"""What stands above the map: which map, in how many dimensions, in which colours."""

import streamlit as st

from engine.analysis.style_map import MapKind, StyleMap
from ui.explore import map_session as state
from ui.explore.map_session import MapSession
from ui.explore.map_styles import shades
from ui.shared.measures import attribute_label
from ui.shared.widgets import draw_choice, held

KINDS: dict[MapKind, str] = {
    "pca": "Directions",
    "tsne": "Openings",
    "habits": "Habits",
    "attributes": "Attributes",
}
ABOUT: dict[MapKind, str] = {
    "tsne": (
        "Near on this map means alike in style, mostly in how they open. Far apart says little, "
        "and so do the size and the distance of groups: only neighbourhoods are kept."
    ),
    "habits": (
        "Near on this map means that the same things happen in their games, whatever they open "
        "with: how much they trade, castle, storm, attack. Far apart says little."
    ),
    "pca": (
        "The directions along which styles differ most. They hold {share:.0%} of all differences: "
        "players who touch here may still play differently."
    ),
    "attributes": (
        "Measured: 0 is the average player, and two players in three lie within 1 of it. "
        "Whoever lies beyond 3, as groups of online players do, stands at the edge."
    ),
}
DIMENSIONS = {2: "2-D", 3: "3-D"}


def draw_controls(session: MapSession, styles: StyleMap) -> None:
    """Draw the switches; each changes the session before the page is drawn again."""
    with st.container(key="map_controls", horizontal=True, vertical_alignment="bottom"):
        kind = held("map_kind", session.kind)
        draw_choice(
            "Map",
            styles.kinds,
            kind,
            kind.calls(state.set_kind),
            words=lambda kind: KINDS[kind],
            help="How places on the map are found",
        )
        dimensions = [2, 3] if _has_third(session, styles) else [2]
        shown = held("map_dimensions", session.dimensions)
        draw_choice(
            "Dimensions",
            dimensions,
            shown,
            shown.calls(state.set_dimensions),
            words=lambda count: DIMENSIONS[count],
        )
        labels = shades(styles)
        color = held("map_color", session.color)
        st.selectbox(
            "Colours",
            list(labels),
            index=list(labels).index(color.start),
            key=color.key,
            format_func=lambda color: labels[color],
            on_change=color.calls(state.set_color),
            width=190,
        )
    if session.kind == "attributes":
        _draw_axes(session, styles)


def about(session: MapSession, styles: StyleMap) -> str:
    """Return what a person should know when reading the map."""
    share = float(styles.projection.explained[: session.dimensions].sum())
    return ABOUT[session.kind].format(share=share)


def _has_third(session: MapSession, styles: StyleMap) -> bool:
    return session.kind != "attributes" or len(styles.levels.keys) >= 3


def _draw_axes(session: MapSession, styles: StyleMap) -> None:
    columns = st.columns(session.dimensions, gap="small", wrap=False)
    for index, column in enumerate(columns):
        axis = held(f"map_axis_{index}", session.axes[index])
        column.selectbox(
            ("Across", "Up", "Deep")[index],
            styles.levels.keys,
            index=list(styles.levels.keys).index(axis.start),
            key=axis.key,
            format_func=lambda name: attribute_label(styles.space, name),
            on_change=axis.calls(state.set_axis, index),
        )
