"""The commands of the shell that play, print policies and show styles."""

import json
from pathlib import Path

import chess
import pytest
import torch

from engine.cli import main
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.lc0 import save_lc0
from engine.style.space import StyleSpace

pytestmark = pytest.mark.usefixtures("with_tiny_assets")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return the exit code, output and errors of a command line."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    output, errors = capsys.readouterr()
    return int(left.value.code or 0), output, errors


def test_policy_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, output, _ = run(capsys, "policy", "tal", "--moves", "e2e4 e7e5", "--json")
    answer = json.loads(output)
    board = chess.Board()
    for san in ("e4", "e5"):
        board.push_san(san)
    assert code == 0
    assert set(answer["moves"]) == {move.uci() for move in board.legal_moves}
    assert sum(answer["moves"].values()) == pytest.approx(1)
    assert sum(answer["wdl"]) == pytest.approx(1)
    assert answer["value"] == pytest.approx(answer["wdl"][0] - answer["wdl"][2])


def test_policy_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    fen = "7k/8/8/8/8/8/P7/K7 w - - 0 1"
    code, output, _ = run(capsys, "policy", "average", "--fen", fen, "--top", "3")
    assert code == 0
    assert len(output.splitlines()) == 4
    assert output.splitlines()[-1].startswith("win ")


def test_policy_of_a_plain_network(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = Backbone(BackboneConfig(filters=16, blocks=1, value_head="scalar")).eval()
    path = tmp_path / "net.pb.gz"
    save_lc0(network, path)
    code, output, _ = run(capsys, "policy", "--backbone", str(path), "--json")
    answer = json.loads(output)
    assert code == 0
    assert len(answer["moves"]) == 20
    win, draw, loss = answer["wdl"]
    assert draw == 0
    assert win == pytest.approx((1 + answer["value"]) / 2)
    assert loss == pytest.approx((1 - answer["value"]) / 2)


def test_policy_of_a_model_folder(capsys: pytest.CaptureFixture[str], tiny_assets: Path) -> None:
    code, output, _ = run(capsys, "policy", "--backbone", str(tiny_assets / "model"), "--json")
    assert code == 0
    assert len(json.loads(output)["moves"]) == 20


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["policy"], "Give a recipe"),
        (["policy", "tal", "--backbone", "x.pb.gz"], "either a recipe or --backbone"),
        (["policy", "--backbone", "nowhere.pb.gz"], "no such file"),
        (["policy", "Carlson"], "Nearest: Carlsen, Magnus"),
        (["policy", "tal", "--fen", "nonsense"], "not a FEN"),
        (["policy", "tal", "--moves", "e4 e4"], "Move 2"),
        (["policy", "tal", "--fen", "7k/6Q1/6K1/8/8/8/8/8 b - - 0 1"], "checkmate"),
        (["play", "tal", "--temperature", "-1"], "temperature"),
        (["play", "tal | strength 99"], "too large"),
        (["recipe", "0 tal + carlsen | strength 1"], "Try: tal + carlsen | strength +1"),
        (["styles", "show", "nobody at all"], "No player"),
        (["styles", "list", "--attribute", "beauty"], "No attribute"),
        (["styles", "build", "nowhere", "--out", "elsewhere"], "no folder"),
    ],
)
def test_mistakes_are_explained(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    code, _, errors = run(capsys, *arguments)
    assert code == 2
    assert errors.startswith("stylemate: ")
    assert words in errors
    assert "Traceback" not in errors


def test_play(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["e4", "quit"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    code, output, _ = run(capsys, "play", "tal", "--color", "white", "--seed", "1")
    assert code == 0
    assert "Tal, Mikhail plays" in output
    assert "1. e4" in output


def test_ctrl_c(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)
    code, _, errors = run(capsys, "play", "tal")
    assert code == 130
    assert "Traceback" not in errors


def test_recipe_with_full_names(capsys: pytest.CaptureFixture[str]) -> None:
    code, output, _ = run(capsys, "recipe", "3 tal + 1 magnus carlsen | King danger 2")
    assert code == 0
    assert output.strip() == "0.75 Tal, Mikhail + 0.25 Carlsen, Magnus | king_danger +2"


def test_styles_list(capsys: pytest.CaptureFixture[str], tiny_assets: Path) -> None:
    code, output, _ = run(capsys, "styles", "list", "--sort", "name")
    names = [line[:32].strip() for line in output.splitlines()]
    assert code == 0
    assert names == sorted(StyleSpace.load(tiny_assets / "styles").names, key=str.casefold)
    _, by_danger, _ = run(capsys, "styles", "list", "--attribute", "king danger", "--top", "2")
    assert [line[:12] for line in by_danger.splitlines()] == ["Tal, Mikhail", "Polgar, Judi"]


def test_styles_show(capsys: pytest.CaptureFixture[str]) -> None:
    code, output, _ = run(capsys, "styles", "show", "tal")
    assert code == 0
    assert "Tal, Mikhail" in output
    assert "+2.10  goes for the king" in output
