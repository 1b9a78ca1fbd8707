"""Whatever the moment of a press, widgets show what the opponent is, and nothing changes it."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.driver import PATIENCE, Table, Wire

pytestmark = pytest.mark.browser

STYLE = "Tal, Mikhail | king_danger +1"
IN_THE_GAME = {"style": STYLE, "moves": "e2e4.e7e5"}
"""An address in mid-game: the page opens with the list of moves, not with the opponent."""
MOMENTS = (0, 50, 100, 150, 200, 300, 400, 500, 700, 1000, 1500)
"""Milliseconds between two presses: the second falls into every part of the first one's run."""


def slider(table: Table, label: str) -> Locator:
    """The first of its name: while one takes another's place, both stand there for a moment."""
    return table.page.get_by_test_id("stSlider").filter(has_text=label).locator("input").first


def recipe(table: Table) -> Locator:
    return table.page.get_by_role("textbox", name="Recipe").first


def expect_shown(table: Table, style: str, king_danger: float) -> None:
    """Wait until every widget of the panel shows an opponent; they stay so once all is drawn."""
    page = table.page
    for _ in range(2):
        expect(slider(table, "King danger")).to_have_value(f"{king_danger:g}", timeout=PATIENCE)
        expect(slider(table, "Temperature")).to_have_value("0.5", timeout=PATIENCE)
        expect(page.get_by_role("combobox", name="Opponent").first).to_have_value(
            re.compile(re.escape(style.partition(" |")[0])), timeout=PATIENCE
        )
        expect(recipe(table)).to_have_value(style, timeout=PATIENCE)
        table.settle()
        for name in ("King danger", "Temperature"):
            shown = page.get_by_test_id("stSlider").filter(has_text=name)
            expect(shown).to_have_count(1, timeout=PATIENCE)
    written = style.replace(",", "%2C").replace("|", "%7C").replace("+", "%2B").replace(" ", "+")
    table.expect_address(f"style={re.escape(written)}&")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_press_while_the_panel_opens_changes_nothing(table: Table, moment: int) -> None:
    table.open(**IN_THE_GAME)
    table.settle()
    table.page.get_by_role("tab", name="Opponent").click()
    table.page.wait_for_timeout(moment)
    table.page.get_by_role("button", name="Flip", exact=True).click(timeout=PATIENCE)
    expect(table.squares).to_have_attribute("data-orientation", "black", timeout=PATIENCE)
    expect_shown(table, STYLE, 1)
    # The next touch changes what is touched, and nothing beside it.
    slider(table, "King danger").press("ArrowRight")
    expect_shown(table, "Tal, Mikhail | king_danger +1.25", 1.25)


@pytest.mark.parametrize("moment", MOMENTS)
def test_another_opponent_is_chosen_while_the_panel_opens(table: Table, moment: int) -> None:
    table.open(**IN_THE_GAME)
    table.settle()
    table.page.get_by_role("tab", name="Opponent").click()
    table.page.wait_for_timeout(moment)
    table.page.get_by_role("radio", name="Carlsen", exact=True).click(timeout=PATIENCE)
    expect_shown(table, "Carlsen, Magnus", 0)


@pytest.mark.parametrize("gap", [0, 20, 80, 200, 400])
def test_six_presses_of_a_key_are_six_steps(table: Table, gap: int) -> None:
    table.open(**IN_THE_GAME)
    table.tab("Opponent")
    expect_shown(table, STYLE, 1)
    slider(table, "King danger").focus()
    for _ in range(6):
        table.page.keyboard.press("ArrowRight")
        table.page.wait_for_timeout(gap)
    expect_shown(table, "Tal, Mikhail | king_danger +2.5", 2.5)
    expect(slider(table, "King danger")).to_be_focused()


def test_a_reset_and_a_key_in_one_breath_are_both_heeded(table: Table) -> None:
    table.open(**IN_THE_GAME)
    table.tab("Opponent")
    expect_shown(table, STYLE, 1)
    slider(table, "Temperature").focus()
    table.page.get_by_role("button", name="Reset", exact=True).click()
    expect_shown(table, "Tal, Mikhail", 0)
    slider(table, "King danger").press("ArrowLeft")
    slider(table, "King danger").press("ArrowLeft")
    expect_shown(table, "Tal, Mikhail | king_danger -0.5", -0.5)


@pytest.mark.parametrize("moment", MOMENTS)
def test_another_page_opens_however_early_its_link_is_pressed(table: Table, moment: int) -> None:
    page = table.page
    page.goto(table.address, timeout=PATIENCE, wait_until="commit")
    # A phone's menu has such a link too, and hides as soon as the page has its sizes.
    link = page.get_by_test_id("stTopNav").get_by_role("link", name="Arena")
    link.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(moment)
    link.click(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="A match between styles", level=1)).to_be_attached(
        timeout=PATIENCE
    )


def test_a_tab_pressed_while_the_first_move_is_on_its_way_opens(table: Table, wire: Wire) -> None:
    table.open(temperature="0")
    with wire.held():
        table.click("e2", "e4")
        table.tab("Board")
    table.wait(2)
    expect(table.page.get_by_label("Sounds")).to_be_visible(timeout=PATIENCE)
    table.settle()
    table.click("d2", "d4")
    table.tab("Moves")  # and at any other moment
    table.wait(4)
    expect(table.page.get_by_role("button", name="Review", exact=True)).to_be_visible()
