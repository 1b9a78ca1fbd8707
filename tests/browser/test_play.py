"""The Play page played by a real browser: clicks, drags, touch, keys, reloads."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import chess
import chess.pgn
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import PATIENCE, Table, free_port, serving

pytestmark = pytest.mark.browser

MATE_IN_TWO = "7k/8/5K2/8/8/8/8/6R1 w - - 0 1"  # 1 Kf7 Kh7, forced, 2 Rh1#
PROMOTION = "1r5k/P6p/8/8/8/8/8/K7 w - - 0 1"


def test_a_game_to_mate_by_drag_and_clicks(table: Table) -> None:
    table.open(fen=MATE_IN_TWO)
    table.drag("f6", "f7")
    table.wait(2)
    assert table.fen.startswith("8/5K1k/")
    table.click("g1")
    expect(table.squares.locator(".dot")).to_have_count(14)
    table.click("h1")
    table.wait(3)
    ending = table.page.get_by_test_id("ending")
    expect(ending).to_contain_text("You won by checkmate")
    expect(ending).to_contain_text("Black is in check and has no way out of it.")
    expect(table.squares.locator(".check")).to_have_count(1)


def test_play_can_be_asked_for_by_name(table: Table, problems: list[str]) -> None:
    table.page.goto(f"{table.address}/play?side=black&moves=e2e4.e7e5.d2d4", timeout=PATIENCE)
    table.wait(3)
    table.expect_address(r"^http://[^/]+/\?.*moves=e2e4\.e7e5\.d2d4")
    expect(table.page.get_by_role("dialog")).to_have_count(0)
    expect(table.page.get_by_role("link", name="Play", exact=True)).to_have_count(1)
    # A page opened by its own address asks for Streamlit's health beside it first, in vain.
    problems[:] = [problem for problem in problems if "404 (Not Found)" not in problem]


@pytest.mark.parametrize("kind", ["queen", "knight", "rook", "bishop"])
def test_promotion_by_drag_and_by_clicks(table: Table, kind: str) -> None:
    symbol = chess.Piece(chess.PIECE_NAMES.index(kind), chess.WHITE).symbol()
    table.open(fen=PROMOTION)
    table.drag("a7", "a8")
    table.button(kind)
    table.wait(2)
    assert chess.Board(table.fen).piece_at(chess.A8) or symbol not in table.fen.split()[0]
    table.open(fen=PROMOTION)
    table.click("a7", "b8")
    table.button(kind)
    table.wait(2)
    table.expect_address(rf"moves=a7b8{symbol.lower()}\b")


def test_a_promotion_can_be_cancelled(table: Table) -> None:
    table.open(fen=PROMOTION)
    table.drag("a7", "a8")
    expect(table.page.get_by_role("dialog", name="Promote to")).to_be_visible()
    table.page.keyboard.press("Escape")
    expect(table.page.get_by_role("dialog", name="Promote to")).to_have_count(0)
    assert table.piece_on("a7") == "white-pawn"
    table.click("a7", "a8", "e4")
    expect(table.page.get_by_role("dialog", name="Promote to")).to_have_count(0)
    assert table.piece_on("a7") == "white-pawn"
    assert table.squares.get_attribute("data-ply") == "0"


def test_an_illegal_drag_snaps_back(table: Table) -> None:
    table.open()
    revision = table.revision
    table.drag("e2", "e5")
    table.page.wait_for_function("document.getAnimations().length === 0")
    expect(table.squares.locator(".selected")).to_have_count(0)
    table.expect_piece("e2", "white-pawn")
    table.expect_piece("e5", "")
    assert table.revision == revision


def test_clicks_before_the_answer_are_harmless(table: Table) -> None:
    table.open(temperature="0")
    points = [table.center(square) for square in ("e2", "e4", "d2", "d4")]
    table.squares.evaluate(
        """(root, points) => {
            for (const [clientX, clientY] of points)
                for (const kind of ['pointerdown', 'pointerup'])
                    root.dispatchEvent(new PointerEvent(kind, {clientX, clientY, pointerId: 1,
                        button: 0, bubbles: true, composed: true}));
        }""",
        points,
    )
    table.wait(2)
    table.expect_address(r"moves=e2e4\.\w+$")
    table.click("d2", "d4")
    table.wait(4)


def test_takeback_navigation_and_flip(table: Table) -> None:
    table.open(moves="e2e4.e7e5.g1f3.b8c6.f1b5.a7a6", temperature="0")
    expect(table.page.get_by_text("Ruy Lopez: Morphy Defence")).to_be_visible()
    table.page.get_by_role("button", name="e5", exact=True).click()
    table.wait(2)
    assert table.piece_on("f3") == ""
    table.drag("d2", "d4")  # an earlier position is only looked at
    assert table.piece_on("d4") == ""
    table.page.get_by_label("Next move").click()
    table.wait(3)
    table.page.get_by_label("First position").click()
    table.wait(0)
    table.page.keyboard.press("ArrowRight")
    table.wait(1)
    table.button("Back to the game")
    table.wait(6)
    table.button("Takeback")
    table.wait(4)
    table.expect_address(r"moves=e2e4\.e7e5\.g1f3\.b8c6(?![\w.])")
    table.button("Flip")
    expect(table.squares).to_have_attribute("data-orientation", "black", timeout=PATIENCE)
    table.click("f1", "c4")
    table.wait(6)


def test_a_reload_finds_the_game_again(table: Table) -> None:
    table.open(style="carlsen | king_danger +1", side="black", temperature="0")
    table.wait(1)
    table.click("e7", "e5")
    table.wait(3)
    fen = table.fen
    table.page.reload()
    table.squares.wait_for(timeout=PATIENCE)
    table.wait(3)
    assert table.fen == fen
    expect(table.page.locator(".strip .name").first).to_have_text("Magnus Carlsen")


def test_a_lost_server_does_not_lose_the_game(
    assets_to_serve: Path, new_page: Callable[..., Page], problems: list[str]
) -> None:
    port = free_port()
    with serving(assets_to_serve, port) as address:
        table = Table(new_page(), address).open(temperature="0")
        table.click("e2", "e4")
        table.wait(2)
        fen = table.fen
    app = table.page.locator(".stApp")
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PATIENCE)
    with serving(assets_to_serve, port):
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PATIENCE)
        assert table.fen == fen
        table.click("d2", "d4")  # the new server knows nothing but what the page tells it
        table.wait(4)
        table.expect_address(r"moves=e2e4")
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PATIENCE)
    with serving(assets_to_serve, port):
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PATIENCE)
        table.button("Flip")  # what wakes the new server up need not be a move
        table.page.reload()
        table.wait(4)
        table.page.close()
    problems.clear()  # the browser itself reports the connection that was cut


def test_the_keyboard_moves_a_piece(table: Table) -> None:
    table.open(temperature="0")
    table.squares.focus()
    table.page.keyboard.press("ArrowUp")  # the cursor appears on a piece that can move
    for key in ("ArrowLeft",) * 7 + ("ArrowDown",) * 7 + ("ArrowUp", "ArrowRight"):
        table.page.keyboard.press(key)
    table.page.keyboard.press("Enter")  # b2
    expect(table.squares.locator(".selected")).to_have_count(1)
    for key in ("ArrowUp", "ArrowUp", "Enter"):
        table.page.keyboard.press(key)
    table.wait(2)
    table.expect_address(r"moves=b2b4")


def test_a_wrong_fen_is_explained_and_a_right_one_played(table: Table) -> None:
    table.open()
    table.button("New game")
    field = table.page.get_by_label("From a position (optional)")
    field.fill("8/8/8/8/8/8/8/8 w - - 0 1")
    field.press("Enter")
    table.button("White")
    alert = table.page.get_by_role("alert")
    expect(alert).to_contain_text("impossible", timeout=PATIENCE)
    field.fill(MATE_IN_TWO)
    field.press("Enter")
    table.button("White")
    expect(field).to_have_count(0, timeout=PATIENCE)
    expect(table.squares).to_have_attribute("data-fen", MATE_IN_TWO, timeout=PATIENCE)
    table.drag("f6", "f7")
    table.wait(2)


def test_the_picker_finds_a_player_by_typing(table: Table) -> None:
    table.open()
    picker = table.page.get_by_role("combobox", name="Opponent")
    picker.click(timeout=PATIENCE)
    picker.fill("vachier")
    table.page.get_by_role("option").first.click()
    expect(table.page.locator(".strip .name").first).to_have_text(
        "Maxime Vachier-Lagrave", timeout=PATIENCE
    )
    table.expect_address(r"style=Vachier-Lagrave%2C\+Maxime")


def test_the_game_is_downloaded_with_its_recipe(table: Table) -> None:
    table.open(moves="e2e4.e7e5", style="Tal | king_danger +1")
    with table.page.expect_download(timeout=PATIENCE) as waiting:
        table.button("PGN")
    record = chess.pgn.read_game(io.StringIO(Path(waiting.value.path()).read_text("utf-8")))
    assert record is not None
    assert record.headers["Recipe"] == "Tal, Mikhail | king_danger +1"
    with table.page.expect_download(timeout=PATIENCE) as waiting:
        table.button("Picture")
    assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")


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
    expect(phone.page.get_by_test_id("ending")).to_contain_text(
        "won by resignation", timeout=PATIENCE
    )


def test_a_tap_right_after_a_finger_drag_counts(phone: Table) -> None:
    phone.open()
    for turned in ("black", "white") * 4:
        phone.touch_drag("d7", "d4")  # snaps back
        phone.tap_button("Flip")
        expect(phone.squares).to_have_attribute("data-orientation", turned, timeout=PATIENCE)


def test_a_finger_chooses_what_a_pawn_becomes(phone: Table) -> None:
    phone.open(fen=PROMOTION)
    phone.touch_drag("a7", "a8")
    phone.tap_button("knight")
    phone.wait(2)
    phone.expect_address(r"moves=a7a8n\b")


def test_the_theme_follows_the_system(new_page: Callable[..., Page], app_address: str) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        table = Table(new_page(color_scheme=scheme), app_address).open()
        color = table.page.evaluate(
            "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
        )
        brightness[scheme] = sum(int(part) for part in re.findall(r"\d+", color)[:3]) / 3
        ink = table.page.locator(".strip .name").first.evaluate("e => getComputedStyle(e).color")
        contrast = sum(int(part) for part in re.findall(r"\d+", ink)[:3]) / 3
        assert abs(contrast - brightness[scheme]) > 120
    assert brightness["dark"] < 60 < 200 < brightness["light"]


def test_two_sessions_play_their_own_games(new_page: Callable[..., Page], app_address: str) -> None:
    first = Table(new_page(), app_address).open(temperature="0")
    second = Table(new_page(), app_address).open(temperature="0", side="black")
    second.wait(1)
    first.click("e2", "e4")
    first.wait(2)
    assert second.squares.get_attribute("data-ply") == "1"
