"""A browser, and pages in it that allow no error and no call to the outside.

The tests' own ``conftest.py`` takes these fixtures in for all, because one browser serves all
folders: a second one in the same run would find Playwright busy.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.driver import BROWSER_FLAGS, PATIENCE
from tests.requirements import require_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = require_browser()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def problems() -> list[str]:
    """Errors that pages met during a test; a test may look at them and clear them."""
    return []


@pytest.fixture
def new_page(browser: Browser, problems: list[str]) -> Iterator[Callable[..., Page]]:
    """Make browser pages; afterwards nothing may have gone wrong in any of them."""
    contexts = []

    def make(**options: Any) -> Page:
        settings: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}} | options
        context = browser.new_context(**settings)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: _notice_error(message, problems))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: _notice_outside(request.url, problems))
        return page

    yield make
    for context in contexts:
        context.close()
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
