"""How strong the person said they are, kept in their browser and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.components.modules import BrowserComponent, event_value

KEY = "memory"
HIGHEST_LEVEL = 4000
"""More than anybody's rating: what lies above was not written by the app."""

_component = BrowserComponent(
    "stylemate.memory", Path(__file__).parent / "memory.js", (), html="<span></span>"
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the browser remembers.

    Attributes:
        level: the person's rating as they said, 0 if they would rather not say, None if they were
            not asked yet.
    """

    level: int | None


def show_memory(level: int | None, is_told: bool, on_recall: Callable[[], None]) -> None:
    """Have the browser remember a level, or say which it remembers. Nothing is to be seen of it.

    Args:
        level: to remember; None if it is not known.
        is_told: whether the browser has said already that it remembers none.
        on_recall: runs when the browser has answered, and reads ``recalled``.
    """
    asks = level is None and not is_told
    _component(KEY, {"level": level, "asks": asks}, {"recalled": on_recall})


def recalled() -> Recalled | None:
    """Return the answer that is being handled, None if there is none or it is malformed."""
    return read_recalled(event_value(KEY, "recalled"))


def read_recalled(value: Any) -> Recalled | None:
    """Return a value from the page as an answer, None if it is not one."""
    if not isinstance(value, Mapping) or "level" not in value:
        return None
    level = value["level"]
    if isinstance(level, bool) or not isinstance(level, (int, float)):
        return Recalled(None) if level is None else None
    known = 0 <= level <= HIGHEST_LEVEL and float(level).is_integer()
    return Recalled(int(level) if known else None)
