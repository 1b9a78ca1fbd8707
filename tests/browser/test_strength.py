"""How strong the opponent plays and how it behaves, set by a person's hands in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import PATIENCE, Table

pytestmark = pytest.mark.browser


def test_the_level_is_asked_once_and_the_slider_changes_it(
    new_page: Callable[..., Page], app_address: str
) -> None:
    page = new_page()
    table = Table(page, app_address).open()
    page.get_by_role("radio", name="Club player").click(timeout=PATIENCE)
    table.expect_address(r"style=[^&]*elo\+1500")
    expect(page.get_by_text("About how strong are you?")).to_have_count(0, timeout=PATIENCE)
    opponent = page.locator(".strip").first
    expect(opponent).to_contain_text("strength 1500", timeout=PATIENCE)

    slider = page.get_by_role("slider", name="Strength")
    slider.focus(timeout=PATIENCE)
    page.keyboard.press("ArrowRight")
    table.expect_address(r"style=[^&]*elo\+1550")
    expect(opponent).to_contain_text("strength 1550", timeout=PATIENCE)
    table.settle()
    table.click("e2", "e4")
    table.wait(2)
    table.expect_address(r"style=[^&]*elo\+1550.*moves=e2e4\.")

    # The answer is the browser's: another visit begins at it, and asks no more.
    table.open()
    table.expect_address(r"style=[^&]*elo\+1500")
    expect(page.get_by_text("About how strong are you?")).to_have_count(0, timeout=PATIENCE)


def test_a_reply_can_take_its_time_and_a_draw_can_be_offered(
    new_page: Callable[..., Page], app_address: str, problems: list[str]
) -> None:
    page = new_page()
    table = Table(page, app_address).open()
    toggle = page.get_by_role("switch", name="Takes its time")
    page.get_by_text("Takes its time", exact=True).first.click(timeout=PATIENCE)
    expect(toggle).to_be_checked(timeout=PATIENCE)
    table.settle()
    for number in (2, 4):  # until a reply was waited for
        table.click(*(("e2", "e4") if number == 2 else ("a2", "a4")))
        table.wait(number)
    expect(page.get_by_text("is thinking.")).to_have_count(0, timeout=PATIENCE)
    table.button("Draw")
    expect(page.get_by_text(re.compile("does not want a draw now"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Draw", exact=True)).to_be_disabled(timeout=PATIENCE)
    expect(page.get_by_test_id("why")).to_contain_text("of 100", timeout=PATIENCE)
