"""How strong the opponent plays, and how strong the person says they are."""

from ui.memory.memory import recalled
from ui.play.opponent_changes import accept_strength
from ui.play.session import current_session
from ui.play.state import PlaySession, action, answer
from ui.shared.opponents import opponents
from ui.shared.strength import within_reach


@action
def choose_strength(elo: int) -> None:
    """Play at a rating, 0 for as learned."""
    session = current_session()
    session.is_chosen = True
    accept_strength(session, elo or None)


@answer
def recall_level() -> None:
    """Take up what the browser remembers of the person, or ask them."""
    session, memory = current_session(), recalled()
    if memory is None or session.level is not None:
        return
    if memory.level is None:
        session.asks_level = True
    else:
        _know_level(session, memory.level)


@action
def tell_level(level: int) -> None:
    """Take up how strong the person says they are."""
    session = current_session()
    session.asks_level = False
    _know_level(session, level)


def _know_level(session: PlaySession, level: int) -> None:
    """Let the opponent play at the person's level, unless the opponent was chosen as they are."""
    session.level = level
    if level and not session.is_chosen:
        welcomes = session.welcomes  # the person has chosen nobody by that
        accept_strength(session, within_reach(opponents().strength, level))
        session.welcomes = welcomes
