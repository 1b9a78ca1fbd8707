"""Choosing a style: a list of players in which a recipe may be typed as well."""

import streamlit as st

from engine.style.recipe import AVERAGE, Recipe
from engine.style.space import StyleSpace
from ui.explore import compare_styles as styles
from ui.explore.compare_styles import Slot
from ui.shared.markdown import plain, show_error, show_problem
from ui.shared.opponent import Opponent, describe_opponent
from ui.shared.player_picker import player_labels
from ui.shared.widgets import held

RECIPE_HELP = (
    "Choose a player, or type a recipe and press Enter, for example: "
    "`0.6 Tal, Mikhail + 0.4 Petrosian, Tigran | king_danger +1.5`"
)


def draw_picker(slot: Slot, label: str, text: str, space: StyleSpace) -> Recipe | None:
    """Draw the widget of a slot and what is wrong with it, and return its recipe."""
    labels = player_labels(space)
    error = styles.explore_styles().errors.get(slot)
    value = error.text if error else styles.shown_choice(text, space)
    choice = held(f"explore_style_{slot}", value)
    typed = [t for t in dict.fromkeys((choice.start, value)) if t is not None and t not in labels]
    options = [*typed, *labels]
    st.selectbox(
        label,
        options,
        index=None if choice.start is None else options.index(choice.start),
        format_func=lambda name: labels.get(name, name),
        key=choice.key,
        placeholder="Type a name or a recipe",
        help=RECIPE_HELP,
        accept_new_options=True,
        filter_mode="contains",
        on_change=choice.calls(styles.choose_style, slot),
    )
    if error is not None:
        show_error(error)
        if error.suggestion is not None:
            st.button(
                f"Use “{plain(error.suggestion or AVERAGE)}”",
                key=f"explore_suggestion_{slot}",
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
    st.button(
        "Play",
        key=key,
        icon=":material/swords:",
        type="tertiary",
        on_click=styles.play,
        args=(str(recipe),),
    )


def draw_problems() -> None:
    """Draw what went wrong with the last action."""
    for problem in styles.explore_styles().problems:
        show_problem(problem)
