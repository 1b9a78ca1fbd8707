"""Going through games in a real browser, and the history that the browser keeps."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import PATIENCE, Table

pytestmark = pytest.mark.browser

GAME = "f2f3.e7e5.g2g4.d8h4"


def test_a_game_is_gone_through(table: Table) -> None:
    page = table.open(moves=GAME).page
    table.button("Review")
    verdict = page.get_by_test_id("review-verdict")
    expect(verdict).to_have_attribute("data-count", "4", timeout=PATIENCE)
    expect(verdict).to_contain_text("is the best move")
    expect(page).to_have_url(re.compile(r"/review\?.*moves=f2f3\.e7e5\.g2g4\.d8h4"))
    graph = page.locator(".moving[data-revision]")
    expect(graph).to_be_visible(timeout=PATIENCE)
    table.settle()
    mark = page.get_by_role("button", name=re.compile("g4"), exact=False).first
    mark.click(timeout=PATIENCE)
    expect(verdict).to_have_attribute("data-count", "3", timeout=PATIENCE)
    expect(page.get_by_test_id("review-candidates").locator(".played .san")).to_have_text("g4")

    page.reload(timeout=PATIENCE)
    expect(verdict).to_have_attribute("data-count", "4", timeout=PATIENCE)


def test_the_graph_leads_to_its_positions(table: Table) -> None:
    page = table.open(moves=GAME).page
    table.button("Review")
    verdict = page.get_by_test_id("review-verdict")
    expect(verdict).to_have_attribute("data-count", "4", timeout=PATIENCE)
    page.locator(".moving[data-revision]").wait_for(timeout=PATIENCE)
    table.settle()
    box = page.locator(".moving .nsewdrag").first.bounding_box(timeout=PATIENCE)
    assert box is not None
    # The line goes through White's chances before the first move, at the left.
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2)
    page.locator(".moving .hoverlayer .hovertext").first.wait_for(timeout=PATIENCE)
    page.mouse.click(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2)
    expect(verdict).not_to_have_attribute("data-count", "4", timeout=PATIENCE)


def test_finished_games_are_kept_in_this_browser_until_deleted(table: Table) -> None:
    page = table.open(moves="e2e4.e7e5").page
    table.button("Resign")
    sure = page.get_by_role("button", name="Yes, resign", exact=True)
    over = page.get_by_test_id("ending")
    expect(sure.or_(over).first).to_be_visible(timeout=PATIENCE)
    if sure.is_visible():
        sure.click(timeout=PATIENCE)
    over.wait_for(timeout=PATIENCE)
    page.wait_for_function(
        "Object.keys(localStorage).some(key => key.startsWith('stylemate.played.'))",
        timeout=PATIENCE,
    )
    page.goto(f"{table.address}/review", timeout=PATIENCE)
    scores = page.get_by_test_id("review-scores")
    expect(scores).to_contain_text("Mikhail Tal", timeout=PATIENCE)
    expect(scores).to_contain_text("+0 =0 −1")
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("button", name="All games as PGN").click(timeout=PATIENCE)
    assert '[Result "0-1"]' in download.value.path().read_text()
    table.button("Delete")
    table.button("Yes, delete all")
    expect(scores).to_have_count(0, timeout=PATIENCE)
    page.wait_for_function(
        "!Object.keys(localStorage).some(key => key.startsWith('stylemate.played.'))",
        timeout=PATIENCE,
    )
    page.reload(timeout=PATIENCE)
    expect(page.get_by_text("Games that you finish on Play come here")).to_be_visible(
        timeout=PATIENCE
    )


def test_the_quiz_tells_whether_one_was_right(
    new_page: Callable[..., Page], app_address: str
) -> None:
    page = new_page()
    page.goto(f"{app_address}/quiz", timeout=PATIENCE)
    page.get_by_role("button", name="Begin", exact=True).click(timeout=PATIENCE)
    page.get_by_role("button", name="The first game", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_text(re.compile("of 1 right so far"))).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".squares[data-rev]")).to_have_count(2)
