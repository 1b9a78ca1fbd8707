"""Forward passes that all sessions share: moves, searches and readings go into common batches.

A position alone costs a processor two to four times what it costs among others. So whatever is
asked while the network is busy goes into its next batch, each row in a style of its own; nobody
waits for company. Askers take turns in small steps: who wants a thousand positions does not keep
waiting who wants one.

Servers that batch (Ray Serve, LitServe) do so between processes and by a fixed delay; inside one
process, without a delay and with turns, no kept library does.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.errors import StylemateError
from engine.style.style import Routing

Planes: TypeAlias = npt.NDArray[np.float32]
Answer: TypeAlias = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
"""Policy logits, float32 (N, 1858), and the value head's output, float32 (N, 3) or (N, 1)."""
RowStyle: TypeAlias = Routing | None
"""Routing logits (heads, modules) of a row's style; None: the network without any."""
Compute: TypeAlias = Callable[[Planes, Sequence[RowStyle]], Answer]

_IDLE_SECONDS = 10.0
"""The thread ends after a while without questions; the next question starts another."""
_LOOKING_SECONDS = 0.05
"""Seconds between two looks at whether an asker wants to stop."""


class BusyError(StylemateError):
    """More is asked than can be computed in time."""

    def __init__(self) -> None:
        super().__init__(
            "Too many games are being played here at once. Please try again in a few seconds."
        )


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much a batcher takes on.

    Attributes:
        rows: positions in one batch. On a processor more than these compute no faster, and
            everybody waits longer.
        turn: positions that an asker may put into a batch before all others had their turn.
        waiting: positions that may wait in all; who comes when they do is told to come again.
        seconds: that a question may wait.
    """

    rows: int = 64
    turn: int = 8
    waiting: int = 4096
    seconds: float = 30.0


@dataclass(eq=False, slots=True)
class _Question:
    """Positions that somebody asks about, and what is known of them so far."""

    planes: Planes
    styles: Sequence[RowStyle]
    deadline: float
    future: "Future[Answer]" = field(default_factory=Future)
    taken: int = 0
    parts: list[Answer] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Rows that nobody computes yet."""
        return len(self.styles) - self.taken


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows of a question that are in the batch."""

    question: _Question
    rows: slice


class Batcher:
    """Computes what many threads ask for, together. Safe to use from all of them."""

    def __init__(
        self,
        compute: Compute,
        limits: BatchLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a batcher.

        Args:
            compute: evaluates a batch; it is called by one thread at a time.
            limits: how much to take on.
            clock: tells the time in seconds.
        """
        self.limits = limits or BatchLimits()
        self._compute = compute
        self._clock = clock
        self._changed = threading.Condition()
        # Askers in the order of their turns, each with the questions that wait, first come first.
        self._queues: dict[Hashable, deque[_Question]] = {}
        self._waiting = 0
        self._is_running = False

    @property
    def waiting(self) -> int:
        """How many positions wait for a batch."""
        return self._waiting

    def ask(
        self,
        planes: Planes,
        styles: Sequence[RowStyle],
        stop: threading.Event | None = None,
        asker: Hashable = None,
    ) -> Answer:
        """Evaluate positions, and wait for the answer.

        Args:
            planes: float32 (N, 112, 8, 8).
            styles: of each row.
            stop: gives the question up soon after it is set.
            asker: whose turn it takes; the thread's own without one.

        Raises:
            BusyError: too much waits, or the answer did not come in time.
            CancelledError: ``stop`` was set.
        """
        asker = threading.get_ident() if asker is None else asker
        answers = []
        step = self.limits.rows  # the rest waits here: a long reading must not fill the queue
        for start in range(0, max(len(styles), 1), step):
            rows = slice(start, start + step)
            future = self.submit(planes[rows], styles[rows], asker)
            while stop is not None and not future.done():
                if stop.is_set():
                    future.cancel()
                _wait(future, _LOOKING_SECONDS)
            answers.append(future.result())
        return _joined(answers)

    def submit(
        self, planes: Planes, styles: Sequence[RowStyle], asker: Hashable
    ) -> "Future[Answer]":
        """Ask for positions, and get a promise of the answer, which may be cancelled.

        Args:
            planes: float32 (N, 112, 8, 8); they must not be changed any more.
            styles: of each row.
            asker: whose turn it takes.

        Returns:
            What becomes the answer, or a ``BusyError`` if it did not come in time.

        Raises:
            BusyError: too much waits.
        """
        question = _Question(planes, styles, self._clock() + self.limits.seconds)
        with self._changed:
            # Whatever its own size: a question that fits nowhere would never be answered.
            if self._waiting >= self.limits.waiting:
                raise BusyError
            self._queues.setdefault(asker, deque()).append(question)
            self._waiting += len(styles)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._work, name="batcher", daemon=True).start()
            self._changed.notify()
        return question.future

    # ---- what the thread does ----

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._queues and not self._changed.wait_for(
                    lambda: bool(self._queues), _IDLE_SECONDS
                ):
                    self._is_running = False
                    return
                pieces = self._taken()
            if pieces:
                self._answer(pieces)

    def _taken(self) -> list[_Piece]:
        """Take the rows of the next batch; called under the lock."""
        pieces: list[_Piece] = []
        free = self.limits.rows
        while free > 0 and self._queues:
            asker, queue = next(iter(self._queues.items()))
            del self._queues[asker]
            question = queue[0]
            if not self._is_wanted(question):
                self._waiting -= question.left
                queue.popleft()
            else:
                count = min(question.left, self.limits.turn, free)
                pieces.append(_Piece(question, slice(question.taken, question.taken + count)))
                question.taken += count
                self._waiting -= count
                free -= count
                if not question.left:
                    queue.popleft()
            if queue:
                self._queues[asker] = queue  # behind all others
        return pieces

    def _is_wanted(self, question: _Question) -> bool:
        """Tell whether a question still wants an answer; one that came too late learns so."""
        if question.future.done():
            return False
        if self._clock() > question.deadline:
            _finish(question.future, BusyError())
            return False
        return True

    def _answer(self, pieces: Sequence[_Piece]) -> None:
        styles = [style for piece in pieces for style in piece.question.styles[piece.rows]]
        try:
            joined = np.concatenate([piece.question.planes[piece.rows] for piece in pieces])
            logits, values = self._compute(joined, styles) if styles else _nothing()
        except Exception as error:  # whoever asked gets it
            for piece in pieces:
                _finish(piece.question.future, error)
            return
        end = 0
        for piece in pieces:
            start, end = end, end + piece.rows.stop - piece.rows.start
            question = piece.question
            question.parts.append((logits[start:end], values[start:end]))
            # A batch may hold several pieces of one question.
            if sum(len(part[0]) for part in question.parts) == len(question.styles):
                _finish(question.future, _joined(question.parts))


def _joined(answers: Sequence[Answer]) -> Answer:
    """Return answers behind one another. They are copies, so that no batch is kept for a row."""
    return (
        np.concatenate([logits for logits, _ in answers]),
        np.concatenate([values for _, values in answers]),
    )


def _nothing() -> Answer:
    return np.zeros((0, 1858), np.float32), np.zeros((0, 3), np.float32)


def _finish(future: "Future[Answer]", outcome: Answer | Exception) -> None:
    """Give a question its outcome, unless it was cancelled or has one."""
    if future.done() or not future.set_running_or_notify_cancel():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _wait(future: "Future[Answer]", seconds: float) -> None:
    try:
        future.exception(seconds)
    except TimeoutError:
        return
