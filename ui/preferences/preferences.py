"""How a person likes the board: the browser alone knows it, and nothing here asks."""

from pathlib import Path

from ui.components.modules import BrowserComponent

KEY = "preferences"
_FOLDER = Path(__file__).parent

_component = BrowserComponent(
    "stylemate.preferences",
    _FOLDER / "preferences.js",
    (_FOLDER / "preferences.css",),
    html=(_FOLDER / "preferences.html").read_text(encoding="utf-8"),
)


def show_preferences() -> None:
    """Draw the switches for sound, colours, size and light, and the list of shortcuts."""
    _component(KEY, {})
