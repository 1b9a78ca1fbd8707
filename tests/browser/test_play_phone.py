"""The Play page on a phone: touch, and pages that scroll."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import PATIENCE, Table

pytestmark = pytest.mark.browser

PROMOTION = "1r5k/P6p/8/8/8/8/8/K7 w - - 0 1"


def test_a_phone_plays_by_touch_and_nothing_sticks_out(phone: Table) -> None:
    phone.open(temperature="0")
    phone.tap("e2", "e4")
    phone.wait(2)
    phone.touch_drag("d2", "d4")
    phone.wait(4)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = phone.squares.bounding_box()
    assert box is not None
    assert box["width"] > 350
    phone.tap_button("Resign")
    phone.tap_button("Yes, resign")
    expect(phone.page.get_by_test_id("ending")).to_contain_text(
        "won by resignation", timeout=PATIENCE
    )


def test_a_finger_that_holds_no_piece_scrolls_the_page(phone: Table) -> None:
    phone.page.set_viewport_size({"width": 390, "height": 700})
    phone.open()
    phone.touch_drag("e4", "e7")  # an empty square
    phone.expect_scrolled()
    phone.open(moves="e2e4.e7e5")
    phone.touch_drag("e5", "e8")  # a piece of the opponent
    phone.expect_scrolled()
    phone.open()
    phone.touch_drag("e2", "e5")  # a piece of one's own is held, and snaps back
    phone.expect_piece("e2", "white-pawn")
    assert phone.scrolled == 0
    phone.touch_drag("e2", "e4")
    phone.wait(2)
    phone.tap_button("Resign")
    phone.tap_button("Yes, resign")
    phone.page.get_by_test_id("ending").wait_for(timeout=PATIENCE)
    phone.open(moves="e2e4.e7e5", resigned="1")  # nobody can move any more
    phone.touch_drag("d2", "d6")
    phone.expect_scrolled()


def test_a_tap_right_after_a_finger_drag_counts(phone: Table) -> None:
    phone.open()
    for turned in ("black", "white") * 4:
        phone.touch_drag("d2", "d5")  # snaps back
        phone.tap_button("Flip")
        expect(phone.squares).to_have_attribute("data-orientation", turned, timeout=PATIENCE)


def test_a_finger_chooses_what_a_pawn_becomes(phone: Table) -> None:
    phone.open(fen=PROMOTION)
    phone.touch_drag("a7", "a8")
    phone.tap_button("knight")
    phone.wait(2)
    phone.expect_address(r"moves=a7a8n\b")
