"""A person's work, kept in their browser and nowhere else: their styles, and this tab's game."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Any

from ui.components.modules import BrowserComponent, event_value
from ui.memory.text_pairs import text_pairs

KEY = "work"
MOST_STYLES = 100
"""More than anybody makes; the rest of what a browser sends is not looked at."""

_component = BrowserComponent(
    "stylemate.work", Path(__file__).parent / "work.js", (), html="<span></span>"
)


@dataclass(frozen=True, slots=True)
class KeptWork:
    """What a browser says.

    Attributes:
        styles: texts of style files, by label.
        game: values of the address of the tab's game; empty if there is none.
        keeps: whether the browser keeps what it is given.
    """

    styles: Mapping[str, str]
    game: Mapping[str, str]
    keeps: bool


def show_work(
    session: str,
    asks: bool,
    kept: Mapping[str, str],
    forgotten: Collection[str],
    on_told: Callable[[], None],
) -> None:
    """Have the browser keep and delete styles, or say which it keeps. Nothing is to be seen of it.

    Args:
        session: name of the tab on the server.
        asks: what is kept is asked for, and nothing changed yet.
        kept: texts of style files to keep, by label.
        forgotten: labels of styles to delete.
        on_told: runs when the browser has answered, or could not keep something, and reads
            ``told_work``.
    """
    data = {
        "session": session,
        "asks": asks,
        "kept": dict(kept),
        "forgotten": sorted(forgotten),
    }
    _component(KEY, data, {"told": on_told})


def told_work() -> KeptWork | None:
    """Return what the browser says; None if that is nothing, or malformed."""
    return read_work(event_value(KEY, "told"))


def read_work(value: Any) -> KeptWork | None:
    """Return a value from the page as work that is kept, None if it is not."""
    if not isinstance(value, Mapping) or not isinstance(value.get("styles"), list):
        return None
    styles = text_pairs(value["styles"][:MOST_STYLES])
    return KeptWork(styles, _read_game(value.get("game")), value.get("keeps") is True)


def _read_game(text: Any) -> dict[str, str]:
    try:
        values = loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {key: value for key, value in values.items() if isinstance(value, str)}
