"""A browser, and pages in it that allow no error and no call to the outside.

The tests' own ``conftest.py`` takes these fixtures in for all, because one browser serves all
folders: a second one in the same run would find Playwright busy.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, expect, sync_playwright

from tests.browser.driver import BROWSER_FLAGS, PATIENCE
from tests.requirements import require_browser

VIEWPORT = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = require_browser()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        yield browser
        browser.close()


class WatchedPage:
    """A browser page whose errors and calls to the outside are noted.

    Attributes:
        page: the page, in a context of its own.
        problems: where to note them.
    """

    def __init__(self, browser: Browser, options: dict[str, Any]) -> None:
        self._viewport = options["viewport"]
        self._origins: set[str] = set()
        self.problems: list[str] = []
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        self.page = page = context.new_page()
        page.on("console", lambda message: _notice_error(message, self.problems))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda request: _notice_outside(request.url, self.problems))
        page.on("framenavigated", self._notice_origin)

    def _notice_origin(self, frame: Frame) -> None:
        parts = urlsplit(frame.url)
        if parts.scheme == "http":
            self._origins.add(f"{parts.scheme}://{parts.netloc}")

    def clean(self) -> bool:
        """Make the page as good as new; False where that cannot be."""
        if self.page.is_closed() or len(self._origins) != 1:
            return False
        page, context = self.page, self.page.context
        page.unroute_all(behavior="ignoreErrors")
        # A document of the same origin, which holds the storage, without the app's scripts.
        page.goto(f"{self._origins.pop()}/_stcore/health")
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.goto("about:blank")
        self._origins.clear()
        context.clear_cookies()
        context.clear_permissions()
        page.set_viewport_size(self._viewport)
        page.mouse.move(0, 0)
        return True


@pytest.fixture(scope="session")
def clean_pages() -> dict[str, list[WatchedPage]]:
    """Pages that tests have done with, by their options.

    A page in which the app was drawn before keeps its scripts compiled, and a load takes half of
    the work: so a test gets one that another has left, when it can be cleaned.
    """
    return defaultdict(list)


@pytest.fixture
def problems() -> list[str]:
    """Errors that pages met during a test; a test may look at them and clear them."""
    return []


@pytest.fixture
def new_page(
    browser: Browser,
    clean_pages: dict[str, list[WatchedPage]],
    problems: list[str],
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Page]]:
    """Make browser pages; afterwards nothing may have gone wrong in any of them.

    A test that leaves something in a page that ``WatchedPage.clean`` does not remove closes it.
    """
    failed = request.session.testsfailed
    used: list[tuple[str, WatchedPage]] = []

    def make(**options: Any) -> Page:
        settings = {"viewport": VIEWPORT} | options
        kind = json.dumps(settings, sort_keys=True)
        watched = clean_pages[kind].pop() if clean_pages[kind] else WatchedPage(browser, settings)
        watched.problems = problems
        used.append((kind, watched))
        return watched.page

    yield make
    is_passed = request.session.testsfailed == failed
    for kind, watched in used:
        if is_passed and watched.clean():
            clean_pages[kind].append(watched)
        else:
            watched.page.context.close()
    assert problems == []


def _notice_error(message: ConsoleMessage, problems: list[str]) -> None:
    """Note an error of the console, but for Streamlit's search for its server.

    A page opened by its own address asks for it below that address first, in vain.
    """
    place = message.location.get("url", "an unknown place")
    sought = "404 (Not Found)" in message.text and "/_stcore/" in place
    if message.type == "error" and not sought:
        problems.append(f"{message.text} ({place})")


def _notice_outside(url: str, problems: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
        problems.append(f"a request left this machine: {url}")
