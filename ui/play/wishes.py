"""What other pages wish of this one: an opponent, or a game to play on."""

from dataclasses import replace

from engine.style.recipe import Recipe
from ui.play.course import begin, begin_again, is_running, let_opponent_answer
from ui.play.opponent_changes import accept
from ui.play.session import current_session
from ui.play.state import PlaySession, action
from ui.shared import game as games
from ui.shared.handover import end_game_wish, end_wish, game_wish, wish
from ui.shared.opponent import Opponent, check_opponent
from ui.shared.opponents import opponents


def take_wish() -> None:
    """Make what another page wished for the opponent, of another game if this one has ended.

    While a game goes on against somebody else, the person is asked first.
    """
    recipe = wish()
    if recipe is None:
        return
    session = current_session()
    session.problems = ()
    rival = _rival(session, recipe)
    if is_running(session.game) and rival.recipe != session.opponent.recipe:
        session.rival = rival.recipe
    else:
        session.rival = None
        _play_rival(session, rival, games.ending(session.game) is not None)
    end_wish()


@action
def answer_rival(begins: bool | None) -> None:
    """Say what becomes of the game when another page wished for somebody else.

    Args:
        begins: whether another game begins against them; None keeps game and opponent.
    """
    session = current_session()
    recipe, session.rival = session.rival, None
    if recipe is not None and begins is not None:
        _play_rival(session, _rival(session, recipe), begins)


def _rival(session: PlaySession, recipe: Recipe) -> Opponent:
    """Return whom another page wished for, at the strength that was chosen here."""
    elo = session.opponent.recipe.elo if recipe.elo is None else recipe.elo
    return replace(session.opponent, recipe=replace(recipe, elo=elo))


def _play_rival(session: PlaySession, rival: Opponent, begins: bool) -> None:
    session.slots = max(len(rival.recipe.components), 1)
    accept(session, rival)
    if begins:
        begin_again(session, session.game.person)
    let_opponent_answer(session)


def take_game_wish() -> None:
    """Play on the game that another page wished for, in place of the one here."""
    wanted = game_wish()
    if wanted is None:
        return
    end_game_wish()
    session = current_session()
    opponent = replace(session.opponent, recipe=wanted.opponent.recipe)
    session.slots = max(len(opponent.recipe.components), 1)
    accept(session, check_opponent(opponent, opponents().space))
    session.tab = None
    begin(session, wanted.game, None)
