"""The You page in a real browser: an upload, the fit as it runs, and playing oneself."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.style.style_file import load_style
from tests.browser.driver import PATIENCE, Table
from tests.games.builders import pgn_game, random_moves, sans

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two files with games of Ada."""
    paths = []
    for seed in (1, 2):
        rng = random.Random(seed)
        texts = []
        for number in range(10):
            while len(moves := random_moves(rng, 40)) < 14:
                pass
            sides = ("Ada, Countess", f"Rival {seed}.{number}")
            white, black = sides if number % 2 else sides[::-1]
            texts.append(pgn_game(sans(moves), White=white, Black=black))
        path = tmp_path_factory.mktemp("mine") / f"games{seed}.pgn"
        path.write_text("".join(texts))
        paths.append(path)
    return paths


def open_you(page: Page, address: str) -> Table:
    """Come from the first page, as people do."""
    table = Table(page, address).open(temperature="0")
    page.get_by_role("link", name="You", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Meet yourself")).to_be_visible(timeout=PATIENCE)
    table.settle()
    return table


def learn(table: Table, games: list[Path]) -> None:
    """Upload games and wait for the style."""
    page = table.page
    page.locator("input[type=file][multiple]").set_input_files(games)
    expect(page.get_by_text("20 games read")).to_be_visible(timeout=PATIENCE)
    table.button("Learn my style")
    expect(page.get_by_role("heading", name="The style of Countess Ada")).to_be_visible(
        timeout=PATIENCE
    )
    table.settle()


def test_uploaded_games_become_an_opponent(
    new_page: Callable[..., Page], app_address: str, games: list[Path]
) -> None:
    table = open_you(new_page(), app_address)
    page = table.page
    learn(table, games)
    expect(page.locator(".you-board img")).to_have_count(12, timeout=PATIENCE)
    page.wait_for_function(
        "document.querySelector('.you-board img')?.naturalWidth > 0", timeout=PATIENCE
    )
    expect(page.locator(".js-plotly-plot")).to_have_count(3, timeout=PATIENCE)
    expect(page.locator(".you-match")).to_have_count(9, timeout=PATIENCE)
    with page.expect_download(timeout=PATIENCE) as waiting:
        table.button("Download")
    kept = Path(waiting.value.path())
    assert waiting.value.suggested_filename == "me.style"
    assert load_style(kept).player == "Ada, Countess"

    table.button("You, with more king danger")
    table.squares.wait_for(timeout=PATIENCE)
    table.expect_address(r"style=Me\+%7C\+king_danger\+%2B1\.5")
    name = page.locator(".strip .name").first
    expect(name).to_have_text("Me", timeout=PATIENCE)
    table.click("e2", "e4")
    table.wait(2)

    page.reload(timeout=PATIENCE)  # nothing of it is lost: the browser keeps style and game
    table.wait(2)
    expect(name).to_have_text("Me", timeout=PATIENCE)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("link", name="You", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_text("20 games of Ada, Countess")).to_be_visible(timeout=PATIENCE)
    page.reload(timeout=PATIENCE)
    expect(page.get_by_text("20 games of Ada, Countess")).to_be_visible(timeout=PATIENCE)
    table.settle()
    page.get_by_role("link", name="Play", exact=True).click(timeout=PATIENCE)
    table.wait(2)
    expect(name).to_have_text("Me", timeout=PATIENCE)

    page.get_by_role("link", name="You", exact=True).click(timeout=PATIENCE)
    table.settle()
    table.button("Delete")
    expect(page.get_by_text("20 games of Ada, Countess")).to_have_count(0, timeout=PATIENCE)
    page.reload(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Meet yourself")).to_be_visible(timeout=PATIENCE)
    table.settle()
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('style.'))") == []
    page.get_by_role("tab", name="Style file").click(timeout=PATIENCE)
    renamed = kept.with_name("me.style")  # the browser keeps downloads without their names
    renamed.write_bytes(kept.read_bytes())
    page.locator("input[type=file]").nth(1).set_input_files(renamed)
    expect(page.get_by_role("heading", name="The style of Countess Ada")).to_be_visible(
        timeout=PATIENCE
    )


def test_a_phone_shows_it_all_and_nothing_sticks_out(
    new_page: Callable[..., Page], app_address: str, games: list[Path], problems: list[str]
) -> None:
    table = Table(new_page(**PHONE, color_scheme="dark"), app_address)
    table.page.goto(f"{app_address}/you", timeout=PATIENCE, wait_until="commit")
    title = table.page.get_by_role("heading", name="Meet yourself")
    expect(title).to_be_visible(timeout=PATIENCE)
    table.settle()
    assert table.page.evaluate("document.documentElement.scrollWidth") <= 390
    learn(table, games)
    expect(table.page.locator(".you-board img")).to_have_count(12, timeout=PATIENCE)
    assert table.page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in (".you-matches", ".you-boards", ".st-key-you_actions", ".st-key-you_play"):
        box = table.page.locator(part).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_a_wrong_file_is_explained(
    new_page: Callable[..., Page], app_address: str, tmp_path: Path
) -> None:
    table = open_you(new_page(), app_address)
    path = tmp_path / "diary.pgn"
    path.write_text("Dear diary, no games today.")
    table.page.locator("input[type=file][multiple]").set_input_files(path)
    alert = table.page.get_by_role("alert")
    expect(alert).to_contain_text(re.compile("No game could be read"), timeout=PATIENCE)
