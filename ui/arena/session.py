"""What one browser tab remembers about the Arena, and every change to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import chess
import streamlit as st

from engine.errors import StylemateError
from engine.evaluation.matches.match import Match, MatchPlan
from engine.evaluation.matches.openings import named_openings
from engine.evaluation.matches.players import RecipePlayer
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from ui.arena.run import AT_ONCE, ArenaRun, find, remember
from ui.arena.watched import WatchedGame
from ui.moves.moves import chosen_count
from ui.shared.actions import action_of
from ui.shared.handover import FAMOUS_PAIR, ask_to_play, end_watch_wish, is_playable, watch_wish
from ui.shared.opponent import DEFAULT_TEMPERATURE, Opponent, check_opponent
from ui.shared.opponents import opponents
from ui.shared.state import tab
from ui.shared.strength import NO_LEVEL

STATE = "arena"
MATCH_QUERY = "match"
MOST_PLAYERS = 6
GAMES = (2, 4, 10, 20, 40, 100)
FIRST_GAMES = 10
LEVELS_OFFERED = (NO_LEVEL, 800, 1000, 1200, 1400, 1600, 1800, 2000)
PACE, WATCHED_MOVES = "arena_pace", "arena_watch_moves"
CALM, FAST = "Calm", "Fast"
PACES = (CALM, FAST)
MATCH_PRESETS: Mapping[str, Sequence[str]] = {
    "Tal against Petrosian": FAMOUS_PAIR,
    "Tal 1800 against Petrosian 1800": (
        "Tal, Mikhail | intensity 3 | elo 1800",
        "Petrosian, Tigran | intensity 3 | elo 1800",
    ),
    "Pawn storms, and none": ("average | pawn_storms +5", "average | pawn_storms -5"),
    "Queens off, and queens on": ("average | queen_trades +5", "average | queen_trades -5"),
    "Carlsen at the board and online": ("Carlsen, Magnus", "MagnusCarlsen"),
    "Four champions": (
        "Kasparov, Garry | intensity 3",
        "Karpov, Anatoly | intensity 3",
        "Fischer, Bobby | intensity 3",
        "Capablanca, Jose Raul | intensity 3",
    ),
    "Tal, and Tal without his attacks": ("Tal, Mikhail", "Tal, Mikhail | king_danger -5"),
}
"""Players' habits are turned up to where they are to be felt in one game."""
action = action_of(STATE)


@dataclass(slots=True)
class ArenaSession:
    """What the page remembers.

    Attributes:
        players: recipes of those who are to play.
        games: of each pair.
        elo: strength of recipes that name none, ``NO_LEVEL`` for none.
        run: the match on the page, None before the first.
        watched: the game that is watched move by move, None while there is none.
        problems: what to tell the person, until the next action.
    """

    players: tuple[str, ...]
    games: int = FIRST_GAMES
    elo: int = NO_LEVEL
    run: ArenaRun | None = None
    watched: WatchedGame | None = None
    problems: tuple[str, ...] = ()


def current_session() -> ArenaSession:
    """Return this tab's session; the first call takes up the match that the address names.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    if STATE not in tab():
        tab()[STATE] = _first_session(opponents().space)
    session: ArenaSession = tab()[STATE]
    wanted = watch_wish()
    if wanted is not None:
        end_watch_wish()
        session.players = wanted
        watch()
    return session


def presets(space: StyleSpace) -> dict[str, tuple[str, ...]]:
    """Return the presets whose players there are."""
    return {
        name: tuple(recipes)
        for name, recipes in MATCH_PRESETS.items()
        if is_playable(recipes, space)
    }


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
def watch() -> None:
    """Let the first two who are to play begin a game that is watched, in place of the last one."""
    session: ArenaSession = tab()[STATE]
    registry = opponents()
    elo = session.elo or None
    recipes = [parse_recipe(text) for text in session.players[:2]]
    white, black = (
        replace(recipe, elo=recipe.elo if recipe.elo is not None else elo) for recipe in recipes
    )
    before: WatchedGame | None = session.watched
    if before is not None and before.sides == {chess.WHITE: white, chess.BLACK: black}:
        white, black = black, white  # in turn, as in a match
    session.watched = WatchedGame.between(white, black, registry)


@action
def pause() -> None:
    """Hold the watched game where it is."""
    _watched().is_running = False


@action
def go_on() -> None:
    """Let the watched game play on."""
    _watched().is_running, _watched().shown = True, None


@action
def go_to_chosen() -> None:
    """Show the position of the watched game that was chosen in its list of moves."""
    count = chosen_count(WATCHED_MOVES)
    if count is not None:
        _watched().go_to(count)


@action
def close_watched() -> None:
    """Put the watched game away."""
    current_session().watched = None


@action
def play(recipe: str) -> None:
    """Make a style the opponent on the Play page."""
    ask_to_play(recipe)


def _watched() -> WatchedGame:
    watched = current_session().watched
    if watched is None:
        raise StylemateError("There is no game to watch any more. Begin another.")
    return watched


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
