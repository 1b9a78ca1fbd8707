"""The Model page in a real browser: plots are drawn, nothing scrolls sideways on a phone."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import PATIENCE, Table, free_port, serving
from tests.ui.test_model_page import put_report

pytestmark = pytest.mark.browser

DRAWN = 3 * PATIENCE
"""Milliseconds until plots are there: a busy machine reads five megabytes of Plotly first."""


@pytest.fixture(scope="module")
def address(assets_to_serve: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assets = tmp_path_factory.mktemp("reported") / "assets"
    shutil.copytree(assets_to_serve, assets)
    put_report(assets)
    with serving(assets, free_port()) as address:
        yield address


def test_targets_and_plots_are_read_on_a_desk(new_page: Callable[..., Page], address: str) -> None:
    page = new_page()
    Table(page, address).open().settle()
    page.get_by_role("link", name="Model").click(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="What the model can do")).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.get_by_role("row", name="Known players found by 100 new games")).to_contain_text(
        "met"
    )
    expect(page.locator(".js-plotly-plot")).to_have_count(1, timeout=DRAWN)
    page.get_by_test_id("stButtonGroup").get_by_text("Knowing a player").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(3, timeout=DRAWN)
    expect(page.get_by_text("Whose games are these?")).to_be_visible()


def test_it_fits_a_phone(new_page: Callable[..., Page], address: str, problems: list[str]) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{address}/model")
    page.get_by_test_id("stButtonGroup").get_by_text("Knowing a player").tap(timeout=PATIENCE)
    expect(page.locator(".js-plotly-plot")).to_have_count(3, timeout=DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    verdict = page.locator(".verdict").first.bounding_box()
    assert verdict is not None
    assert verdict["x"] + verdict["width"] <= 390
