"""Who takes part in a match: recipes, and programs that speak UCI."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol
from urllib.parse import unquote

import chess
import chess.engine
import numpy as np

from engine.errors import StylemateError
from engine.evaluation.ladder.players import Mover
from engine.play.inference import PlayingNetwork
from engine.play.opponents import OpponentRegistry
from engine.play.shared_network import SharedNetwork
from engine.play.strength.rated_bot import RatedBot
from engine.position.moves import legal_moves_and_indices
from engine.position.planes import board_planes
from engine.style.recipe import parse_recipe

UCI = "uci:"
NODES = 20_000
"""Positions that a program looks at for a move, unless its description says otherwise: the same
on every machine, busy or not."""
_LIMITS = ("nodes", "depth", "movetime")
_PATIENCE = 120.0
"""Seconds that a program may take to start on a busy machine."""
_LONGEST_MOVE = 60.0
"""Seconds after which a program must have moved, whatever its limit."""
_GAMES_FOLDER = Path("/usr/games")
"""Where Debian installs chess engines; it is not on every account's path."""


class MatchPlayer(Protocol):
    """Plays any number of games at once."""

    @property
    def name(self) -> str:
        """What the games' headers call it: a recipe, or the description of a program."""
        ...

    def sit_down(self, seed: int) -> AbstractContextManager[Mover]:
        """Lend somebody who plays one game."""
        ...

    def close(self) -> None:
        """End what plays for it. Who still waits for a move meets a ``StylemateError``."""
        ...


class RecipePlayer:
    """A recipe. Its games ask the network together."""

    def __init__(
        self, registry: OpponentRegistry, recipe: str, elo: int | None, temperature: float
    ) -> None:
        """Look a recipe up.

        Args:
            registry: the model and its styles.
            recipe: as people write it.
            elo: the strength of a recipe that names none; None leaves it as it was learned.
            temperature: of a style that plays as learned.

        Raises:
            StylemateError: the recipe is wrong.
        """
        read = registry.space.resolve(parse_recipe(recipe), recipe)
        if read.elo is None and elo is not None:
            read = replace(read, elo=elo)
        self.name = str(read)
        self.recipe = read
        self._registry, self._temperature = registry, temperature
        self._style = registry.space.style(read)
        self._network: SharedNetwork | None = None
        if read.elo is None:
            network = registry.networks.network(self._style)
            assert isinstance(network, PlayingNetwork)
            self._network = SharedNetwork(network.merged)

    @contextmanager
    def sit_down(self, seed: int) -> Iterator[Mover]:
        """Lend somebody who plays one game; searches end by visits alone."""
        if self._network is not None:
            yield _LearnedMover(self._network, self._temperature, seed)
            return
        assert self.recipe.elo is not None
        setting = self._registry.strength.level(self.recipe.elo).setting
        networks, space = self._registry.networks, self._registry.space
        yield RatedBot(networks, self._style, setting, space, seed, seconds=None)

    def close(self) -> None:
        """Nothing to end."""


class _LearnedMover:
    """Draws moves from a style's own policy."""

    def __init__(self, network: SharedNetwork, temperature: float, seed: int) -> None:
        self._network, self._temperature = network, temperature
        self._random = np.random.default_rng(seed)

    def play(self, board: chess.Board) -> chess.Move:
        moves, indices = legal_moves_and_indices(board)
        logits = self._network(board_planes(board)[None])[0][0, indices].astype(np.float64)
        if self._temperature == 0:
            return moves[int(np.argmax(logits))]
        weights = np.exp((logits - logits.max()) / self._temperature)
        return moves[int(self._random.choice(len(moves), p=weights / weights.sum()))]


@dataclass(frozen=True, slots=True)
class UciDescription:
    """A program as people write it: ``uci:stockfish?Skill Level=3&nodes=1000``.

    Attributes:
        text: as written.
        program: where it is.
        options: of the program, by name.
        limit: when it must move.
    """

    text: str
    program: str
    options: Mapping[str, str]
    limit: chess.engine.Limit


def read_uci(text: str) -> UciDescription:
    """Return what the description of a program says.

    Raises:
        StylemateError: it cannot be read, or there is no such program.
    """
    path, _, query = text.removeprefix(UCI).partition("?")
    options: dict[str, str] = {}
    limits: dict[str, int] = {}
    for part in filter(None, query.split("&")):
        name, equals, value = (unquote(word).strip() for word in part.partition("="))
        if not equals or not name:
            raise StylemateError(
                f"{text!r}: options are written as NAME=VALUE with & between them, "
                "as in 'uci:stockfish?Skill Level=3&nodes=1000'."
            )
        if name in _LIMITS:
            if not value.isdecimal() or not 0 < int(value) < 10**12:
                raise StylemateError(f"{text!r}: {name} must be a whole number above 0.")
            limits[name] = int(value)
        else:
            options[name] = value
    program = _program(path.strip(), text)
    seconds = limits["movetime"] / 1000 if "movetime" in limits else _LONGEST_MOVE
    nodes = limits.get("nodes", None if limits else NODES)
    limit = chess.engine.Limit(seconds, nodes=nodes, depth=limits.get("depth"))
    return UciDescription(text, program, options, limit)


def _program(path: str, text: str) -> str:
    folder = _GAMES_FOLDER / path
    found = shutil.which(path) if path else None
    if found is None and path and "/" not in path and folder.is_file():
        found = str(folder)
    if found is None:
        raise StylemateError(
            f"{text!r}: there is no program {path!r}. Install it, or give its whole path, as in "
            "'uci:/usr/games/stockfish?Skill Level=3'."
        )
    return found


class UciPlayer:
    """A program that speaks UCI; each game that goes on has a process of its own."""

    def __init__(self, text: str) -> None:
        """Start the program once, so that a wrong description is known before the match.

        Raises:
            StylemateError: it cannot be read, does not start, or knows no such option.
        """
        self.name = text
        self._description = read_uci(text)
        self._free: SimpleQueue[chess.engine.SimpleEngine] = SimpleQueue()
        self._all: list[chess.engine.SimpleEngine] = []
        self._lock = threading.Lock()
        self._is_closed = False
        self._free.put(self._started())

    @contextmanager
    def sit_down(self, seed: int) -> Iterator[Mover]:
        """Lend a process.

        Raises:
            StylemateError: it does not start.
        """
        try:
            engine = self._free.get_nowait()
        except Empty:
            engine = self._started()
        yield _UciMover(self.name, engine, self._description.limit)
        self._free.put(engine)  # one that failed is not used again

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._is_closed, engines = True, list(self._all)
        for engine in engines:
            with suppress(TimeoutError, chess.engine.EngineError):
                engine.close()

    def _started(self) -> chess.engine.SimpleEngine:
        engine = None
        try:
            # In a group of its own Ctrl-C does not reach it: what is going on ends in good order.
            engine = chess.engine.SimpleEngine.popen_uci(
                self._description.program, timeout=_PATIENCE, setpgrp=True
            )
            usual = {"Threads": "1", "Hash": "16"}
            known = {name: value for name, value in usual.items() if name in engine.options}
            engine.configure(known | dict(self._description.options))
        except (OSError, TimeoutError, chess.engine.EngineError) as error:
            if engine is not None:
                engine.close()
            why = str(error) or type(error).__name__
            raise StylemateError(f"{self.name!r} does not play: {why}.") from None
        with self._lock:
            self._all.append(engine)
            is_closed = self._is_closed
        if is_closed:
            engine.close()
            raise StylemateError("The match is over.")
        return engine


class _UciMover:
    """One process in one game."""

    def __init__(
        self, name: str, engine: chess.engine.SimpleEngine, limit: chess.engine.Limit
    ) -> None:
        self._name, self._engine, self._limit = name, engine, limit
        self._game = object()  # another one makes the program forget the game before

    def play(self, board: chess.Board) -> chess.Move:
        try:
            move = self._engine.play(board, self._limit, game=self._game).move
        except (chess.engine.EngineError, TimeoutError) as error:
            why = str(error) or type(error).__name__
            raise StylemateError(f"{self._name!r} gave up in {board.fen()}: {why}.") from None
        if move is None:
            raise StylemateError(f"{self._name!r} found no move in {board.fen()}.")
        return move


def match_player(
    text: str, registry: OpponentRegistry, elo: int | None = None, temperature: float = 0.5
) -> MatchPlayer:
    """Return the player that a recipe or a description of a program names.

    Args:
        text: a recipe, or ``uci:PROGRAM?OPTION=VALUE&...``; ``nodes``, ``depth`` and ``movetime``
            (milliseconds) say when a program must move.
        registry: the model and its styles.
        elo: the strength of a recipe that names none.
        temperature: of a style that plays as learned.

    Raises:
        StylemateError: there is no such player.
    """
    if text.startswith(UCI):
        return UciPlayer(text)
    return RecipePlayer(registry, text, elo, temperature)
