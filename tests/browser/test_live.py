"""The meter of the person's moves, and styles brought along, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.play.opponents import OpponentRegistry
from engine.style.style_file import style_bytes
from tests.browser.driver import PATIENCE, Table
from tests.ui.test_guests import guest

pytestmark = pytest.mark.browser


def expect_read(table: Table, count: int) -> None:
    """Wait until the meter has compared so many moves with every style."""
    meter = table.page.get_by_test_id("live")
    expect(meter).to_have_attribute("data-moves", str(count), timeout=PATIENCE)
    expect(meter).to_have_attribute("data-known", "1.000", timeout=PATIENCE)


def test_it_reads_along_while_a_game_is_played(table: Table) -> None:
    table.open(temperature="0", style="Carlsen")
    table.click("e2", "e4")
    table.wait(2)
    expect_read(table, 1)
    table.click("d2", "d4")
    table.wait(4)
    expect_read(table, 2)
    meter = table.page.get_by_test_id("live")
    expect(meter).to_contain_text("Too early to say")
    expect(meter.locator(".rank")).to_have_count(0)
    table.button("Takeback")
    table.wait(2)
    expect_read(table, 1)


def test_a_long_game_tells_the_moves_that_decided_it(table: Table) -> None:
    moves = "e2e4.e7e5.g1f3.b8c6.f1b5.a7a6.b5a4.g8f6.e1g1.f8e7.f1e1.b7b5.a4b3.d7d6.c2c3.e8g8.h2h3"
    table.open(moves=moves)
    table.wait(18)
    expect_read(table, 9)
    meter = table.page.get_by_test_id("live")
    assert meter.get_attribute("data-certainty") in ("open", "leaning", "clear")
    expect(meter.locator(".telling .move").first).to_be_visible()


def test_it_can_be_switched_off(table: Table) -> None:
    table.open(moves="e2e4.e7e5")
    expect_read(table, 1)
    table.page.locator(".st-key-live_head").get_by_text("On", exact=True).click()
    expect(table.page.get_by_test_id("live")).to_have_count(0, timeout=PATIENCE)
    table.click("g1", "f3")
    table.wait(4)
    expect(table.page.get_by_test_id("live")).to_have_count(0)
    table.page.locator(".st-key-live_head").get_by_text("On", exact=True).click()
    expect_read(table, 2)


def test_nothing_sticks_out_on_a_phone(phone: Table) -> None:
    phone.open(moves="e2e4.e7e5.g1f3.b8c6")
    expect_read(phone, 2)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = phone.page.get_by_test_id("live").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_two_tabs_bring_different_styles_of_one_name(
    new_page: Callable[..., Page], app_address: str, tiny_assets: Path, tmp_path: Path
) -> None:
    registry = OpponentRegistry.load(tiny_assets)
    tables = []
    for seed in (1, 2):
        file = tmp_path / f"{seed}.style"
        file.write_bytes(style_bytes(guest(registry, seed=seed)))
        table = Table(new_page(), app_address).open(temperature="0")
        table.page.get_by_text("Your own styles").click()
        table.page.locator('input[type="file"]').set_input_files(file)
        expect(table.page.locator(".strip .name").first).to_have_text("Me", timeout=PATIENCE)
        table.expect_address(r"style=Me\b")
        tables.append(table)
    thoughts = []
    for table in tables:
        table.page.get_by_text("Hints here", exact=True).click()
        table.page.get_by_test_id("thinking").wait_for(timeout=PATIENCE)
        table.settle()
        thoughts.append(table.page.get_by_test_id("thinking").inner_text())
        table.click("e2", "e4")
        table.wait(2)
    assert thoughts[0] != thoughts[1]


def test_a_damaged_style_file_is_explained(table: Table, tmp_path: Path) -> None:
    file = tmp_path / "broken.style"
    file.write_bytes(b'{"format": "stylemate-style", "version": 1, "label": "Me"}')
    table.open()
    table.page.get_by_text("Your own styles").click()
    table.page.locator('input[type="file"]').set_input_files(file)
    expect(table.page.get_by_role("alert")).to_contain_text("checksum", timeout=PATIENCE)
    expect(table.page.locator(".strip .name").first).to_have_text("Mikhail Tal")
