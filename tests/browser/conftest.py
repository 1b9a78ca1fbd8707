"""A served app and a browser page that allows no error and no call to the outside."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.driver import BROWSER_FLAGS, CHECKOUT, Table, free_port, serving
from tests.requirements import require_browser


@pytest.fixture(scope="session")
def assets_to_serve(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny model and styles with the shipped openings."""
    directory = tmp_path_factory.mktemp("served") / "assets"
    shutil.copytree(tiny_assets, directory)
    shutil.copy(CHECKOUT / "assets" / "openings.tsv", directory)
    return directory


@pytest.fixture(scope="session")
def app_address(assets_to_serve: Path) -> Iterator[str]:
    with serving(assets_to_serve, free_port()) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = require_browser()
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
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: _notice_outside(request.url, problems))
        return page

    yield make
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def table(new_page: Callable[..., Page], app_address: str) -> Table:
    return Table(new_page(), app_address)


@pytest.fixture
def phone(new_page: Callable[..., Page], app_address: str) -> Table:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    return Table(page, app_address)


def _notice_outside(url: str, problems: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
        problems.append(f"a request left this machine: {url}")
