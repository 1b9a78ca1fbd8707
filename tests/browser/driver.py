"""What a person's hand does to the app in a real browser, for the browser tests."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from engine.assets import ENVIRONMENT_VARIABLE

CHECKOUT = Path(__file__).resolve().parents[2]
APP = CHECKOUT / "ui" / "app.py"
PATIENCE = 240_000
"""Milliseconds to wait for anything. It ends a test that hangs, and is no measure of speed:
machines that run tests may be busy."""

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(assets: Path, port: int) -> Iterator[str]:
    """Serve the app with these assets and yield its address."""
    command = [sys.executable, "-m", "ui.server", "run", str(APP)]
    options = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    server = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in options.items())],
        env=os.environ | {ENVIRONMENT_VARIABLE: str(assets)},
        cwd=assets,  # the app must not depend on the folder it is started from
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _await_health(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE / 1000)


def _await_health(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        assert server.poll() is None, "the app's server stopped"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the app's server does not answer")


class Wire:
    """The connection between a page and its server, which can be held up."""

    def __init__(self, page: Page) -> None:
        self._is_held = False
        self._waiting: list[Callable[[], None]] = []
        self._page_side: WebSocketRoute | None = None
        page.route_web_socket("**/_stcore/stream", self._connect)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep what the page sends from arriving until the block ends, as a slow opponent does."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
            while self._waiting:
                self._waiting.pop(0)()

    def deliver(self, message: bytes) -> None:
        """Give the page a message that its server never sent."""
        assert self._page_side is not None
        self._page_side.send(message)

    def _connect(self, page_side: WebSocketRoute) -> None:
        self._page_side = page_side
        server_side = page_side.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if self._is_held:
                self._waiting.append(lambda: server_side.send(message))
            else:
                server_side.send(message)

        page_side.on_message(pass_on)
        server_side.on_message(page_side.send)


class Table:
    """The Play page under a person's hands."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.squares = page.locator(".squares[data-rev]")

    def open(self, **query: str) -> "Table":
        """Open the page with these values in its address and wait for the board."""
        self.page.goto(f"{self.address}/?{urlencode(query)}", timeout=PATIENCE)
        self.squares.wait_for(timeout=PATIENCE)
        return self

    def wait(self, count: int) -> None:
        """Wait until the board shows the position after ``count`` moves."""
        expect(self.squares).to_have_attribute("data-ply", str(count), timeout=PATIENCE)

    def expect_address(self, pattern: str) -> None:
        """Wait until the page's address matches; it is written a moment after the board."""
        expect(self.page).to_have_url(re.compile(pattern), timeout=PATIENCE)

    @property
    def revision(self) -> int:
        return int(self.squares.get_attribute("data-rev") or 0)

    @property
    def fen(self) -> str:
        return self.squares.get_attribute("data-fen") or ""

    def center(self, square: str) -> tuple[float, float]:
        """Return the middle of a square in the window."""
        self.squares.scroll_into_view_if_needed()
        box = self.squares.bounding_box()
        assert box is not None
        file, rank = ord(square[0]) - ord("a"), int(square[1]) - 1
        if self.squares.get_attribute("data-orientation") == "white":
            column, row = file, 7 - rank
        else:
            column, row = 7 - file, rank
        unit = box["width"] / 8
        return box["x"] + (column + 0.5) * unit, box["y"] + (row + 0.5) * unit

    def click(self, *squares: str) -> None:
        for square in squares:
            self.page.mouse.click(*self.center(square))

    def drag(self, origin: str, target: str, button: Literal["left", "right"] = "left") -> None:
        """Drag a piece, or draw an arrow with the right button.

        The board follows the pointer from one frame to the next, as eyes and hands do.
        """
        self.page.mouse.move(*self.center(origin))
        self.page.mouse.down(button=button)
        self.page.mouse.move(*self.center(target), steps=5)
        self.await_frames()
        self.page.mouse.up(button=button)
        self.await_frames()

    def await_frames(self) -> None:
        """Wait until the browser has drawn twice."""
        self.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def marks(self, name: str) -> Locator:
        """Squares that are marked: ``selected``, ``check``, ``last-move``, ``current-premove``."""
        return self.squares.locator(f"cg-board square.{name}").locator("visible=true")

    @property
    def destinations(self) -> Locator:
        """Squares on which the picked up piece may be dropped."""
        return self.marks("move-dest")

    @property
    def scrolled(self) -> float:
        """How far the page is scrolled, in pixels."""
        return float(self.page.locator(".stMain").evaluate("e => e.scrollTop"))

    def expect_scrolled(self) -> None:
        """Wait until the page has been scrolled down."""
        self.page.wait_for_function(
            "document.querySelector('.stMain').scrollTop > 50", timeout=PATIENCE
        )

    def tap(self, *squares: str) -> None:
        for square in squares:
            self.page.touchscreen.tap(*self.center(square))

    def touch_drag(self, origin: str, target: str) -> None:
        """Drag with a finger, through the browser's own touch events."""
        (x0, y0), (x1, y1) = self.center(origin), self.center(target)
        finger = self.page.context.new_cdp_session(self.page)

        def send(kind: str, *points: tuple[float, float]) -> None:
            touches = [{"x": x, "y": y} for x, y in points]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

        send("touchStart", (x0, y0))
        for step in range(1, 6):
            send("touchMove", (x0 + (x1 - x0) * step / 5, y0 + (y1 - y0) * step / 5))
        self.await_frames()
        send("touchEnd")
        finger.detach()

    def piece_on(self, square: str) -> str:
        """Return what is drawn on a square, such as ``white-pawn``; empty if nothing is."""
        found: str = self.squares.evaluate(
            """(root, [x, y]) => {
                for (const piece of root.querySelectorAll('cg-board piece')) {
                    const box = piece.getBoundingClientRect();
                    const inside = box.left < x && x < box.right && box.top < y && y < box.bottom;
                    if (inside && !piece.classList.contains('fading'))
                        return piece.classList[0] + '-' + piece.classList[1];
                }
                return '';
            }""",
            list(self.center(square)),
        )
        return found

    def settle(self) -> None:
        """Wait until the page has stopped redrawing itself, as a person would before a press."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)

    def expect_piece(self, square: str, piece: str) -> None:
        """Wait until a piece such as ``white-pawn`` stands on a square, or none for ``""``."""
        deadline = time.monotonic() + PATIENCE / 1000
        while self.piece_on(square) != piece and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
        assert self.piece_on(square) == piece

    def tap_button(self, name: str) -> None:
        """Tap a button of the page with a finger."""
        self.settle()
        self.page.get_by_role("button", name=name, exact=True).tap(timeout=PATIENCE)

    def button(self, name: str) -> None:
        """Press a button of the page."""
        self.settle()
        self.page.get_by_role("button", name=name, exact=True).click(timeout=PATIENCE)

    def tab(self, name: str) -> None:
        """Open a tab, as soon as there is one of this name: old and new ones may stand together.

        So they do for a moment after the first move, when the tabs are made anew.
        """
        tab = self.page.get_by_role("tab", name=name)
        expect(tab).to_have_count(1, timeout=PATIENCE)
        tab.click(timeout=PATIENCE)
