"""A person's games that have ended: kept by their browser, and what the pages say of them."""

import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import chess

from engine.errors import StylemateError
from engine.style.recipe import Recipe
from ui.memory.history import KeptGames, kept_games_told, show_history
from ui.shared.export import pgn
from ui.shared.game import Game, ending
from ui.shared.game_address import MAXIMUM_MOVES, read_address, write_address
from ui.shared.opponent import Opponent, full_name
from ui.shared.state import tab, uninterrupted
from ui.shared.text import YOU

STATE = "history"
ENDED, ADDRESS = "ended", "address"


@dataclass(frozen=True, slots=True)
class PlayedGame:
    """A game that has ended.

    Attributes:
        name: what the browser keeps it under; later games have later names.
        ended: when, in seconds of the epoch.
        opponent: who played.
        game: the game.
    """

    name: str
    ended: float
    opponent: Opponent
    game: Game

    @property
    def day(self) -> date:
        """The day on which it ended, in UTC."""
        return datetime.fromtimestamp(self.ended, UTC).date()

    @property
    def points(self) -> float:
        """What the person got: 1, 0.5 or 0."""
        end = ending(self.game)
        if end is None or end.winner is None:
            return 0.5
        return 1.0 if end.winner == self.game.person else 0.0


@dataclass(slots=True)
class History:
    """What one tab knows of the games that its browser keeps.

    Attributes:
        session: name of the tab to the page.
        wanted: whether some page wants to know them.
        is_told: whether the browser has answered.
        keeps: whether it keeps what it is given.
        games: by name, the oldest first: those that the browser told of, and this tab's own.
        added: texts of those that this tab has to keep.
        forgotten: names of those that are to be deleted.
        unread: how many of those that are kept cannot be read.
    """

    session: str = field(default_factory=lambda: secrets.token_hex(8))
    wanted: bool = False
    is_told: bool = False
    keeps: bool = True
    games: dict[str, PlayedGame] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    unread: int = 0


@dataclass(frozen=True, slots=True)
class OpponentRecord:
    """How a person fared against one opponent.

    Attributes:
        opponent: the name.
        won: games.
        drawn: games.
        lost: games.
    """

    opponent: str
    won: int
    drawn: int
    lost: int

    @property
    def games(self) -> int:
        """All of them."""
        return self.won + self.drawn + self.lost

    @property
    def points(self) -> float:
        """A point for each win and half of one for each draw."""
        return self.won + self.drawn / 2


def history() -> History:
    """Return what this tab knows of the games that its browser keeps."""
    known: History = tab().setdefault(STATE, History())
    return known


def keep_history() -> None:
    """Have the browser keep what was played, below everything else on a page."""
    known = history()
    show_history(
        known.session,
        known.wanted and not known.is_told,
        known.added,
        known.forgotten,
        _take_up,
    )


def want_history() -> bool:
    """Ask the browser for the games that it keeps; return whether it has answered."""
    known = history()
    known.wanted = True
    return known.is_told


def add_game(opponent: Opponent, game: Game, now: float | None = None) -> str:
    """Keep a game that has ended; return its name."""
    ended = time.time() if now is None else now
    name = f"{int(ended * 1000):014d}.{secrets.token_hex(3)}"
    played = PlayedGame(name, ended, opponent, game)
    known = history()
    known.games[name] = played
    known.added[name] = write_game(played)
    return name


def forget_games(names: Iterable[str]) -> None:
    """Delete games, from the browser too."""
    known = history()
    for name in list(names):
        known.games.pop(name, None)
        known.added.pop(name, None)
        known.forgotten.add(name)


def write_game(played: PlayedGame) -> str:
    """Return a game as the browser keeps it."""
    values = write_address(played.opponent, played.game)
    return json.dumps({ENDED: round(played.ended, 3), ADDRESS: values}, ensure_ascii=False)


def read_game(name: str, text: str) -> PlayedGame:
    """Return a game that a browser kept. Its opponent need not be there any more.

    Raises:
        StylemateError: it cannot be read.
    """
    unreadable = StylemateError("A game that this browser keeps cannot be read.")
    try:
        kept: Any = json.loads(text)
        ended, values = float(kept[ENDED]), kept[ADDRESS]
        datetime.fromtimestamp(ended, UTC)
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
        raise unreadable from None
    if not isinstance(values, Mapping) or not all(isinstance(v, str) for v in values.values()):
        raise unreadable
    if values.get("moves", "").count(".") >= MAXIMUM_MOVES:
        raise unreadable
    address = read_address(values)
    if address.problems or ending(address.game) is None:
        raise unreadable
    recipe = address.recipe or Recipe()
    return PlayedGame(name, ended, Opponent(recipe, address.temperature), address.game)


def take_up_games(told: KeptGames) -> None:
    """Take up what a browser says that it keeps."""
    known = history()
    known.keeps = told.keeps
    if told.games is None:
        return
    found: dict[str, PlayedGame] = {}
    known.unread = 0
    for name, text in told.games.items():
        if name in known.forgotten:
            continue
        try:
            found[name] = read_game(name, text)
        except StylemateError:
            known.unread += 1
    known.games = dict(sorted({**found, **known.games}.items()))
    known.is_told = True


def scores(games: Iterable[PlayedGame]) -> list[OpponentRecord]:
    """Return how a person fared against each opponent, the one met most often first."""
    counts: dict[str, list[int]] = {}
    for played in games:
        row = counts.setdefault(opponent_name(played.opponent.recipe), [0, 0, 0])
        row[{1.0: 0, 0.5: 1, 0.0: 2}[played.points]] += 1
    found = [OpponentRecord(name, *row) for name, row in counts.items()]
    return sorted(found, key=lambda score: (-score.games, score.opponent))


def opponent_name(recipe: Recipe) -> str:
    """Return what to call an opponent in a table: the name, and the strength if one was chosen."""
    name = full_name(recipe)
    return f"{name}, about {recipe.elo}" if recipe.elo is not None else name


def all_pgn(games: Iterable[PlayedGame]) -> str:
    """Return games as one PGN text."""
    return "\n".join(pgn(played.game, played.opponent, played.day) for played in games)


def sides(played: PlayedGame) -> tuple[str, str]:
    """Return what to call White and Black."""
    name = full_name(played.opponent.recipe)
    return (YOU, name) if played.game.person == chess.WHITE else (name, YOU)


@uninterrupted
def _take_up() -> None:
    told = kept_games_told()
    if told is not None:
        take_up_games(told)
