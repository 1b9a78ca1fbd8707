"""The games that a person has played, kept in their browser and nowhere else."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.components.modules import BrowserComponent, event_value
from ui.memory.text_pairs import text_pairs

KEY = "history"
MOST_GAMES = 2_000
LONGEST_TEXT = 20_000
"""Letters of one game; longer ones were not written by the app."""

_component = BrowserComponent(
    "stylemate.history", Path(__file__).parent / "history.js", (), html="<span></span>"
)


@dataclass(frozen=True, slots=True)
class KeptGames:
    """What a browser says.

    Attributes:
        games: texts by name, the oldest first; None where it was not asked.
        keeps: whether it keeps what it is given.
    """

    games: Mapping[str, str] | None
    keeps: bool


def show_history(
    session: str,
    asks: bool,
    added: Mapping[str, str],
    forgotten: Collection[str],
    on_told: Callable[[], None],
) -> None:
    """Have the browser keep and delete games, or say which it keeps. Nothing is to be seen of it.

    Args:
        session: name of the tab on the server.
        asks: whether what is kept is wanted.
        added: games to keep, by name; names in the order in which they were played.
        forgotten: names of games to delete.
        on_told: runs when the browser has answered, or could not keep something, and reads
            ``kept_games_told``.
    """
    data = {
        "session": session,
        "asks": asks,
        "added": dict(added),
        "forgotten": sorted(forgotten),
    }
    _component(KEY, data, {"told": on_told})


def kept_games_told() -> KeptGames | None:
    """Return what the browser says; None if that is nothing, or malformed."""
    return read_told(event_value(KEY, "told"))


def read_told(value: Any) -> KeptGames | None:
    """Return a value from the page as games that are kept, None if it is not."""
    if not isinstance(value, Mapping):
        return None
    games, keeps = value.get("games"), value.get("keeps") is True
    if games is None:
        return KeptGames(None, keeps)
    if not isinstance(games, list):
        return None
    kept = text_pairs(games[-MOST_GAMES:])
    return KeptGames(
        {name: text for name, text in kept.items() if len(text) <= LONGEST_TEXT}, keeps
    )
