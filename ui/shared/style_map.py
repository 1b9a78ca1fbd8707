"""The map of the shipped styles, for every page that shows where a style lies."""

import streamlit as st

from engine.analysis.projection import load_projection
from engine.analysis.style_map import StyleMap
from engine.assets import STYLES_DIRECTORY, assets_directory
from engine.style.space import StyleSpace
from ui.shared.opponents import shared_opponents


@st.cache_resource(show_spinner="Unfolding the map …", max_entries=2)
def _style_map(directory: str, _space: StyleSpace) -> StyleMap:
    styles = assets_directory() / STYLES_DIRECTORY
    return StyleMap(_space, load_projection(styles, _space))


def style_map() -> StyleMap:
    """Return the map of the shipped styles, shared by all sessions.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    return _style_map(str(assets_directory().resolve()), shared_opponents().space)
