"""The app's JavaScript modules in a browser, without the app."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.driver import CHECKOUT

PLACE = "http://modules.invalid"
UI = CHECKOUT / "ui"
KINDS = {".js": "text/javascript", ".css": "text/css"}

Run = Callable[..., Any]
"""Calls ``run(module, expression, argument)``: what a JavaScript function of a module's exports and
the argument returns."""


def _fulfil(route: Route) -> None:
    name = route.request.url.removeprefix(PLACE).strip("/")
    if not name:
        route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")
        return
    path = UI / name
    route.fulfill(body=path.read_bytes(), content_type=KINDS[path.suffix])


@pytest.fixture(scope="module")
def run(browser: Browser) -> Iterator[Run]:
    context = browser.new_context()
    context.route("**/*", _fulfil)
    page = context.new_page()
    page.goto(PLACE)

    def run(module: str, expression: str, argument: Any = None) -> Any:
        return page.evaluate(
            f"async (argument) => ({expression})(await import('{PLACE}/{module}'), argument)",
            argument,
        )

    yield run
    context.close()
