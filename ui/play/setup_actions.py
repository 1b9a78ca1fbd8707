"""What the person does with a position that is being set up."""

import random
from collections.abc import Callable
from dataclasses import replace

import chess

from ui.board.editor import placed
from ui.play import setup as setups
from ui.play.clock_choice import chosen_control
from ui.play.course import begin, is_running
from ui.play.session import current_session
from ui.play.setup import Setup
from ui.play.state import action
from ui.shared import game as games


@action
def open_setup() -> None:
    """Set up a position, beginning from the one on screen; the game waits."""
    session = current_session()
    board = games.board_after(session.game, session.game.shown)
    session.setup = setups.setup_of(board, session.game.orientation)
    session.revision += 1


@action
def close_setup() -> None:
    """Go back to the game."""
    current_session().setup = None


@action
def place() -> None:
    """Take up the pieces as the person has put them on the board."""
    placement = placed()
    if placement is not None:
        _change(lambda setup: replace(setup, placement=placement))


@action
def set_turn(words: str) -> None:
    """Let a colour be to move.

    Args:
        words: ``White`` or ``Black``.
    """
    _change(lambda setup: replace(setup, turn=words == "White"))


@action
def set_castling(may: bool, right: str) -> None:
    """Give or take a right to castle.

    Args:
        may: whether there is one.
        right: as in a FEN.
    """
    _change(
        lambda setup: replace(
            setup,
            castling="".join(
                one for one in setups.CASTLING if (may if one == right else one in setup.castling)
            ),
        )
    )


@action
def set_en_passant(square: str | None) -> None:
    """Let a pawn be taken in passing on a square, or none."""
    _change(lambda setup: replace(setup, en_passant=square))


@action
def set_fen(fen: str) -> None:
    """Take up the position of a FEN; what cannot be read is told, and changes nothing."""
    _redraw(lambda setup: setups.changed(setup, fen))


@action
def put_start() -> None:
    """Put all pieces where games begin."""
    _redraw(lambda setup: Setup(orientation=setup.orientation))


@action
def clear() -> None:
    """Take all pieces away."""
    _redraw(setups.cleared)


@action
def turn_round() -> None:
    """See the board from the other side."""
    _change(lambda setup: replace(setup, orientation=not setup.orientation))


@action
def keep_game() -> None:
    """Let the running game not end for the position."""
    _change(lambda setup: replace(setup, asked=None))


@action
def play_position(side: str) -> None:
    """Begin a game from the position; over a running one the person is asked first.

    Args:
        side: that the person plays: ``white``, ``black`` or ``random``.
    """
    session = current_session()
    setup = session.setup
    if setup is None:
        return
    fen, control = setups.checked_fen(setup), chosen_control()
    if is_running(session.game) and setup.asked is None:
        session.setup = replace(setup, asked=side)
        return
    person = random.choice(chess.COLORS) if side == "random" else side == "white"
    begin(session, games.new_game(person, fen), control)


def _change(change: Callable[[Setup], Setup]) -> None:
    session = current_session()
    if session.setup is not None:
        session.setup = change(session.setup)


def _redraw(change: Callable[[Setup], Setup]) -> None:
    """Change the position, and have the board show it whatever a hand has done since."""
    _change(change)
    current_session().revision += 1
