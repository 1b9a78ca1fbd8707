"""Compare and Neighbours in a real browser: typing a recipe, opening lines, a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import PATIENCE

pytestmark = pytest.mark.browser


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click(timeout=PATIENCE)


def type_style(page: Page, label: str, text: str) -> None:
    field = page.get_by_role("combobox", name=label)
    field.click(timeout=PATIENCE)
    field.fill(text)
    field.press("Enter")


def test_styles_are_typed_compared_and_mended(
    new_page: Callable[..., Page], whole_address: str
) -> None:
    page = new_page()
    page.goto(whole_address, timeout=PATIENCE)
    page.get_by_role("link", name="Explore", exact=True).click(timeout=PATIENCE)
    open_tab(page, "Compare")
    tree = page.get_by_test_id("repertoire")
    expect(tree.locator(".head .who")).to_have_text(["Tal", "Petrosian"], timeout=PATIENCE)
    expect(page.get_by_test_id("disagreements").locator("img.position")).to_have_count(
        6, timeout=PATIENCE
    )
    expect(page.locator(".js-plotly-plot .polar")).to_be_visible(timeout=PATIENCE)

    type_style(page, "Second style", "polgar, judit | king danger 1.5")
    expect(tree.locator(".head .who")).to_have_text(
        ["Tal", "Polgar, +1.5 king danger"], timeout=PATIENCE
    )
    expect(page.get_by_text("measured on the fixed positions just now")).to_be_visible(
        timeout=PATIENCE
    )

    line = tree.locator("details").first
    was_open = line.evaluate("line => line.open")
    line.locator("summary").first.click()
    assert line.evaluate("line => line.open") != was_open
    page.get_by_role("radio", name="Black").click()
    expect(tree).to_have_attribute("data-color", "black", timeout=PATIENCE)

    type_style(page, "First style", "Carlson | strength 1")
    expect(page.get_by_text("No player is called 'Carlson'")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Use “Carlsen, Magnus | strength +1”").click()
    expect(tree.locator(".head .who").first).to_have_text("Carlsen, +1 strength", timeout=PATIENCE)

    page.get_by_role("button", name="Play", exact=True).first.click()
    expect(page.get_by_text("Magnus Carlsen").first).to_be_visible(timeout=PATIENCE)


def test_on_a_phone_a_neighbour_is_found_and_compared(
    new_page: Callable[..., Page], whole_address: str, problems: list[str]
) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{whole_address}/explore", timeout=PATIENCE)
    open_tab(page, "Neighbours")
    nearest = page.get_by_test_id("neighbour").first
    expect(nearest).to_be_visible(timeout=PATIENCE)
    name = nearest.locator(".name").inner_text()
    assert not scrolls_sideways(page)
    page.locator(".st-key-explore_near_compare_0 button:visible").first.tap()
    who = page.get_by_test_id("repertoire").locator(".head .who")
    expect(who).to_have_text(["Tal", name.partition(",")[0]], timeout=PATIENCE)
    expect(page.get_by_test_id("disagreements")).to_be_visible(timeout=PATIENCE)
    assert not scrolls_sideways(page)


def scrolls_sideways(page: Page) -> bool:
    wider: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wider
