"""A Plotly figure that follows a slider: redrawn in place, never mounted anew.

``st.plotly_chart`` throws its chart away whenever the figure changes, which flickers and takes a
third of a second. Use it for figures that stay, and this for those that move.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import plotly.graph_objects as go

from ui.components.modules import BrowserComponent, event_value
from ui.components.served import plotly_script

_component = BrowserComponent(
    "stylemate.moving",
    Path(__file__).parent / "moving.js",
    (),
    html='<div class="moving" style="width:100%"></div>',
    # Plotly finds its elements through the document, which does not see into a shadow.
    isolate_styles=False,
)


def show_moving_figure(
    figure: go.Figure, key: str, on_choose: Callable[[], None] | None = None
) -> None:
    """Draw a figure that has a height; text takes the colour of the page's theme.

    Args:
        figure: as ``ui.plots.theme.figure_layout`` lays it out.
        key: name of the element, the same in every run.
        on_choose: runs when a person pressed a point, and reads ``chosen_place``.
    """
    plain = go.Figure(figure)
    plain.layout.template = None  # its colours are of a light page
    data = {
        "library": plotly_script(),
        "figure": json.loads(plain.to_json()),
        "listens": on_choose is not None,
    }
    _component(key, data, {"chosen": on_choose} if on_choose else None)


def chosen_place(key: str) -> int | None:
    """Return where on the x axis a person pressed, None if nowhere or at no whole number."""
    value = event_value(key, "chosen")
    place = value.get("place") if isinstance(value, Mapping) else None
    return place if isinstance(place, int) and not isinstance(place, bool) else None
