"""The Explore page: the map of styles, comparisons, and neighbours."""

import streamlit as st

from ui.explore.compare_tab import draw_compare
from ui.explore.map_tab import draw_map
from ui.explore.neighbours_tab import draw_neighbours
from ui.explore.tabs import COMPARE, MAP, NEIGHBOURS, TAB
from ui.shared.frame import page, speak_title
from ui.shared.widgets import kept


@page
def explore_page() -> None:
    """Draw the page; only the open tab costs time."""
    speak_title("Explore the styles")
    shown = kept(TAB, MAP)
    tabs = st.tabs(
        [MAP, COMPARE, NEIGHBOURS], key=shown.key, default=shown.start, on_change=shown.keep
    )
    for tab, draw in zip(tabs, (draw_map, draw_compare, draw_neighbours), strict=True):
        if tab.open:
            with tab:
                draw()
