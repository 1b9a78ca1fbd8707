"""Plays the games of a match, many at once, each in a thread of its own.

The networks' questions meet in batches (``engine.play.shared_network``); programs think beside.
Games end by the rules of chess alone, the third repetition and fifty moves at once, and are drawn
when they grow too long: no result is guessed from an evaluation.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

import chess

from engine.errors import StylemateError
from engine.evaluation.matches.record import MATCH, RESULTS, RecordedGame, too_long
from engine.evaluation.matches.schedule import MatchGame
from engine.play.ending import ending_by_rule
from engine.style.recipe import Recipe

LONGEST = 300
"""Half-moves after which a game is a draw."""
ADJUDICATION = (
    f"Games end by the rules; repetition and fifty moves end them at once, and {LONGEST} "
    "half-moves are a draw."
)
AT_ONCE = 16
_LOOKING = 0.2


class Mover(Protocol):
    """Plays one game."""

    def play(self, board: chess.Board) -> chess.Move:
        """Return a legal move."""
        ...


class MatchPlayer(Protocol):
    """Plays any number of games at once."""

    @property
    def name(self) -> str:
        """What the games' headers call it; another name whenever it would play otherwise."""
        ...

    @property
    def recipe(self) -> Recipe | None:
        """What it plays, None of a program."""
        ...

    def sit_down(self, seed: int) -> AbstractContextManager[Mover]:
        """Lend somebody who plays one game."""
        ...

    def close(self) -> None:
        """End what plays for it. Who still waits for a move meets a ``StylemateError``."""
        ...


@dataclass(eq=False, slots=True)
class LiveGame:
    """A game that goes on. Its moves only ever grow, so any thread may look.

    Attributes:
        game: which one it is.
        moves: so far, the opening's too.
    """

    game: MatchGame
    moves: list[chess.Move] = field(default_factory=list)


def play_match_games(
    players: Sequence[MatchPlayer],
    games: Iterable[MatchGame],
    seed: int,
    *,
    event: str = MATCH,
    is_stopped: Callable[[], bool] = lambda: False,
    begun: Callable[[LiveGame], None] = lambda live: None,
    at_once: int = AT_ONCE,
    longest: int = LONGEST,
) -> Generator[RecordedGame]:
    """Yield games as they end.

    The players are closed when the match ends, however it does.

    Args:
        players: who takes part.
        games: what is to be played; the order is kept as far as games end in it.
        seed: of the match, for its record.
        event: likewise, what kind of games these are.
        is_stopped: asked now and then; games that go on are then dropped.
        begun: told of each game as it begins.
        at_once: games that go on side by side.
        longest: half-moves after which a game is a draw.

    Raises:
        StylemateError: a player cannot play.
    """
    waiting, stop = iter(games), threading.Event()
    with ThreadPoolExecutor(at_once, thread_name_prefix="match") as pool:
        running: set[Future[RecordedGame | None]] = set()
        try:
            while not is_stopped():
                while len(running) < at_once and (game := next(waiting, None)) is not None:
                    live = LiveGame(game, list(game.opening.moves))
                    begun(live)
                    running.add(pool.submit(_play, live, players, seed, event, stop, longest))
                if not running:
                    return
                ended, running = wait(running, _LOOKING, FIRST_COMPLETED)
                for future in ended:
                    played = future.result()
                    if played is not None:
                        yield played
        finally:
            stop.set()
            for future in running:
                future.cancel()
            for player in players:  # who waits for a program's move is freed by that
                player.close()


def _play(
    live: LiveGame,
    players: Sequence[MatchPlayer],
    seed: int,
    event: str,
    stop: threading.Event,
    longest: int,
) -> RecordedGame | None:
    """Play one game; return None if it was stopped."""
    game = live.game
    board = game.opening.board()
    white, black = players[game.white], players[game.black]
    with white.sit_down(game.seeds[0]) as first, black.sit_down(game.seeds[1]) as second:
        movers = {chess.WHITE: first, chess.BLACK: second}
        while (end := ending_by_rule(board)) is None:
            if len(board.move_stack) >= longest:
                end = too_long(longest)
                break
            if stop.is_set():
                return None
            move = movers[board.turn].play(board)
            if not board.is_legal(move):
                name = (white if board.turn == chess.WHITE else black).name
                raise StylemateError(f"{name!r} played {move.uci()}, illegal in {board.fen()}.")
            board.push(move)
            live.moves.append(move)
    recipes = [None if p.recipe is None else str(p.recipe) for p in (white, black)]
    return RecordedGame(
        game.round,
        white.name,
        black.name,
        RESULTS[end.result],
        game.opening.start,
        tuple(board.move_stack),
        end.reason,
        game.opening.name,
        (recipes[0], recipes[1]),
        seed,
        event,
    )
