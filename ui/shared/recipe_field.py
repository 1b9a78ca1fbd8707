"""The field in which a recipe is typed; what is wrong with one, and what may be meant instead."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.style.recipe import AVERAGE, Recipe, RecipeError
from ui.shared.markdown import plain, show_error
from ui.shared.widgets import held

_EXAMPLE = "0.6 Tal, Mikhail + 0.4 Petrosian, Tigran | king_danger +1.5"


def draw_recipe_field(
    place: DeltaGenerator,
    name: str,
    recipe: Recipe,
    error: RecipeError | None,
    use: Callable[[str], None],
    whole: str = "style",
    ending: str = "",
) -> None:
    """Draw the field of a recipe; it shows the text as typed as long as that is wrong.

    Args:
        place: where.
        name: of the widget, unlike that of any other.
        recipe: that is in use.
        error: what is wrong with what was typed.
        use: called with a text that was typed.
        whole: what the line says, for the help.
        ending: what the example says besides.
    """
    field = held(name, error.text if error else str(recipe))
    place.text_input(
        "Recipe",
        field.start,
        key=field.key,
        help=f"The whole {whole} in one line. Edit it, for example: `{_EXAMPLE}{ending}`",
        on_change=field.calls(use),
    )


def draw_recipe_error(error: RecipeError | None, key: str, use: Callable[[str], None]) -> None:
    """Draw an error with its suggestion; nothing where there is none.

    Args:
        error: what is wrong.
        key: of the suggestion's button.
        use: called with the suggested recipe when it is pressed.
    """
    if error is None:
        return
    show_error(error)
    if error.suggestion is not None:
        st.button(
            f"Use “{plain(error.suggestion or AVERAGE)}”",
            key=key,
            icon=":material/lightbulb:",
            on_click=use,
            args=(error.suggestion,),
        )
