"""The board on a page: what it shows, and the events that come back from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import chess
import streamlit as st

from ui.board.drawing import Arrow, draw_board, piece_definitions, without_definitions

KEY = "board"
_FOLDER = Path(__file__).parent
_HTML = f'{piece_definitions()}<div class="frame"></div>'

_component = st.components.v2.component(
    "stylemate.board",
    html=_HTML,
    css=(_FOLDER / "board.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "board.js").read_text(encoding="utf-8"),
)


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
    """

    name: str
    detail: str
    color: str
    captured: str
    ahead: int
    to_move: bool


@dataclass(frozen=True, slots=True)
class BoardView:
    """All that the board shows.

    Attributes:
        board: the position, with the last move on its stack.
        orientation: the colour at the bottom.
        movable: whether the person may move a piece.
        arrows: arrows over the pieces.
        top: strip above the board.
        bottom: strip below it.
        revision: number of the state on screen; an event that carries another is out of date.
        session: name of the server's session, so that the page notices a new one.
        count: number of moves played up to the position.
        last_san: the last move in words for screen readers.
        address: query parameters that the page's address should have; None removes one.
    """

    board: chess.Board
    orientation: chess.Color
    movable: bool
    arrows: Sequence[Arrow]
    top: Strip
    bottom: Strip
    revision: int
    session: str
    count: int
    last_san: str
    address: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class BoardEvent:
    """A move that the person made on the board.

    Attributes:
        uci: the move.
        revision: number of the state in which it was made.
    """

    uci: str
    revision: int


@dataclass(frozen=True, slots=True)
class RestoreEvent:
    """What the page still knows of a game after the server was restarted behind it.

    Attributes:
        address: query parameters of the game on screen.
        move: move that the person made in it, if that is how they noticed.
    """

    address: Mapping[str, str]
    move: str | None


def show_board(
    view: BoardView,
    on_move: Callable[[], None],
    on_restore: Callable[[], None],
    key: str = KEY,
) -> None:
    """Draw the board.

    Args:
        view: what to draw.
        on_move: runs when the person moved, and reads ``board_event``.
        on_restore: runs when the page finds that the server forgot its game, and reads
            ``restore_event``.
        key: of the component; events are read from the board of the usual one only.
    """
    _component(key=key, data=payload(view), on_move_change=on_move, on_restore_change=on_restore)


def board_event() -> BoardEvent | None:
    """Return the move that is being handled, None if there is none or it is malformed."""
    return read_event(_sent("move"))


def restore_event() -> RestoreEvent | None:
    """Return the restoration that is being handled, None if there is none or it is malformed."""
    return read_restore(_sent("restore"))


def read_event(value: Any) -> BoardEvent | None:
    """Return a value from the page as a move, None if it is not one."""
    if not isinstance(value, Mapping):
        return None
    uci, revision = value.get("uci"), value.get("revision")
    if not (isinstance(uci, str) and isinstance(revision, int)):
        return None
    return BoardEvent(uci, revision)


def read_restore(value: Any) -> RestoreEvent | None:
    """Return a value from the page as a restoration, None if it is not one."""
    if not isinstance(value, Mapping) or not isinstance(value.get("address"), Mapping):
        return None
    address = {k: v for k, v in value["address"].items() if isinstance(v, str)}
    move = value.get("move")
    return RestoreEvent(address, move if isinstance(move, str) else None)


def _sent(name: str) -> Any:
    state = st.session_state.get(KEY)
    return state.get(name) if state is not None else None


def payload(view: BoardView) -> dict[str, Any]:
    """Return what the board's JavaScript draws, as plain JSON."""
    board = view.board
    last = board.peek() if board.move_stack else None
    drawn = draw_board(board, orientation=view.orientation, last_move=last, arrows=view.arrows)
    return {
        "svg": without_definitions(drawn),
        "revision": view.revision,
        "session": view.session,
        "count": view.count,
        "fen": board.fen(),
        "orientation": chess.COLOR_NAMES[view.orientation],
        "turn": chess.COLOR_NAMES[board.turn],
        "pieces": {chess.SQUARE_NAMES[s]: p.symbol() for s, p in board.piece_map().items()},
        "legal": [move.uci() for move in board.legal_moves] if view.movable else [],
        "last": steps(board),
        "announcement": view.last_san,
        "top": asdict(view.top),
        "bottom": asdict(view.bottom),
        "address": dict(view.address),
    }


def steps(board: chess.Board) -> list[list[str]]:
    """Return the squares from and to of each piece that the last move moved."""
    if not board.move_stack:
        return []
    move = board.peek()
    moved = [[chess.SQUARE_NAMES[move.from_square], chess.SQUARE_NAMES[move.to_square]]]
    before = board.copy(stack=1)
    before.pop()
    if before.is_castling(move):
        rank = chess.square_rank(move.from_square)
        short = before.is_kingside_castling(move)
        rook_from = chess.square(7 if short else 0, rank)
        rook_to = chess.square(5 if short else 3, rank)
        moved.append([chess.SQUARE_NAMES[rook_from], chess.SQUARE_NAMES[rook_to]])
    return moved
