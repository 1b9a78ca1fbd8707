"""A person's own styles and their game, taken up again after a reload or another visit.

The browser alone keeps them; the server asks for them once a tab.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.errors import StylemateError
from engine.style.recipe_parser import parse_recipe
from engine.style.style_file import parse_style
from ui.memory.work import KeptWork, show_work, told_work
from ui.shared.opponents import guests, opponents, shared_opponents
from ui.shared.state import tab, uninterrupted

STATE = "kept_work"


@dataclass(slots=True)
class Kept:
    """What one tab knows of the work that its browser keeps.

    Attributes:
        session: name of the tab to the page.
        is_told: whether the browser has answered.
        keeps: whether it keeps what it is given.
        game: values of the address of a game that the tab had before; empty if there was none.
        unusable: why a style that is kept cannot be used, by its label.
    """

    session: str = field(default_factory=lambda: secrets.token_hex(8))
    is_told: bool = False
    keeps: bool = True
    game: Mapping[str, str] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)


def kept_work() -> Kept:
    """Return what this tab knows of the work that its browser keeps."""
    kept: Kept = tab().setdefault(STATE, Kept())
    return kept


def keep_work() -> None:
    """Have the browser keep this tab's own styles, and take up those it kept before."""
    kept, known = kept_work(), guests()
    show_work(kept.session, not kept.is_told, known.texts, known.forgotten, _take_up)


def is_awaited(recipe_text: str) -> bool:
    """Return whether a recipe may name a style that the browser has not told of yet.

    Args:
        recipe_text: from a page's address; empty if it has none.
    """
    if kept_work().is_told or not recipe_text:
        return False
    try:
        opponents().space.resolve(parse_recipe(recipe_text), recipe_text)
    except StylemateError:
        return True
    return False


@uninterrupted
def _take_up() -> None:
    told = told_work()
    if told is not None:
        take_up_work(told)


def take_up_work(told: KeptWork) -> None:
    """Take up what a browser says that it keeps; the first answer counts.

    Styles that cannot be used stay where they are, with the reason. None replaces one that the tab
    has already.
    """
    kept = kept_work()
    kept.keeps = told.keeps
    if kept.is_told:
        return
    for label, text in told.styles.items():
        if label in guests().styles:
            continue
        try:
            style = parse_style(text.encode(), f"The style '{label}' that this browser kept")
            guests().add(style, shared_opponents())
            guests().texts[style.label] = text  # to the letter: it is not written anew
        except StylemateError as error:
            kept.unusable[label] = str(error)
    kept.game, kept.is_told = told.game, True


def forget_unusable(label: str) -> None:
    """Delete a style that is kept and cannot be used."""
    kept_work().unusable.pop(label, None)
    guests().remove(label)
