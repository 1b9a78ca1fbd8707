"""The Play page played by a real browser: clicks, drags, touch, keys, reloads."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import chess
import chess.pgn
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import PATIENCE, Table, Wire
from ui.board.drawing import LANE, SQUARE

pytestmark = pytest.mark.browser

MATE_IN_TWO = "7k/8/5K2/8/8/8/8/6R1 w - - 0 1"  # 1 Kf7 Kh7, forced, 2 Rh1#
CASTLING = "4k3/pppppppp/8/8/8/8/8/R3K2R w KQ - 0 1"
PROMOTION = "1r5k/P6p/8/8/8/8/8/K7 w - - 0 1"


def test_a_game_to_mate_by_drag_and_clicks(table: Table) -> None:
    table.open(fen=MATE_IN_TWO)
    table.drag("f6", "f7")
    table.wait(2)
    assert table.fen.startswith("8/5K1k/")
    table.click("g1")
    expect(table.destinations).to_have_count(14)
    table.click("h1")
    table.wait(3)
    ending = table.page.get_by_test_id("ending")
    expect(ending).to_contain_text("You won by checkmate")
    expect(ending).to_contain_text("Black is in check and has no way out of it.")
    expect(table.marks("check")).to_have_count(1)


def test_play_can_be_asked_for_by_name(table: Table, problems: list[str]) -> None:
    table.page.goto(f"{table.address}/play?side=black&moves=e2e4.e7e5.d2d4", timeout=PATIENCE)
    table.wait(3)
    table.expect_address(r"^http://[^/]+/\?.*moves=e2e4\.e7e5\.d2d4")
    expect(table.page.get_by_role("dialog")).to_have_count(0)
    expect(table.page.get_by_role("link", name="Play", exact=True)).to_have_count(1)


@pytest.mark.parametrize("kind", ["queen", "knight", "rook", "bishop"])
def test_promotion_by_drag_and_by_clicks(table: Table, kind: str) -> None:
    symbol = chess.Piece(chess.PIECE_NAMES.index(kind), chess.WHITE).symbol()
    table.open(fen=PROMOTION)
    table.drag("a7", "a8")
    table.button(kind)
    table.wait(2)
    table.expect_address(rf"moves=a7a8{symbol.lower()}\b")
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
    table.expect_piece("a7", "white-pawn")
    table.click("a7", "a8", "e4")
    expect(table.page.get_by_role("dialog", name="Promote to")).to_have_count(0)
    table.expect_piece("a7", "white-pawn")
    assert table.squares.get_attribute("data-ply") == "0"


def test_an_illegal_drag_snaps_back(table: Table) -> None:
    table.open()
    revision = table.revision
    table.drag("e2", "e5")
    expect(table.marks("selected")).to_have_count(0)
    table.expect_piece("e2", "white-pawn")
    table.expect_piece("e5", "")
    assert table.revision == revision


def test_clicks_before_the_answer_are_harmless(table: Table, wire: Wire) -> None:
    table.open(temperature="0")
    with wire.held():
        table.click("e2", "e4", "e4", "d7", "d2")
    table.wait(2)
    table.expect_address(r"moves=e2e4\.\w+$")
    expect(table.marks("selected")).to_have_count(1)  # what was picked up meanwhile is kept
    table.click("d4")
    table.wait(4)
    table.expect_address(r"moves=e2e4\.\w+\.d2d4")


def test_a_premove_is_played_after_the_reply(table: Table, wire: Wire) -> None:
    table.open(temperature="0")
    with wire.held():
        table.click("e2", "e4", "d2", "d4")
        expect(table.marks("current-premove")).to_have_count(2)
        assert table.squares.get_attribute("data-ply") == "0"
    table.wait(4)
    expect(table.marks("current-premove")).to_have_count(0)
    table.expect_address(r"moves=e2e4\.\w+\.d2d4\.\w+")


def test_a_premove_that_the_reply_forbids_is_dropped(table: Table, wire: Wire) -> None:
    table.open(fen=MATE_IN_TWO)
    with wire.held():
        table.click("f6", "f7", "f7", "g7")  # beside the black king, which has only h7 to go to
        expect(table.marks("current-premove")).to_have_count(2)
    table.wait(2)
    expect(table.marks("current-premove")).to_have_count(0)
    table.expect_piece("f7", "white-king")
    table.drag("g1", "h1")  # the board takes moves as before
    table.wait(3)


def test_a_premove_can_be_cancelled(table: Table, wire: Wire) -> None:
    table.open(temperature="0")
    with wire.held():
        table.click("e2", "e4", "d2", "d4")
        expect(table.marks("current-premove")).to_have_count(2)
        table.page.keyboard.press("Escape")
        expect(table.marks("current-premove")).to_have_count(0)
        table.click("d2", "d4", "h5")  # and so does a click elsewhere
        expect(table.marks("current-premove")).to_have_count(0)
    table.wait(2)
    table.expect_address(r"moves=e2e4\.\w+$")
    table.expect_piece("d2", "white-pawn")


def test_a_premoved_pawn_is_asked_what_it_becomes(table: Table, wire: Wire) -> None:
    table.open(fen="7k/8/P7/8/8/8/8/K7 w - - 0 1")
    with wire.held():
        table.click("a6", "a7", "a7", "a8")
    table.button("rook")
    table.wait(4)
    table.expect_address(r"moves=a6a7\.\w+\.a7a8r")


@pytest.mark.parametrize(("rook", "king", "castled"), [("h1", "g1", "e1g1"), ("a1", "c1", "e1c1")])
def test_a_king_dropped_on_its_rook_castles(
    table: Table, rook: str, king: str, castled: str
) -> None:
    table.open(fen=CASTLING)
    table.drag("e1", rook)
    table.wait(2)
    table.expect_piece(king, "white-king")
    table.expect_address(rf"moves={castled}\b")
    table.open(fen=CASTLING)
    table.drag("e1", king)
    table.wait(2)
    table.expect_address(rf"moves={castled}\b")


def test_arrows_and_circles_of_ones_own(table: Table) -> None:
    table.open()
    table.drag("g1", "f3", button="right")
    table.drag("e4", "e4", button="right")
    own = table.squares.locator(".cg-shapes g > g")
    expect(own).to_have_count(2)
    expect(table.squares.locator(".cg-shapes line")).to_have_count(1)
    expect(table.squares.locator(".cg-shapes circle")).to_have_count(1)
    assert table.squares.get_attribute("data-ply") == "0"
    table.drag("e4", "e4", button="right")  # once more takes it away
    expect(own).to_have_count(1)
    table.click("e5")  # an empty square clears the rest
    expect(own).to_have_count(0)


def test_arrows_on_one_line_do_not_merge(table: Table) -> None:
    # Both legal moves are the pawn's: their arrows would lie over each other.
    table.open(fen="7k/8/8/8/8/8/2q4P/K7 w - - 0 1", temperature="1")
    table.page.get_by_text("Hints here", exact=True).click()
    arrows = table.squares.locator(".arrow")
    expect(arrows.first).to_be_visible()
    lanes = {a.get_attribute("data-move"): a.get_attribute("points") for a in arrows.all()}
    assert set(lanes) == {"h2h3", "h2h4"}
    sides = [[float(point.split(",")[1]) for point in str(p).split()] for p in lanes.values()]
    middles = sorted((max(side) + min(side)) / 2 for side in sides)
    assert middles == pytest.approx([-LANE * SQUARE / 2, LANE * SQUARE / 2], abs=0.1)


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


def test_the_keyboard_moves_a_piece_and_says_so(table: Table) -> None:
    table.open(temperature="0")
    said = table.squares.locator("xpath=..").locator("[aria-live]")
    press = table.page.keyboard.press
    table.squares.focus()
    press("ArrowUp")  # the cursor appears on a piece that can move
    for key in ("ArrowLeft",) * 7 + ("ArrowDown",) * 7 + ("ArrowUp", "ArrowRight"):
        press(key)
    expect(said).to_have_text("b2, white pawn")
    press("Enter")
    expect(table.marks("selected")).to_have_count(1)
    expect(said).to_have_text("white pawn b2 picked up, can go to 2 squares.")
    press("ArrowRight")
    press("Enter")  # c2, a pawn of one's own: taken up instead
    expect(said).to_have_text("white pawn c2 picked up, can go to 2 squares.")
    press("Escape")
    expect(said).to_have_text("Put back.")
    expect(table.marks("selected")).to_have_count(0)
    table.page.keyboard.type("b4")
    press("Enter")
    table.wait(2)
    table.expect_address(r"moves=b2b4")
    expect(said).to_have_text(re.compile(r"^white pawn to b4\. black played \w+"))


def test_moves_are_typed(table: Table) -> None:
    table.open(fen="4k3/P7/8/8/8/8/8/R3K2R w KQ - 0 1")
    said = table.squares.locator("xpath=..").locator("[aria-live]")
    table.squares.focus()
    for text, words in (
        ("Nf3", "Nf3 is not a legal move here."),
        ("Rd1", ""),
    ):
        table.page.keyboard.type(text)
        expect(table.squares.locator(".typing")).to_have_text(text)
        if words:
            table.page.keyboard.press("Enter")
            expect(said).to_have_text(words)
        else:
            for _ in text:
                table.page.keyboard.press("Backspace")
        expect(table.squares.locator(".typing")).to_be_hidden()
    table.page.keyboard.type("O-O-O")
    table.page.keyboard.press("Enter")
    table.wait(2)
    table.expect_address(r"moves=e1c1")
    table.open(fen=PROMOTION)
    table.squares.focus()
    table.page.keyboard.type("axb8=N")
    table.page.keyboard.press("Enter")
    table.wait(2)
    table.expect_address(r"moves=a7b8n\b")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"fen": "nonsense"}, "is not a FEN"),
        ({"setup": "nonsense"}, "is not a FEN"),
        ({"style": "Nobody, At All"}, "Nobody"),
    ],
)
def test_what_is_wrong_with_an_address_stays_told(
    table: Table, query: dict[str, str], words: str
) -> None:
    table.open(**query)
    # The browser has told meanwhile what it remembers, of its own accord.
    table.page.get_by_text("About how strong are you?").wait_for(timeout=PATIENCE)
    table.settle()
    expect(table.page.get_by_role("alert").filter(has_text=words)).to_be_visible()


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


def test_the_picker_takes_a_name_however_it_is_typed(table: Table) -> None:
    table.open()
    picker = table.page.get_by_role("combobox", name="Opponent")
    for typed, name in (
        ("Magnus Carlsen", "Magnus Carlsen"),
        ("Polgár", "Judit Polgar"),
        ("Capablanka", "Jose Raul Capablanca"),
        ("polgar", "Judit Polgar"),
        ("mvl", "Maxime Vachier-Lagrave"),
        ("Petrossian", "Tigran Petrosian"),
    ):
        picker.click(timeout=PATIENCE)
        picker.fill(typed)
        expect(table.page.get_by_role("option").first).to_be_visible(timeout=PATIENCE)
        picker.press("Enter")
        expect(table.page.locator(".strip .name").first).to_have_text(name, timeout=PATIENCE)
        table.settle()


def test_a_name_of_nobody_is_told_and_changes_nothing(table: Table) -> None:
    table.open()
    picker = table.page.get_by_role("combobox", name="Opponent")
    picker.click(timeout=PATIENCE)
    picker.fill("Xyzzyx")
    expect(table.page.get_by_role("option").first).to_be_visible(timeout=PATIENCE)
    picker.press("Enter")
    expect(table.page.get_by_text("No player is called")).to_be_visible(timeout=PATIENCE)
    expect(table.page.locator(".strip .name").first).to_have_text("Mikhail Tal")
    expect(picker).to_have_value(re.compile("^Tal, Mikhail"), timeout=PATIENCE)


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
