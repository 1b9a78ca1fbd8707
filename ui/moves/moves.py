"""The list of moves on a page, with the opening's name and buttons to walk through the game."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import chess

from ui.components.modules import BrowserComponent, event_value

KEY = "moves"
_FOLDER = Path(__file__).parent

_component = BrowserComponent(
    "stylemate.moves",
    _FOLDER / "moves.js",
    (_FOLDER / "moves.css",),
    html=(_FOLDER / "moves.html").read_text(encoding="utf-8"),
)


class Opening(Protocol):
    """A named opening."""

    @property
    def eco(self) -> str:
        """Code of the Encyclopaedia of Chess Openings."""

    @property
    def name(self) -> str:
        """What players call it."""


@dataclass(frozen=True, slots=True)
class MoveList:
    """What the list shows.

    Attributes:
        start: FEN of the first position, for the first move's number and side.
        sans: moves in standard algebraic notation.
        shown: number of moves after which the position on screen stands.
        opening: the opening's name, if it has one.
        marks: what was said of moves, by the number of moves up to them: a sign such as ``??`` and
            its word.
        own: what to say of moves that are a style's own, by the number of moves up to them.
    """

    start: str
    sans: Sequence[str]
    shown: int
    opening: Opening | None
    marks: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    own: Mapping[int, str] = field(default_factory=dict)


def show_moves(moves: MoveList, on_go: Callable[[], None], key: str = KEY) -> None:
    """Draw the list; ``on_go`` runs when a person chose a position, and reads ``chosen_count``."""
    _component(key, payload(moves), {"go": on_go})


def chosen_count(key: str = KEY) -> int | None:
    """Return after how many moves the chosen position stands, None if none was chosen."""
    value = event_value(key, "go")
    count = value.get("count") if isinstance(value, Mapping) else None
    return count if isinstance(count, int) else None


def payload(moves: MoveList) -> dict[str, Any]:
    """Return what the list's JavaScript draws, as plain JSON."""
    return {
        "rows": rows(moves.start, moves.sans, moves.marks, moves.own),
        "shown": moves.shown,
        "length": len(moves.sans),
        "eco": moves.opening.eco if moves.opening else "",
        "opening": moves.opening.name if moves.opening else _beginning(moves),
        "empty": "Moves appear here. Click one to go back to it, or use the arrow keys.",
    }


def rows(
    start: str,
    sans: Sequence[str],
    marks: Mapping[int, tuple[str, str]] | None = None,
    own: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """Return the moves in pairs with their numbers; None fills the gap before a Black start."""
    board = chess.Board(start)
    said = {count: {"sign": sign, "word": word} for count, (sign, word) in (marks or {}).items()}
    for count, words in (own or {}).items():
        said[count] = said.get(count, {}) | {"own": words}
    cells: list[dict[str, Any] | None] = [
        {"san": san, "count": count, **said.get(count, {})}
        for count, san in enumerate(sans, start=1)
    ]
    if cells and board.turn == chess.BLACK:
        cells.insert(0, None)
    return [
        {"number": board.fullmove_number + index // 2, "cells": cells[index : index + 2]}
        for index in range(0, len(cells), 2)
    ]


def _beginning(moves: MoveList) -> str:
    if moves.start != chess.STARTING_FEN:
        return "From a set-up position"
    return "An opening without a name" if moves.shown else "Starting position"
