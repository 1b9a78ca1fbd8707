"""What one browser tab remembers about the Arena, and every change to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from engine.errors import StylemateError
from engine.evaluation.matches.match import Match, MatchPlan
from engine.evaluation.matches.openings import named_openings
from engine.evaluation.matches.players import RecipePlayer
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from ui.arena.run import AT_ONCE, ArenaRun, find, remember
from ui.shared.actions import action_of
from ui.shared.opponent import DEFAULT_TEMPERATURE, Opponent, check_opponent
from ui.shared.opponents import opponents
from ui.shared.state import tab
from ui.shared.strength import AS_LEARNED

STATE = "arena"
MATCH_QUERY = "match"
MOST_PLAYERS = 6
GAMES = (2, 4, 10, 20, 40, 100)
FIRST_GAMES = 10
STRENGTHS = (AS_LEARNED, 800, 1000, 1200, 1400, 1600, 1800, 2000)
MATCH_PRESETS: Mapping[str, Sequence[str]] = {
    "Tal against Petrosian": ("Tal, Mikhail", "Petrosian, Tigran"),
    "Tal 1800 against Petrosian 1800": (
        "Tal, Mikhail | elo 1800",
        "Petrosian, Tigran | elo 1800",
    ),
    "Carlsen at the board and online": ("Carlsen, Magnus", "MagnusCarlsen"),
    "Four champions": (
        "Kasparov, Garry",
        "Karpov, Anatoly",
        "Fischer, Bobby",
        "Capablanca, Jose Raul",
    ),
    "Tal, and Tal without his attacks": ("Tal, Mikhail", "Tal, Mikhail | king_danger -2"),
}
action = action_of(STATE)


@dataclass(slots=True)
class ArenaSession:
    """What the page remembers.

    Attributes:
        players: recipes of those who are to play.
        games: of each pair.
        elo: strength of recipes that name none, ``AS_LEARNED`` for none.
        run: the match on the page, None before the first.
        problems: what to tell the person, until the next action.
    """

    players: tuple[str, ...]
    games: int = FIRST_GAMES
    elo: int = AS_LEARNED
    run: ArenaRun | None = None
    problems: tuple[str, ...] = ()


def current_session() -> ArenaSession:
    """Return this tab's session; the first call takes up the match that the address names.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    if STATE not in tab():
        tab()[STATE] = _first_session(opponents().space)
    session: ArenaSession = tab()[STATE]
    return session


def presets(space: StyleSpace) -> dict[str, tuple[str, ...]]:
    """Return the presets whose players there are."""
    found = {}
    for name, recipes in MATCH_PRESETS.items():
        try:
            for recipe in recipes:
                space.resolve(parse_recipe(recipe), recipe)
        except StylemateError:
            continue
        found[name] = tuple(recipes)
    return found


@action
def choose_players(recipes: Sequence[str]) -> None:
    """Take up who plays; a recipe that cannot be read is refused."""
    session, space = current_session(), opponents().space
    checked = []
    for text in recipes:
        opponent = Opponent(space.resolve(parse_recipe(text), text))
        checked.append(str(check_opponent(opponent, space).recipe))
    session.players = tuple(dict.fromkeys(checked))[:MOST_PLAYERS]


@action
def choose_games(games: int) -> None:
    """Take up how many games each pair plays."""
    current_session().games = games


@action
def choose_strength(elo: int) -> None:
    """Take up how strong those play who name no strength."""
    current_session().elo = elo


@action
def use_preset(name: str) -> None:
    """Put the players of a preset in."""
    session = current_session()
    session.players = presets(opponents().space)[name]


@action
def start() -> None:
    """Begin a match, in place of the one on the page."""
    session, registry = current_session(), opponents()
    elo = session.elo or None
    players = [RecipePlayer(registry, r, elo, DEFAULT_TEMPERATURE) for r in session.players]
    plan = MatchPlan(openings=named_openings(), games=session.games, at_once=AT_ONCE)
    run = ArenaRun(Match(players, plan))
    if session.run is not None:
        session.run.end()
    remember(run)
    session.run = run
    run.keep_going()


@action
def end() -> None:
    """Play no further."""
    session = current_session()
    if session.run is not None:
        session.run.end()


def _first_session(space: StyleSpace) -> ArenaSession:
    name = st.query_params.get(MATCH_QUERY, "")
    run = find(name) if name else None
    if run is not None:
        return ArenaSession(tuple(run.match.names), run.match.plan.games, run=run)
    offered = presets(space)
    first = next(iter(offered.values()), tuple(space.names[:2]))
    lost = "That match is not remembered any more: start it again." if name else ""
    return ArenaSession(first, problems=(lost,) if lost else ())
