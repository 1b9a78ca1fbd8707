"""The Explore page: the map of styles, comparisons, and neighbours."""

import streamlit as st

from ui.explore.compare_page import draw_compare
from ui.explore.map_page import draw_map
from ui.explore.neighbours_page import draw_neighbours
from ui.frame import page

TAB = "explore_tab"
MAP, COMPARE, NEIGHBOURS = "Map", "Compare", "Neighbours"


@page
def explore_page() -> None:
    """Draw the page; only the open tab costs time."""
    tabs = st.tabs([MAP, COMPARE, NEIGHBOURS], key=TAB, default=MAP, on_change="rerun")
    for tab, draw in zip(tabs, (draw_map, draw_compare, draw_neighbours), strict=True):
        if tab.open:
            with tab:
                draw()
