"""Work that takes too long for a page: it runs beside the pages and is watched from them.

A page starts a job with ``submit`` and keeps it in its session state; ``draw_progress`` shows how
far it is until it is done. The work reports through the job it is given, and learns there that it
should stop: because a person said so, because the same page started another job in its place, or
because nobody is there any more.

    job = submit("you_fit", lambda job: fit(report=job.report, cancelled=job.should_stop))
    ...
    if not job.is_done:
        draw_progress(job)

The work must not touch ``st``: it runs in a thread of its own.
"""

import contextlib
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.errors import StylemateError
from ui.shared.markdown import plain, show_error

Result = TypeVar("Result")

RUNNING_AT_ONCE = 2
NICENESS = 3
"""How far work gives way to the threads that answer people, 0 to 19. Without it a game beside two
fits slows by some hundredths of a second; with much more of it, a fit on a busy machine never ends,
and holds up others while it waits and still holds the GIL."""
GRACE = 20.0
"""Seconds that a page may be away, as it is while it reconnects, before its jobs stop."""
LOOKING = 1.0
"""Seconds between two looks at whether the page is still there."""
LEAST_DONE = 0.05
"""Share of the work from which on its pace tells how long the rest takes."""
TICK = 0.5
"""Seconds between two drawings of a running job."""
WAITING = "Waiting for other work to finish …"
UNEXPECTED = "Something went wrong in Stylemate. The program's log says more."
_log = logging.getLogger(__name__)


class JobStoppedError(StylemateError):
    """The work was told to stop."""


class Job(Generic[Result]):
    """One piece of work. Everything may be read and called from any thread.

    Attributes:
        progress: how much is done, 0 to 1.
        note: what it is doing, for people.
        result: what the work returned, None until then.
        error: why it failed, for people; None if it did not.
        is_running: whether it has begun.
        is_done: whether it has ended: with a result, with an error, or stopped.
    """

    def __init__(
        self,
        function: "Callable[[Job[Result]], Result]",
        owner_is_there: Callable[[], bool] = lambda: True,
        grace: float = GRACE,
    ) -> None:
        """Describe the work; a ``JobQueue`` runs it.

        Args:
            function: does the work.
            owner_is_there: whether somebody still waits for it.
            grace: seconds without anybody after which the work should stop.
        """
        self.progress = 0.0
        self.note = WAITING
        self.result: Result | None = None
        self.error: str | None = None
        self.is_running = False
        self.is_done = False
        self._function = function
        self._owner_is_there = owner_is_there
        self._grace = grace
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._began = 0.0
        self._beginning = threading.Lock()
        self._looked = self._seen = time.monotonic()

    @property
    def was_stopped(self) -> bool:
        """Whether it ended, or is about to end, because it was told to."""
        return self._stop.is_set()

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the rest takes at the pace so far; None while that is not known."""
        if not self.is_running or self.progress < LEAST_DONE:
            return None
        return (time.monotonic() - self._began) * (1 - self.progress) / self.progress

    def cancel(self) -> None:
        """Tell the work to stop; it does so as soon as it asks."""
        self._stop.set()
        with self._beginning:
            if not self.is_running:
                self._end()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end, so many seconds at most; return whether it has come."""
        return self._ended.wait(timeout)

    # ---- for the work ----

    def report(self, progress: float, note: str | None = None) -> None:
        """Say how far the work is, 0 to 1, and what it is doing if that changed.

        Raises:
            JobStoppedError: the work should stop.
        """
        self.progress = min(max(progress, 0.0), 1.0)
        if note is not None:
            self.note = note
        if self.should_stop():
            raise JobStoppedError("The work was stopped.")

    def should_stop(self) -> bool:
        """Whether the work should stop; asking often costs nothing."""
        now = time.monotonic()
        if not self._stop.is_set() and now - self._looked >= min(LOOKING, self._grace):
            self._looked = now
            if self._owner_is_there():
                self._seen = now
            elif now - self._seen >= self._grace:
                self._stop.set()
        return self._stop.is_set()

    def run(self) -> None:
        """Do the work in this thread; whatever goes wrong becomes ``error``."""
        with self._beginning:
            if self.is_done or self.should_stop():
                self._end()
                return
            self._began = time.monotonic()
            self.is_running, self.note = True, ""
        try:
            self.result = self._function(self)
            self.progress = 1.0
        except StylemateError as error:
            if not self.was_stopped:
                self.error = str(error)
        except Exception:
            _log.exception("a job failed")
            self.error = UNEXPECTED
        finally:
            self._end()

    def _end(self) -> None:
        self.is_running, self.is_done = False, True
        self._ended.set()


class JobQueue:
    """Runs jobs in the order they come, a few at once.

    The threads are daemons: work that nobody will see does not keep the program from ending.
    """

    def __init__(self, at_once: int = RUNNING_AT_ONCE) -> None:
        """Make an empty queue; its threads begin with the first job."""
        self._at_once = at_once
        self._waiting: deque[Job[Any]] = deque()
        self._changed = threading.Condition()
        self._latest: dict[tuple[str, str], Job[Any]] = {}
        self._threads = 0

    def submit(self, owner: str, key: str, job: "Job[Any]") -> None:
        """Run a job when its turn comes; an earlier one of the same owner and key is stopped."""
        with self._changed:
            self._latest = {k: j for k, j in self._latest.items() if not j.is_done}
            earlier = self._latest.get((owner, key))
            self._latest[owner, key] = job
            self._waiting.append(job)
            if self._threads < self._at_once:
                self._threads += 1
                threading.Thread(target=self._work, name="stylemate-job", daemon=True).start()
            self._changed.notify()
        if earlier is not None:
            earlier.cancel()

    def _work(self) -> None:
        _give_way()
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                job = self._waiting.popleft()
            job.run()


def _give_way() -> None:
    """Let the threads that answer people go first, where a system tells threads apart."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
            os.setpriority(os.PRIO_PROCESS, thread, niceness)


@st.cache_resource(show_spinner=False)
def _queue(brief: bool) -> JobQueue:
    """Return one of the two queues of this process, which all sessions share."""
    return JobQueue(1 if brief else RUNNING_AT_ONCE)


def submit(
    session_key: str, function: Callable[[Job[Result]], Result], *, brief: bool = False
) -> Job[Result]:
    """Start work in the background for the page that calls.

    Args:
        session_key: what the work is for, such as ``"you_fit"``. An earlier job of the same
            browser tab with the same key is stopped.
        function: does the work; it is given the job to report to.
        brief: it takes seconds at most; such work does not wait until long work has ended.

    Returns:
        The job, to be kept in the session's state. It stops by itself some seconds after the
        browser tab was closed.
    """
    context = get_script_run_ctx(suppress_warning=True)
    owner = context.session_id if context else ""
    job = Job(function, lambda: _is_connected(owner))
    _queue(brief).submit(owner, session_key, job)
    return job


def draw_job(job: Job[Any] | None) -> bool:
    """Draw how far a job is, or why it failed; return whether it still runs."""
    if job is None:
        return False
    if not job.is_done:
        draw_progress(job)
        return True
    if job.error:
        show_error(job.error)
    return False


def draw_progress(
    job: Job[Any],
    cancel_label: str = "Stop",
    details: Callable[[], None] = lambda: None,
    tells_time: bool = False,
) -> None:
    """Draw how far a job is and a button to stop it; the page is drawn anew when it ends.

    A page that knows that a job is done must not draw it: it would be drawn anew for ever.

    Args:
        job: one that was not done when the page looked.
        cancel_label: words on the button.
        details: draws more about the running job below, each time anew.
        tells_time: whether to say how long the rest takes; for work of an even pace.
    """

    @st.fragment(run_every=TICK)
    def draw() -> None:
        # A brief job may have ended since the page looked. The page must look again then: one that
        # draws nothing has nothing left that would ever show the result.
        if job.is_done:
            st.rerun()
        bar, button = st.columns([5, 1], vertical_alignment="bottom")
        note = job.note or "Working …"
        if tells_time and job.seconds_left is not None:
            note = f"{note} {time_words(job.seconds_left)} left."
        bar.progress(job.progress, text=plain(note))
        button.button(
            cancel_label,
            key=f"job_cancel_{id(job)}",
            on_click=job.cancel,
            disabled=job.was_stopped,
            width="stretch",
        )
        details()

    draw()


def time_words(seconds: float) -> str:
    """Return a span of time as people say it, such as "About 20 seconds"."""
    if seconds < 5:
        return "A few seconds"
    if seconds < 55:
        return f"About {5 * round(seconds / 5)} seconds"
    minutes = round(seconds / 60)
    return "About a minute" if minutes <= 1 else f"About {minutes} minutes"


def _is_connected(session: str) -> bool:
    """Whether a browser tab shows the session; always without a server, as in tests."""
    return not Runtime.exists() or Runtime.instance().is_active_session(session)
