"""The terminal game, played by scripts."""

from collections.abc import Iterator

import chess
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.play.engine import Policy
from engine.play.terminal import TerminalGame, drawn

FOOLS_MATE = ["f3", "g4"]


class Scripted:
    """An engine that plays the given moves, then the first legal one."""

    def __init__(self, *sans: str) -> None:
        self._sans: Iterator[str] = iter(sans)

    def policy(self, board: chess.Board) -> Policy:
        moves = tuple(board.legal_moves)
        if not moves:
            raise StylemateError("The game is over.")
        return Policy(moves, np.full(len(moves), 1 / len(moves)), (0.5, 0.0, 0.5), 0.0)

    def play(self, board: chess.Board) -> chess.Move:
        san = next(self._sans, None)
        return self.policy(board).moves[0] if san is None else board.parse_san(san)


def played(
    lines: list[str],
    engine: Scripted,
    color: chess.Color | None = chess.WHITE,
    fen: str = chess.STARTING_FEN,
) -> tuple[TerminalGame, str]:
    """Play the lines, then the end of the input; return the game and all that was shown."""
    waiting = iter(lines)
    shown: list[str] = []

    def read(prompt: str) -> str:
        for line in waiting:
            return line
        raise EOFError

    game = TerminalGame(engine, "Tal, Mikhail", color, fen, read=read, write=shown.append)
    game.run()
    return game, "\n".join(shown)


def test_a_game_to_mate() -> None:
    game, shown = played(FOOLS_MATE, Scripted("e5", "Qh4#"))
    assert game.end is not None
    assert game.end.result == "0-1"
    assert "Black won by checkmate" in shown
    assert "1. f3 e5 2. g4 Qh4# 0-1" in shown
    assert '[Black "Tal, Mikhail"]' in shown


def test_black_waits_for_the_opponent() -> None:
    game, _ = played(["e5"], Scripted("e4", "Nf3"), color=chess.BLACK)
    assert [move.uci() for move in game.board.move_stack] == ["e2e4", "e7e5", "g1f3"]
    assert '[White "Tal, Mikhail"]' in game.pgn()


def test_undo_takes_back_the_last_decision() -> None:
    game, shown = played(["undo", "e4", "d4", "undo", "undo", "Nf3"], Scripted("e5", "d5", "c5"))
    assert "no move of yours" in shown
    assert [move.uci() for move in game.board.move_stack] == ["g1f3", "c7c5"]


def test_undo_of_mate_and_of_resigning() -> None:
    game, _ = played([*FOOLS_MATE, "undo"], Scripted("e5", "Qh4#"))
    assert game.end is None
    assert len(game.board.move_stack) == 2
    resigned, _ = played(["e4", "resign", "undo"], Scripted("e5"))
    assert resigned.end is None
    assert len(resigned.board.move_stack) == 2


def test_undo_before_a_first_move_as_black() -> None:
    game, shown = played(["undo"], Scripted("e4"), color=chess.BLACK)
    assert "no move of yours" in shown
    assert len(game.board.move_stack) == 1


def test_resign_then_no_more_moves() -> None:
    game, shown = played(["resign", "e4", "resign"], Scripted())
    assert "resigned" in shown
    assert "The game is over." in shown
    assert "over already" in shown
    assert game.board.move_stack == []


def test_new_begins_again() -> None:
    game, _ = played(["e4", "new"], Scripted("e5"))
    assert game.board == chess.Board()
    assert game.end is None


def test_commands_show_what_they_say() -> None:
    _, shown = played(["fen", "moves", "think", "help", ""], Scripted())
    assert chess.STARTING_FEN in shown
    assert "Na3 Nc3 Nf3 Nh3" in shown
    assert "5.0%" in shown
    assert shown.count("take your last move back") == 2


def test_wrong_moves_are_explained_and_cost_nothing() -> None:
    game, shown = played(["e5", "hello", "e2e4q", "\x00", "🙂"], Scripted())
    assert shown.count("is not a legal move for White") == 5
    assert game.board.move_stack == []


def test_a_finished_position() -> None:
    game, shown = played(
        ["think", "moves", "e4", "undo"], Scripted(), fen="7k/6Q1/6K1/8/8/8/8/8 b - - 0 1"
    )
    assert game.end is not None
    assert "White won by checkmate" in shown
    assert "There is no legal move." in shown


def test_a_wrong_fen_is_refused() -> None:
    with pytest.raises(StylemateError, match="not a FEN"):
        played([], Scripted(), fen="nonsense")


def test_lots_decide_between_both_sides() -> None:
    sides = {played([], Scripted(), color=None)[0].person for _ in range(40)}
    assert sides == {chess.WHITE, chess.BLACK}


def test_ctrl_c_is_left_to_the_command_line() -> None:
    def interrupt(prompt: str) -> str:
        raise KeyboardInterrupt

    game = TerminalGame(Scripted(), "x", chess.WHITE, read=interrupt, write=lambda line: None)
    with pytest.raises(KeyboardInterrupt):
        game.run()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                ["undo", "new", "resign", "moves", "think", "fen", "e4", "Nf3", "d2d4"]
            ),
        ),
        max_size=25,
    )
)
def test_nothing_typed_breaks_it(lines: list[str]) -> None:
    game, _ = played(lines, Scripted())
    assert game.board.is_valid()


def test_board_is_drawn_from_either_side() -> None:
    board = chess.Board()
    assert drawn(board, chess.WHITE).splitlines()[-2] == "1 ♖ ♘ ♗ ♕ ♔ ♗ ♘ ♖"
    lines = drawn(board, chess.BLACK).splitlines()
    assert lines[-2] == "8 ♜ ♞ ♝ ♚ ♛ ♝ ♞ ♜"
    assert lines[-1] == "  h g f e d c b a"
    assert drawn(board, chess.WHITE, letters=True).splitlines()[0] == "8 r n b q k b n r"
