"""Styles as files of other programs: what is read back plays the same."""

from pathlib import Path

import chess
import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from engine.assets import assets_directory
from engine.cli import main
from engine.errors import StylemateError
from engine.model.checkpoint import load_backbone
from engine.model.lc0 import lc0_licence, load_lc0
from engine.play.export import export_style
from engine.play.inference import plain_policies
from engine.play.opponents import OpponentRegistry
from engine.position.moves import legal_moves_and_indices
from engine.position.planes import board_planes
from tests.position.random_games import random_game

LARGEST_DIFFERENCE = 2e-3
SHIPPED_RECIPES = (
    "Tal, Mikhail",
    "0.6 Tal, Mikhail + 0.4 Petrosian, Tigran",
    "average | king_danger +5 | queen_trades -3",
    "Carlsen, Magnus | intensity 5",
    "Online player 900 | strength -2",
)


@pytest.fixture(scope="module")
def tiny(tiny_assets: Path) -> OpponentRegistry:
    return OpponentRegistry.load(tiny_assets)


@pytest.fixture(scope="module")
def shipped() -> OpponentRegistry:
    return OpponentRegistry.load(assets_directory())


def random_boards(count: int) -> list[chess.Board]:
    """Return positions of random games, with their history, in which the game goes on."""
    boards = []
    for seed in range(count):
        board = chess.Board()
        for move in random_game(seed, 8 + 5 * seed):
            board.push(move)
        while not any(board.legal_moves):
            board.pop()
        boards.append(board)
    return boards


def largest_difference(registry: OpponentRegistry, recipe: str, path: Path) -> float:
    """Return the largest difference of a move's probability in a file and in Stylemate."""
    boards = random_boards(24)
    theirs = plain_policies(load_lc0(path), boards)
    ours = registry.bot(recipe)
    return max(
        abs(policy.probability(move) - probability)
        for board, policy in zip(boards, theirs, strict=True)
        for move, probability in ours.policy(board).top(len(policy.moves))
    )


@pytest.mark.parametrize("ending", [".pb.gz", ".pb"])
def test_an_lc0_file_plays_the_same(tiny: OpponentRegistry, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"tal{ending}"
    style = export_style(tiny, "tal | king_danger +2", path)
    assert style.recipe == "Tal, Mikhail | king_danger +2"
    assert largest_difference(tiny, style.recipe, path) < LARGEST_DIFFERENCE
    assert largest_difference(tiny, "carlsen", path) > 10 * LARGEST_DIFFERENCE
    assert "GPL-3.0-or-later" in lc0_licence(path)
    assert "Recipe: Tal, Mikhail | king_danger +2" in lc0_licence(path)


@pytest.mark.parametrize("recipe", SHIPPED_RECIPES)
def test_the_shipped_styles_survive_sixteen_bits(
    shipped: OpponentRegistry, tmp_path: Path, recipe: str
) -> None:
    path = tmp_path / "net.pb.gz"
    export_style(shipped, recipe, path)
    assert path.stat().st_size > 500_000  # lc0 looks over smaller files when it is told of none
    largest = largest_difference(shipped, recipe, path)
    print(f"{recipe}: a move's probability differs by {largest:.1e} at most")  # shown with -s
    assert largest < LARGEST_DIFFERENCE


def test_the_header_is_one_that_lc0_takes(tiny: OpponentRegistry, tmp_path: Path) -> None:
    from engine.model.lc0 import _read_net

    path = tmp_path / "net.pb.gz"
    export_style(tiny, "average", path)
    net = _read_net(path)
    layout = net.format.network_format
    assert (net.magic, net.format.weights_encoding) == (0x1C0, 1)
    assert (net.min_version.major, net.min_version.minor) == (0, 21)
    # Classical planes, win/draw/loss, SE with head formats, convolutional policy, WDL value.
    assert (layout.input, layout.output, layout.network) == (1, 2, 4)
    assert (layout.policy, layout.value, layout.moves_left) == (2, 2, 0)
    assert not net.weights.input.bn_means.params
    assert len(net.weights.policy.biases.params) == 2 * 80
    assert len(net.weights.ip1_val_b.params) == 2 * 128


@pytest.mark.parametrize("count", [1, 7])
def test_an_onnx_file_plays_and_judges_the_same(
    tiny: OpponentRegistry, tmp_path: Path, count: int
) -> None:
    path = tmp_path / "tal.onnx"
    export_style(tiny, "tal", path)
    properties = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    assert properties["recipe"] == "Tal, Mikhail"
    assert properties["license"] == "GPL-3.0-or-later"
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    boards = random_boards(count)
    planes = np.stack([board_planes(board) for board in boards])
    names = ["/output/policy", "/output/wdl"]
    policy, wdl = session.run(names, {"/input/planes": planes})
    assert policy.shape == (count, 1858)
    bot = tiny.bot("tal")
    for row, board in enumerate(boards):
        moves, indices = legal_moves_and_indices(board)
        theirs = torch.softmax(torch.from_numpy(policy[row, indices]), 0).numpy()
        ours = bot.policy(board)
        assert theirs == pytest.approx([ours.probability(move) for move in moves], abs=1e-4)
        assert wdl[row] == pytest.approx(ours.wdl, abs=1e-4)


@pytest.mark.parametrize(
    ("recipe", "name", "words"),
    [
        ("tal", "tal.txt", "must end in"),
        ("tal | elo 1500", "tal.pb.gz", "not how strongly"),
        ("nobody at all", "tal.pb.gz", "No player"),
    ],
)
def test_what_a_file_cannot_hold_is_refused(
    tiny: OpponentRegistry, tmp_path: Path, recipe: str, name: str, words: str
) -> None:
    with pytest.raises(StylemateError, match=words):
        export_style(tiny, recipe, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_out_and_in_again(
    with_tiny_assets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, folder = tmp_path / "tal.pb", tmp_path / "backbone"
    for arguments in (["export", "tal", str(path)], ["import", str(path), str(folder)]):
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 0
    said = capsys.readouterr().out
    assert "Tal, Mikhail: " in said
    assert "lc0-policyhead" in said
    assert "se-resnet, 2 blocks of 16 channels" in said
    assert "Its licence: GPL-3.0-or-later" in said
    board = chess.Board()
    bot = OpponentRegistry.load(with_tiny_assets).bot("tal")
    again = plain_policies(load_backbone(folder), [board])[0]
    expected = dict(bot.policy(board).top(99))
    for move, probability in again.top(99):
        assert probability == pytest.approx(expected[move], abs=LARGEST_DIFFERENCE)


def run(*arguments: str | Path) -> int:
    """Run the command line in this process, and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    assert isinstance(left.value.code, int)
    return left.value.code


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.usefixtures("with_tiny_assets")
def test_nothing_is_written_over_unless_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, folder = tmp_path / "tal.pb.gz", tmp_path / "backbone"
    assert run("export", "tal", path) == 0
    assert run("import", path, folder) == 0
    before = contents(tmp_path)
    capsys.readouterr()
    assert run("export", "carlsen", path) == 2
    assert "replace it with --overwrite" in capsys.readouterr().err
    assert run("import", path, folder) == 2
    assert "replace the backbone that is there with --overwrite" in capsys.readouterr().err
    assert contents(tmp_path) == before
    assert run("export", "carlsen", path, "--overwrite") == 0
    assert run("import", path, folder, "--overwrite") == 0
    after = contents(tmp_path)
    assert set(after) == set(before)
    assert not any(after[name] == before[name] for name in ("tal.pb.gz", "backbone/model.json"))


@pytest.mark.usefixtures("with_tiny_assets")
@pytest.mark.parametrize("names", [["notes.txt"], ["model.json", "inventory.safetensors"]])
def test_a_folder_of_other_things_is_never_written_over(
    tmp_path: Path, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path, folder = tmp_path / "tal.pb.gz", tmp_path / "mine"
    assert run("export", "tal", path) == 0
    folder.mkdir()
    for name in names:
        (folder / name).write_text("mine")
    before = contents(tmp_path)
    for overwrite in ([], ["--overwrite"]):
        assert run("import", path, folder, *overwrite) == 2
    assert "holds other things than a backbone" in capsys.readouterr().err
    assert run("export", "tal", folder / "..", "--overwrite") == 2
    assert run("import", path, path, "--overwrite") == 2
    assert contents(tmp_path) == before


@pytest.mark.usefixtures("with_tiny_assets")
def test_an_import_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path, folder, broken = tmp_path / "tal.pb.gz", tmp_path / "backbone", tmp_path / "broken.pb"
    assert run("export", "tal", path) == 0
    assert run("import", path, folder) == 0
    broken.write_bytes(b"no network")
    before = contents(tmp_path)
    assert run("import", broken, folder, "--overwrite") == 2
    assert contents(tmp_path) == before
