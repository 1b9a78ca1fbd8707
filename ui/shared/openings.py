"""Names of openings, found by position so that every order of moves counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import chess

from engine.assets import OPENINGS_FILE
from engine.errors import StylemateError

HEADER = "eco\tname\tmoves"
LONGEST = 40
"""No named line is longer than this many half-moves."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A named opening.

    Attributes:
        eco: code of the Encyclopaedia of Chess Openings, ``C50``.
        name: as players call it.
    """

    eco: str
    name: str


class OpeningBook:
    """Names by position."""

    def __init__(
        self,
        by_position: dict[str, Opening],
        lines: dict[str, tuple[chess.Move, ...]] | None = None,
    ) -> None:
        self._by_position = by_position
        self._lines = lines or {}

    def __len__(self) -> int:
        return len(self._by_position)

    @property
    def names(self) -> list[str]:
        """Names with their codes, such as ``C50 Italian Game``, in the order of the codes."""
        return list(self._lines)

    def line(self, name: str) -> tuple[chess.Move, ...]:
        """Return the moves of a name with its code, the fewest that lead there.

        Raises:
            StylemateError: no opening is called so.
        """
        if name not in self._lines:
            raise StylemateError(f"No opening is called '{name[:80]}'.")
        return self._lines[name]

    def find(self, moves: Sequence[chess.Move], start: str = chess.STARTING_FEN) -> Opening | None:
        """Return the opening of the last named position that a game went through."""
        board = chess.Board(start)
        found = None
        for move in moves[:LONGEST]:
            board.push(move)
            found = self._by_position.get(board.epd(), found)
        return found


def read_openings(path: Path) -> OpeningBook:
    """Read a table of openings: columns eco, name and moves in SAN, separated by tabs.

    Raises:
        StylemateError: the file is not such a table, or a line holds an illegal move.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StylemateError(f"The openings in {path} cannot be read: {error}.") from None
    if not lines or lines[0] != HEADER:
        raise StylemateError(f"{path} does not begin with the columns eco, name, moves.")
    by_position: dict[str, Opening] = {}
    named: dict[str, tuple[chess.Move, ...]] = {}
    for number, line in enumerate(lines[1:], start=2):
        fields = line.split("\t")
        if len(fields) != 3:
            raise StylemateError(f"{path}, line {number}: three columns are needed.")
        eco, name, moves = fields
        board = chess.Board()
        try:
            for san in moves.split():
                board.push_san(san)
        except ValueError as error:
            raise StylemateError(f"{path}, line {number} ({name}): {error}.") from None
        by_position[board.epd()] = Opening(eco, name)
        called, moved = f"{eco} {name}", tuple(board.move_stack)
        if called not in named or len(moved) < len(named[called]):
            named[called] = moved
    return OpeningBook(by_position, dict(sorted(named.items())))


@lru_cache(maxsize=4)
def opening_book(directory: Path) -> OpeningBook:
    """Return the openings of an assets directory; an empty book if it ships none.

    Raises:
        StylemateError: the table is damaged.
    """
    path = directory / OPENINGS_FILE
    return read_openings(path) if path.is_file() else OpeningBook({})
