"""A position that is being set up: its pieces, and whatever else a FEN says.

It may be any position, an impossible one too: on the way to a good one many are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import chess

from engine.errors import StylemateError
from engine.play.ending import ending_by_rule
from engine.play.notation import board_from_fen, board_of_fen, problems_of

SETUP = "setup"
"""The parameter of the page's address that holds the position."""
EMPTY: Final = "8/8/8/8/8/8/8/8 w - - 0 1"
CASTLING: Final = {
    "K": "White O-O",
    "Q": "White O-O-O",
    "k": "Black O-O",
    "q": "Black O-O-O",
}
"""The rights to castle, as a FEN and as a person writes them."""
_ROOKS: Final = {"K": chess.BB_H1, "Q": chess.BB_A1, "k": chess.BB_H8, "q": chess.BB_A8}


@dataclass(frozen=True, slots=True)
class Setup:
    """A position that is being set up.

    Attributes:
        placement: the pieces, as the first field of a FEN.
        turn: the colour that moves.
        castling: the rights to castle that are wished for, as in a FEN; those that kings and rooks
            do not allow do not count.
        en_passant: the square on which a pawn may be taken in passing, if there is one.
        orientation: the colour at the bottom of the board.
        asked: the side that the person wants to play, ``white``, ``black`` or ``random``, while
            they are asked whether their running game may end for it.
    """

    placement: str = chess.STARTING_BOARD_FEN
    turn: chess.Color = chess.WHITE
    castling: str = "KQkq"
    en_passant: str | None = None
    orientation: chess.Color = chess.WHITE
    asked: str | None = None

    @property
    def board(self) -> chess.Board:
        """The position, with those of the wished rights that are possible."""
        board = chess.Board(None)
        board.set_board_fen(self.placement)
        board.turn = self.turn
        board.set_castling_fen(self.castling or "-")
        board.castling_rights = board.clean_castling_rights()
        if self.en_passant in en_passant_squares(self.placement, self.turn):
            board.ep_square = chess.parse_square(self.en_passant or "")
        return board

    @property
    def fen(self) -> str:
        """The position as a FEN."""
        return self.board.fen()

    @property
    def problem(self) -> str:
        """Why nobody can play from here, in words; empty if it can be played."""
        board = self.board
        reasons = problems_of(board)
        if reasons:
            return f"Nobody can play from here: {'; '.join(reasons)}."
        end = ending_by_rule(board)
        return f"The game is over here: {end.explanation}" if end is not None else ""


def setup_of(board: chess.Board, orientation: chess.Color) -> Setup:
    """Return a position as one to begin from."""
    square = None if board.ep_square is None else chess.square_name(board.ep_square)
    return Setup(board.board_fen(), board.turn, _castling_of(board), square, orientation)


def changed(setup: Setup, fen: str) -> Setup:
    """Return the position of a FEN, seen from the same side.

    Raises:
        StylemateError: the text is no FEN; an impossible position is one.
    """
    return setup_of(board_of_fen(fen), setup.orientation)


def cleared(setup: Setup) -> Setup:
    """Return an empty board, seen from the same side."""
    return changed(setup, EMPTY)


def possible_castling(placement: str) -> str:
    """Return the rights to castle that the kings and rooks allow, as in a FEN."""
    return _castling_of(Setup(placement).board)


def _castling_of(board: chess.Board) -> str:
    rights = board.clean_castling_rights()
    return "".join(letter for letter, rook in _ROOKS.items() if rights & rook)


def en_passant_squares(placement: str, turn: chess.Color) -> tuple[str, ...]:
    """Return the squares on which the side to move could take a pawn in passing."""
    board = chess.Board(None)
    board.set_board_fen(placement)
    board.turn = turn
    found = []
    for square in chess.SquareSet(chess.BB_RANK_6 if turn == chess.WHITE else chess.BB_RANK_3):
        board.ep_square = square
        if not board.status() & chess.STATUS_INVALID_EP_SQUARE and board.has_legal_en_passant():
            found.append(chess.square_name(square))
    return tuple(found)


def write_setup(setup: Setup | None) -> dict[str, str | None]:
    """Return the parameter of the address that holds a position, to be removed without one."""
    return {SETUP: None if setup is None else setup.fen}


def read_setup(query: Mapping[str, str], problems: list[str]) -> Setup | None:
    """Return the position that an address holds; what is wrong is added to the problems."""
    if SETUP not in query:
        return None
    try:
        return changed(Setup(), query[SETUP])
    except StylemateError as error:
        problems.append(f"The position in the address cannot be read. {error}")
        return None


def checked_fen(setup: Setup) -> str:
    """Return the position as a FEN to play from.

    Raises:
        StylemateError: nobody can play from here.
    """
    if setup.problem:
        raise StylemateError(setup.problem)
    return board_from_fen(setup.fen).fen()
