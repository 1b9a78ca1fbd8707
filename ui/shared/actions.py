"""Changes of a page's session as callbacks: one step each, and no traceback ever."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, Protocol

from engine.errors import StylemateError
from ui.shared.state import tab, uninterrupted

Parameters = ParamSpec("Parameters")

UNEXPECTED = "Something went wrong in Stylemate, and the last action may not have worked. {}"
_log = logging.getLogger(__name__)


class PageSession(Protocol):
    """What a page remembers in its tab.

    Attributes:
        problems: what to tell the person, each a sentence or more, until the next action.
    """

    problems: tuple[str, ...]


def action_of(
    state: str, way_on: str = "The program's log says more.", *, by_person: bool = True
) -> Callable[[Callable[Parameters, None]], Callable[Parameters, None]]:
    """Return a decorator that makes callbacks of changes to a page's session.

    A change that raises an error becomes a problem that the page tells; one that comes before
    the page was drawn, as after a restart of the server, is dropped.

    Args:
        state: name of the session in its tab.
        way_on: what a person can do after an error that nobody foresaw.
        by_person: whether a person acts, who has read what they were told before; a browser that
            answers by itself has not.
    """

    def action(change: Callable[Parameters, None]) -> Callable[Parameters, None]:
        @wraps(change)
        def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
            session: PageSession | None = tab().get(state)
            if session is None:
                return
            if by_person:
                session.problems = ()
            try:
                change(*args, **kwargs)
            except StylemateError as error:
                session.problems = (str(error),)
            except Exception:
                _log.exception("an action failed: %s", change.__qualname__)
                session.problems = (UNEXPECTED.format(way_on),)

        return uninterrupted(run)

    return action
