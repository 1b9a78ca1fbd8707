"""Compare: two or three styles side by side."""

from collections.abc import Sequence
from html import escape
from itertools import combinations
from pathlib import Path

import streamlit as st

from engine.analysis.disagreement import compare
from engine.analysis.identification import cosine_between
from engine.style.space import StyleSpace
from ui.explore import compare_styles as chosen
from ui.explore.compare_disagreement import draw_disagreements
from ui.explore.compare_picker import describe, draw_picker, draw_play_button, draw_problems
from ui.explore.compare_profile import draw_agreement, draw_profiles
from ui.explore.compare_repertoire import draw_repertoires
from ui.explore.compare_styles import LEAST_STYLES, MOST_STYLES, Compared
from ui.plots.theme import COLORS
from ui.shared.frame import page
from ui.shared.handover import wish
from ui.shared.markdown import plain, show_problem
from ui.shared.measures import measures
from ui.shared.opponent import SEEN, has_habits
from ui.shared.opponents import opponents
from ui.shared.text import as_likeness
from ui.shared.widgets import held

_ORDER = ("First", "Second", "Third")
STYLE_SHEET = Path(__file__).parent / "compare.css"


@st.fragment
@page
def draw_compare() -> None:
    """Draw the whole of Compare; it explains its own errors."""
    st.html(STYLE_SHEET)
    if wish() is not None:
        st.rerun()
    draw_problems()
    registry = opponents()
    styles = _draw_pickers(registry.space)
    if len(styles) < LEAST_STYLES:
        st.info("Choose two styles to compare them.", icon=":material/compare_arrows:")
        return
    _draw_habits_switch(styles, registry.space)
    shared = measures()
    profiles = [shared.profiler.profile(style.recipe, registry.space) for style in styles]
    draw_profiles(styles, profiles, registry.space)
    if shared.meter is not None:
        draw_agreement(styles, compare(shared.meter, [style.style for style in styles]))
    st.caption(plain(_likeness_words(styles, registry.space)))
    st.divider()
    draw_repertoires(styles, registry)
    st.divider()
    if shared.meter is not None:
        draw_disagreements(styles, shared.meter)
    for problem in shared.problems:
        show_problem(problem)


def _draw_pickers(space: StyleSpace) -> list[Compared]:
    """Draw a slot for each style, and return those that are chosen."""
    state = chosen.explore_styles()
    may_grow = len(state.recipes) < MOST_STYLES
    columns = st.columns(len(state.recipes) + may_grow, gap="medium", vertical_alignment="top")
    recipes = []
    for slot, text in enumerate(state.recipes):
        with columns[slot], st.container(key=f"explore_slot_{slot}", gap="small"):
            recipe = draw_picker(slot, f"{_ORDER[slot]} style", text, space)
            if recipe is not None:
                recipes.append(recipe)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if recipe is None:
                    st.caption("Choose a player or type a recipe.")
                else:
                    st.html(_chip(len(recipes) - 1, describe(recipe, space)))
                    draw_play_button(recipe, f"explore_play_{slot}")
                if len(state.recipes) > LEAST_STYLES:
                    st.button(
                        "",
                        key=f"explore_remove_{slot}",
                        icon=":material/close:",
                        help="Take out of the comparison",
                        type="tertiary",
                        on_click=chosen.remove_style,
                        args=(slot,),
                    )
    if may_grow:
        with columns[-1], st.container(key="explore_more"):
            st.button(
                "Add a third style",
                key="explore_add",
                icon=":material/add:",
                type="tertiary",
                on_click=chosen.add_style,
            )
    return chosen.compared(recipes, space)


def _draw_habits_switch(styles: Sequence[Compared], space: StyleSpace) -> None:
    able = [style.recipe for style in styles if has_habits(style.recipe, space)]
    if not able:
        return
    is_up = held("explore_turned_up", all(recipe.intensity == SEEN for recipe in able))
    st.toggle(
        f"Habits turned up (intensity {SEEN:g})",
        is_up.start,
        key=is_up.key,
        help="As learned, strong players choose nearly alike. Turned up, habits can be seen, and "
        "the style is no longer just as the player.",
        on_change=is_up.calls(chosen.turn_habits),
    )


def _chip(index: int, words: str) -> str:
    return (
        f'<div class="explore-chip"><i style="background:{COLORS[index]}"></i>'
        f"<span>{escape(words)}</span></div>"
    )


def _likeness_words(styles: Sequence[Compared], space: StyleSpace) -> str:
    """Return the likeness of all pairs, with what strangers have."""
    pairs = []
    for first, second in combinations(styles, 2):
        value = cosine_between(first.style.z, second.style.z, space)
        pairs.append(f"{first.label} and {second.label} {as_likeness(value)}")
    strangers = measures().strangers.usual
    return (
        f"Likeness of the styles, of 100: {'; '.join(pairs)}. Nine in ten pairs of players lie "
        f"between {as_likeness(strangers.low)} and {as_likeness(strangers.high)}."
    )
