"""The board's pure functions against python-chess, on positions of random games."""

import random
from typing import Any

import chess
import pytest

from tests.javascript.conftest import Run
from ui.board.drawing import Arrow, draw_arrows

pytestmark = pytest.mark.browser

POSITION, ARROWS = "board/position.js", "board/arrows.js"
PROMOTING = "1n1n3k/P1P5/8/8/8/8/8/R3K2R w KQ - 0 1"


def random_positions(count: int = 150) -> list[chess.Board]:
    chance = random.Random(20)
    boards = [chess.Board(PROMOTING), chess.Board("r3k2r/8/8/8/8/8/8/R3K2R b KQkq - 0 1")]
    board = chess.Board()
    while len(boards) < count:
        moves = list(board.legal_moves)
        if not moves or board.fullmove_number > 60:
            board = chess.Board()
            continue
        board.push(chance.choice(moves))
        boards.append(board.copy(stack=False))
    return boards


@pytest.fixture(scope="module")
def boards() -> list[chess.Board]:
    return random_positions()


def as_data(board: chess.Board) -> dict[str, Any]:
    return {"fen": board.fen(), "legal": [move.uci() for move in board.legal_moves]}


def test_a_fen_is_read_as_python_reads_it(run: Run, boards: list[chess.Board]) -> None:
    read = run(
        POSITION,
        "(m, fens) => fens.map(fen => [Object.fromEntries(m.pieces(fen)), m.turn(fen)])",
        [board.fen() for board in boards],
    )
    for board, (pieces, turn) in zip(boards, read, strict=True):
        symbols = {chess.SQUARE_NAMES[s]: p.symbol() for s, p in board.piece_map().items()}
        assert pieces == symbols
        assert turn == chess.COLOR_NAMES[board.turn]


def test_pieces_go_where_they_may_and_a_king_onto_its_rook(
    run: Run, boards: list[chess.Board]
) -> None:
    found = run(
        POSITION,
        """(m, all) => all.map(({fen, legal}) =>
            Object.fromEntries(m.destinations(legal, m.pieces(fen))))""",
        [as_data(board) for board in boards],
    )
    castled = 0
    for board, destinations in zip(boards, found, strict=True):
        expected = {(m.from_square, m.to_square) for m in board.legal_moves}
        for move in board.legal_moves:
            if board.is_castling(move):
                castled += 1
                file = 7 if board.is_kingside_castling(move) else 0
                rook = chess.square(file, chess.square_rank(move.from_square))
                expected.add((move.from_square, rook))
        assert {
            (chess.parse_square(start), chess.parse_square(end))
            for start, ends in destinations.items()
            for end in ends
        } == expected
    assert castled >= 4


def test_every_move_can_be_typed_as_it_is_written(run: Run, boards: list[chess.Board]) -> None:
    cases = [as_data(b) | {"words": [b.san(m) for m in b.legal_moves]} for b in boards]
    found = run(
        POSITION,
        """(m, all) => all.map(({fen, legal, words}) =>
            words.map(word => m.typed(word, legal, m.pieces(fen))))""",
        cases,
    )
    for board, read in zip(boards, found, strict=True):
        assert read == [[move.uci()] for move in board.legal_moves], board.fen()


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("c8", ["c7c8q"]),
        ("cxd8N", ["c7d8n"]),
        ("axb8(r)", []),
        ("axb8(R)", ["a7b8r"]),
        ("a7b8b", ["a7b8b"]),
        ("A7-B8", ["a7b8q"]),
        ("0-0", ["e1g1"]),
        ("o-o-o", ["e1c1"]),
        ("e1h1", ["e1g1"]),
        ("Rd1", ["a1d1"]),
        ("Rf1!?", ["h1f1"]),
        ("Kd2+", ["e1d2"]),
        ("Nf3", []),
        ("e5", []),
        ("", []),
        ("<b>", []),
    ],
)
def test_typed_moves(run: Run, text: str, moves: list[str]) -> None:
    found = run(
        POSITION,
        "(m, {text, fen, legal}) => m.typed(text, legal, m.pieces(fen))",
        as_data(chess.Board(PROMOTING)) | {"text": text},
    )
    assert found == moves


def test_a_typed_move_that_two_pieces_can_make_stays_open(run: Run) -> None:
    board = chess.Board("4k3/8/8/8/8/8/8/R2K3R w - - 0 1")
    found = run(
        POSITION,
        "(m, {fen, legal}) => ['Re1', 'Rae1', 'Rf1'].map(t => m.typed(t, legal, m.pieces(fen)))",
        as_data(chess.Board("4k3/8/8/8/8/8/3K4/R6R w - - 0 1")),
    )
    assert board.is_valid()
    assert [sorted(moves) for moves in found] == [["a1e1", "h1e1"], ["a1e1"], ["a1f1", "h1f1"]]


def test_a_drop_means_a_move_or_a_choice_of_four(run: Run) -> None:
    found = run(
        POSITION,
        """(m, {fen, legal}) => [['a7', 'a8'], ['e1', 'a1'], ['e1', 'c1'], ['e1', 'e5']].map(
            ([start, end]) => m.dropped(legal, m.pieces(fen), start, end))""",
        as_data(chess.Board(PROMOTING)),
    )
    assert [sorted(moves) for moves in found] == [
        ["a7a8b", "a7a8n", "a7a8q", "a7a8r"],
        ["e1c1"],
        ["e1c1"],
        [],
    ]


@pytest.mark.parametrize("orientation", chess.COLORS)
def test_steps_follow_the_board_as_it_lies(run: Run, orientation: chess.Color) -> None:
    found = run(
        POSITION,
        """(m, o) => [m.stepped('e4', 1, 0, o), m.stepped('e4', 0, -1, o), m.stepped('h1', 9, 9, o),
            m.cell('a8', o), m.squareIn(0, 0, o), m.squareIn(8, 0, o)]""",
        chess.COLOR_NAMES[orientation],
    )
    if orientation == chess.WHITE:
        assert found == ["f4", "e5", "h1", [0, 0], "a8", None]
    else:
        assert found == ["d4", "e3", "a8", [7, 7], "h1", None]


@pytest.mark.parametrize("orientation", chess.COLORS)
def test_arrows_are_drawn_as_in_pictures(run: Run, orientation: chess.Color) -> None:
    cases = [("e2e4", 0.64, 0.0), ("g8f6", 0.05, 0.11), ("a1h8", 1.0, -0.22), ("h3a3", 0.3, 0.0)]
    found = run(
        ARROWS,
        "(m, [arrows, o]) => arrows.map(arrow => m.outline(arrow, o))",
        [cases, chess.COLOR_NAMES[orientation]],
    )
    for (uci, weight, shift), drawn in zip(cases, found, strict=True):
        move = chess.Move.from_uci(uci)
        arrow = Arrow(move.from_square, move.to_square, weight, shift=shift)
        picture = draw_arrows([arrow], orientation)
        assert f'points="{drawn["points"]}"' in picture
        assert f'fill-opacity="{drawn["opacity"]}"' in picture
        assert f'transform="{drawn["transform"]}"' in picture
