"""What the tests of pages take hold of: a widget by its name, and what a tab remembers."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from ui.shared.state import STATE


def widget(page: AppTest, kind: str, name: str) -> Any:
    """Return the only widget of a name on the page, however often it was made anew."""
    (found,) = (
        one
        for one in getattr(page, kind)
        if one.key is not None and (one.key == name or one.key.startswith(f"{name}__"))
    )
    return found


def tab_of(page: AppTest) -> dict[str, Any]:
    """Return what the page's tab remembers, by name; a test may put something in before a run."""
    if STATE not in page.session_state:
        page.session_state[STATE] = {}
    remembered: dict[str, Any] = page.session_state[STATE]
    return remembered


def component(page: AppTest, name: str) -> dict[str, Any]:
    """Return what the page gave a component to draw."""
    for element in page.get("bidi_component"):
        if element.proto.component_name == name:
            data: dict[str, Any] = json.loads(element.proto.json)
            return data
    raise AssertionError(f"the page has no {name}")


def html(page: AppTest) -> str:
    """Return all HTML of the page."""
    return "".join(element.proto.body for element in page.get("html"))
