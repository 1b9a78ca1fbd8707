"""Background jobs: order, progress, stopping, errors, and owners who leave."""

import os
import sys
import threading
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import StylemateError
from ui.shared import jobs
from ui.shared.jobs import LEAST_DONE, UNEXPECTED, Job, JobQueue, time_words

SOON = 10.0


def until_stopped(job: Job[int]) -> int:
    while True:
        job.report(0.5, "busy")
        time.sleep(0.005)


def started(queue: JobQueue, job: Job[int], owner: str = "tab", key: str = "fit") -> Job[int]:
    queue.submit(owner, key, job)
    deadline = time.monotonic() + SOON
    while not (job.is_running or job.is_done):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return job


def test_a_job_reports_and_returns() -> None:
    def work(job: Job[int]) -> int:
        job.report(0.25, "counting")
        assert (job.progress, job.note) == (0.25, "counting")
        job.report(7.0)
        assert (job.progress, job.note) == (1.0, "counting")
        return 42

    job = started(JobQueue(), Job(work))
    assert job.wait(SOON)
    assert (job.result, job.error, job.is_done, job.was_stopped) == (42, None, True, False)


def fail(error: Exception) -> Callable[[Job[int]], int]:
    def work(job: Job[int]) -> int:
        raise error

    return work


def test_the_pace_so_far_tells_how_long_the_rest_takes() -> None:
    left: list[float | None] = []

    def function(job: Job[None]) -> None:
        left.append(job.seconds_left)
        job._began -= 30.0  # half a minute ago
        for share in (LEAST_DONE / 2, 0.25, 0.75):
            job.report(share)
            left.append(job.seconds_left)

    job = Job(function)
    job.run()
    assert left[:2] == [None, None]
    assert left[2:] == pytest.approx([90.0, 10.0], rel=0.01)
    assert job.seconds_left is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "A few seconds"),
        (13.0, "About 15 seconds"),
        (58.0, "About a minute"),
        (130.0, "About 2 minutes"),
    ],
)
def test_a_span_of_time_in_words(seconds: float, words: str) -> None:
    assert time_words(seconds) == words


def test_errors_are_for_people() -> None:
    queue = JobQueue()
    known = started(queue, Job(fail(StylemateError("There are no games."))))
    unknown = started(queue, Job(fail(ZeroDivisionError("secret"))))
    assert known.wait(SOON)
    assert unknown.wait(SOON)
    assert known.error == "There are no games."
    assert unknown.error == UNEXPECTED


def test_a_job_stops_on_request() -> None:
    job = started(JobQueue(), Job(until_stopped))
    assert not job.is_done
    job.cancel()
    assert job.wait(SOON)
    assert (job.result, job.error, job.was_stopped) == (None, None, True)


def test_two_run_and_the_third_waits_its_turn() -> None:
    queue = JobQueue(at_once=2)
    first, second = (started(queue, Job(until_stopped), key=key) for key in "ab")
    third: Job[int] = Job(lambda job: 3)
    queue.submit("tab", "c", third)
    assert not third.wait(0.05)
    assert third.note == jobs.WAITING
    first.cancel()
    assert third.wait(SOON)
    assert third.result == 3
    assert not second.is_done
    second.cancel()


def test_a_waiting_job_can_be_stopped_and_never_runs() -> None:
    ran = threading.Event()
    queue = JobQueue(at_once=1)
    first = started(queue, Job(until_stopped))
    waiting: Job[None] = Job(lambda job: ran.set())
    queue.submit("tab", "other", waiting)
    waiting.cancel()
    assert waiting.is_done
    first.cancel()
    last: Job[int] = Job(lambda job: 1)
    queue.submit("tab", "last", last)
    assert last.wait(SOON)
    assert not ran.is_set()


def test_the_same_page_starting_again_stops_its_earlier_job_and_no_other() -> None:
    queue = JobQueue(at_once=3)
    earlier = started(queue, Job(until_stopped), owner="tab")
    other = started(queue, Job(until_stopped), owner="another tab")
    later = started(queue, Job(until_stopped), owner="tab")
    assert earlier.wait(SOON)
    assert not later.was_stopped
    assert not other.was_stopped
    later.cancel()
    other.cancel()


def test_a_job_stops_some_time_after_its_owner_left() -> None:
    there = threading.Event()
    there.set()
    job = started(JobQueue(), Job(until_stopped, there.is_set, grace=0.1))
    assert not job.wait(0.3)
    there.clear()
    assert job.wait(SOON)
    assert job.was_stopped


def test_an_owner_may_be_away_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    there = False
    job: Job[int] = Job(lambda job: 1, lambda: there, grace=20)
    now += 15
    assert not job.should_stop()
    there, now = True, now + 2
    assert not job.should_stop()
    there, now = False, now + 19
    assert not job.should_stop()
    now += 2
    assert job.should_stop()


def page() -> None:
    import streamlit as st

    from ui.shared.jobs import Job, draw_progress, submit

    def slow(job: Job[str]) -> str:
        while True:
            job.report(0.5, "half way")

    if "job" not in st.session_state:
        st.session_state["job"] = submit("test", slow)
    if st.session_state["job"].is_done:
        st.write("ended")
    else:
        draw_progress(st.session_state["job"])


def test_a_page_shows_a_job_and_its_button_stops_it() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    job: Job[str] = app.session_state["job"]
    deadline = time.monotonic() + SOON
    while job.note != "half way":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    app.run()
    assert not app.exception
    assert app.get("progress")[0].proto.text == "half way"
    app.button[0].click().run()
    assert job.wait(SOON)
    app.run()
    assert not app.exception
    assert [text.value for text in app.markdown] == ["ended"]
    assert not app.get("progress")


def slow_page() -> None:
    import threading

    import streamlit as st

    from ui.shared.jobs import draw_progress, submit

    if "job" not in st.session_state:
        looked = st.session_state["looked"] = threading.Event()
        st.session_state["job"] = submit("test", lambda job: looked.wait())
    job = st.session_state["job"]
    if job.is_done:
        st.write("ended")
    else:
        st.session_state["looked"].set()
        job.wait()
        draw_progress(job)


def test_a_job_that_ends_after_the_page_has_looked_is_not_missed() -> None:
    app = AppTest.from_function(slow_page, default_timeout=60).run()
    assert not app.exception
    assert [text.value for text in app.markdown] == ["ended"]


def test_brief_work_does_not_wait_for_long_work() -> None:
    long = [jobs.submit(f"long_{i}", until_stopped) for i in range(jobs.RUNNING_AT_ONCE + 1)]
    brief = jobs.submit("brief", lambda job: 7, brief=True)
    assert brief.wait(SOON)
    assert brief.result == 7
    for job in long:
        job.cancel()
        assert job.wait(SOON)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives each thread a priority")
def test_work_gives_way_to_those_who_answer_people() -> None:
    def niceness(job: Job[int]) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    job = started(JobQueue(), Job(niceness))
    assert job.wait(SOON)
    assert job.result == max(before, jobs.NICENESS)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
