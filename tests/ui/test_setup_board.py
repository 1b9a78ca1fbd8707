"""Setting up a position on the Play page, and what it may be."""

import random

import chess
import pytest
from streamlit.testing.v1 import AppTest

from engine.errors import StylemateError
from tests.ui.hands import component, widget
from tests.ui.test_pages import address, board, open_page, session
from ui.board.editor import read_placement
from ui.play.setup import (
    EMPTY,
    Setup,
    changed,
    checked_fen,
    cleared,
    en_passant_squares,
    possible_castling,
    read_setup,
    setup_of,
    write_setup,
)

KINGS = "4k3/8/8/8/8/8/8/4K2R"


def random_boards(count: int = 60) -> list[chess.Board]:
    chance, board, boards = random.Random(5), chess.Board(), []
    while len(boards) < count:
        moves = list(board.legal_moves)
        if not moves or board.fullmove_number > 50:
            board = chess.Board()
            continue
        board.push(chance.choice(moves))
        boards.append(board.copy(stack=False))
    return boards


def editor(page: AppTest) -> dict[str, object]:
    return component(page, "stylemate.editor")


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def test_a_position_of_a_game_is_set_up_as_it_stands() -> None:
    for played in random_boards():
        setup = setup_of(played, chess.BLACK)
        assert setup.fen.split()[:4] == played.fen().split()[:4]
        assert setup.orientation == chess.BLACK
        assert setup.problem == "" or "over here" in setup.problem


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (EMPTY, "the board is empty"),
        ("8/8/8/8/8/8/8/4K3 w - - 0 1", "Black has no king"),
        ("4k3/8/8/8/8/8/8/4K2P w - - 0 1", "a pawn stands on the first or last rank"),
        ("4k3/8/8/8/8/8/4R3/4K3 w - - 0 1", "the side that is not to move is in check"),
        ("4k3/8/8/8/8/8/8/4K3 w - - 0 1", "The game is over here: Neither side"),
        ("7k/5Q2/6K1/8/8/8/8/8 b - - 0 1", "The game is over here: Black has no legal move"),
    ],
)
def test_what_cannot_be_played_is_told_in_words(fen: str, words: str) -> None:
    setup = changed(Setup(), fen)
    assert words in setup.problem
    with pytest.raises(StylemateError, match=words):
        checked_fen(setup)
    assert read_setup({"setup": setup.fen}, []) == setup, "the address keeps it all the same"


def test_rights_to_castle_are_those_that_kings_and_rooks_allow() -> None:
    assert possible_castling(KINGS) == "K"
    assert possible_castling("r3k2r/8/8/8/8/8/8/R3K2R") == "KQkq"
    assert possible_castling("4k3/8/8/8/8/8/8/4K1KR") == "K", "be there a king too many"
    assert Setup(KINGS, castling="KQkq").fen.split()[2] == "K"
    assert Setup(KINGS, castling="Qkq").fen.split()[2] == "-"
    assert cleared(Setup()).castling == ""


def test_a_pawn_can_be_taken_in_passing_where_one_may_have_come_by() -> None:
    placement = "4k3/8/8/3pP1pP/8/8/8/4K3"
    assert en_passant_squares(placement, chess.WHITE) == ("d6", "g6")
    assert en_passant_squares(placement, chess.BLACK) == ()
    assert Setup(placement, en_passant="d6").fen.split()[3] == "d6"
    assert Setup(placement, en_passant="a6").fen.split()[3] == "-"


def test_an_address_that_holds_no_position_is_told_of() -> None:
    problems: list[str] = []
    assert read_setup({"setup": "9/8"}, problems) is None
    assert "is not a FEN" in problems[0]
    assert read_setup({}, problems) is None
    assert len(problems) == 1
    assert write_setup(None) == {"setup": None}


@pytest.mark.parametrize("value", [None, 3, {}, {"fen": 5}, {"fen": "9/8"}, {"fen": "x"}])
def test_an_event_without_a_position_is_none(value: object) -> None:
    assert read_placement(value) is None


@pytest.mark.usefixtures("with_tiny_assets")
def test_a_game_waits_while_a_position_is_set_up_and_is_asked_for_once() -> None:
    page = open_page({"moves": "e2e4.e7e5", "style": "tal"})
    press(page, "play_setup")
    assert editor(page)["fen"] == "rnbqkbnr/pppp1ppp/8/4p3/4P3/8/PPPP1PPP/RNBQKBNR"
    fen = "4k3/8/8/8/8/8/4P3/4K2R w K - 0 1"
    widget(page, "text_input", "play_setup_fen").set_value(fen).run()
    assert editor(page)["fen"] == fen.split()[0]
    assert address(page)["setup"] == fen
    assert address(page)["moves"] == "e2e4.e7e5", "of the game, which waits"
    press(page, "play_setup_as_black")
    assert session(page).game.length == 2, "nothing ends before the person has said so"
    assert any("It ends without a result" in one.value for one in page.markdown)
    press(page, "play_setup_no")
    press(page, "play_setup_close")
    assert board(page)["count"] == 2
    assert address(page)["setup"] is None
    session(page).setup = changed(Setup(), fen)
    page.run()
    press(page, "play_setup_as_black")
    press(page, "play_setup_yes")
    assert session(page).setup is None
    assert address(page)["fen"] == fen
    assert board(page)["count"] == 1, "White, the opponent, has moved"
    assert board(page)["orientation"] == "black"


@pytest.mark.usefixtures("with_tiny_assets")
def test_an_impossible_position_cannot_be_played() -> None:
    page = open_page({"setup": "4k3/8/8/8/8/8/8/8 w - - 0 1"})
    assert any("White has no king" in one.value.replace("\\", "") for one in page.warning)
    for side in ("white", "random", "black"):
        assert page.button(key=f"play_setup_as_{side}").disabled
    press(page, "play_setup_start")
    assert not page.button(key="play_setup_as_white").disabled
    press(page, "play_setup_as_white")
    assert len(str(board(page)["legal"]).split()) == 20
    assert address(page)["fen"] is None


@pytest.mark.usefixtures("with_tiny_assets")
def test_what_belongs_to_a_position_besides_its_pieces() -> None:
    page = open_page({"setup": "r3k2r/8/8/3pP3/8/8/8/R3K2R w KQkq - 0 1"})
    widget(page, "checkbox", "play_setup_castling_Q").uncheck().run()
    assert str(address(page)["setup"]).split()[2] == "Kkq"
    widget(page, "segmented_control", "play_setup_en_passant").set_value("d6").run()
    assert str(address(page)["setup"]).split()[3] == "d6"
    widget(page, "segmented_control", "play_setup_turn").set_value("Black").run()
    assert str(address(page)["setup"]).split()[1:4] == ["b", "Kkq", "-"]
    widget(page, "text_input", "play_setup_fen").set_value("no fen").run()
    assert any("is not a FEN" in one.value for one in page.warning)
    assert str(address(page)["setup"]).split()[1] == "b", "and nothing has changed"
    press(page, "play_setup_flip")
    assert editor(page)["orientation"] == "black"
    press(page, "play_setup_clear")
    assert address(page)["setup"] == EMPTY
    assert not page.exception
