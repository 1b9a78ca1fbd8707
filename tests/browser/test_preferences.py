"""How a person likes the board, and the clock, in a real browser."""

import re
import time

import pytest
from playwright.sync_api import APIResponse, Request, Route, expect

from tests.browser.driver import PATIENCE, Table

pytestmark = pytest.mark.browser


def test_the_board_looks_as_a_person_likes_it_from_now_on(table: Table) -> None:
    page = table.open(moves="e2e4.e7e5").page
    frame = page.locator(".board-table")
    expect(frame).to_have_attribute("data-board", "green")
    wide = table.squares.bounding_box()
    assert wide is not None
    table.tab("Board")
    page.locator('label[title="brown"]').click(timeout=PATIENCE)
    expect(frame).to_have_attribute("data-board", "brown")
    page.get_by_label("Letters and numbers on the board").uncheck(timeout=PATIENCE)
    expect(page.locator("coords").first).to_be_hidden()
    page.get_by_label("Size").fill("60")
    page.reload(timeout=PATIENCE)
    table.wait(2)
    expect(frame).to_have_attribute("data-board", "brown", timeout=PATIENCE)
    expect(page.locator("coords").first).to_be_hidden()
    narrow = table.squares.bounding_box()
    assert narrow is not None
    assert narrow["width"] < 0.7 * wide["width"]
    table.drag("d2", "d4")
    table.wait(4)


def test_pieces_can_be_others_and_only_those_are_fetched(table: Table) -> None:
    asked: list[str] = []
    page = table.page

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    table.open(moves="e2e4.e7e5")
    knight = page.locator(".ground piece.knight.white").first
    usual = knight.evaluate("piece => getComputedStyle(piece).backgroundImage")
    sheets = len([url for url in asked if url.endswith(".css")])
    table.tab("Board")
    page.get_by_label("Fancy").check(timeout=PATIENCE)
    expect(knight).not_to_have_css("background-image", usual, timeout=PATIENCE)
    assert len([url for url in asked if url.endswith(".css")]) <= sheets + 2
    page.remove_listener("request", note)
    page.reload(timeout=PATIENCE)
    table.wait(2)
    expect(page.locator(".board-table")).to_have_attribute("data-pieces", "fancy")
    expect(knight).not_to_have_css("background-image", usual, timeout=PATIENCE)
    table.drag("d2", "d4")
    table.wait(4)


def test_own_arrows_stay_with_their_position(table: Table) -> None:
    page = table.open(moves="e2e4.e7e5").page
    drawn = table.squares.locator(".cg-shapes g > g")
    expect(drawn).to_have_count(0)
    table.drag("g1", "f3", "right")
    expect(drawn).to_have_count(1, timeout=PATIENCE)
    table.drag("d5", "d5", "right")  # a circle
    page.keyboard.down("Shift")
    table.drag("f1", "c4")
    page.keyboard.up("Shift")
    expect(drawn).to_have_count(3, timeout=PATIENCE)
    table.wait(2)  # nothing was moved
    table.tab("Opponent")
    page.keyboard.press("r")
    expect(table.squares).to_have_attribute("data-orientation", "black", timeout=PATIENCE)
    expect(drawn).to_have_count(3)
    table.click("b1")
    expect(drawn).to_have_count(0, timeout=PATIENCE)


def test_manners_are_still_there_after_a_reload(table: Table) -> None:
    page = table.open(moves="e2e4.e7e5").page
    table.tab("Opponent")
    page.get_by_text("Resigns and takes draws", exact=True).click(timeout=PATIENCE)
    table.expect_address("manners=plays-on")
    page.reload(timeout=PATIENCE)
    table.wait(2)
    table.tab("Opponent")
    switch = page.get_by_role("switch", name="Resigns and takes draws")
    expect(switch).not_to_be_checked(timeout=PATIENCE)
    table.expect_address("manners=plays-on")


def test_moves_are_heard_only_when_wanted(table: Table) -> None:
    page = table.open().page
    root = page.locator("html")
    table.drag("e2", "e4")
    table.wait(2)
    assert root.get_attribute("data-sound") is None
    table.tab("Board")
    page.get_by_label("Sounds").check(timeout=PATIENCE)
    table.drag("d2", "d4")
    table.wait(4)
    expect(root).to_have_attribute("data-sound", re.compile(r"\w+ 2"), timeout=PATIENCE)


def test_a_page_can_be_dark_whatever_the_system_says(table: Table) -> None:
    page = table.open(moves="e2e4.e7e5").page
    table.tab("Board")
    page.get_by_text("Dark", exact=True).click(timeout=PATIENCE)
    table.wait(2)
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.stApp')).colorScheme === 'dark'",
        timeout=PATIENCE,
    )
    table.wait(2)


def test_keys_turn_the_board_and_list_themselves(table: Table) -> None:
    page = table.open().page
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Shortcuts")
    expect(listed).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    page.keyboard.press("r")
    expect(table.squares).to_have_attribute("data-orientation", "black", timeout=PATIENCE)


def test_a_link_to_the_game_is_copied_without_its_clock(table: Table) -> None:
    page = table.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    table.open(moves="e2e4.e7e5", clock=f"5+3_300_300_{time.time():.2f}")
    table.expect_address("clock=")
    table.tab("Board")
    page.get_by_role("button", name="Copy a link to this game").click(timeout=PATIENCE)
    expect(page.get_by_text("Copied")).to_be_visible(timeout=PATIENCE)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "moves=e2e4.e7e5" in copied
    assert "clock" not in copied


def test_a_control_takes_no_click_before_it_can_answer(table: Table) -> None:
    page = table.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_script(route: Route) -> None:
        answer = route.fetch()
        if "navigator.clipboard.writeText" in answer.text():
            held.append((route, answer))
        else:
            route.fulfill(response=answer)

    page.route("**/media/**", hold_the_script)
    table.open(moves="e2e4.e7e5")
    table.tab("Board")
    button = page.get_by_role("button", name="Copy a link to this game", include_hidden=True)
    button.wait_for(timeout=PATIENCE)
    assert button.evaluate("button => button.closest('form').inert")
    while not held:  # the style sheets come first
        page.wait_for_timeout(50)
    for route, answer in held:
        route.fulfill(response=answer)
    button.click(timeout=PATIENCE)
    expect(page.get_by_text("Copied")).to_be_visible(timeout=PATIENCE)


def test_a_game_is_lost_on_time_and_stays_lost(table: Table) -> None:
    page = table.open(moves="e2e4.e7e5", clock=f"5+3_4_300_{time.time():.2f}").page
    expect(page.get_by_test_id("ending")).to_contain_text("won on time", timeout=PATIENCE)
    table.expect_address("flagged=white")
    page.reload(timeout=PATIENCE)
    expect(page.get_by_test_id("ending")).to_contain_text("won on time", timeout=PATIENCE)


def test_clocks_run_and_moves_bring_time(table: Table) -> None:
    page = table.open(moves="e2e4.e7e5", clock=f"5+3_300_300_{time.time():.2f}").page
    own = page.locator(".board-table .clock.runs")
    expect(own).to_have_count(1)
    before = own.inner_text()
    page.wait_for_function(
        "before => document.querySelector('.clock.runs')?.textContent !== before",
        arg=before,
        timeout=PATIENCE,
    )
    table.drag("d2", "d4")
    table.wait(4)
    table.expect_address("clock=")
    table.page.reload(timeout=PATIENCE)
    table.wait(4)
    expect(own).to_have_count(1)
