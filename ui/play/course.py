"""How the game of a session goes on: moves, replies and clocks.

The functions change the session that they are given; what a person does comes through the actions.
"""

import random
import time

import chess

from engine.errors import StylemateError
from engine.play.engine import Engine
from ui.play import manners
from ui.play.state import PlaySession
from ui.shared import clock as clocks
from ui.shared import game as games
from ui.shared.clock import TimeControl
from ui.shared.game import Game
from ui.shared.history import add_game
from ui.shared.opponents import opponents


def is_running(game: Game) -> bool:
    """Return whether a game goes on that would be a loss."""
    return bool(game.moves) and games.ending(game) is None


def engine(session: PlaySession) -> Engine:
    """Return the session's opponent as an engine, the same one as long as it plays the game."""
    registry, opponent = opponents(), session.opponent
    style = registry.space.style(opponent.recipe)  # a label may change its meaning
    made_of = (style.fingerprint, opponent, session.number)
    if session.bot is None or session.bot[0] != made_of:
        session.bot = made_of, registry.bot(opponent.recipe, opponent.temperature)
    return session.bot[1]


def begin(session: PlaySession, game: Game, control: TimeControl | None) -> None:
    """Begin a game, with the time of each side, None without a clock."""
    session.problems = ()
    session.said, session.draw_offered = "", None
    session.setup, session.movers, session.styled = None, {}, {}
    session.number += 1
    session.clock = clocks.new_clock(control) if control is not None else None
    if session.clock is not None:
        session.clock = clocks.resumed(session.clock, game.length, time.time())
    set_game(session, game)
    let_opponent_answer(session)


def begin_again(session: PlaySession, person: chess.Color) -> None:
    """Begin again from where the game began, with the same time of each side."""
    start = session.game.start
    control = session.clock.control if session.clock is not None else None
    begin(session, games.new_game(person, "" if start == chess.STARTING_FEN else start), control)


def play_move(session: PlaySession, uci: str) -> None:
    """Play the person's move, and let the opponent answer.

    Raises:
        StylemateError: the move cannot be played, or there is no reply; the game is as before.
    """
    look_at_clock(session)
    before, clock, session.said = session.game, session.clock, ""
    try:
        set_game(session, games.apply_move(session.game, uci))
        press_clock(session, session.game.person)
        let_opponent_answer(session)
    except StylemateError:  # without a reply nobody would be to move any more
        set_game(session, before)
        session.clock = clock
        raise


def reply(session: PlaySession, bot: Engine) -> None:
    """Play the opponent's reply, if its time was enough."""
    answered = games.answer(session.game, bot)
    look_at_clock(session)
    if games.ending(session.game) is None:
        session.movers[session.game.length] = session.opponent
        set_game(session, answered)
        press_clock(session, not session.game.person)


def let_opponent_answer(session: PlaySession) -> None:
    """Let the opponent move, now or when a person would, or give up."""
    session.reply_due = None
    game, behaves = session.game, session.manners
    if not games.is_opponents_turn(game):
        return
    bot = engine(session)
    if behaves.ends_games:
        draw = random.Random(f"{session.name} {session.number}").random()
        if manners.would_give_up(game, bot, draw, session.opponent.recipe.elo):
            set_game(session, games.concede(game))
            look_at_clock(session)
            return
    if behaves.takes_time:
        session.reply_due = time.monotonic() + manners.time_for_reply(game, bot, _left(session))
    else:
        reply(session, bot)


def look_at_clock(session: PlaySession) -> None:
    """End the game if the side to move has no time left."""
    clock, now = session.clock, time.time()
    if clock is None or clock.since is None:
        return
    turn = games.turn(session.game)
    ended = games.ending(session.game) is not None
    if not ended and clock.left(turn, turn, now) <= 0:
        set_game(session, games.flag(session.game, turn))
        ended = True
    if ended:
        session.clock = clocks.stopped(clock, turn, now)


def press_clock(session: PlaySession, mover: chess.Color) -> None:
    """Let the other side's time run after a move, or nobody's once the game is over."""
    if session.clock is None:
        return
    now, count = time.time(), session.game.length
    session.clock = clocks.pressed(session.clock, mover, count, now)
    if games.ending(session.game) is not None:
        session.clock = clocks.stopped(session.clock, not mover, now)


def _left(session: PlaySession) -> float | None:
    """Return the seconds that the opponent has left, None without a clock."""
    if session.clock is None:
        return None
    turn = games.turn(session.game)
    return session.clock.left(turn, turn, time.time())


def set_game(session: PlaySession, game: Game) -> None:
    """Let this be the game; one that ends goes into the person's history."""
    had_ended = games.ending(session.game) is not None
    session.game = game
    session.asks_resign = session.welcomes = False
    session.revision += 1
    has_ended = games.ending(game) is not None
    if has_ended and not had_ended:
        session.recorded = add_game(session.opponent, game)
    elif had_ended and not has_ended:
        session.recorded = None
