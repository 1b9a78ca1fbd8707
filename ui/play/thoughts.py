"""What the opponent thinks of positions, found once and remembered with the session."""

from ui.play.course import engine
from ui.play.state import PlaySession
from ui.shared import game as games
from ui.shared.candidates import MoveShifts, Thinking, shifts, think
from ui.shared.opponent import as_fitted
from ui.shared.opponents import opponents


def thoughts_on(session: PlaySession, count: int) -> Thinking | None:
    """Return the opponent's view of the position after ``count`` moves, remembered."""
    game = session.game
    seen = game.moves[: count + 1]  # with the move played there, which the view marks
    style = opponents().space.style(session.opponent.recipe)  # a label may change its meaning
    key = (style.fingerprint, f"{game.start} {count}", seen)
    if key not in session.thoughts:
        session.thoughts[key] = think(engine(session), game, count)
    return session.thoughts[key]


def shifts_on(session: PlaySession, count: int) -> MoveShifts | None:
    """Return what pushing the opponent's style changes after ``count`` moves, remembered.

    None where nothing is pushed, and where no move is left.
    """
    recipe = session.opponent.recipe.style
    before = as_fitted(recipe)
    if recipe == before:
        return None
    registry, game = opponents(), session.game
    unpushed, pushed = (registry.space.style(one).fingerprint for one in (before, recipe))
    key = (unpushed, pushed, f"{game.start} {count}", game.moves[:count])
    if key not in session.shifts:
        board = games.board_after(game, count)
        found = None
        if any(board.legal_moves):
            found = shifts(board, *(registry.bot(one).policy(board) for one in (before, recipe)))
        session.shifts[key] = found
    return session.shifts[key]
