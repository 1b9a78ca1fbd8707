"""The panel beside the map: the chosen style, its recipe, the path, and its attributes."""

import streamlit as st

from engine.analysis.attribute_profile import Profile
from engine.attributes.fixed_positions import STRENGTH
from engine.errors import StylemateError
from engine.style.recipe import AVERAGE, Recipe
from engine.style.space import StyleSpace
from ui.explore import map_session as state
from ui.explore.compare_profile import LEAST_SPOKES
from ui.explore.compare_styles import style_label
from ui.explore.map_position import draw_position
from ui.explore.map_session import MapSession
from ui.plots.moving import show_moving_figure
from ui.plots.theme import RadarTrace, radar
from ui.shared.habit_list import draw_habits
from ui.shared.markdown import plain, show_error, show_problem
from ui.shared.measures import attribute_label, measures
from ui.shared.opponent import (
    Opponent,
    describe_opponent,
    full_name,
    short_name,
    standing_words,
)
from ui.shared.opponents import opponents
from ui.shared.player_picker import draw_player_picker, player_labels
from ui.shared.recipe_field import draw_recipe_error, draw_recipe_field
from ui.shared.text import signed
from ui.shared.widgets import held

RADAR_HEIGHT = 310
SOURCES = {
    "shipped": "Measured on the player's own style.",
    "measured": "Measured just now, on the fixed positions.",
    "estimated": "Estimated from the players it blends.",
}


def draw_panel(session: MapSession) -> None:
    """Draw the panel."""
    space = opponents().space
    _draw_head(session, space)
    _draw_recipe(session)
    _draw_path(session, space)
    try:
        profile = measures().profiler.profile(session.recipe, space)
    except StylemateError as error:
        show_error(error)
        return
    _draw_attributes(session, profile, space)
    _draw_habits(session, space)
    draw_position(session)


def title(session: MapSession, space: StyleSpace) -> str:
    """Return what to call the chosen style."""
    recipe = session.recipe
    if recipe.player is not None or recipe.style == Recipe():
        return full_name(recipe)
    label = style_label(recipe, space)
    return label[:1].upper() + label[1:]


def _draw_head(session: MapSession, space: StyleSpace) -> None:
    for problem in session.problems:
        show_problem(problem)
    st.markdown(f"## {plain(title(session, space))}")
    st.caption(plain(describe_opponent(Opponent(session.recipe), space)))
    with st.container(key="map_actions", horizontal=True, gap="small"):
        st.button(
            "Play this",
            key="map_play",
            type="primary",
            icon=":material/swords:",
            on_click=state.play_this,
        )
        st.button(
            "Path from here",
            key="map_path",
            icon=":material/route:",
            help="Then click on another player: a slider leads from one style to the other",
            disabled=len(session.recipe.components) != 1,
            on_click=state.begin_path,
        )


def _draw_recipe(session: MapSession) -> None:
    error = session.recipe_error
    draw_recipe_field(st.container(), "map_recipe", session.recipe, error, state.use_recipe)
    draw_recipe_error(error, "map_suggestion", state.use_recipe)


def _draw_path(session: MapSession, space: StyleSpace) -> None:
    if session.start is None and session.end is None:
        return
    labels = player_labels(space)
    with st.container(key="map_route", border=True, gap="small"):
        if session.waiting == "end":
            st.markdown(":material/ads_click: Click on the player to whom the path should lead.")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            _draw_end("From", "start", session.start, labels)
            _draw_end("To", "end", session.end, labels)
            st.button(
                "",
                key="map_drop",
                icon=":material/close:",
                help="Forget the path",
                type="tertiary",
                on_click=state.drop_path,
            )
        if session.has_path:
            along = held("map_along", session.along)
            st.slider(
                "Along the path",
                0,
                100,
                along.start,
                step=5,
                key=along.key,
                format="%d%%",
                on_change=along.calls(state.walk),
            )


def _draw_end(label: str, end: state.Waiting, chosen: str | None, labels: dict[str, str]) -> None:
    names = [name for name in labels if name != AVERAGE]
    player = held(f"map_{end}", chosen)
    change = player.calls(state.choose_end, end)
    draw_player_picker(st.container(), label, names, player, labels, change)


def _draw_habits(session: MapSession, space: StyleSpace) -> None:
    """Draw the habits of a single player, where they were measured."""
    name = session.recipe.player
    if name is None:
        return
    in_games, chosen = space.game_habits_of(name), space.habits_of(name)
    if in_games is not None or chosen is not None:
        st.markdown("**In games**")
        draw_habits(in_games, space.player_games, chosen, space.habit_scale)


def _draw_attributes(session: MapSession, profile: Profile, space: StyleSpace) -> None:
    sliders = {attribute.key for attribute in space.sliders}
    keys = [key for key in profile.levels if key in sliders]
    if len(keys) < LEAST_SPOKES:
        keys = [key for key in profile.levels if key != STRENGTH]
    labels = {key: attribute_label(space, key) for key in keys}
    if len(keys) >= LEAST_SPOKES:
        trace = RadarTrace(
            short_name(session.recipe),
            {labels[key]: profile.percentiles[key] for key in keys},
            {labels[key]: standing_words(profile.percentiles[key]) for key in keys},
        )
        show_moving_figure(radar([trace], RADAR_HEIGHT), "map_radar")
        st.caption(
            f"Percentiles among {len(space.population):,} players; the dotted ring is the middle. "
            f"{SOURCES[profile.source]}"
        )
    elif keys:
        levels = (f"{labels[key]} {signed(profile.levels[key])}" for key in keys)
        st.caption(plain(" · ".join(levels)))
