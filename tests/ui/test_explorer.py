"""The opening explorer: moves a style plays, their chances, and the names after them."""

from pathlib import Path

import chess
import numpy as np
import pytest

from engine.assets import OPENINGS_FILE
from engine.play.engine import Policy
from tests.ui.hands import html, widget
from tests.ui.test_pages import open_page
from ui.openings.explorer import book_moves, explorer_html
from ui.shared.openings import read_openings

BOOK = read_openings(Path(__file__).resolve().parents[2] / "assets" / OPENINGS_FILE)


def policy(board: chess.Board, chances: dict[str, float]) -> Policy:
    moves = tuple(board.parse_san(san) for san in chances)
    return Policy(moves, np.array(list(chances.values())), (0.3, 0.4, 0.3), 0.0)


def test_moves_are_named_where_the_name_is_new() -> None:
    board = chess.Board()
    board.push_san("e4")
    found = book_moves(board, policy(board, {"c5": 0.6, "e6": 0.3, "a5": 0.095, "h5": 0.005}), BOOK)
    assert [move.san for move in found] == ["c5", "e6", "a5"]
    assert "Sicilian" in found[0].name
    assert found[0].name.startswith("B20")
    assert "French" in found[1].name


def test_a_table_has_a_row_for_each_move() -> None:
    board = chess.Board()
    table = explorer_html(book_moves(board, policy(board, {"e4": 0.75, "d4": 0.25}), BOOK))
    assert table.count("<tr>") == 2
    assert "75&nbsp;%" in table


@pytest.mark.usefixtures("with_tiny_assets")
def test_the_explorer_is_off_until_wanted_and_ends_with_the_opening() -> None:
    page = open_page({"moves": "e2e4.e7e5"})
    assert 'data-testid="book-moves"' not in html(page)
    widget(page, "toggle", "play_explorer").set_value(True).run()
    assert 'data-testid="book-moves"' in html(page)
    page = open_page({"fen": "8/8/8/4k3/8/8/4P3/4K3 w - - 0 1", "moves": "e1d2"})
    assert not [toggle for toggle in page.toggle if toggle.key == "play_explorer"]
