"""The style map under a hand: clicks in two and three dimensions, views that stay, many points."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from engine.analysis.projection import AXES, MOST_CLUSTERS, Projection, save_projection
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from tests.browser.driver import PATIENCE, free_port, serving
from tests.conftest import TINY_ATTRIBUTES, tiny_space
from tests.ui.explore_assets import make_explore_assets

pytestmark = pytest.mark.browser
MANY = 50_000
FRAMES = 40


class Map:
    """The style map under a person's hands."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.root = page.locator(".stylemap[data-rev]")
        # While the page is drawn anew, the field that goes stands beside the one that comes.
        self.recipe = page.get_by_label("Recipe", exact=True).first
        self.slider = page.get_by_role("slider", name="Along the path")

    def open(self) -> "Map":
        """Open the page by its own address."""
        self.page.goto(f"{self.address}/explore", timeout=PATIENCE, wait_until="commit")
        return self.wait()

    def come_from_play(self) -> "Map":
        """Come from the first page, as people do."""
        self.page.goto(self.address, timeout=PATIENCE, wait_until="commit")
        self.page.locator(".squares[data-rev]").wait_for(timeout=PATIENCE)
        self.page.get_by_role("link", name="Explore").click()
        return self.wait()

    def wait(self, view: str | None = None) -> "Map":
        self.root.wait_for(timeout=PATIENCE)
        if view is not None:
            expect(self.root).to_have_attribute("data-view", view, timeout=PATIENCE)
        self.settle()
        return self

    def settle(self) -> None:
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)

    def pixel(self, name: str) -> tuple[float, float]:
        """Return where in the window a player's point lies."""
        x, y = self.root.evaluate("(root, name) => root.pixelOf(name)", name)
        return x, y

    def click(self, name: str) -> None:
        self.settle()
        self.page.mouse.click(*self.pixel(name))

    def expect_recipe(self, text: str | re.Pattern[str]) -> None:
        expect(self.recipe).to_have_value(text, timeout=PATIENCE)
        self.settle()

    def choose(self, label: str) -> None:
        """Press one of the switches above the map."""
        self.settle()
        self.page.locator(".st-key-map_controls").get_by_text(label, exact=True).click()

    def button(self, name: str) -> None:
        self.settle()
        self.page.get_by_role("button", name=name, exact=True).click(timeout=PATIENCE)

    def state(self) -> list[float]:
        """Return the zoom of a flat map, or the camera of a deep one."""
        found: list[float] = self.root.evaluate(
            """root => {
                const full = root.querySelector('.plot')._fullLayout;
                if (!full.scene) return [...full.xaxis.range, ...full.yaxis.range];
                const {eye, center} = full.scene._scene.getCamera();
                return [...Object.values(eye), ...Object.values(center)];
            }"""
        )
        return found

    def marker(self) -> tuple[float, float]:
        box = self.root.locator(".overlay .marker .dot").bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, dx: float, dy: float) -> None:
        """Drag the map from its middle."""
        x, y = self.middle()
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx, y + dy, steps=6)
        self.page.mouse.up()
        self.page.wait_for_timeout(300)  # the view comes to rest

    def middle(self) -> tuple[float, float]:
        box = self.stage.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    @property
    def stage(self) -> Locator:
        return self.root.locator(".stage")


@pytest.fixture
def style_map(new_page: Callable[..., Page], whole_address: str) -> Map:
    return Map(new_page(), whole_address)


def test_a_click_on_a_point_makes_it_the_opponent(style_map: Map) -> None:
    style_map.come_from_play()
    style_map.expect_recipe("Tal, Mikhail")
    style_map.click("Kasparov, Garry")
    style_map.expect_recipe("Kasparov, Garry")
    style_map.button("Play this")
    name = style_map.page.locator(".strip .name").first
    expect(name).to_have_text("Garry Kasparov", timeout=PATIENCE)


def test_a_click_between_points_makes_a_blend_and_zoom_stays(style_map: Map) -> None:
    style_map.open()
    style_map.button("Zoom in")
    style_map.drag(60, 30)
    zoomed = style_map.state()
    x, y = style_map.middle()
    style_map.page.mouse.click(x, y)
    style_map.expect_recipe(re.compile(r"^0\.\d+ .+ \+ 0\.\d+ "))
    assert style_map.state() == pytest.approx(zoomed)
    style_map.recipe.fill("0.5 tal + 0.5 carlsen | king_danger +1")
    style_map.recipe.press("Enter")
    style_map.expect_recipe("Tal, Mikhail + Carlsen, Magnus | king_danger +1")
    assert style_map.state() == pytest.approx(zoomed)
    style_map.choose("3-D")
    style_map.wait("tsne-3")
    style_map.choose("2-D")
    style_map.wait("tsne-2")
    assert style_map.state() == pytest.approx(zoomed)


def test_points_can_be_clicked_in_three_dimensions_and_the_camera_stays(style_map: Map) -> None:
    style_map.open()
    style_map.choose("Directions")
    style_map.wait("pca-2")
    style_map.choose("3-D")
    style_map.wait("pca-3")
    style_map.drag(90, -40)
    turned = style_map.state()
    for name in ("Carlsen, Magnus", "Polgar, Judit", "Bfx-de-Blr"):
        style_map.click(name)
        style_map.expect_recipe(name)
        assert style_map.state() == pytest.approx(turned, abs=1e-6)


def test_a_path_is_walked(style_map: Map) -> None:
    style_map.open()
    style_map.button("Path from here")
    style_map.page.get_by_text("Click on the player").wait_for(timeout=PATIENCE)
    style_map.click("Carlsen, Magnus")
    style_map.expect_recipe("Tal, Mikhail + Carlsen, Magnus")
    view, start = style_map.state(), style_map.marker()
    moves = style_map.page.get_by_test_id("map-position").inner_html()
    style_map.slider.focus()
    for share in ("0.45", "0.4"):
        style_map.page.keyboard.press("ArrowRight")
        style_map.expect_recipe(re.compile(rf"^{share} Tal, Mikhail"))
    route = style_map.root.locator(".overlay .route")
    expect(route).to_have_attribute("d", re.compile(r"^M[\d. ]+L"))
    assert np.hypot(*np.subtract(style_map.marker(), start)) > 2
    assert style_map.state() == pytest.approx(view)
    assert style_map.page.get_by_test_id("map-position").inner_html() != moves


def test_search_marks_and_chooses(style_map: Map) -> None:
    style_map.open()
    field = style_map.page.get_by_label("Find a player on the map")
    field.fill("pólgar")
    expect(style_map.root.locator(".overlay .match")).to_have_count(2)
    expect(style_map.root.locator(".count")).to_have_text("2 players, marked red")
    field.press("ArrowDown")
    field.press("Enter")
    style_map.expect_recipe("Polgar, Susan")


def test_search_forgives_a_wrong_letter(style_map: Map) -> None:
    style_map.open()
    field = style_map.page.get_by_label("Find a player on the map")
    field.fill("Magnus Karlsen")
    expect(style_map.root.locator(".count")).to_have_text("1 player, marked red")
    field.press("Enter")
    style_map.expect_recipe("Carlsen, Magnus")


@pytest.mark.parametrize(
    ("typed", "name"), [("MVL", "Vachier-Lagrave, Maxime"), ("Kasparof", "Kasparov, Garry")]
)
def test_search_knows_initials_and_other_spellings(style_map: Map, typed: str, name: str) -> None:
    style_map.open()
    field = style_map.page.get_by_label("Find a player on the map")
    field.fill(typed)
    field.press("Enter")  # sooner than anybody can have answered
    style_map.expect_recipe(name)


def test_hovering_tells_who_it_is(style_map: Map) -> None:
    style_map.open()
    style_map.page.mouse.move(*style_map.pixel("Carlsen, Magnus"))
    tip = style_map.root.locator(".tip")
    expect(tip).to_contain_text("Carlsen, Magnus")
    expect(tip).to_contain_text("2001–2025 · 6,116 games")
    style_map.page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def test_a_finger_chooses_on_a_phone_and_nothing_sticks_out(
    new_page: Callable[..., Page], whole_address: str, problems: list[str]
) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = Map(page, whole_address).open()
    phone.stage.scroll_into_view_if_needed()
    page.touchscreen.tap(*phone.pixel("Kasparov, Garry"))
    phone.expect_recipe("Kasparov, Garry")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.slow
def test_fifty_thousand_points_stay_smooth(
    tiny_assets: Path, tmp_path_factory: pytest.TempPathFactory, new_page: Callable[..., Page]
) -> None:
    directory = make_explore_assets(tiny_assets, tmp_path_factory.mktemp("many") / "assets")
    crowd(MANY).save(directory / "styles")
    save_projection(directory / "styles", plain_projection(MANY))  # that of a crowd takes a while
    with serving(directory, free_port()) as address:
        style_map = Map(new_page(), address)
        sent: list[int] = []
        style_map.page.on("websocket", lambda socket: count_received(socket, sent))
        style_map.open()
        frame = frame_while_dragging(style_map)
        assert frame < 100, f"{frame:.0f} ms a frame"
        sent.clear()
        name = style_map.root.evaluate("root => root.pixelOf('Player 77') && 'Player 77'")
        style_map.click(name)
        style_map.expect_recipe(re.compile("^Player"))  # or whoever lies on top of that point
        assert sum(sent) < 300_000, "the points travel again"
        style_map.page.close()  # before its server goes


def crowd(count: int) -> StyleSpace:
    random = np.random.default_rng(11)
    shape = tiny_space().shape
    z = random.normal(size=(count, *shape)).astype(np.float32)
    danger = random.normal(size=count)
    players = [
        PlayerInfo(f"Player {row}", 200, 1990, 2020, 2400.0, 2500.0, {"king_danger": level})
        for row, level in enumerate(danger.tolist())
    ]
    return StyleSpace(z, players, TINY_ATTRIBUTES, tiny_space().deltas)


def plain_projection(count: int) -> Projection:
    """Return a map along the first axes of the tiny space."""
    size = int(np.prod(tiny_space().shape))
    axes = np.eye(AXES, size, dtype=np.float32)
    explained = np.full(AXES, 1 / size, dtype=np.float32)
    clusters = np.arange(count, dtype=np.int32) % MOST_CLUSTERS
    return Projection(np.zeros(size, dtype=np.float32), axes, explained, {}, clusters)


def count_received(socket: object, sent: list[int]) -> None:
    socket.on("framereceived", lambda frame: sent.append(len(frame)))  # type: ignore[attr-defined]


def frame_while_dragging(style_map: Map) -> float:
    """Return the median milliseconds between frames while a hand drags the map to and fro."""
    x, y = style_map.middle()
    style_map.page.bring_to_front()
    style_map.page.evaluate(
        """count => {
            window.frames_seen = [];
            const step = now => {
                window.frames_seen.push(now);
                if (window.frames_seen.length < count) requestAnimationFrame(step);
            };
            requestAnimationFrame(step);
        }""",
        FRAMES,
    )
    style_map.page.mouse.move(x, y)
    style_map.page.mouse.down()
    for turn in range(200):
        style_map.page.mouse.move(x + 60 * np.sin(turn / 6), y + 40 * np.cos(turn / 6))
        if style_map.page.evaluate("window.frames_seen.length") >= FRAMES:
            break
    style_map.page.mouse.up()
    times = json.loads(style_map.page.evaluate("JSON.stringify(window.frames_seen)"))
    return float(np.median(np.diff(times)))
