"""The drawing of the board and what travels to and from it."""

import re
from xml.etree import ElementTree

import chess
import pytest

from ui.board.board import (
    BoardEvent,
    BoardView,
    RestoreEvent,
    Strip,
    payload,
    read_event,
    read_restore,
    steps,
)
from ui.board.drawing import (
    SQUARE,
    Arrow,
    corner,
    draw_board,
    piece_definitions,
    without_definitions,
)
from ui.moves.moves import rows

STRIP = Strip("You", "White", "white", "pp", 2, True)


def board_after(*sans: str, fen: str = chess.STARTING_FEN) -> chess.Board:
    board = chess.Board(fen)
    for san in sans:
        board.push_san(san)
    return board


def view(board: chess.Board, movable: bool = True) -> BoardView:
    return BoardView(board, chess.WHITE, movable, (), STRIP, STRIP, 7, "s", 1, "", {"fen": None})


def test_a_drawing_is_an_svg_with_every_piece_and_all_coordinates() -> None:
    root = ElementTree.fromstring(draw_board(chess.Board()))
    svg = "{http://www.w3.org/2000/svg}"
    assert root.attrib["viewBox"] == "0 0 360 360"
    assert len(root.findall(f"{svg}use")) == 32
    assert sorted(text.text or "" for text in root.iter(f"{svg}text")) == sorted("abcdefgh12345678")


def test_check_is_marked_and_goes_when_it_is_met() -> None:
    assert 'class="check"' in draw_board(board_after("e4", "e5", "Qh5", "Nc6", "Qxf7+"))
    assert 'class="check"' not in draw_board(board_after("e4", "f5", "Qh5+", "g6"))


def test_arrows_point_from_tail_to_head_and_likelier_ones_are_stronger() -> None:
    weak, strong = Arrow(chess.E2, chess.E4, 0.05), Arrow(chess.E2, chess.E4, 0.9)
    drawn = draw_board(chess.Board(), arrows=[weak, strong])
    opacities = re.findall(r'class="arrow".*?fill-opacity="([\d.]+)".*?rotate\(([-\d.]+)\)', drawn)
    assert [float(angle) for _, angle in opacities] == [-90.0, -90.0]
    assert float(opacities[0][0]) < float(opacities[1][0])


def test_arrows_of_one_move_lie_side_by_side_in_their_colors() -> None:
    board = chess.Board()
    middle = Arrow(chess.E2, chess.E4, 0.5, "#123456")
    svg = draw_board(board, arrows=[middle, Arrow(chess.E2, chess.E4, 0.5, "#654321", 0.2)])
    assert 'fill="#123456"' in svg
    assert 'fill="#654321"' in svg
    (first, second) = re.findall(r'class="arrow" points="([^"]+)"', svg)
    tops = [float(points.split()[0].split(",")[1]) for points in (first, second)]
    assert tops[1] - tops[0] == pytest.approx(0.2 * SQUARE)


def test_the_board_turns() -> None:
    assert corner(chess.A1, chess.WHITE) == (0, 315)
    assert corner(chess.A1, chess.BLACK) == (315, 0)


def test_the_page_has_all_shapes_that_drawings_refer_to() -> None:
    board = chess.Board("8/P6k/8/8/8/8/8/K7 w - - 0 1")
    lean = without_definitions(draw_board(board))
    assert "<defs>" not in lean
    used = set(re.findall(r'href="#([\w-]+)"', lean))
    known = set(re.findall(r'id="([\w-]+)"', piece_definitions()))
    assert used <= known
    assert len(known) == 13


def test_legal_moves_travel_only_when_the_person_may_move() -> None:
    assert len(payload(view(chess.Board()))["legal"]) == 20
    assert payload(view(chess.Board(), movable=False))["legal"] == []
    assert payload(view(chess.Board()))["revision"] == 7


def test_castling_moves_two_pieces() -> None:
    board = board_after("O-O-O", fen="r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1")
    assert steps(board) == [["e1", "c1"], ["a1", "d1"]]
    assert steps(chess.Board()) == []


@pytest.mark.parametrize(
    "value", [None, "e2e4", {}, {"uci": "e2e4"}, {"uci": 3, "revision": 1}, {"revision": 1}]
)
def test_malformed_events_are_no_events(value: object) -> None:
    assert read_event(value) is None
    assert read_restore(value) is None


def test_a_move_is_read() -> None:
    assert read_event({"uci": "e2e4", "revision": 4}) == BoardEvent("e2e4", 4)


def test_a_restoration_is_read_without_what_is_not_text() -> None:
    sent = {"address": {"moves": "e2e4.e7e5", "fen": None, "side": 3}, "move": None}
    assert read_restore(sent) == RestoreEvent({"moves": "e2e4.e7e5"}, None)
    assert read_restore({"address": {}, "move": "g1f3"}) == RestoreEvent({}, "g1f3")


def test_moves_stand_in_numbered_pairs() -> None:
    assert rows(chess.STARTING_FEN, ["e4", "e5", "Nf3"]) == [
        {"number": 1, "cells": [{"san": "e4", "count": 1}, {"san": "e5", "count": 2}]},
        {"number": 2, "cells": [{"san": "Nf3", "count": 3}]},
    ]


def test_a_game_that_black_begins_leaves_a_gap() -> None:
    fen = "4k3/8/8/8/8/8/4p3/4K2R b K - 0 40"
    assert rows(fen, ["Kd7", "Kxe2"]) == [
        {"number": 40, "cells": [None, {"san": "Kd7", "count": 1}]},
        {"number": 41, "cells": [{"san": "Kxe2", "count": 2}]},
    ]
