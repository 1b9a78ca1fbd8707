"""The board on a page: what it shows, and the moves that come back from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import chess

from ui.board.drawing import Arrow
from ui.board.pieces import piece_sheets
from ui.components.modules import BrowserComponent, event_value

KEY = "board"
_FOLDER = Path(__file__).parent
_CHESSGROUND = _FOLDER / "vendor" / "chessground"

BOARD_STYLES = (
    _CHESSGROUND / "chessground.base.css",
    _CHESSGROUND / "chessground.cburnett.css",
    _FOLDER / "board.css",
)
KEPT_PLACE = ".board-table:empty { width: min(100%, 640px); aspect-ratio: 6 / 7; }"
"""Keeps a board's place while it is fetched: about a square with a strip above and below."""

_component = BrowserComponent(
    "stylemate.board",
    _FOLDER / "board.js",
    BOARD_STYLES,
    html='<div class="board-table"></div>',
    css=KEPT_PLACE,
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A side's clock as it stands now.

    Attributes:
        seconds: that are left.
        runs: whether they are running out.
    """

    seconds: float
    runs: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The line above or below the board about one side.

    Attributes:
        name: who plays.
        detail: a line about them.
        color: ``white`` or ``black``.
        captured: symbols of the pieces they took.
        ahead: how many pawns' worth they lead by.
        to_move: it is their turn.
        clock: how much time they have, None without a clock.
    """

    name: str
    detail: str
    color: str
    captured: str
    ahead: int
    to_move: bool
    clock: ClockFace | None = None


@dataclass(frozen=True, slots=True)
class BoardView:
    """All that the board shows.

    Attributes:
        board: the position, with the last move on its stack.
        orientation: the colour at the bottom.
        mover: the colour whose pieces the person moves; None on a board to look at.
        arrows: arrows over the pieces, all of one colour.
        top: strip above the board.
        bottom: strip below it.
        revision: number of the state on screen, another whenever the board changes.
        session: name of the game on the server, so that the board notices a new server.
        count: number of moves played up to the position.
        said: what happened last, for those who listen.
        is_over: whether the game has ended.
    """

    board: chess.Board
    orientation: chess.Color
    mover: chess.Color | None
    arrows: Sequence[Arrow]
    top: Strip
    bottom: Strip
    revision: int
    session: str
    count: int
    said: str
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class BoardEvent:
    """A move that the person made on the board.

    Attributes:
        uci: the move.
        fen: the position in which it was made.
    """

    uci: str
    fen: str


def show_board(
    view: BoardView,
    on_move: Callable[[], None],
    on_time: Callable[[], None] | None = None,
    key: str = KEY,
) -> None:
    """Draw the board.

    Args:
        view: what to draw.
        on_move: runs when the person moved, and reads ``board_event``.
        on_time: runs when a clock on the page has come to nothing.
        key: of the component; events are read from the board of the usual one only.
    """
    events = {"move": on_move} if on_time is None else {"move": on_move, "time": on_time}
    _component(key, payload(view) | {"pieceSheets": piece_sheets()}, events)


def board_event() -> BoardEvent | None:
    """Return the move that is being handled, None if there is none or it is malformed."""
    return read_event(event_value(KEY, "move"))


def read_event(value: Any) -> BoardEvent | None:
    """Return a value from the page as a move, None if it is not one."""
    if not isinstance(value, Mapping):
        return None
    uci, fen = value.get("uci"), value.get("fen")
    if not (isinstance(uci, str) and isinstance(fen, str)):
        return None
    return BoardEvent(uci, fen)


def payload(view: BoardView) -> dict[str, Any]:
    """Return what the board's JavaScript draws, as plain JSON."""
    board = view.board
    may_move = view.mover == board.turn
    return {
        "session": view.session,
        "revision": view.revision,
        "count": view.count,
        "fen": board.fen(),
        "orientation": chess.COLOR_NAMES[view.orientation],
        "mover": None if view.mover is None else chess.COLOR_NAMES[view.mover],
        "legal": " ".join(move.uci() for move in board.legal_moves) if may_move else "",
        "last": board.peek().uci() if board.move_stack else "",
        "check": board.is_check(),
        "said": view.said,
        "over": view.is_over,
        "arrows": [
            [
                chess.SQUARE_NAMES[arrow.tail] + chess.SQUARE_NAMES[arrow.head],
                round(arrow.weight, 3),
                arrow.shift,
            ]
            for arrow in view.arrows
        ],
        "top": asdict(view.top),
        "bottom": asdict(view.bottom),
    }
