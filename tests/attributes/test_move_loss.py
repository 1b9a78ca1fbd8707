import io
import math
from pathlib import Path

import chess
import chess.engine
import chess.pgn
import pytest

from engine.attributes.fixed_positions import load_fixed_positions
from engine.attributes.make_fixed import main
from engine.attributes.move_loss import expected_score, move_losses
from engine.errors import StylemateError
from tests.attributes.random_games import random_game
from tests.requirements import require_program

MATE_IN_ONE = "6k1/5ppp/8/8/8/8/5PPP/R5K1 w - - 0 1"


def test_expected_scores() -> None:
    assert expected_score(chess.engine.Cp(0)) == 0.5
    assert expected_score(chess.engine.Cp(100)) == pytest.approx(0.591, abs=1e-3)
    pair = expected_score(chess.engine.Cp(-250)) + expected_score(chess.engine.Cp(250))
    assert math.isclose(pair, 1)
    assert expected_score(chess.engine.Mate(3)) == 1
    assert expected_score(chess.engine.Mate(-3)) == 0
    assert expected_score(chess.engine.Mate(0)) == 0


@pytest.mark.stockfish
def test_losses_of_every_move() -> None:
    program = require_program("stockfish")
    boards = [chess.Board(MATE_IN_ONE), chess.Board()]
    mate, start = move_losses(boards, program, 20_000)
    assert set(mate) == {move.uci() for move in boards[0].legal_moves}
    assert mate["a1a8"] == 0
    assert mate["g1h1"] > 0
    assert len(start) == 20
    assert min(start.values()) == 0
    # Nobody opens with g4 and comes out as well as with e4.
    assert start["g2g4"] > start["e2e4"]
    assert list(move_losses(boards[1:], program, 20_000)) == [start]


@pytest.mark.stockfish
def test_too_few_nodes_are_an_error() -> None:
    with pytest.raises(StylemateError, match="more nodes than 1"):
        list(move_losses([chess.Board()], require_program("stockfish"), 1))


def test_a_missing_engine_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="Could not start the chess engine"):
        list(move_losses([chess.Board()], tmp_path / "nothing", 100))


@pytest.mark.stockfish
def test_fixed_positions_are_made_from_pgn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = require_program("stockfish")
    games = [random_game(seed) for seed in range(30)]
    text = "\n\n".join(str(chess.pgn.Game.from_board(board)) for board in games)
    counts = ["--openings", "2", "--middlegames", "2", "--endgames", "2"]
    arguments = ["--out", str(tmp_path), "--engine", str(program), "--nodes", "20000", *counts]
    for folder in ("one", "two"):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        main(["--out", str(tmp_path / folder), *arguments[2:]])
    positions = load_fixed_positions(tmp_path / "one")
    assert [p.phase for p in positions] == ["opening"] * 2 + ["middlegame"] * 2 + ["endgame"] * 2
    assert all(position.attributes["strength"].max() == 0 for position in positions)
    for name in ("fixed.json", "fixed_quality.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
