"""Every example in README works: its commands are run, with small assets and a few small games."""

import io
import re
import shlex
from pathlib import Path

import chess
import pytest

import engine.cli
from engine.assets import ENVIRONMENT_VARIABLE
from tests.games.builders import write_games
from tests.steering_assets import add_positions

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")

# Appended to README's own options, of which the last counts, so that training takes seconds.
SHORT_TRAINING = shlex.split(
    "--positions 32 --batch-size 16 --validation-positions 16 --validate-every 32 "
    "--unseen-players 0 --device cpu"
)
SHORT = {
    ("train", "backbone"): SHORT_TRAINING,
    ("train", "styles"): [
        *SHORT_TRAINING,
        "--positions",
        "640",
        *shlex.split("--least-games 1 --modules 2 --rank 2"),
    ],
    ("train", "others"): shlex.split("--least-games 1 --positions-each 40 --fisher-positions 200"),
    ("styles", "build"): shlex.split("--correction-players 2 --report-players 2 --rounds 1"),
    ("evaluate",): shlex.split("--size smoke --only stylometry --only consistency"),
}
YOU = "Your Name"


def blocks(language: str) -> list[str]:
    """Return README's code blocks in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def stylemate_commands() -> list[list[str]]:
    """Return the words after ``stylemate`` on each line that calls it."""
    text = "\n".join(blocks("sh"))
    lines = [shlex.split(line, comments=True) for line in text.splitlines()]
    return [words[1:] for words in lines if words[:1] == ["stylemate"]]


def recipes() -> list[str]:
    """Return the recipes of README's table."""
    (table,) = re.findall(r"^\| recipe \| opponent \|\n\|-.*\n((?:\|.*\n)+)", README, re.MULTILINE)
    return [
        found.replace(r"\|", "|") for found in re.findall(r"^\| `(.*?)` \|", table, re.MULTILINE)
    ]


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run a command here, not in twenty processes; return exit code, output and errors."""
    more = SHORT.get(tuple(words[:2])) or SHORT.get(tuple(words[:1]), [])
    with pytest.raises(SystemExit) as exit:
        engine.cli.main([*words, *more])
    said = capsys.readouterr()
    assert isinstance(exit.value.code, int)
    return exit.value.code, said.out, said.err


@pytest.mark.slow
@pytest.mark.usefixtures("with_tiny_backbone")
def test_the_shell_examples_run_in_their_order(
    tiny_assets: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assets = add_positions(tiny_assets, tmp_path / "assets")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(assets))
    monkeypatch.chdir(tmp_path)
    write_games(tmp_path / "games.pgn", tuple(f"Player, {letter}" for letter in "ABCDEFGHIJ"), 90)
    write_games(tmp_path / "mine.pgn", (YOU, "Somebody Else"), 6)
    commands = stylemate_commands()
    assert len(commands) >= 8
    for words in commands:
        monkeypatch.setattr("sys.stdin", io.StringIO("quit\n"))
        code, output, errors = run(words, capsys)
        assert code == 0, f"stylemate {shlex.join(words)}\n{output}{errors}"
        assert output.strip(), f"stylemate {shlex.join(words)} said nothing"


@pytest.mark.parametrize("recipe", recipes())
def test_the_recipes_are_understood(recipe: str, with_tiny_assets: Path) -> None:
    from engine.style.recipe_parser import parse_recipe

    assert parse_recipe(str(parse_recipe(recipe))) == parse_recipe(recipe)


def test_there_are_recipes_to_test() -> None:
    assert len(recipes()) >= 5


@pytest.mark.parametrize("example", blocks("python"))
def test_the_python_examples_run(example: str, with_tiny_assets: Path) -> None:
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    board = names["board"]
    assert isinstance(board, chess.Board)
    assert len(board.move_stack) == 1
