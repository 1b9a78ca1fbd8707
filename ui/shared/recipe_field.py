"""What is wrong with a recipe that a person typed, and the recipe they may have meant."""

from collections.abc import Callable

import streamlit as st

from engine.style.recipe import AVERAGE, RecipeError
from ui.shared.markdown import plain, show_error


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
