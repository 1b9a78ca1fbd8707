"""What the person does with the opponent: who plays, and how far pushed."""

from dataclasses import replace

from engine.style.recipe import RecipeError
from engine.style.recipe_parser import parse_recipe
from ui.play.opponent_changes import accept, set_players, shares_of
from ui.play.session import current_session
from ui.play.state import PlaySession, action
from ui.shared.opponent import (
    Opponent,
    check_opponent,
    shares_after,
    with_intensity,
    with_steering,
    without_old_strength,
)
from ui.shared.opponents import opponents
from ui.shared.player_picker import player_meant


@action
def choose_preset(label: str | None, players: dict[str, str]) -> None:
    """Play against the player of the chip that was pressed.

    Args:
        label: of the chip, None where the one that was on is pressed again.
        players: name in the style space by chip.
    """
    if label is None:
        return
    session = current_session()
    session.slots = 1
    set_players(session, with_steering(session.opponent, {}), {players[label]: 1.0})


@action
def choose_player(chosen: str | None, slot: int) -> None:
    """Put the chosen player in a row of the blend."""
    session = current_session()
    if chosen is None:
        return
    chosen = player_meant(chosen, opponents().space)
    shares = shares_of(session)
    names = list(shares)
    if chosen in names:
        return
    if slot < len(names):
        pairs = [(chosen if n == names[slot] else n, share) for n, share in shares.items()]
        set_players(session, session.opponent, dict(pairs))
    else:
        share = 1 / (len(names) + 1)
        blended = {name: s * (1 - share) for name, s in shares.items()}
        set_players(session, session.opponent, {**blended, chosen: share})


@action
def add_slot() -> None:
    """Show one more row of players."""
    current_session().slots += 1


@action
def remove_player(slot: int) -> None:
    """Take a row out of the blend."""
    session = current_session()
    shares = shares_of(session)
    names = list(shares)
    session.slots = max(session.slots - 1, 1)
    if slot < len(names):
        rest = {name: share for name, share in shares.items() if name != names[slot]}
        set_players(session, session.opponent, rest)


@action
def set_share(percent: int, slot: int) -> None:
    """Give a player another share of the blend."""
    session = current_session()
    shares = shares_after(shares_of(session), slot, percent / 100)
    set_players(session, session.opponent, shares)


@action
def steer(amount: float, key: str) -> None:
    """Push the style along an attribute."""
    session = current_session()
    amounts = {push.attribute: push.amount for push in session.opponent.recipe.steering}
    amounts[key] = amount
    accept(session, with_steering(session.opponent, amounts))


@action
def reset_steering() -> None:
    """Put every slider back to 0."""
    session = current_session()
    accept(session, with_steering(session.opponent, {}))


@action
def set_intensity(intensity: float) -> None:
    """Turn the habits of the opponent's players up or down."""
    session = current_session()
    accept(session, with_intensity(session.opponent, intensity))


@action
def set_temperature(temperature: float) -> None:
    """Play more or less by the likeliest move."""
    session = current_session()
    accept(session, replace(session.opponent, temperature=temperature))


@action
def use_recipe(text: str) -> None:
    """Play a recipe that was typed or suggested, or remember what is wrong with it."""
    session = current_session()
    try:
        opponent = _opponent_of(session, text)
    except RecipeError as error:
        session.recipe_error = error
    else:
        recipe, said = without_old_strength(opponent.recipe)
        accept(session, replace(opponent, recipe=recipe))
        session.problems += said
        session.slots = max(len(opponent.recipe.components), 1)


def _opponent_of(session: PlaySession, text: str) -> Opponent:
    space = opponents().space
    recipe = space.resolve(parse_recipe(text), text)
    return check_opponent(replace(session.opponent, recipe=recipe), space)
