"""The address of a page that holds a game, and the game after a restart of the server."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.components.modules import BrowserComponent, event_value

KEY = "address"
_SESSION_NAME = re.compile(r"[0-9a-f]{1,64}")

_component = BrowserComponent(
    "stylemate.address", Path(__file__).parent / "address.js", (), html="<span></span>"
)


@dataclass(frozen=True, slots=True)
class RestoreEvent:
    """What the page still knows of a game after the server was restarted behind it.

    Attributes:
        session: name that the game had on the server before.
        values: query parameters of the game on screen.
    """

    session: str
    values: Mapping[str, str]


def show_address(
    session: str, values: Mapping[str, str | None], on_restore: Callable[[], None]
) -> None:
    """Have the page's address hold a game. Nothing is to be seen of it.

    Args:
        session: name of the game on the server, so that the page notices another.
        values: query parameters that the address should have; None removes one.
        on_restore: runs when the page finds that the server forgot its game, and reads
            ``restore_event``.
    """
    _component(KEY, {"session": session, "values": dict(values)}, {"restore": on_restore})


def restore_event() -> RestoreEvent | None:
    """Return the restoration that is being handled, None if there is none or it is malformed."""
    return read_restore(event_value(KEY, "restore"))


def read_restore(value: Any) -> RestoreEvent | None:
    """Return a value from the page as a restoration, None if it is not one."""
    if not isinstance(value, Mapping) or not isinstance(value.get("values"), Mapping):
        return None
    session = value.get("session")
    if not isinstance(session, str) or not _SESSION_NAME.fullmatch(session):
        return None
    values = {k: v for k, v in value["values"].items() if isinstance(v, str)}
    return RestoreEvent(session, values)
