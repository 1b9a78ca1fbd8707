"""Chess programs that take part in a match, and how people name them."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import unquote

import chess
import chess.engine

from engine.errors import StylemateError
from engine.evaluation.matches.loop import Mover

UCI = "uci:"
NODES = 20_000
"""Positions that a program looks at for a move, unless its description says otherwise: the same
on every machine, busy or not."""
LONGEST_MOVE = 60.0
"""Seconds after which a program must have moved, whatever its limit."""
_LIMITS = ("nodes", "depth", "movetime")
_PATIENCE = 120.0
"""Seconds that a program may take to start on a busy machine."""
_GAMES_FOLDER = Path("/usr/games")
"""Where Debian installs chess engines; it is not on every account's path."""


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
    seconds = limits["movetime"] / 1000 if "movetime" in limits else LONGEST_MOVE
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

    def __init__(self, description: UciDescription, name: str | None = None) -> None:
        """Start the program once, so that a wrong description is known before the match.

        Args:
            description: the program, its options and limit.
            name: what the games' headers call it; the description's text by default.

        Raises:
            StylemateError: it does not start, or knows no such option.
        """
        self.name = description.text if name is None else name
        self.recipe = None
        self._description = description
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


def program_at_depth(
    program: Path, name: str, depth: int, options: Mapping[str, str] | None = None
) -> UciPlayer:
    """Return a program that looks so deep at every move: a busy machine does not weaken it.

    Raises:
        StylemateError: it does not start.
    """
    limit = chess.engine.Limit(LONGEST_MOVE, depth=depth)
    return UciPlayer(UciDescription(name, str(program), options or {}, limit), name)
