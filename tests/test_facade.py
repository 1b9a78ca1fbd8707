"""What ``import engine`` promises to programs of others."""

import subprocess
import sys
from pathlib import Path

import chess
import pytest

import engine
from engine.model.checkpoint import load_backbone
from tests.games.builders import write_games

NAMES = {
    "StylemateError",
    "export",
    "fit",
    "identify",
    "import_network",
    "load",
    "move",
    "players",
    "policy",
    "recipe",
    "save",
}


def test_the_names_are_these() -> None:
    assert set(engine.__all__) == NAMES
    for name in NAMES:
        thing = getattr(engine, name)
        assert callable(thing)
        assert thing.__doc__


def test_it_is_light_to_import() -> None:
    code = (
        "import sys; import engine; "
        "print(sorted({'numpy', 'torch', 'chess', 'typer', 'msgspec'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("with_tiny_assets")
def test_a_style_plays_and_leaves(tmp_path: Path) -> None:
    board = chess.Board()
    assert "Tal, Mikhail" in engine.players()
    assert str(engine.recipe("tal | king danger 1")) == "Tal, Mikhail | king_danger +1"
    policy = engine.policy(board, "tal")
    assert engine.move(board, "tal", temperature=0) == policy.moves[0]
    assert engine.move(board, "tal", seed=3) == engine.move(board, "tal", seed=3)
    engine.export("tal", tmp_path / "tal.pb.gz")
    engine.import_network(tmp_path / "tal.pb.gz", tmp_path / "backbone")
    assert load_backbone(tmp_path / "backbone").config.filters == 16
    with pytest.raises(engine.StylemateError, match="Nearest"):
        engine.policy(board, "Carlson")


@pytest.mark.usefixtures("with_tiny_assets")
def test_a_person_is_learned_and_recognised(tmp_path: Path) -> None:
    write_games(tmp_path / "mine.pgn", ("Your Name", "Somebody Else"), 6)
    style = engine.fit([tmp_path / "mine.pgn"], "your name", "me")
    assert (style.player, style.label, style.games) == ("Your Name", "me", 6)
    matches = engine.identify(style, top=3)
    assert len(matches) == 3
    assert {match.name for match in matches} <= set(engine.players())
    engine.save(style, tmp_path / "me.style")
    bot = engine.load(tmp_path / "me.style").bot("me")
    assert bot.play(chess.Board()) in chess.Board().legal_moves
