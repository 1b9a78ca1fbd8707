"""How long the Play page takes, in a real browser; ``pytest -o addopts= tests/benchmarks``.

The times are taken inside the page: from the pointer's release to the redrawn board with the
opponent's reply, and from a slider's key press to the redrawn thoughts. They include the engine,
the server and the drawing.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Page
from pytest_benchmark.fixture import BenchmarkFixture

from engine.assets import assets_directory
from engine.errors import StylemateError
from tests.browser.driver import PATIENCE, Table, free_port, serving
from tests.requirements import missing

pytestmark = pytest.mark.browser

MOVES = 12
SLIDER_STEPS = 10
LONGEST_MOVE, LONGEST_SLIDER_STEP = 300, 300
"""Milliseconds, in the median."""

WATCH_BOARD = """(root) => {
    window.times = [];
    let released = 0;
    root.addEventListener('pointerup', () => { released = performance.now(); }, true);
    let ply = root.dataset.ply;
    new MutationObserver(() => {
        if (root.dataset.ply !== ply) {
            ply = root.dataset.ply;
            const start = released;
            released = 0;
            if (start) requestAnimationFrame(() => window.times.push(performance.now() - start));
        }
    }).observe(root, {attributes: true});
}"""
WATCH_THOUGHTS = """() => {
    window.times = [];
    let pressed = 0;
    const text = () => document.querySelector('[data-testid="thinking"]')?.dataset.recipe;
    let seen = text();
    document.addEventListener('keydown', () => { pressed = performance.now(); }, true);
    const look = () => {
        if (pressed && text() !== undefined && text() !== seen) {
            seen = text();
            window.times.push(performance.now() - pressed);
            pressed = 0;
        }
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture(scope="module")
def shipped_app() -> Iterator[str]:
    """Serve the shipped model."""
    try:
        assets = assets_directory()
    except StylemateError as error:
        missing(str(error))
    if not (Path(assets) / "model").is_dir():
        missing(f"needs the shipped model in {assets}")
    with serving(assets, free_port()) as address:
        yield address


def test_a_move_with_its_reply(
    benchmark: BenchmarkFixture, new_page: Callable[..., Page], shipped_app: str
) -> None:
    table = Table(new_page(), shipped_app).open()
    table.page.bring_to_front()
    table.squares.evaluate(WATCH_BOARD)

    def back_to_the_start() -> None:
        if table.squares.get_attribute("data-ply") != "0":
            table.button("Takeback")
            table.wait(0)

    def play_a_move() -> None:
        table.click("e2", "e4")
        table.wait(2)

    benchmark.pedantic(play_a_move, setup=back_to_the_start, rounds=MOVES, warmup_rounds=1)
    _report(benchmark, table, LONGEST_MOVE)


def test_a_slider_step(
    benchmark: BenchmarkFixture, new_page: Callable[..., Page], shipped_app: str
) -> None:
    table = Table(new_page(), shipped_app).open()
    table.page.bring_to_front()
    slider = table.page.locator("[class*=st-key-play_steer_king_danger] input")
    slider.wait_for(timeout=PATIENCE)
    table.page.evaluate(WATCH_THOUGHTS)

    def step() -> None:
        count = table.page.evaluate("window.times.length")
        slider.press("ArrowRight")
        table.page.wait_for_function(f"window.times.length > {count}", timeout=PATIENCE)

    benchmark.pedantic(step, setup=table.settle, rounds=SLIDER_STEPS, warmup_rounds=1)
    _report(benchmark, table, LONGEST_SLIDER_STEP)


def _report(benchmark: BenchmarkFixture, table: Table, longest: float) -> None:
    times: list[float] = table.page.evaluate("window.times")[1:]
    benchmark.extra_info["median_ms_in_page"] = round(median(times))
    benchmark.extra_info["worst_ms_in_page"] = round(max(times))
    print(f"in the page: median {median(times):.0f} ms, worst {max(times):.0f} ms, n={len(times)}")
    assert median(times) < longest
