"""The Steer page in a real browser: the dial under a hand, measuring, two copies at play."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import CHECKOUT, PATIENCE, Table, free_port, serving
from tests.steering_assets import add_positions, add_second_slider
from ui.steer.session import MANY_STYLES

pytestmark = pytest.mark.browser

CURVES = ("in-games", "in-space")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def steer_address(tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assets = add_positions(tiny_assets, tmp_path_factory.mktemp("steered") / "assets")
    add_second_slider(assets)
    with serving(assets, free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def shipped_address() -> Iterator[str]:
    with serving(CHECKOUT / "assets", free_port()) as address:
        yield address


class Dial:
    """The Steer page under a person's hands."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.table = Table(page, address)
        self.root = page.locator(".dial")
        self.slider = self.root.locator("input[type=range]")
        self.recipe = page.get_by_role("textbox", name="Recipe", exact=True)

    def come_from_play(self, **query: str) -> "Dial":
        """Open the Play page with a style in its address, and go on to the Steer page."""
        self.table.open(**query)
        self.page.get_by_role("link", name="Steer", exact=True).click(timeout=PATIENCE)
        return self.wait()

    def open(self, **query: str) -> "Dial":
        """Open the Steer page by its own address."""
        self.page.goto(f"{self.table.address}/steer?{urlencode(query)}")
        return self.wait()

    def wait(self) -> "Dial":
        """Wait until the dial is there."""
        self.root.locator(".move").first.wait_for(timeout=PATIENCE)
        self.table.settle()
        return self

    def expect_amount(self, amount: str) -> None:
        expect(self.root).to_have_attribute("data-amount", amount, timeout=PATIENCE)

    def chance(self, san: str) -> float:
        row = self.root.locator(f'.move[data-san="{san}"]')
        return float(row.get_attribute("data-chance") or "nan")

    @property
    def favourite(self) -> str:
        """The move with the highest chance at the slider's place."""
        found: str = self.root.evaluate(
            """root => [...root.querySelectorAll('.move')].sort(
                (a, b) => b.dataset.chance - a.dataset.chance)[0].dataset.san"""
        )
        return found

    def shown(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@pytest.fixture
def dial(new_page: Callable[..., Page], steer_address: str) -> Dial:
    return Dial(new_page(), steer_address)


def test_chances_follow_the_hand_and_the_style_is_played(dial: Dial) -> None:
    dial.come_from_play(style="Tal, Mikhail")
    favourite, arrows = dial.favourite, dial.root.locator(".arrows").inner_html()
    before = dial.chance(favourite)
    dial.slider.scroll_into_view_if_needed()
    box = dial.slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    dial.page.mouse.move(box["x"] + box["width"] / 2, y)
    dial.page.mouse.down()
    dial.page.mouse.move(box["x"] + box["width"] - 1, y, steps=4)
    # The hand still holds the slider: nobody was asked yet, and everything has followed.
    dial.expect_amount("5")
    assert dial.chance(favourite) != before
    assert dial.root.locator(".arrows").inner_html() != arrows
    assert dial.root.locator(".amount").inner_text() == "+5"
    expect(dial.recipe).to_have_value("Tal, Mikhail")
    dial.page.mouse.up()
    expect(dial.recipe).to_have_value("Tal, Mikhail | king_danger +5", timeout=PATIENCE)
    dial.table.expect_address(r"/steer\?style=Tal.*king_danger")
    dial.expect_amount("5")
    dial.table.button("Play this")
    dial.table.squares.wait_for(timeout=PATIENCE)
    dial.table.expect_address(r"style=Tal.*king_danger.*5")


def test_keys_move_the_slider_and_the_last_one_counts(dial: Dial) -> None:
    dial.open(style="Tal, Mikhail | king_danger +1")
    dial.expect_amount("1")
    dial.slider.focus()
    for _ in range(6):
        dial.slider.press("ArrowLeft")
    dial.expect_amount("-0.5")
    expect(dial.recipe).to_have_value("Tal, Mikhail | king_danger -0.5", timeout=PATIENCE)
    dial.expect_amount("-0.5")


def test_another_position_and_another_attribute(dial: Dial) -> None:
    dial.open(style="Tal, Mikhail")
    title = dial.root.locator(".offers-title")
    expect(title).to_have_text("Where to see it: king danger")
    offers = dial.root.locator(".offer")
    expect(offers).to_have_count(8)
    expect(offers.nth(0)).to_have_attribute("aria-pressed", "true")
    drawing = dial.root.locator(".drawing").inner_html()
    offers.nth(3).click()
    expect(offers.nth(3)).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    assert dial.root.locator(".drawing").inner_html() != drawing
    dial.table.settle()
    dial.page.get_by_role("radio", name="Checks", exact=True).or_(
        dial.page.get_by_role("button", name="Checks", exact=True)
    ).first.click(timeout=PATIENCE)
    expect(title).to_have_text("Where to see it: checks", timeout=PATIENCE)
    dial.table.expect_address("attribute=checks")


def test_measuring_shows_progress_and_stops_or_ends(dial: Dial) -> None:
    dial.open(style="Tal, Mikhail")
    source = dial.root.locator(".source")
    expect(source).to_contain_text("style space")
    dial.table.button("Measure now")
    expect(source).to_contain_text("Measured now: this very style", timeout=PATIENCE)
    expect(dial.root.locator(".in-space .point")).to_have_count(8)
    expect(dial.root.locator(".in-space .band")).to_have_count(1)
    dial.table.button("Back to the shipped figures")
    expect(source).to_contain_text("style space", timeout=PATIENCE)
    dial.page.get_by_text(MANY_STYLES, exact=True).click(timeout=PATIENCE)
    dial.table.button("Measure now")
    stop = dial.shown("Stop").or_(dial.shown("Back to the shipped figures"))
    stop.first.click(timeout=PATIENCE)  # quick machines have ended by now
    expect(dial.shown("Measure now")).to_be_visible(timeout=PATIENCE)
    if "Measured now" in source.inner_text():
        # It ended in the very moment of the click.
        dial.table.button("Back to the shipped figures")
    expect(source).to_contain_text("style space", timeout=PATIENCE)


def test_the_curves_in_games_and_in_space_both_stand(
    shipped_address: str, new_page: Callable[..., Page]
) -> None:
    dial = Dial(new_page(), shipped_address).open(style="Tal, Mikhail")
    in_games, in_space = (dial.root.locator(f".{where} .point") for where in CURVES)
    expect(in_games.nth(4)).to_be_visible()
    measured = in_space.count()
    assert measured > 2
    dial.table.button("Measure now")
    expect(dial.root.locator(".source")).to_contain_text("Measured now")
    expect(in_space).not_to_have_count(measured)
    expect(in_games.nth(4)).to_be_visible()


def test_two_copies_play_each_other(dial: Dial) -> None:
    dial.open(style="Tal, Mikhail | king_danger +2")
    squares, lines = dial.table.squares, dial.page.locator(".moving .scatterlayer .trace")
    dial.table.button("One move")
    expect(squares).to_have_attribute("data-ply", "1", timeout=PATIENCE)
    expect(lines.locator(".points path")).to_have_count(1, timeout=PATIENCE)
    dial.table.button("One move")
    expect(squares).to_have_attribute("data-ply", "2", timeout=PATIENCE)
    dial.shown("Play on to the end").click(timeout=PATIENCE)
    expect(squares).to_have_attribute("data-ply", re.compile(r"[4-9]|\d\d"), timeout=PATIENCE)
    dial.shown("Stop").click(timeout=PATIENCE)
    expect(dial.shown("Play on to the end")).to_be_visible(timeout=PATIENCE)
    played = squares.get_attribute("data-ply")
    dial.page.wait_for_timeout(1_500)  # two ticks of the clock that should have stopped
    assert squares.get_attribute("data-ply") == played
    expect(lines.locator(".lines path")).to_have_count(2, timeout=PATIENCE)
    dial.page.get_by_role("button", name="First position").click(timeout=PATIENCE)
    expect(squares).to_have_attribute("data-ply", "0", timeout=PATIENCE)
    dial.page.get_by_text("Fast", exact=True).click(timeout=PATIENCE)
    dial.table.settle()
    dial.shown("Play on to the end").click(timeout=PATIENCE)
    dial.page.get_by_test_id("steer-ending").wait_for(timeout=3 * PATIENCE)
    expect(dial.shown("Play on to the end")).to_be_disabled(timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_on_a_phone(
    new_page: Callable[..., Page], steer_address: str, scheme: str, problems: list[str]
) -> None:
    dial = Dial(new_page(**PHONE, color_scheme=scheme), steer_address)
    dial.open(style="Tal, Mikhail | king_danger +2")
    dial.table.button("One move")
    expect(dial.table.squares).to_have_attribute("data-ply", "1", timeout=PATIENCE)
    assert dial.page.evaluate("document.documentElement.scrollWidth") <= 390
    board, moves = dial.root.locator(".squares").bounding_box(), dial.root.locator(".moves")
    below = moves.bounding_box()
    assert board is not None
    assert below is not None
    assert board["width"] > 350
    assert below["y"] > board["y"] + board["height"], "the moves stand under the board"
    ink, paper = (
        dial.root.locator(".label").evaluate(f"e => getComputedStyle(e).{what}")
        if what == "color"
        else dial.page.locator(".stApp").evaluate(f"e => getComputedStyle(e).{what}")
        for what in ("color", "backgroundColor")
    )
    brightness = [sum(int(n) for n in re.findall(r"\d+", c)[:3]) / 3 for c in (ink, paper)]
    assert abs(brightness[0] - brightness[1]) > 120
    assert (brightness[1] > 128) is (scheme == "light")


def test_games_are_played_and_counted_in_the_background(dial: Dial) -> None:
    dial.open(style="Tal, Mikhail | king_danger +3")
    expect(dial.root.get_by_test_id("turn")).to_contain_text(
        re.compile("favourite|becomes"), timeout=PATIENCE
    )
    dial.table.button("Play 10 games")
    strip = dial.page.get_by_test_id("ten-games")
    expect(strip).to_have_attribute("data-count", "10", timeout=PATIENCE)
    expect(strip).to_contain_text("points of danger around the opponent's king")
    expect(dial.shown("Play 10 games")).to_be_enabled(timeout=PATIENCE)
