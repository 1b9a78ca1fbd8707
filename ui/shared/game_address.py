"""The page's address: it holds the opponent and the whole game, so neither is ever lost.

``?style=0.6+Tal...&temperature=0.5&side=black&moves=e2e4.c7c5`` opened anywhere gives the same
opponent and the same game. Values that are the default are left out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import chess

from engine.errors import StylemateError
from engine.style.recipe import Recipe
from engine.style.recipe_parser import parse_recipe
from ui.shared.clock import Clock, read_clock, write_clock
from ui.shared.game import Game, agree, concede, ending, new_game, replayed
from ui.shared.manners import Manners
from ui.shared.opponent import DEFAULT_TEMPERATURE, HOTTEST, Opponent, without_old_strength
from ui.shared.takeovers import read_takeovers, write_takeovers

STYLE, TEMPERATURE, SIDE, FEN, MOVES, RESIGNED, DRAWN, CLOCK, FLAGGED, MANNERS, TAKEOVERS = (
    "style",
    "temperature",
    "side",
    "fen",
    "moves",
    "resigned",
    "drawn",
    "clock",
    "flagged",
    "manners",
    "takeovers",
)
KEYS = (
    *(STYLE, TEMPERATURE, SIDE, FEN, MOVES, RESIGNED, DRAWN, CLOCK, FLAGGED, MANNERS),
    TAKEOVERS,
)
BY_OPPONENT = "opponent"
"""Who resigned, where it was not the person."""
TAKES_TIME, PLAYS_ON = "slow", "plays-on"
"""Manners that are not the usual ones."""
MAXIMUM_MOVES = 1_000
_SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says.

    Attributes:
        recipe: how to make the opponent, not yet looked up; None if it does not say.
        temperature: the opponent's temperature.
        game: the game, with its last position on screen.
        problems: what could not be read, each a sentence; the rest was kept.
        clock: of the game, None without one.
        manners: of the opponent.
        movers: who made the opponent's moves, by the number of half-moves before each, where
            another one took over.
    """

    recipe: Recipe | None
    temperature: float
    game: Game
    problems: tuple[str, ...] = ()
    clock: Clock | None = None
    manners: Manners = field(default_factory=Manners)
    movers: Mapping[int, Opponent] = field(default_factory=dict)


def write_address(
    opponent: Opponent,
    game: Game,
    clock: Clock | None = None,
    manners: Manners | None = None,
    movers: Mapping[int, Opponent] | None = None,
) -> dict[str, str]:
    """Return the query parameters of an opponent and a game.

    Args:
        opponent: of the game.
        game: with all of its moves.
        clock: of the game, None without one.
        manners: of the opponent; the usual ones by default.
        movers: who made the opponent's moves, by the number of half-moves before each.
    """
    values = {STYLE: str(opponent.recipe)}
    if opponent.temperature != DEFAULT_TEMPERATURE:
        values[TEMPERATURE] = f"{opponent.temperature:.7g}"
    if game.person == chess.BLACK:
        values[SIDE] = "black"
    if game.start != chess.STARTING_FEN:
        values[FEN] = game.start
    if game.moves:
        values[MOVES] = _SEPARATOR.join(move.uci() for move in game.moves)
    if game.resigned or game.conceded:
        values[RESIGNED] = "1" if game.resigned else BY_OPPONENT
    if game.agreed:
        values[DRAWN] = "1"
    if clock is not None:
        values[CLOCK] = write_clock(clock)
    if game.flagged is not None:
        values[FLAGGED] = chess.COLOR_NAMES[game.flagged]
    if manners is not None and manners != Manners():
        words = {TAKES_TIME: manners.takes_time, PLAYS_ON: not manners.ends_games}
        values[MANNERS] = _SEPARATOR.join(word for word, holds in words.items() if holds)
    if took_over := write_takeovers(movers or {}, game.length):
        values[TAKEOVERS] = took_over
    return values


def read_address(query: Mapping[str, str]) -> Address:
    """Return what query parameters say; what is wrong is reported and the rest kept."""
    problems: list[str] = []
    recipe = _read_recipe(query, problems)
    temperature = _read_temperature(query, problems)
    manners = _read_manners(query, problems)
    person = chess.BLACK if query.get(SIDE, "").casefold() == "black" else chess.WHITE
    try:
        game = new_game(person, query.get(FEN, ""))
    except StylemateError as error:
        problems.append(f"{error} The game begins from the usual position instead.")
        return Address(recipe, temperature, Game(person), tuple(problems), manners=manners)
    game = _read_moves(game, query.get(MOVES, ""), problems)
    if query.get(RESIGNED) == "1":
        game = replace(game, resigned=True)
    elif query.get(RESIGNED) == BY_OPPONENT:
        game = concede(game)
    elif query.get(DRAWN) == "1":
        game = agree(game)
    elif query.get(FLAGGED) in chess.COLOR_NAMES and ending(game) is None:
        game = replace(game, flagged=query[FLAGGED] == chess.COLOR_NAMES[chess.WHITE])
    clock = _read_clock(query, problems)
    movers = read_takeovers(query.get(TAKEOVERS, ""), game.length, problems)
    return Address(recipe, temperature, game, tuple(problems), clock, manners, movers)


def _read_manners(query: Mapping[str, str], problems: list[str]) -> Manners:
    words = [word for word in query.get(MANNERS, "").split(_SEPARATOR) if word]
    for word in words:
        if word not in (TAKES_TIME, PLAYS_ON):
            problems.append(f"The address has unknown manners ('{word[:20]}'), which are left out.")
            break
    return Manners(takes_time=TAKES_TIME in words, ends_games=PLAYS_ON not in words)


def _read_clock(query: Mapping[str, str], problems: list[str]) -> Clock | None:
    if CLOCK not in query:
        return None
    try:
        return read_clock(query[CLOCK])
    except StylemateError as error:
        problems.append(str(error))
        return None


def _read_recipe(query: Mapping[str, str], problems: list[str]) -> Recipe | None:
    if STYLE not in query:
        return None
    try:
        recipe, said = without_old_strength(parse_recipe(query[STYLE]))
        problems += said
        return recipe
    except StylemateError as error:
        problems.append(f"The style in the address cannot be read. {error}")
        return None


def _read_temperature(query: Mapping[str, str], problems: list[str]) -> float:
    if TEMPERATURE not in query:
        return DEFAULT_TEMPERATURE
    try:
        temperature = float(query[TEMPERATURE])
    except ValueError:
        temperature = math.nan
    if 0 <= temperature <= HOTTEST:
        return round(temperature, 6)  # as many digits as are written
    problems.append(
        f"The temperature in the address must be 0 to {HOTTEST:g}; {DEFAULT_TEMPERATURE:g} is used."
    )
    return DEFAULT_TEMPERATURE


def _read_moves(game: Game, text: str, problems: list[str]) -> Game:
    words = text.replace(",", _SEPARATOR).replace(" ", _SEPARATOR).split(_SEPARATOR)
    words = [word for word in words if word]
    if len(words) > MAXIMUM_MOVES:
        problems.append(f"The address holds more than {MAXIMUM_MOVES} moves; the rest is left out.")
    for word in words[:MAXIMUM_MOVES]:
        try:
            game = replayed(game, [chess.Move.from_uci(word)])
        except (ValueError, StylemateError):
            problems.append(
                f"The game in the address breaks off at move {game.length + 1} ('{word[:10]}'): "
                "it is not legal there."
            )
            break
    return game
