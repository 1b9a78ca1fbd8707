"""The opening explorer of a style: how often it plays each move here, and what that is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import chess

from engine.play.engine import Policy
from ui.shared.openings import OpeningBook

LEAST = 0.01
"""Rarer moves are left out."""
MOST = 10
LAST_PLY = 30
"""Half-moves after which nobody speaks of an opening any more."""


@dataclass(frozen=True, slots=True)
class BookMove:
    """A move that a style plays here.

    Attributes:
        san: in standard algebraic notation.
        chance: how often it plays it, 0 to 1.
        name: of the opening after it; empty where that has none of its own.
    """

    san: str
    chance: float
    name: str


def book_moves(board: chess.Board, policy: Policy, book: OpeningBook) -> list[BookMove]:
    """Return what a style plays in a position, the likeliest first.

    Args:
        board: with its history, from the usual first position.
        policy: the style's view of it.
        book: knows the names.
    """
    played = list(board.move_stack)
    here = book.find(played)
    found = []
    for move, chance in policy.top(MOST):
        if chance < LEAST:
            break
        after = book.find([*played, move])
        name = f"{after.eco} {after.name}" if after is not None and after != here else ""
        found.append(BookMove(board.san(move), chance, name))
    return found


def explorer_html(moves: Sequence[BookMove]) -> str:
    """Return a table of moves with bars."""
    rows = "".join(
        f'<tr><th>{escape(move.san)}</th><td class="share">'
        f'<span style="width:{100 * move.chance:.1f}%"></span></td>'
        f"<td>{100 * move.chance:.0f}&nbsp;%</td><td>{escape(move.name)}</td></tr>"
        for move in moves
    )
    return f'<table class="book-moves" data-testid="book-moves"><tbody>{rows}</tbody></table>'
