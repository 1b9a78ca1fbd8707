"""The Arena in a real browser: start, watch, load again, take a game over, stop."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import PATIENCE, Table

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def open_arena(page: Page, address: str) -> Table:
    table = Table(page, address)
    page.goto(f"{address}/arena", timeout=PATIENCE)
    page.get_by_role("button", name="Start", exact=True).wait_for(timeout=PATIENCE)
    table.settle()
    return table


def start(table: Table, games: int) -> None:
    page = table.page
    page.get_by_role("combobox", name=re.compile("Games of each pair")).click(timeout=PATIENCE)
    page.get_by_role("option", name=str(games), exact=True).click(timeout=PATIENCE)
    table.button("Start")


def test_a_match_is_watched_loaded_again_and_taken_over(
    new_page: Callable[..., Page], app_address: str
) -> None:
    page = new_page()
    table = open_arena(page, app_address)
    start(table, 100)
    expect(page).to_have_url(re.compile(r"/arena\?match=[0-9a-f]{16}"), timeout=PATIENCE)
    address = page.url
    page.wait_for_function(
        "[...document.querySelectorAll('.arena-board img')].some(i => i.naturalWidth > 0)",
        timeout=PATIENCE,
    )
    game = page.locator(".arena-game").first
    expect(game).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_test_id("arena-table").locator("tbody tr")).to_have_count(
        2, timeout=PATIENCE
    )
    before = page.locator(".arena-game").count()

    page.reload(timeout=PATIENCE)
    expect(page.locator(".arena-game").first).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(
        f"document.querySelectorAll('.arena-game').length > {before}", timeout=PATIENCE
    )
    assert page.url == address

    page.get_by_role("button", name="Stop", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_text("Ended.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0, timeout=PATIENCE)
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("button", name="All games as PGN").click(timeout=PATIENCE)
    text = download.value.path().read_text()
    assert text.count('[Event "Stylemate match"]') >= before
    assert "WhiteRecipe" in text

    page.locator(".arena-game").first.click(timeout=PATIENCE)
    table.squares.wait_for(timeout=PATIENCE)
    expect(table.squares).to_have_attribute("data-ply", re.compile(r"^([5-9]|\d{2,})$"))


def test_a_game_that_goes_on_is_taken_over(new_page: Callable[..., Page], app_address: str) -> None:
    page = new_page()
    table = open_arena(page, app_address)
    start(table, 100)
    link = page.get_by_role("link", name="play on as Black").first
    link.wait_for(timeout=PATIENCE)
    target = link.get_attribute("href", timeout=PATIENCE)
    assert target is not None
    page.goto(f"{app_address}/{target.removeprefix('./')}", timeout=PATIENCE)
    table.squares.wait_for(timeout=PATIENCE)
    expect(table.squares).to_have_attribute("data-ply", re.compile(r"^([89]|\d{2,})$"))
    expect(table.squares).to_have_attribute("data-orientation", "black")


def test_it_fits_a_phone(new_page: Callable[..., Page], app_address: str) -> None:
    page = new_page(**PHONE)
    table = open_arena(page, app_address)
    start(table, 2)
    expect(page.get_by_text("The match is over.")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".arena-game")).to_have_count(2, timeout=PATIENCE)


def test_a_famous_game_runs_by_itself_from_the_first_page(
    new_page: Callable[..., Page], app_address: str
) -> None:
    page = new_page(**PHONE)
    table = Table(page, app_address).open()
    table.button("Watch Tal against Petrosian")
    board = page.locator(".squares[data-rev]")
    cards = page.get_by_test_id("style-card")
    expect(page).to_have_url(re.compile("/arena"), timeout=PATIENCE)
    expect(board).to_have_attribute("data-ply", re.compile(r"^([6-9]|\d{2,})$"), timeout=PATIENCE)
    expect(cards).to_have_count(2, timeout=PATIENCE)
    expect(cards.first).to_contain_text("Tal, White")
    expect(cards.first).to_have_attribute("data-moves", re.compile(r"^([3-9]|\d{2,})$"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    table.button("Pause")
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Play Tal", exact=True).click(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"style=Tal.*intensity"), timeout=PATIENCE)
