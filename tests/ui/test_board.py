"""The drawing of the board and what travels to and from it."""

import json
import re
from xml.etree import ElementTree

import chess
import pytest

from ui.address.address import RestoreEvent, read_restore
from ui.board.board import BoardEvent, BoardView, Strip, payload, read_event
from ui.board.drawing import (
    SQUARE,
    Arrow,
    corner,
    draw_board,
    piece_definitions,
    side_by_side,
    without_definitions,
)
from ui.board.pieces import PIECE_SETS, sheet_of
from ui.moves.moves import rows

STRIP = Strip("You", "White", "white", "pp", 2, True)


def board_after(*sans: str, fen: str = chess.STARTING_FEN) -> chess.Board:
    board = chess.Board(fen)
    for san in sans:
        board.push_san(san)
    return board


def view(board: chess.Board, mover: chess.Color | None = chess.WHITE) -> BoardView:
    return BoardView(board, chess.WHITE, mover, (), STRIP, STRIP, 7, "s", 1, "")


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
    assert len(payload(view(chess.Board()))["legal"].split()) == 20
    assert payload(view(chess.Board(), mover=None))["legal"] == ""
    waiting = payload(view(chess.Board(), mover=chess.BLACK))
    assert (waiting["legal"], waiting["mover"]) == ("", "black")  # a premove may be set
    assert payload(view(chess.Board()))["revision"] == 7


def test_what_a_move_sends_is_small() -> None:
    # 218 legal moves are the most that a position can have.
    crowded = chess.Board("R6R/3Q4/1Q4Q1/4Q3/2Q4Q/Q4Q2/pp1Q4/kBNN1KB1 w - - 0 1")
    assert crowded.legal_moves.count() == 218
    assert len(json.dumps(payload(view(crowded)))) < 3_000


def test_the_last_move_and_check_are_told() -> None:
    told = payload(view(board_after("e4", "f5", "Qh5+")))
    assert (told["last"], told["check"]) == ("d1h5", True)
    assert payload(view(chess.Board()))["last"] == ""


def lanes(*moves: str) -> list[float]:
    parsed = [chess.Move.from_uci(move) for move in moves]
    arrows = [Arrow(move.from_square, move.to_square, 0.5) for move in parsed]
    return [round(arrow.shift, 3) for arrow in side_by_side(arrows)]


def test_arrows_along_one_line_lie_in_lanes_of_their_own() -> None:
    near, far = lanes("c7c6", "c7c5")
    assert near == -far != 0
    assert lanes("e2e4", "d2d4", "g1f3") == [0, 0, 0]
    assert len(set(lanes("a1a3", "a1a5", "a1a8"))) == 3
    there, back = lanes("a1h8", "h8d4")
    assert there == back != 0  # each to its own right, so on two sides


def test_arrows_that_only_meet_or_cross_stay_where_they_are() -> None:
    assert lanes("a1a4", "a4a8") == [0, 0]
    assert lanes("a1a4", "b1b4") == [0, 0]
    assert lanes("d1d8", "a4h4") == [0, 0]


@pytest.mark.parametrize(
    "value", [None, "e2e4", {}, {"uci": "e2e4"}, {"uci": 3, "fen": ""}, {"fen": chess.STARTING_FEN}]
)
def test_malformed_events_are_no_events(value: object) -> None:
    assert read_event(value) is None
    assert read_restore(value) is None


def test_a_move_is_read() -> None:
    assert read_event({"uci": "e2e4", "fen": "x"}) == BoardEvent("e2e4", "x")


def test_a_restoration_is_read_without_what_is_not_text() -> None:
    values = {"moves": "e2e4.e7e5", "fen": None, "side": 3}
    read = read_restore({"session": "0af3", "values": values})
    assert read == RestoreEvent("0af3", {"moves": "e2e4.e7e5"})


@pytest.mark.parametrize("session", [None, "", "A", "../x", "0" * 65, 7])
def test_a_restoration_of_no_session_is_none(session: object) -> None:
    assert read_restore({"session": session, "values": {}}) is None


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


@pytest.mark.parametrize("name", PIECE_SETS)
def test_a_set_of_pieces_draws_every_piece(name: str) -> None:
    sheet = sheet_of(name)
    drawings = set(re.findall(r"url\(([^)]+)\)", sheet))
    assert len(drawings) == 12
    for color in chess.COLOR_NAMES:
        for role in map(chess.piece_name, chess.PIECE_TYPES):
            assert f'[data-pieces="{name}"] piece.{role}.{color} {{' in sheet
