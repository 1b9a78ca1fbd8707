"""This tab's session of the Play page, and how it begins: from the page's address."""

from collections.abc import Mapping
from dataclasses import replace

import chess
import streamlit as st

from engine.errors import StylemateError
from engine.style.recipe import Recipe, RecipeError
from engine.style.space import StyleSpace
from ui.play.course import let_opponent_answer, look_at_clock
from ui.play.opponent_changes import drop_unknown
from ui.play.setup import SETUP, read_setup
from ui.play.state import STATE, PlaySession
from ui.shared.game import Game
from ui.shared.game_address import KEYS, read_address
from ui.shared.kept_work import kept_work
from ui.shared.opponent import Opponent, check_opponent, first_opponent
from ui.shared.opponents import opponents
from ui.shared.state import tab


def current_session() -> PlaySession:
    """Return this tab's session; the first call reads it from the page's address.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    if STATE not in tab():
        query: Mapping[str, str] = st.query_params
        if not any(key in query for key in (*KEYS, SETUP)):
            query = kept_work().game  # the tab was loaded again on another page
        first = _session_from_address(opponents().space, query)
        let_opponent_answer(first)
        look_at_clock(first)
        tab()[STATE] = first
    session: PlaySession = tab()[STATE]
    if session.restored is not None and kept_work().is_told:
        name, values = session.restored
        session = replace(_session_from_address(opponents().space, values), name=name)
        tab()[STATE] = session
        let_opponent_answer(session)
        look_at_clock(session)
    drop_unknown(session, opponents().space)
    return session


def _session_from_address(space: StyleSpace, query: Mapping[str, str]) -> PlaySession:
    address = read_address(query)
    problems = list(address.problems)
    setup = read_setup(query, problems)
    is_first = address.recipe is None and not address.game.moves and setup is None
    opponent = replace(first_opponent(space), temperature=address.temperature)
    if address.recipe is not None:
        try:
            opponent = check_opponent(replace(opponent, recipe=address.recipe), space)
        except StylemateError as error:
            problems.append(_unusable(address.recipe, error, space))
    return PlaySession(
        opponent,
        address.game,
        slots=max(len(opponent.recipe.components), 1),
        problems=tuple(problems),
        is_chosen=address.recipe is not None,
        is_first=is_first,
        welcomes=is_first,
        clock=address.clock,
        manners=address.manners,
        movers=dict(address.movers) or _movers_of(address.game, opponent, address.recipe),
        setup=setup,
    )


def _movers_of(game: Game, opponent: Opponent, recipe: Recipe | None) -> dict[int, Opponent]:
    """Return who made the opponent's moves of a game in which nobody took over."""
    if recipe is None:
        return {}
    first = 0 if chess.Board(game.start).turn != game.person else 1
    return dict.fromkeys(range(first, game.length, 2), opponent)


def _unusable(recipe: Recipe, error: StylemateError, space: StyleSpace) -> str:
    """Return why the style in an address cannot be played, and what to do."""
    problem = f"{error.problem}." if isinstance(error, RecipeError) else str(error)
    try:
        space.resolve(Recipe(recipe.components))
    except StylemateError:
        return (
            "The style in the address is neither a player here nor a style that this browser "
            f"keeps. If it is your own, load its .style file again. {problem}"
        )
    return f"The style in the address cannot be used. {problem}"
