"""The board on which a position is set up, and the positions that come back from it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import chess

from ui.board.board import BOARD_STYLES, KEPT_PLACE
from ui.board.pieces import piece_sheets
from ui.components.modules import BrowserComponent, event_value

KEY = "editor"
_FOLDER = Path(__file__).parent

_component = BrowserComponent(
    "stylemate.editor",
    _FOLDER / "editor.js",
    (*BOARD_STYLES, _FOLDER / "editor.css"),
    html='<div class="board-table editor"></div>',
    css=KEPT_PLACE,
    isolate_styles=False,
)


def show_editor(
    placement: str,
    orientation: chess.Color,
    revision: int,
    session: str,
    on_place: Callable[[], None],
) -> None:
    """Draw a board on which pieces may be put anywhere.

    Args:
        placement: the pieces, as the first field of a FEN.
        orientation: the colour at the bottom.
        revision: another number whenever the position changed otherwise than on this board.
        session: name of the game on the server, so that the board notices a new server.
        on_place: runs when the person changed the position, and reads ``placed``.
    """
    data = {
        "session": session,
        "revision": revision,
        "fen": placement,
        "orientation": chess.COLOR_NAMES[orientation],
        "pieceSheets": piece_sheets(),
    }
    _component(KEY, data, {"place": on_place})


def placed() -> str | None:
    """Return the pieces as the person has them, None if there is no news or it is malformed."""
    return read_placement(event_value(KEY, "place"))


def read_placement(value: Any) -> str | None:
    """Return the first field of a FEN from the page's event, None if it is not one."""
    if not isinstance(value, Mapping) or not isinstance(value.get("fen"), str):
        return None
    try:
        return chess.BaseBoard(value["fen"]).board_fen()
    except ValueError:
        return None
