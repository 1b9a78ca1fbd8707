"""What the person does with the game."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace

import chess

from engine.errors import StylemateError
from engine.play.manners import ASKED_AGAIN_AFTER
from ui.address.address import restore_event
from ui.board.board import board_event
from ui.moves.moves import chosen_count
from ui.play import manners
from ui.play.course import begin, begin_again, engine, look_at_clock, play_move, reply, set_game
from ui.play.session import current_session
from ui.play.state import PlaySession, action
from ui.shared import clock as clocks
from ui.shared import game as games
from ui.shared.clock import TimeControl
from ui.shared.handover import ReviewWish, ask_to_review
from ui.shared.history import forget_games
from ui.shared.opponent import full_name
from ui.shared.text import YOU


@action
def make_move() -> None:
    """Play the move made on the board, and the reply.

    It counts if it was made in the position that is being played. Whether the page has seen the
    latest state of the session does not matter: after a restart of the server it has not.
    """
    session, event = current_session(), board_event()
    if event is None:
        return
    game = session.game
    if not game.is_current or event.fen != games.board_after(game, game.shown).fen():
        session.revision += 1  # the page drew the move already: make it draw the truth
        return
    play_move(session, event.uci)


@action
def restore() -> None:
    """Take up the game that the page still shows after the server was restarted behind it."""
    event = restore_event()
    if event is None or event.session == current_session().name:
        return
    current_session().restored = event.session, event.values
    current_session()  # takes it up, or waits for the person's own styles


@action
def time_ran_out() -> None:
    """End the game of whoever has no time left, as the page thinks."""
    look_at_clock(current_session())


@action
def set_manners(value: bool, name: str) -> None:
    """Let the opponent behave as people do, or not; a reply that is waited for then comes at once.

    Args:
        value: whether it does.
        name: of the field of ``Manners``.
    """
    session = current_session()
    session.manners = replace(session.manners, **{name: value})
    if not session.manners.takes_time:
        let_reply_come()


@action
def offer_draw() -> None:
    """Offer the opponent a draw."""
    session = current_session()
    if not may_offer_draw(session):
        return
    game = session.game
    name = full_name(session.opponent.recipe)
    if manners.would_take_draw(game, engine(session)):
        set_game(session, games.agree(game))
        look_at_clock(session)
    else:
        session.draw_offered = game.length
        session.said = f"{name} does not want a draw now."


def may_offer_draw(session: PlaySession) -> bool:
    """Return whether a draw can be offered: with manners, once in a while, on one's own move."""
    game, last = session.game, session.draw_offered
    is_again = last is not None and 0 <= game.length - last < ASKED_AGAIN_AFTER
    return session.manners.ends_games and games.is_persons_turn(game) and not is_again


def is_reply_due(session: PlaySession) -> bool:
    """Return whether the time of a reply that was waited for has come."""
    return session.reply_due is not None and time.monotonic() >= session.reply_due


@action
def let_reply_come() -> None:
    """Play the reply that is waited for, now."""
    session = current_session()
    is_awaited, session.reply_due = session.reply_due is not None, None
    if not is_awaited or not games.is_opponents_turn(session.game):
        return
    before, clock = session.game, session.clock
    try:
        reply(session, engine(session))
    except StylemateError:  # without a reply nobody would be to move any more
        set_game(session, games.take_back(before))
        session.clock = clock
        raise


@action
def go_to_chosen() -> None:
    """Show the position chosen in the list of moves."""
    count = chosen_count()
    if count is not None:
        set_game(current_session(), games.show(current_session().game, count))


@action
def back_to_game() -> None:
    """Show the position that is being played."""
    session = current_session()
    set_game(session, games.show(session.game, session.game.length))


@action
def take_back() -> None:
    """Take back the person's last move."""
    session = current_session()
    session.reply_due, session.said = None, ""
    _take_out_of_history(session)
    set_game(session, games.take_back(session.game))
    if session.clock is not None:
        session.clock = clocks.resumed(session.clock, session.game.length, time.time())


def _take_out_of_history(session: PlaySession) -> None:
    """Forget the end of a game that goes on after all."""
    if session.recorded is not None:
        forget_games([session.recorded])


@action
def ask_resign(is_asked: bool) -> None:
    """Ask whether the person means to give up, or ask no more."""
    current_session().asks_resign = is_asked


@action
def resign() -> None:
    """Give up."""
    session = current_session()
    set_game(session, games.resign(session.game))
    look_at_clock(session)


@action
def flip() -> None:
    """Turn the board."""
    session = current_session()
    set_game(session, games.flip(session.game))


@action
def rematch(person: chess.Color) -> None:
    """Begin again from where this game began."""
    begin_again(current_session(), person)


@action
def review() -> None:
    """Go through the game on another page."""
    session = current_session()
    names = {session.game.person: YOU, not session.game.person: full_name(session.opponent.recipe)}
    ask_to_review(
        ReviewWish(session.game, names[chess.WHITE], names[chess.BLACK], session.opponent.recipe)
    )


def start_game(
    person: chess.Color | None,
    fen: str,
    control: TimeControl | None = None,
    opening: Sequence[chess.Move] = (),
) -> None:
    """Begin a game.

    Args:
        person: the person's colour, None for a random one.
        fen: the first position, the usual one if empty.
        control: the time of each side, None without a clock.
        opening: moves that are played already, from the usual position.

    Raises:
        StylemateError: the FEN is no position to play from, or there is an opening besides.
    """
    if opening and fen.strip():
        raise StylemateError("Choose an opening or give a FEN, not both.")
    session = current_session()
    color = random.choice(chess.COLORS) if person is None else person
    begin(session, games.replayed(games.new_game(color, fen), opening), control)


@action
def play_from_here() -> None:
    """Begin a game from the position on screen, with the moves that led there."""
    session = current_session()
    game = session.game
    control = session.clock.control if session.clock is not None else None
    first = games.new_game(game.person, "" if game.start == chess.STARTING_FEN else game.start)
    begun = games.replayed(first, game.moves[: game.shown])
    if games.ending(begun) is not None:
        raise StylemateError("The game is over in that position.")
    begin(session, replace(begun, flipped=game.flipped), control)


@action
def open_tab(name: str) -> None:
    """Open a tab beside the board."""
    current_session().tab = name
