"""Every page for everybody: WCAG 2.2 AA, headings, narrow windows, and words for chess players."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.driver import PATIENCE

pytestmark = pytest.mark.browser

PAGES = ("", "review", "explore", "steer", "arena", "quiz", "you", "model")
SET_UP = "?setup=4k3/8/8/8/8/8/8/4K2R+w+K+-+0+1"
"""The Play page while a position is set up."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TABS = {"explore": ("Compare", "Neighbours"), "": ("Moves",)}
FOR_RESEARCHERS = re.compile(
    r"\bnats?\b|cosine|standard deviation|of the probability|prediction loss|\d[eE][+\u2212-]\d"
    r"|t-SNE|\bPCA\b|cross-entropy|perplexity|\blogits?\b",
    re.IGNORECASE,
)
TWICE_AS_LARGE = {"width": 640, "height": 450}
"""The room that a window of 1280 to 900 has when everything in it is twice as large."""
STREAMLITS_OWN = {
    # The bar of tabs lies around panels that are drawn only while they are open.
    "aria-valid-attr-value",
}


def show(page: Page, address: str, path: str) -> None:
    """Open a page and wait until it is drawn."""
    page.goto(f"{address}/{path}", timeout=PATIENCE, wait_until="commit")
    page.locator("h1").first.wait_for(state="attached", timeout=PATIENCE)
    settle(page)


def settle(page: Page) -> None:
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    # A page may have ended its first run and not begun the one that draws a tab.
    page.wait_for_function(
        "document.querySelector('.stMain')?.innerText.length > 100", timeout=PATIENCE
    )
    # What is being drawn anew is faint for a moment.
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-stale]")].every(
            one => one.dataset.stale !== "true" && getComputedStyle(one).opacity === "1")""",
        timeout=PATIENCE,
    )


def views(page: Page, path: str) -> Iterator[str]:
    """Yield the name of each view of a page when it is open."""
    yield path or "play"
    for tab in TABS.get(path, ()):
        page.get_by_role("tab", name=tab).click(timeout=PATIENCE)
        settle(page)
        yield f"{path or 'play'}: {tab}"


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found.response["violations"]
        if one["id"] not in STREAMLITS_OWN
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    new_page: Callable[..., Page], whole_address: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    found = []
    for path in (*PAGES, SET_UP):
        show(page, whole_address, path)
        found += [
            f"{view}: {problem}" for view in views(page, path) for problem in violations(page)
        ]
    assert found == []


def test_headings_come_in_order_and_words_are_for_chess_players(
    new_page: Callable[..., Page], whole_address: str
) -> None:
    page = new_page()
    for path in (*PAGES, SET_UP):
        show(page, whole_address, path)
        for view in views(page, path):
            levels = [
                int(heading.evaluate("heading => heading.tagName[1]"))
                for heading in page.locator("h1, h2, h3, h4, h5, h6").all()
                if heading.is_visible() and heading.inner_text().strip()
            ]
            assert levels[0] == 1, view
            assert levels.count(1) == 1, view
            assert all(after <= before + 1 for before, after in pairwise(levels)), (view, levels)
            if path != "model":
                text = page.locator(".stMain").inner_text()
                assert FOR_RESEARCHERS.findall(text) == [], view


def test_a_narrow_window_has_a_menu_and_nothing_sticks_out(
    new_page: Callable[..., Page], whole_address: str
) -> None:
    page = new_page(viewport=TWICE_AS_LARGE)
    show(page, whole_address, "")
    for path in (*PAGES[1:], ""):
        name = (path or "play").capitalize()
        page.locator(".st-key-menu a").filter(has_text=name).click(timeout=PATIENCE)
        page.wait_for_url(re.compile(rf"/{path}(\?.*)?$"), timeout=PATIENCE)
        settle(page)
        wide = page.evaluate(
            "[document.documentElement, document.querySelector('.stMain')]"
            ".map(e => e.scrollWidth - e.clientWidth)"
        )
        assert wide == [0, 0], name
    board = page.locator(".squares[data-rev]").bounding_box()
    assert board is not None
    assert board["height"] < TWICE_AS_LARGE["height"], "the whole board can be seen"


def test_what_has_the_keyboard_shows_it(new_page: Callable[..., Page], whole_address: str) -> None:
    page = new_page()
    show(page, whole_address, "")
    rings = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            """() => {
                const one = document.activeElement;
                const style = getComputedStyle(one);
                return [one.tagName, style.outlineStyle, parseFloat(style.outlineWidth)];
            }"""
        )
        if ring[0] != "BODY":
            rings.add(ring[0])
            if ring[0] in ("A", "BUTTON"):
                assert ring[1] == "solid", ring
                assert ring[2] >= 2, ring
    assert {"A", "BUTTON"} <= rings
