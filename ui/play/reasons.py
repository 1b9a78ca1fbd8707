"""Why the opponent played its moves, found once and remembered with the session."""

from engine.analysis.move_reason import move_reason
from engine.style.recipe import AVERAGE
from ui.play.course import engine
from ui.play.reason_words import reason_words
from ui.play.state import PlaySession
from ui.shared import game as games
from ui.shared.opponent import name_beside_others
from ui.shared.opponents import opponents


def why_on(session: PlaySession, count: int) -> str | None:
    """Return why the opponent played the move after ``count`` moves, None if the move is not its.

    Raises:
        StylemateError: the position is not one of standard chess.
    """
    game = session.game
    if count >= game.length:
        return None
    board = games.board_after(game, count)
    if board.turn == game.person:
        return None
    recipe, registry = session.opponent.recipe, opponents()
    fingerprint = registry.space.style(recipe).fingerprint  # a label may change its meaning
    key = (fingerprint, game.start, game.moves[: count + 1])
    if key not in session.reasons:
        average = registry.bot(AVERAGE)
        reason = move_reason(
            board,
            game.moves[count],
            engine(session).policy(board),
            average.policy(board),
            average.evaluate,
            [push.attribute for push in recipe.steering],
        )
        session.reasons[key] = reason_words(
            board, game.moves[count], reason, name_beside_others(recipe)
        )
    return session.reasons[key]
