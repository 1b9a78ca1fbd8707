"""Choosing a style: a list of players in which a recipe may be typed as well."""

import streamlit as st

from engine.errors import StylemateError
from engine.style.recipe import AVERAGE, Recipe
from engine.style.space import StyleSpace
from ui.explore import compare_styles as styles
from ui.explore.compare_styles import Slot
from ui.markdown import plain, show_error
from ui.play.opponent import Opponent, describe_opponent
from ui.play.opponent_panel import player_labels
from ui.play.session import play_recipe

RECIPE_HELP = (
    "Choose a player, or type a recipe and press Enter, for example: "
    "`0.6 Tal, Mikhail + 0.4 Petrosian, Tigran | king_danger +1.5`"
)


def draw_picker(slot: Slot, label: str, text: str, space: StyleSpace) -> Recipe | None:
    """Draw the widget of a slot and what is wrong with it, and return its recipe."""
    labels = player_labels(space)
    key = styles.widget_key(slot)
    error = styles.explore_styles().errors.get(slot)
    value = error.text if error else styles.shown_choice(text, space)
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    typed = [value] if value is not None and value not in labels else []
    st.selectbox(
        label,
        [*typed, *labels],
        index=None,
        format_func=lambda name: labels.get(name, name),
        key=key,
        placeholder="Type a name or a recipe",
        help=RECIPE_HELP,
        accept_new_options=True,
        on_change=styles.choose,
        args=(slot,),
    )
    if error is not None:
        show_error(error)
        if error.suggestion is not None:
            st.button(
                f"Use “{plain(error.suggestion or AVERAGE)}”",
                key=f"{key}_suggestion",
                icon=":material/lightbulb:",
                on_click=styles.take,
                args=(slot, error.suggestion),
            )
    return styles.chosen_recipe(text, space)


def describe(recipe: Recipe, space: StyleSpace) -> str:
    """Return a line about a recipe: years, games and rating, or the blend and its pushes."""
    return describe_opponent(Opponent(recipe), space)


def draw_play_button(recipe: Recipe, key: str) -> None:
    """Draw a button that makes a recipe the opponent on the Play page."""
    if st.button("Play", key=key, icon=":material/swords:", type="tertiary"):
        try:
            play_recipe(str(recipe))
        except StylemateError as error:
            show_error(error)
