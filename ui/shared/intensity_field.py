"""The slider that turns a style's habits up, and what its places mean."""

from collections.abc import Callable

import streamlit as st

from engine.style.recipe import AS_FITTED, MAXIMUM_INTENSITY, Recipe
from engine.style.space import StyleSpace
from ui.shared.markdown import plain
from ui.shared.opponent import has_habits, short_name
from ui.shared.widgets import held

INTENSITY_STEP = 0.5
FELT = 3.0
"""From here on a style is meant to be felt in one game."""
_HELP = (
    "Turns up what sets this player's games apart. 1 is as learned from real games; 3 is to be "
    "felt in one game; 5 is a caricature. 0 plays as everybody does."
)


def draw_intensity(
    recipe: Recipe, space: StyleSpace, name: str, change: Callable[[float], None]
) -> None:
    """Draw the slider, if the habits of all in the recipe are known.

    Args:
        recipe: whose intensity it shows.
        space: the players there are.
        name: of the widget, unlike any other.
        change: takes up another intensity.
    """
    if not has_habits(recipe, space):
        return
    slider = held(name, recipe.intensity)
    with st.container(key=f"{name}_row", gap=None):
        st.slider(
            "Intensity",
            0.0,
            MAXIMUM_INTENSITY,
            slider.start,
            step=INTENSITY_STEP,
            format="%.1f",
            key=slider.key,
            help=_HELP,
            on_change=slider.calls(change),
        )
        st.caption(plain(intensity_words(recipe.intensity, short_name(recipe))))


def intensity_words(intensity: float, name: str) -> str:
    """Return what an intensity means.

    Args:
        intensity: 0 to 5.
        name: of the style within a sentence.
    """
    if intensity == 0:
        return "nothing of its own: plays as everybody does"
    if intensity < AS_FITTED:
        return f"less of {name} than in real games"
    if intensity == AS_FITTED:
        return "as learned from real games; 3 is to be felt in one game; 5 is a caricature"
    if intensity < FELT:
        return f"more {name} than {name}: habits turned up"
    if intensity < MAXIMUM_INTENSITY:
        return f"{name} turned up, to be felt in one game"
    return f"a caricature of {name}"
