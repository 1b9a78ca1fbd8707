"""The Explore page: the map of styles, comparisons, and neighbours."""

import streamlit as st

from ui.explore.compare_page import draw_compare
from ui.explore.map_page import draw_map
from ui.explore.neighbours_page import draw_neighbours
from ui.explore.tabs import COMPARE, MAP, NEIGHBOURS, TAB
from ui.frame import page
from ui.shared.widgets import kept


@page
def explore_page() -> None:
    """Draw the page; only the open tab costs time."""
    shown = kept(TAB, MAP)
    tabs = st.tabs(
        [MAP, COMPARE, NEIGHBOURS], key=shown.key, default=shown.start, on_change=shown.keep
    )
    for tab, draw in zip(tabs, (draw_map, draw_compare, draw_neighbours), strict=True):
        if tab.open:
            with tab:
                draw()
