"""A position set up on the Play page by hand, by finger and by key, and a game from it."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.driver import PATIENCE, Table

pytestmark = pytest.mark.browser

KINGS = "4k3/8/8/8/8/8/8/4K3 w - - 0 1"


class Editor(Table):
    """The board to set up under a person's hands."""

    def set_up(self, fen: str, **query: str) -> "Editor":
        """Open the page with this position being set up."""
        self.squares = self.page.locator(".editor .squares[data-pieces]")
        self.open(setup=fen, **query)
        self.settle()
        return self

    def expect_pieces(self, placement: str) -> None:
        expect(self.squares).to_have_attribute("data-pieces", placement, timeout=PATIENCE)
        self.expect_address(rf"setup={re.escape(placement.replace('/', '%2F'))}\+")

    def drag_spare(self, words: str, square: str) -> None:
        """Drag a piece from the tray onto the board."""
        self.spare(words).hover()
        self.page.mouse.down()
        self.page.mouse.move(*self.center(square), steps=5)
        self.await_frames()
        self.page.mouse.up()

    def spare(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=words, exact=True)


@pytest.fixture
def editor(table: Table) -> Editor:
    return Editor(table.page, table.address)


def test_a_position_is_set_up_by_hand_and_played(editor: Editor) -> None:
    editor.open(moves="e2e4.e7e5")
    editor.tab("Moves")
    editor.button("Set up")
    editor.squares = editor.page.locator(".editor .squares[data-pieces]")
    editor.squares.wait_for(timeout=PATIENCE)
    editor.settle()
    editor.button("Clear board")
    editor.expect_pieces("8/8/8/8/8/8/8/8")
    for words, square in (("white king", "f6"), ("white rook", "g1")):
        editor.spare(words).click()  # chosen: the next presses put it down
        editor.click(square)
    editor.drag_spare("black king", "h8")
    editor.expect_pieces("7k/8/5K2/8/8/8/8/6R1")
    editor.drag("g1", "a1")
    editor.expect_pieces("7k/8/5K2/8/8/8/8/R7")
    editor.spare("Take pieces away").click()
    editor.click("a1", "a1")
    editor.expect_pieces("7k/8/5K2/8/8/8/8/8")
    expect(editor.page.get_by_text("The game is over here: Neither side")).to_be_visible()
    expect(editor.page.get_by_role("button", name="White", exact=True)).to_be_disabled()
    editor.spare("white rook").click()
    editor.click("g1")
    editor.expect_pieces("7k/8/5K2/8/8/8/8/6R1")
    editor.page.reload()
    editor.expect_pieces("7k/8/5K2/8/8/8/8/6R1")
    editor.button("White")
    editor.button("Begin the new game")  # the one of before went on
    table = Table(editor.page, editor.address)
    table.squares.wait_for(timeout=PATIENCE)
    table.drag("f6", "f7")
    table.wait(2)
    table.expect_address(r"fen=7k%2F8%2F5K2%2F8%2F8%2F8%2F8%2F6R1\+w.*moves=f6f7")


def test_a_piece_dropped_beside_the_board_is_gone(editor: Editor) -> None:
    editor.set_up("4k3/8/8/8/8/8/8/4K2R w K - 0 1")
    expect(editor.page.get_by_role("checkbox", name="White O-O", exact=True)).to_be_checked()
    box = editor.squares.bounding_box()
    assert box is not None
    editor.page.mouse.move(*editor.center("h1"))
    editor.page.mouse.down()
    editor.page.mouse.move(box["x"] + box["width"] + 30, box["y"] + 100, steps=5)
    editor.await_frames()
    editor.page.mouse.up()
    editor.expect_pieces("4k3/8/8/8/8/8/8/4K3")
    expect(editor.page.get_by_role("checkbox", name="White O-O", exact=True)).to_be_disabled()


def test_a_position_is_set_up_by_key(editor: Editor) -> None:
    editor.set_up(KINGS)
    editor.squares.focus()
    press = editor.page.keyboard.press
    press("ArrowUp")  # the cursor begins on e4
    live = editor.page.locator(".editor .live")
    expect(live).to_have_text("e4, empty")
    press("ArrowUp")
    press("Shift+Q")
    expect(live).to_have_text("e5, white queen")
    press("ArrowLeft")
    press("p")
    editor.expect_pieces("4k3/8/8/3pQ3/8/8/8/4K3")
    press("Enter")
    expect(live).to_have_text("black pawn picked up.")
    press("ArrowDown")
    press("Enter")
    editor.expect_pieces("4k3/8/8/4Q3/3p4/8/8/4K3")
    press("Delete")
    editor.expect_pieces("4k3/8/8/4Q3/8/8/8/4K3")


def test_a_position_is_set_up_with_a_finger(phone: Table) -> None:
    editor = Editor(phone.page, phone.address).set_up(KINGS)
    editor.spare("white rook").tap()
    editor.tap("a1")
    editor.expect_pieces("4k3/8/8/8/8/8/8/R3K3")
    editor.spare("Move pieces").tap()
    editor.touch_drag("a1", "a8")
    editor.expect_pieces("R3k3/8/8/8/8/8/8/4K3")
    width = editor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing scrolls sideways"
    editor.page.get_by_role("button", name="White", exact=True).scroll_into_view_if_needed()
    editor.touch_drag("c4", "c6")  # a finger that holds no piece moves none
    editor.expect_pieces("R3k3/8/8/8/8/8/8/4K3")


def test_a_board_outlives_changes_that_overtake_each_other(editor: Editor) -> None:
    editor.set_up(KINGS)
    editor.squares.evaluate("board => { window.firstBoard = board; }")
    editor.spare("white pawn").click()
    editor.click("a2", "b2", "c2", "d2", "e2", "f2", "g2", "h2")
    editor.expect_pieces("4k3/8/8/8/8/8/PPPPPPPP/4K3")
    editor.settle()
    assert editor.page.evaluate("window.firstBoard.isConnected")
