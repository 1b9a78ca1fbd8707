"""The style map with its controls and panel: one tab of the Explore page."""

from pathlib import Path

import streamlit as st

from engine.analysis.style_map import MapView, StyleMap
from engine.errors import StylemateError
from engine.style.recipe import Component, Recipe
from engine.style.space import StyleSpace
from ui.explore import map_session as state
from ui.explore.map_controls import about, draw_controls
from ui.explore.map_panel import draw_panel
from ui.explore.map_session import MapSession, current_map, path_recipe
from ui.explore.map_styles import axes_of, landmarks, points_of, shading_of
from ui.shared.handover import wish
from ui.shared.markdown import plain
from ui.shared.opponent import short_name
from ui.shared.opponents import opponents
from ui.shared.style_map import style_map
from ui.stylemap.stylemap import MapFigure, Mark, Place, Route, show_map

STYLE_SHEET = Path(__file__).parent / "map.css"
ROUTE_STEPS = 24


@st.fragment
def draw_map() -> None:
    """Draw the whole of Map; its errors stay within it."""
    if wish() is not None:
        st.rerun()
    st.html(STYLE_SHEET)
    try:
        session, styles = current_map(), style_map()
        chart, panel = st.columns([62, 38], gap="large")
        with chart, st.container(key="map_chart", gap="small"):
            draw_controls(session, styles)
            figure = map_figure(session, styles, opponents().space)
            show_map(figure, state.choose_on_map, state.look_for)
            st.caption(plain(f"{about(session, styles)} {_hint(session)}"))
        with panel, st.container(key="map_panel", gap="small"):
            draw_panel(session)
    except StylemateError as error:
        st.error(f"**The map cannot be drawn.** {plain(str(error))}", icon=":material/error:")


def map_figure(session: MapSession, styles: StyleMap, space: StyleSpace) -> MapFigure:
    """Return what the map shows.

    Args:
        session: what is chosen.
        styles: the shipped styles.
        space: those and this tab's guests.
    """
    view = session.view
    return MapFigure(
        points=points_of(styles),
        axes=axes_of(view, styles),
        shading=shading_of(session.color, styles),
        landmarks=landmarks(styles.space),
        marker=_marker(session, styles, space),
        route=_route(session, styles, space),
        guests=_guests(view, styles, space),
        found=session.found,
        revision=session.revision,
    )


def _marker(session: MapSession, styles: StyleMap, space: StyleSpace) -> Mark | None:
    place = _place(session.view, session.recipe, styles, space)
    if place is None:
        return None
    label = short_name(session.recipe)
    return Mark(place, label[:1].upper() + label[1:], session.recipe.player)


def _route(session: MapSession, styles: StyleMap, space: StyleSpace) -> Route | None:
    if session.start is None or session.end is None:
        return None
    places = [
        _place(
            session.view,
            path_recipe(session.start, session.end, round(100 * step / ROUTE_STEPS)),
            styles,
            space,
        )
        for step in range(ROUTE_STEPS + 1)
    ]
    known = tuple(place for place in places if place is not None)
    if len(known) < len(places):
        return None
    first, last = (short_name(Recipe((Component(n),))) for n in (session.start, session.end))
    return Route(known, (first, last), (session.start, session.end))


def _guests(view: MapView, styles: StyleMap, space: StyleSpace) -> tuple[Mark, ...]:
    guests = space.names[len(space.population) :]
    marks = []
    for name in guests:
        place = _place(view, Recipe((Component(name),)), styles, space)
        if place is not None:
            marks.append(Mark(place, name, name))
    return tuple(marks)


def _place(view: MapView, recipe: Recipe, styles: StyleMap, space: StyleSpace) -> Place | None:
    place = tuple(float(number) for number in styles.place_recipe(view, recipe, space))
    # An attribute that was not measured for one of the players leaves the style without a place.
    return place if all(number == number for number in place) else None


def _hint(session: MapSession) -> str:
    if session.dimensions == 3:
        return "Click a point to choose a player; drag to turn the map."
    return "Click a point to choose a player, or between points to blend those around."
