"""Who takes part in the ladder: our settings, Stockfish's skill levels, other networks."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

import chess
import chess.engine
import numpy as np

from engine.errors import StylemateError
from engine.model.lc0 import load_lc0
from engine.play.opponents import OpponentRegistry
from engine.play.shared_network import SharedNetwork
from engine.play.strength.rated_bot import RatedBot
from engine.play.strength.setting import Setting
from engine.position.moves import legal_moves_and_indices
from engine.position.planes import board_planes
from engine.style.style import Style

_PATIENCE = 120.0
"""Seconds that a program may take to start on a busy machine."""


class Mover(Protocol):
    """Plays one game."""

    def play(self, board: chess.Board) -> chess.Move:
        """Return a legal move."""
        ...


class LadderPlayer(Protocol):
    """Plays any number of games at once."""

    @property
    def name(self) -> str:
        """What the games' headers call it; another name whenever it would play otherwise."""
        ...

    def sit_down(self, seed: int) -> AbstractContextManager[Mover]:
        """Lend somebody who plays one game."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class RungPlayer:
    """A setting of ours, as the average style or another."""

    registry: OpponentRegistry
    style: Style
    setting: Setting

    @property
    def name(self) -> str:
        """The setting in words."""
        setting = self.setting
        return (
            f"{self.style.recipe}, beginner {setting.beginner:g}, "
            f"temperature {setting.temperature:g}, care {setting.care:g}, visits {setting.visits}"
        )

    @contextmanager
    def sit_down(self, seed: int) -> Iterator[Mover]:
        """Lend a bot whose searches end by visits alone."""
        networks, space = self.registry.networks, self.registry.space
        yield RatedBot(networks, self.style, self.setting, space, seed, seconds=None)


class NetworkPlayer:
    """An lc0 network without search, which plays its favourite move: Maia, for one."""

    def __init__(self, path: Path) -> None:
        """Load the network.

        Raises:
            StylemateError: the file is no such network.
        """
        self.name = path.name.split(".")[0]
        self._network = SharedNetwork(load_lc0(path))

    @contextmanager
    def sit_down(self, seed: int) -> Iterator[Mover]:
        """Lend the network itself: it plays every game alike."""
        yield self

    def play(self, board: chess.Board) -> chess.Move:
        """Return the likeliest move."""
        moves, indices = legal_moves_and_indices(board)
        logits, _ = self._network(board_planes(board)[None])
        return moves[int(np.argmax(logits[0, indices]))]


class StockfishPlayer:
    """Stockfish at a skill level.

    A level chooses its move when the search has come to depth level + 1. Ending the search there
    plays the same, and a busy machine does not weaken it.
    """

    def __init__(self, program: Path, skill: int) -> None:
        """Prepare a level; programs start when games do, and serve one after another."""
        self._program, self._skill = program, skill
        self._free: SimpleQueue[chess.engine.SimpleEngine] = SimpleQueue()
        self._all: list[chess.engine.SimpleEngine] = []
        self._lock = threading.Lock()
        self.name = f"Stockfish skill {skill}"

    @contextmanager
    def sit_down(self, seed: int) -> Iterator[Mover]:
        """Lend a program.

        Raises:
            StylemateError: it does not start.
        """
        try:
            engine = self._free.get_nowait()
        except Empty:
            engine = self._started()
        yield _StockfishMover(engine, chess.engine.Limit(depth=self._skill + 1))
        self._free.put(engine)  # one that failed is not used again

    def _started(self) -> chess.engine.SimpleEngine:
        try:
            # In a group of its own Ctrl-C does not reach it: what is going on ends in good order.
            engine = chess.engine.SimpleEngine.popen_uci(
                str(self._program), timeout=_PATIENCE, setpgrp=True
            )
            engine.configure({"Skill Level": self._skill, "Threads": 1, "Hash": 16})
        except (OSError, TimeoutError, chess.engine.EngineError) as error:
            why = str(error) or type(error).__name__
            raise StylemateError(f"{self._program} does not play: {why}") from None
        with self._lock:
            self._all.append(engine)
        return engine

    def close(self) -> None:
        """End all programs."""
        for engine in self._all:
            with suppress(TimeoutError, chess.engine.EngineError):
                engine.quit()
            engine.close()


@dataclass(frozen=True, eq=False, slots=True)
class _StockfishMover:
    engine: chess.engine.SimpleEngine
    limit: chess.engine.Limit

    def play(self, board: chess.Board) -> chess.Move:
        try:
            move = self.engine.play(board, self.limit).move
        except chess.engine.EngineError as error:
            raise StylemateError(f"Stockfish gave up: {error}") from None
        assert move is not None
        return move
