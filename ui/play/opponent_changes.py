"""Changes of a session's opponent: other players, another strength.

The functions change the session that they are given; what a person does comes through the actions.
"""

from dataclasses import replace

from engine.style.recipe import AS_FITTED, AVERAGE
from engine.style.space import StyleSpace
from ui.play.state import PlaySession
from ui.shared.opponent import Opponent, first_opponent, has_habits, with_intensity, with_players
from ui.shared.opponents import opponents


def shares_of(session: PlaySession) -> dict[str, float]:
    """Return the opponent's players and their shares of the blend."""
    return {c.name: c.weight for c in session.opponent.recipe.components}


def set_players(session: PlaySession, opponent: Opponent, shares: dict[str, float]) -> None:
    """Let others play, as intense as before if their habits are known."""
    chosen = with_players(opponent, shares)
    if not has_habits(chosen.recipe, opponents().space):
        chosen = with_intensity(chosen, AS_FITTED)
    accept(session, chosen)


def accept_strength(session: PlaySession, elo: int | None) -> None:
    """Let the opponent play at a rating, None for as learned."""
    recipe = replace(session.opponent.recipe, elo=elo)
    accept(session, replace(session.opponent, recipe=recipe))


def accept(session: PlaySession, opponent: Opponent) -> None:
    """Let this one be the opponent."""
    session.opponent = opponent
    session.recipe_error = None
    session.welcomes = False


def drop_unknown(session: PlaySession, space: StyleSpace) -> None:
    """Leave those out of the opponent who were guests and have been sent away."""
    known = {AVERAGE, *space.names}
    gone = [name for name in shares_of(session) if name not in known]
    if not gone:
        return
    rest = {name: share for name, share in shares_of(session).items() if name in known}
    if rest:
        set_players(session, session.opponent, rest)
    else:
        accept(session, first_opponent(space))
    session.slots = max(len(rest), 1)
    session.problems = (f"'{gone[0]}' was removed, and no longer part of your opponent.",)
