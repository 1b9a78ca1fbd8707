"""A game on the Play page outlives its server: what is on screen is played on with the next one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.driver import PATIENCE, Table, Wire, free_port, serving

pytestmark = pytest.mark.browser


def expect_connection(table: Table, is_there: bool) -> None:
    """Wait until the page has, or has lost, its server."""
    app = expect(table.page.locator(".stApp"))
    check = app.to_have_attribute if is_there else app.not_to_have_attribute
    check("data-test-connection-state", "CONNECTED", timeout=PATIENCE)


def test_a_lost_server_does_not_lose_the_game(
    assets_to_serve: Path, new_page: Callable[..., Page], problems: list[str]
) -> None:
    port = free_port()
    with serving(assets_to_serve, port) as address:
        table = Table(new_page(), address).open(temperature="0")
        table.click("e2", "e4")
        table.wait(2)
        fen = table.fen
    expect_connection(table, False)
    with serving(assets_to_serve, port):
        expect_connection(table, True)
        assert table.fen == fen
        table.click("d2", "d4")  # the new server knows nothing but what the page tells it
        table.wait(4)
        table.expect_address(r"moves=e2e4")
    expect_connection(table, False)
    with serving(assets_to_serve, port):
        expect_connection(table, True)
        table.button("Flip")  # what wakes the new server up need not be a move
        table.page.reload()
        table.wait(4)
        table.page.close()
    problems.clear()  # the browser itself reports the connection that was cut


def test_a_move_made_while_the_server_was_away_is_played_when_it_is_back(
    assets_to_serve: Path, new_page: Callable[..., Page], problems: list[str]
) -> None:
    port = free_port()
    with serving(assets_to_serve, port) as address:
        table = Table(new_page(), address).open(temperature="0")
        table.click("e2", "e4")
        table.wait(2)
        table.settle()
    expect_connection(table, False)
    table.click("d2", "d4")
    table.expect_piece("d4", "white-pawn")
    with serving(assets_to_serve, port):
        table.wait(4)
        table.expect_address(r"moves=e2e4\.\w+\.d2d4\.\w+")
        table.page.close()
    problems.clear()  # the browser itself reports the connection that was cut


def test_a_piece_picked_up_before_the_server_came_back_stays_in_the_hand(
    assets_to_serve: Path, new_page: Callable[..., Page], problems: list[str]
) -> None:
    port = free_port()
    with serving(assets_to_serve, port) as address:
        table = Table(new_page(), address).open(temperature="0", moves="e2e4.e7e5")
        table.settle()
    expect_connection(table, False)
    table.click("g1")
    expect(table.marks("selected")).to_have_count(1)
    revision = table.squares.get_attribute("data-rev") or ""
    with serving(assets_to_serve, port):
        expect_connection(table, True)
        # Streamlit asks a new server for nothing until a person does something.
        show = table.page.get_by_role("switch", name="Show")
        expect(show).to_be_enabled()  # a little later than the connection is there
        table.page.get_by_text("Show", exact=True).click(timeout=PATIENCE)
        expect(show).not_to_be_checked()
        expect(table.squares).not_to_have_attribute("data-rev", revision, timeout=PATIENCE)
        expect(table.marks("selected")).to_have_count(1)
        table.click("f3")
        table.wait(4)
        table.expect_address(r"moves=e2e4\.e7e5\.g1f3\.\w+")
        table.page.close()
    problems.clear()  # the browser itself reports the connection that was cut


def test_a_page_whose_parts_fit_no_more_comes_back_to_its_game(
    table: Table, wire: Wire, problems: list[str]
) -> None:
    table.open(temperature="0", moves="e2e4.e7e5")
    table.wait(2)
    table.settle()
    table.page.evaluate("window.isOld = true")
    stray = ForwardMsg()
    stray.metadata.delta_path.extend([0, 0, 99, 3])  # into a part that the page does not have
    stray.delta.new_element.text.body = "of another run"
    wire.deliver(stray.SerializeToString())
    table.page.wait_for_function("!window.isOld", timeout=PATIENCE)
    table.squares.wait_for(timeout=PATIENCE)
    table.wait(2)
    table.click("g1", "f3")
    table.wait(4)
    problems.clear()  # the browser itself reports what did not fit
