"""An opponent with the manners of people: it takes its time, gives up, and agrees to draws."""

from collections.abc import Iterator

import chess
import numpy as np

from engine.play import manners
from engine.play.engine import Engine
from ui.shared import game as games
from ui.shared.game import Game


def time_for_reply(game: Game, engine: Engine, left: float | None = None) -> float:
    """Return the seconds a person would take for the reply that is due.

    Args:
        game: in which the opponent is to move.
        engine: the opponent.
        left: seconds on its clock, None without one.
    """
    board = games.board_after(game)
    thought = manners.position_to_think_about(board, engine.policy(board))
    return manners.thinking_seconds(thought, np.random.default_rng(), left)


def would_give_up(game: Game, engine: Engine, draw: float, elo: int | None) -> bool:
    """Return whether the opponent, who is to move, resigns.

    Args:
        game: the game.
        engine: the opponent.
        draw: of this game, 0 to 1: how easily it gives up.
        elo: its chosen strength, None as learned.
    """
    limit = manners.loss_given_up_at(draw)
    board = games.board_after(game)
    if not manners.gives_up(board, [1.0] * manners.FIRM, limit, elo):
        return False  # never here, whatever it expects: no need to ask
    losses = [engine.policy(turn).wdl[2] for turn in _last_turns(board, manners.FIRM)]
    return manners.gives_up(board, losses, limit, elo)


def would_take_draw(game: Game, engine: Engine) -> bool:
    """Return whether the opponent takes a draw that is offered while the person is to move."""
    board = games.board_after(game)
    policy = engine.policy(board)
    return manners.takes_draw(board, policy.wdl[::-1])


def _last_turns(board: chess.Board, count: int) -> Iterator[chess.Board]:
    """Yield the last positions in which the side to move was to move, this one last."""
    for back in range(2 * (count - 1), -1, -2):
        if back <= len(board.move_stack):
            earlier = board.copy()
            for _ in range(back):
                earlier.pop()
            yield earlier
