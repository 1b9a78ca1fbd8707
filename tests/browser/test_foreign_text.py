"""What strangers wrote, in links and in style files: shown as text, and no call to their hosts."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from engine.play.opponents import OpponentRegistry
from engine.style.style_file import LONGEST_NAME, style_bytes
from tests.browser.driver import PATIENCE, Table
from tests.ui.test_guests import guest

pytestmark = pytest.mark.browser

HOST = "x.example"
PICTURE = f"![](http://{HOST}/p)"
MARKUP = (
    f"{PICTURE} [free](https://{HOST}/free) http://{HOST}/a www.{HOST} me@{HOST} "
    f"<img src=http://{HOST}/i onerror=alert(1)>"
)


def expect_nothing_of_strangers(page: Page) -> None:
    """Nothing on the page leads to the host; a request there would fail the test by itself."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    assert page.locator(f'a[href*="{HOST}"], img[src*="{HOST}"]').count() == 0


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", {"style": MARKUP}),
        ("", {"style": f"Tal | {MARKUP} 1"}),
        ("", {"fen": MARKUP}),
        ("", {"moves": f"e2e4.{MARKUP}"}),
        ("steer", {"style": MARKUP}),
        ("steer", {"style": "Tal", "attribute": PICTURE}),
    ],
)
def test_an_address(
    new_page: Callable[..., Page],
    app_address: str,
    problems: list[str],
    path: str,
    query: dict[str, str],
) -> None:
    page = new_page()
    page.goto(f"{app_address}/{path}?{urlencode(query)}", timeout=PATIENCE)
    expect(page.get_by_role("alert").first).to_contain_text("![", timeout=PATIENCE)
    expect_nothing_of_strangers(page)


def test_a_suggested_recipe(table: Table) -> None:
    table.open()
    field = table.page.get_by_label("Recipe", exact=True).first
    field.fill(f"0 Tal + 1 {MARKUP}")
    field.press("Enter")
    expect(table.page.get_by_role("alert")).to_contain_text("![", timeout=PATIENCE)
    expect_nothing_of_strangers(table.page)


def test_a_style_file(table: Table, tiny_assets: Path, tmp_path: Path) -> None:
    label = f"{PICTURE} www.{HOST}"
    style = guest(OpponentRegistry.load(tiny_assets), label)
    file = tmp_path / "gift.style"
    file.write_bytes(style_bytes(replace(style, player=MARKUP[:LONGEST_NAME])))
    table.open()
    table.page.get_by_text("Your own styles").click()
    table.page.locator('input[type="file"]').set_input_files(file)
    expect(table.page.locator(".strip .name").first).to_contain_text("![", timeout=PATIENCE)
    expect_nothing_of_strangers(table.page)
    for tab in ("Moves", "Opponent"):
        table.tab(tab)
        expect_nothing_of_strangers(table.page)
    for link in ("Steer", "Explore", "You"):
        table.page.get_by_role("link", name=link, exact=True).click(timeout=PATIENCE)
        expect(table.page).to_have_url(re.compile(rf"/{link.lower()}\b"), timeout=PATIENCE)
        expect_nothing_of_strangers(table.page)
