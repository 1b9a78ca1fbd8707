"""The game's state and its changes, without a page."""

import chess
import pytest

from engine.errors import StylemateError
from tests.ui.fakes import FirstMoveEngine
from ui.shared.game import (
    Game,
    answer,
    apply_move,
    board_after,
    ending,
    flip,
    is_opponents_turn,
    is_persons_turn,
    new_game,
    replayed,
    resign,
    show,
    take_back,
    takeback_length,
    turn,
)


def played(game: Game, *ucis: str) -> Game:
    return replayed(game, [chess.Move.from_uci(uci) for uci in ucis])


def test_a_move_and_its_answer() -> None:
    game = answer(apply_move(new_game(), "e2e4"), FirstMoveEngine())
    assert game.sans == ("e4", "a5")
    assert game.shown == 2
    assert is_persons_turn(game)


def test_answer_waits_for_its_turn() -> None:
    game = new_game()
    assert answer(game, FirstMoveEngine()) is game


def test_the_opponent_begins_when_the_person_is_black() -> None:
    game = new_game(chess.BLACK)
    assert is_opponents_turn(game)
    assert answer(game, FirstMoveEngine()).sans == ("a3",)


@pytest.mark.parametrize("uci", ["e2e5", "e7e5", "nonsense", "", "e2e4q"])
def test_an_illegal_move_is_refused_and_named(uci: str) -> None:
    with pytest.raises(StylemateError, match=uci or "''"):
        apply_move(new_game(), uci)


def test_moving_out_of_turn_is_refused() -> None:
    with pytest.raises(StylemateError, match="not your move"):
        apply_move(apply_move(new_game(), "e2e4"), "e7e5")


def test_moves_after_the_end_are_refused() -> None:
    mated = played(new_game(), "f2f3", "e7e5", "g2g4", "d8h4")
    with pytest.raises(StylemateError, match="not your move"):
        apply_move(mated, "a2a3")


def test_takeback_removes_the_reply_too() -> None:
    game = played(new_game(), "e2e4", "e7e5", "g1f3", "b8c6")
    assert take_back(game).sans == ("e4", "e5")
    assert take_back(take_back(game)).sans == ()


def test_takeback_of_a_move_that_ended_the_game() -> None:
    game = played(new_game(chess.BLACK), "f2f3", "e7e5", "g2g4", "d8h4")
    assert ending(game) is not None
    assert take_back(game).sans == ("f3", "e5", "g4")
    assert ending(take_back(game)) is None


def test_takeback_keeps_the_opponents_first_move() -> None:
    game = played(new_game(chess.BLACK), "e2e4")
    assert takeback_length(game) is None
    assert take_back(game) == game


def test_resignation_is_final() -> None:
    game = resign(played(new_game(), "e2e4", "e7e5"))
    end = ending(game)
    assert end is not None
    assert (end.result, end.winner, end.reason) == ("0-1", chess.BLACK, "resignation")
    assert not is_persons_turn(game)
    assert take_back(game) == game


def test_a_finished_game_cannot_be_resigned() -> None:
    mated = played(new_game(), "f2f3", "e7e5", "g2g4", "d8h4")
    assert resign(mated) == mated


def test_navigation_stays_within_the_game() -> None:
    game = played(new_game(), "e2e4", "e7e5")
    assert show(game, -3).shown == 0
    assert show(game, 99).shown == 2
    assert not show(game, 1).is_current
    assert board_after(show(game, 1), 1).peek() == chess.Move.from_uci("e2e4")


def test_flip_turns_the_board_and_back() -> None:
    assert new_game(chess.BLACK).orientation == chess.BLACK
    assert flip(new_game(chess.BLACK)).orientation == chess.WHITE
    assert flip(flip(new_game())) == new_game()


def test_the_board_keeps_its_history() -> None:
    game = played(new_game(), "e2e4", "e7e5")
    assert [move.uci() for move in board_after(game).move_stack] == ["e2e4", "e7e5"]


def test_a_fen_decides_who_moves() -> None:
    game = new_game(chess.WHITE, "4k3/8/8/8/8/8/4p3/4K2R b K - 0 40")
    assert turn(game) == chess.BLACK
    assert is_opponents_turn(game)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        ("hello", "not a FEN"),
        ("8/8/8/8/8/8/8/8 w - - 0 1", "impossible"),
        ("k7/8/8/8/8/8/8/K6r b - - 0 1", "not to move is in check"),
        ("4k3/8/8/8/8/8/8/4K3 w - - 0 1", "already over"),
        ("rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq - 1 3", "already over"),
    ],
)
def test_an_unplayable_fen_is_explained(fen: str, words: str) -> None:
    with pytest.raises(StylemateError, match=words):
        new_game(chess.WHITE, fen)


REPETITION = ("g1f3", "g8f6", "f3g1", "f6g8") * 2


@pytest.mark.parametrize(
    ("game", "result", "reason"),
    [
        (played(new_game(), "f2f3", "e7e5", "g2g4", "d8h4"), "0-1", "checkmate"),
        (played(new_game(), *REPETITION), "1/2-1/2", "repetition"),
        (
            played(new_game(fen="7k/5Q2/8/6K1/8/8/8/8 w - - 0 1"), "g5g6"),
            "1/2-1/2",
            "stalemate",
        ),
        (
            played(new_game(fen="7k/8/8/8/8/8/6p1/7K w - - 0 1"), "h1g2"),
            "1/2-1/2",
            "insufficient material",
        ),
        (
            played(new_game(fen="7k/8/8/8/8/8/R7/7K w - - 99 90"), "a2a3"),
            "1/2-1/2",
            "fifty-move rule",
        ),
    ],
)
def test_endings_are_found_and_explained(game: Game, result: str, reason: str) -> None:
    end = ending(game)
    assert end is not None
    assert (end.result, end.reason) == (result, reason)
    assert end.explanation.endswith(".")


def test_two_repetitions_do_not_end_the_game() -> None:
    assert ending(played(new_game(), *REPETITION[:-1])) is None
