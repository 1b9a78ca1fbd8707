"""How long the Steer page takes, in a real browser; ``pytest -o addopts= tests/benchmarks``.

The times are taken inside the page. A step of the slider: from the key press to the redrawn chances
of the moves. A style: from the same press to the recipe that has followed, through the server.
"""

from collections.abc import Callable
from statistics import median

import pytest
from playwright.sync_api import Page
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.test_play_page import shipped_app
from tests.browser.driver import PATIENCE
from tests.browser.test_steer import Dial

__all__ = ["shipped_app"]

pytestmark = pytest.mark.browser

STEPS = 20
LONGEST_STEP, LONGEST_STYLE = 300, 1_500
"""Milliseconds, in the median."""

WATCH = """() => {
    window.steps = [];
    window.styles = [];
    let pressed = 0, answered = 0;
    const find = (node, name) => {
        const found = node.querySelector(name);
        if (found) return found;
        for (const child of node.querySelectorAll('*')) {
            const inner = child.shadowRoot && find(child.shadowRoot, name);
            if (inner) return inner;
        }
        return null;
    };
    const dial = find(document, '.dial');
    const recipe = document.querySelector('[class*=st-key-steer_recipe] input');
    const chances = () => [...dial.querySelectorAll('.move')].map(m => m.dataset.chance).join();
    let seen = chances(), said = recipe.value;
    document.addEventListener('keydown', () => { pressed = answered = performance.now(); }, true);
    const look = () => {
        if (pressed && chances() !== seen) {
            seen = chances();
            window.steps.push(performance.now() - pressed);
            pressed = 0;
        }
        const now = document.querySelector('[class*=st-key-steer_recipe] input')?.value;
        if (answered && now !== undefined && now !== said) {
            said = now;
            window.styles.push(performance.now() - answered);
            answered = 0;
        }
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture
def dial(new_page: Callable[..., Page], shipped_app: str, problems: list[str]) -> Dial:
    found = Dial(new_page(), shipped_app).open(style="Tal, Mikhail | king_danger -2")
    # Streamlit looks for its server beside the page first, and finds it on the second try.
    problems[:] = [problem for problem in problems if "404 (Not Found)" not in problem]
    found.page.bring_to_front()
    found.page.evaluate(WATCH)
    return found


def test_a_step_of_the_slider(benchmark: BenchmarkFixture, dial: Dial) -> None:
    def step() -> None:
        steps, styles = (dial.page.evaluate(f"window.{n}.length") for n in ("steps", "styles"))
        dial.slider.press("ArrowRight")
        dial.page.wait_for_function(
            f"window.steps.length > {steps} && window.styles.length > {styles}", timeout=PATIENCE
        )

    benchmark.pedantic(step, rounds=STEPS - 1, warmup_rounds=1)
    for name, longest in (("steps", LONGEST_STEP), ("styles", LONGEST_STYLE)):
        times: list[float] = dial.page.evaluate(f"window.{name}")[1:]
        benchmark.extra_info[f"median_ms_{name}"] = round(median(times))
        benchmark.extra_info[f"worst_ms_{name}"] = round(max(times))
        print(f"{name}: median {median(times):.0f} ms, worst {max(times):.0f} ms, n={len(times)}")
        assert median(times) < longest
