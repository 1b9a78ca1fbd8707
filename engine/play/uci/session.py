"""A conversation with a GUI: one thread hears every line at once, another one thinks.

Whatever a GUI sends, it gets an answer: mistakes are told in ``info string`` and change nothing,
and a move is always legal.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.errors import StylemateError
from engine.play.uci.options import Options, Values
from engine.version import VERSION

if TYPE_CHECKING:
    import chess

    from engine.play.uci.limits import GoLimits
    from engine.play.uci.player import Player, Thought

AUTHOR = "the Stylemate developers"
_START = "startpos"
_SHOWN = 80
LONGEST_SILENCE = 10.0
"""Seconds after which ``isready`` is answered even if the model is still loading: Cute Chess gives
an engine up after 15, and the first move can wait for the rest."""
AGAIN_SECONDS = 1.0
"""After which an analysis without end is told once more. Programs that show few lines a second, as
En Croissant does, drop the rest, and others than Stylemate send more."""


class _Search:
    """A ``go`` that has not been answered yet.

    Attributes:
        stopped: set by ``stop``.
        released: set when the opponent made the expected move, or by ``stop``.
        hurried: set when there is no more time to look ahead, or by ``stop``.
        answered: set when it has been.
    """

    def __init__(self) -> None:
        self.stopped, self.released = threading.Event(), threading.Event()
        self.hurried, self.answered = threading.Event(), threading.Event()

    def stop(self) -> None:
        for event in (self.stopped, self.released, self.hurried):
            event.set()


class UciSession:
    """The engine's side of the conversation."""

    def __init__(
        self,
        write: Callable[[str], None],
        options: Options,
        load: "Callable[[], Player]",
    ) -> None:
        """Begin.

        Args:
            write: sends a line; it is called by two threads, one at a time.
            options: what can be set.
            load: brings the model, at the first ``isready`` or ``go``.
        """
        self._write_line = write
        self._writing = threading.Lock()
        self._options = options
        self._load = load
        self._wanted = self._followed = options.defaults()
        self._changed: list[str] = []
        self._debug = False
        self._player: Player | None = None
        self._board: chess.Board | None = None
        self._described: tuple[str, list[str]] = (_START, [])
        self._search: _Search | None = None
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._worker = threading.Thread(target=self._work, name="uci", daemon=True)
        self._worker.start()
        self._commands: dict[str, Callable[[list[str]], None]] = {
            "uci": self._introduce,
            "debug": self._set_debug,
            "isready": self._confirm,
            "setoption": self._set_option,
            "register": lambda words: None,
            "ucinewgame": self._new_game,
            "position": self._set_position,
            "go": self._go,
            "stop": self._stop,
            "ponderhit": self._ponder_hit,
        }

    def handle(self, line: str) -> bool:
        """Take in a line, and return whether the conversation goes on.

        Words before the first command are passed over, as UCI wants it.
        """
        words = line.replace("\0", " ").split()
        for place, word in enumerate(words):
            if word == "quit":
                self._stop([])
                return False
            if word in self._commands:
                with self._telling():
                    self._commands[word](words[place + 1 :])
                return True
        if words and self._debug:
            self._say(f"Unknown command: {line.strip()[:_SHOWN]}")
        return True

    def finish(self) -> None:
        """Answer what was asked, without waiting for a ``stop`` that cannot come any more."""
        self._stop([])
        self._jobs.put(None)
        self._worker.join()

    # --- what is heard ---

    def _introduce(self, words: list[str]) -> None:
        self._write(f"id name Stylemate {VERSION}", f"id author {AUTHOR}")
        self._write(*(option.declaration for option in self._options.options), "uciok")

    def _set_debug(self, words: list[str]) -> None:
        self._debug = words[:1] == ["on"]

    def _confirm(self, words: list[str]) -> None:
        if self._is_searching:
            self._write("readyok")
            return
        answer = _Answer(lambda: self._write("readyok"))
        answer.come_after(LONGEST_SILENCE)
        self._jobs.put(lambda: self._get_ready(answer))

    def _set_option(self, words: list[str]) -> None:
        if words[:1] != ["name"]:
            return
        end = words.index("value") if "value" in words else len(words)
        name, text = " ".join(words[1:end]), " ".join(words[end + 1 :])
        option = self._options.find(name)
        if option is None:
            if name.lower() == "uci_chess960":
                if text.lower() == "true":
                    self._say("Stylemate plays standard chess only; Chess960 stays off.")
                return
            self._say(f"There is no option '{name[:_SHOWN]}'.")
            return
        value = option.checked(text)
        self._jobs.put(lambda: self._want(option.name, value))

    def _new_game(self, words: list[str]) -> None:
        self._jobs.put(lambda: None if self._player is None else self._player.new_game())

    def _set_position(self, words: list[str]) -> None:
        import chess

        from engine.play.notation import board_from_fen

        end = words.index("moves") if "moves" in words else len(words)
        moves = words[end + 1 :]
        if words[:1] == ["fen"]:
            start = " ".join(words[1:end])
        elif words[:1] == [_START]:
            start = _START
        else:
            raise StylemateError("position needs startpos or fen.")
        known_start, known = self._described
        board = self._board
        if board is None or start != known_start or moves[: len(known)] != known:
            board = chess.Board() if start == _START else board_from_fen(start)
            known = []
        else:
            board = board.copy()
        _push(board, moves[len(known) :], len(known))
        self._board, self._described = board, (start, moves)

    def _go(self, words: list[str]) -> None:
        import chess

        from engine.play.uci.limits import read_limits

        if self._is_searching:
            self._stop([])
        limits = read_limits(words)
        board = chess.Board() if self._board is None else self._board.copy()
        search = self._search = _Search()
        self._jobs.put(lambda: self._answer(search, board, limits))

    def _stop(self, words: list[str]) -> None:
        if self._search is not None:
            self._search.stop()

    def _ponder_hit(self, words: list[str]) -> None:
        if self._search is not None:
            self._search.released.set()

    @property
    def _is_searching(self) -> bool:
        return self._search is not None and not self._search.answered.is_set()

    # --- what the worker does ---

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            with self._telling():
                job()

    def _get_ready(self, answer: "_Answer") -> None:
        with self._telling():
            self._configured()
        answer.give()

    def _want(self, name: str, value: str) -> None:
        self._wanted = self._wanted.with_value(name, value)
        self._changed.append(name)

    def _configured(self) -> "Player":
        """Return the player, as the options want it as far as they can be followed.

        Raises:
            StylemateError: there is no model.
        """
        if self._player is None:
            self._player = self._load()
            self._player.configure(self._followed)
        if self._changed:
            self._follow(self._player)
        return self._player

    def _follow(self, player: "Player") -> None:
        """Follow the options; one that is wrong is told of and stays as it was."""
        changed, self._changed = self._changed, []
        try:
            is_other = player.configure(self._wanted)
            self._followed = self._wanted
        except StylemateError:
            is_other = False
            for name in sorted(dict.fromkeys(changed), key=lambda name: name != "StyleFile"):
                wanted = self._followed.with_value(name, self._wanted.text(name))
                try:
                    is_other |= player.configure(wanted)
                    self._followed = wanted
                except StylemateError as error:
                    self._say(f"{name}: {error}")
            self._wanted = self._followed
        if is_other:
            self._say(f"Plays {player.recipe}")

    def _answer(self, search: _Search, board: "chess.Board", limits: "GoLimits") -> None:
        """Answer a ``go``: lines of information, and in time the move."""
        legal = list(board.legal_moves)
        answer = legal[0].uci() if legal else "(none)"  # whatever goes wrong, a game goes on
        with self._telling():
            if legal:
                answer = self._chosen(search, board, limits)
            else:
                self._write(f"info depth 0 score {'mate 0' if board.is_check() else 'cp 0'}")
                _wait(search, limits)
        self._write(f"bestmove {answer}")
        search.answered.set()

    def _chosen(self, search: _Search, board: "chess.Board", limits: "GoLimits") -> str:
        """Return the move to play, in UCI, with the answer to ponder on."""
        began = time.monotonic()
        player = self._configured()
        values = self._followed
        overhead = values.number("Move Overhead") / 1000
        with _alarm(search.hurried, limits.seconds(board.turn, overhead)):
            thought = player.think(
                board,
                _legal_among(board, limits.moves),
                values.number("MultiPV"),
                values.is_on("VerboseMoveStats"),
                values.is_on("Ponder"),
                search.hurried,
            )
        self._report(thought, values, time.monotonic() - began)
        if limits.infinite and not search.stopped.wait(AGAIN_SECONDS):
            self._report(thought, values, time.monotonic() - began)
        _wait(search, limits)
        clock = limits.clock(board.turn)
        if clock is not None and values.is_on("Human Time"):
            from random import Random

            from engine.play.uci.pace import pause

            seconds = pause(*clock, overhead, board.legal_moves.count(), Random())
            search.stopped.wait(seconds - (time.monotonic() - began))
        move = thought.chosen.uci()
        line = thought.line(thought.chosen)
        if values.is_on("Ponder") and len(line.moves) > 1:
            return f"{move} ponder {line.moves[1]}"
        return move

    def _report(self, thought: "Thought", values: Values, seconds: float) -> None:
        from engine.play.uci.report import info_lines, move_statistics

        if values.is_on("VerboseMoveStats"):
            self._write(*move_statistics(thought.lines, thought.value))
        count = values.number("MultiPV")
        lines = thought.lines
        if count == 1:
            lines = (thought.line(thought.chosen),)
        shown = lines[:count]
        shows_wdl = values.is_on("UCI_ShowWDL")
        self._write(*info_lines(shown, thought.effort(shown[0]), seconds, shows_wdl))

    # --- what is said ---

    def _write(self, *lines: str) -> None:
        with self._writing:
            for line in lines:
                self._write_line(line)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell of what goes wrong; nothing that is sent may end the engine."""
        try:
            yield
        except StylemateError as error:
            self._say(str(error))
        except Exception as error:
            self._say(f"unexpected {type(error).__name__}: {error}")

    def _say(self, text: str) -> None:
        self._write("info string " + " ".join(text.split()))


class _Answer:
    """What is said once: when all is done, or when the other side has waited long enough."""

    def __init__(self, say: Callable[[], None]) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._is_given = False
        self._timer: threading.Timer | None = None

    def come_after(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self.give)
        self._timer.daemon = True
        self._timer.start()

    def give(self) -> None:
        with self._lock:
            if self._is_given:
                return
            self._is_given = True
            self._say()
        if self._timer is not None:
            self._timer.cancel()


@contextmanager
def _alarm(event: threading.Event, seconds: float | None) -> Iterator[None]:
    """Set an event after some seconds, unless the block has ended by then."""
    timer = threading.Timer(seconds or 0.0, event.set)
    timer.daemon = True
    if seconds is not None:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _push(board: "chess.Board", words: list[str], before: int) -> None:
    """Play moves on a board.

    Raises:
        StylemateError: one of them is not legal.
    """
    for number, word in enumerate(words, start=before + 1):
        try:
            move = board.parse_uci(word)
        except ValueError:
            move = None
        if not move:
            raise StylemateError(
                f"Move {number} of the position, {word[:_SHOWN]}, is not legal; "
                "the position before stays on the board."
            )
        board.push(move)


def _legal_among(board: "chess.Board", words: tuple[str, ...]) -> "list[chess.Move]":
    legal = {move.uci(): move for move in board.legal_moves}
    return [legal[word] for word in words if word in legal]


def _wait(search: _Search, limits: "GoLimits") -> None:
    if limits.infinite:
        search.stopped.wait()
    elif limits.ponder:
        search.released.wait()
