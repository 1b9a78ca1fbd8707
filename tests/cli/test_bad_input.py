"""Bad input from the shell: a clear message each, exit code 2, nothing written, no traceback."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

import engine.cli
from engine.assets import ENVIRONMENT_VARIABLE

GAME = (
    '[White "Ada"]\n[Black "Bo"]\n[Result "1-0"]\n\n1. e4 e5 2. Qh5 Nc6 3. Bc4 Nf6 4. Qxf7# 1-0\n\n'
)

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def stylemate(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line in this process; returns exit code, output and messages."""
    # A fault of ours would show as this exception instead of a message.
    monkeypatch.setenv("STYLEMATE_DEBUG", "1")

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            engine.cli.main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        assert "Traceback" not in output.out + output.err
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, output.out, output.err

    return run


@pytest.mark.usefixtures("with_tiny_assets")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Tqll"], "Tal, Mikhail"),
        (["Petrosiann"], "Petrosian, Tigran"),
        (["Zzyzx"], "Zzyzx"),
        (["0.5 Tal + + 0.5"], "recipe"),
        (["0.5 Tal - 0.5 Bo"], "recipe"),
        (["Tal | bravery +1"], "bravery"),
        (["Tal | king_danger +99"], "king_danger"),
        (["Tal | king_danger lots"], "king_danger"),
        (["Tal", "--fen", "not a position"], "not a position"),
        (["Tal", "--fen", "8/8/8/8/8/8/8/8 w - - 0 1"], "king"),
        (["Tal", "--fen", "4k3/4R3/8/8/8/8/8/4K3 w - - 0 1"], "check"),
        (["Tal", "--moves", "e4 e4"], "e4"),
        (["Tal", "--moves", "Zz9"], "Zz9"),
        (["--backbone", "no-such-network.pb.gz"], "no-such-network.pb.gz"),
    ],
)
def test_policy_explains_what_it_cannot_read(
    stylemate: Command, arguments: list[str], said: str
) -> None:
    code, out, err = stylemate("policy", *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("stylemate: ")
    assert said.casefold() in err.casefold()


@pytest.mark.usefixtures("with_tiny_assets")
@pytest.mark.parametrize(
    ("option", "value"), [("--temperature", "-1"), ("--temperature", "nan"), ("--top-p", "0")]
)
def test_play_refuses_impossible_settings(stylemate: Command, option: str, value: str) -> None:
    code, _, err = stylemate("play", "Tal", option, value)
    assert code == 2
    assert option.strip("-").split("-")[0] in err.casefold()


@pytest.mark.parametrize("command", [["policy", "Tal"], ["play"], ["styles", "list"]])
def test_missing_assets_are_named(
    stylemate: Command, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "nowhere"))
    code, _, err = stylemate(*command)
    assert code == 2
    assert "nowhere" in err
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))
    code, _, err = stylemate(*command)
    assert code == 2
    assert str(tmp_path) in err


def damage_middle(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def damage_all(path: Path) -> None:
    path.write_bytes(b"\xff\x00 not what it was")


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [damage_middle, damage_all, empty])
@pytest.mark.parametrize(
    "name",
    [
        "model/model.json",
        "model/backbone.safetensors",
        "model/inventory.safetensors",
        "styles/styles.safetensors",
        "styles/players.json",
        "styles/attributes.json",
        "styles/deltas.safetensors",
    ],
)
def test_a_damaged_asset_is_named(
    stylemate: Command,
    tiny_assets: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    damage: Callable[[Path], None],
) -> None:
    assets = tmp_path / "assets"
    shutil.copytree(tiny_assets, assets)
    damage(assets / name)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(assets))
    code, _, err = stylemate("policy", "Tal, Mikhail")
    assert code == 2
    assert Path(name).stem in err or Path(name).parent.name in err


def test_a_model_of_a_later_version_is_refused(
    stylemate: Command, tiny_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = tmp_path / "assets"
    shutil.copytree(tiny_assets, assets)
    description = assets / "model/model.json"
    content = json.loads(description.read_text("utf-8"))
    (key,) = [key for key in content if "version" in key]
    content[key] = 999
    description.write_text(json.dumps(content), "utf-8")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(assets))
    code, _, err = stylemate("policy", "Tal, Mikhail")
    assert code == 2
    assert "999" in err


def test_ingest_names_a_file_that_is_not_there(stylemate: Command, tmp_path: Path) -> None:
    code, _, err = stylemate("ingest", tmp_path / "none.pgn", "--out", tmp_path / "store")
    assert code == 2
    assert "none.pgn" in err
    assert not (tmp_path / "store").exists()


def test_ingest_keeps_what_precedes_the_break(stylemate: Command, tmp_path: Path) -> None:
    broken = tmp_path / "cut.pgn.zst"
    games = "".join(GAME.replace("Ada", f"Ada {number}") for number in range(20_000))
    whole = zstandard.ZstdCompressor(write_content_size=False).compress(games.encode())
    broken.write_bytes(whole[: len(whole) // 2])
    code, out, err = stylemate("ingest", broken, "--out", tmp_path / "store")
    said = out + err
    assert "cut.pgn.zst" in said
    assert code in (0, 2)
    code, out, _ = stylemate("players", tmp_path / "store")
    assert code == 0
    assert "Ada 1" in out


@pytest.mark.parametrize("command", [["players"], ["train", "backbone", "--out", "run"]])
@pytest.mark.parametrize("content", [None, b"", b"not a store"])
def test_what_is_no_store_is_named(
    stylemate: Command,
    command: list[str],
    content: bytes | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("store").mkdir()
        Path("store/store.json").write_bytes(content)
    code, _, err = stylemate(*command, "store")
    assert code == 2
    assert "store" in err
    assert not Path("run").exists()


@pytest.mark.usefixtures("with_tiny_assets")
@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "backbone", "STORE", "--out", "MINE"],
        ["train", "styles", "STORE", "--backbone", "BACKBONE", "--out", "MINE"],
        ["train", "dials", "STORE", "--out", "MINE"],
        ["train", "habits", "STORE", "--out", "MINE"],
        ["evaluate", "STORE", "--model", "ASSETS", "--out", "MINE"],
        ["fit", "games.pgn", "--player", "Ada", "--out", "MINE/notes.txt"],
        ["ingest", "games.pgn", "--out", "MINE"],
        ["ingest", "games.pgn", "--out", "MINE", "--overwrite"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_no_command_writes_among_other_things(
    stylemate: Command, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = Path(os.environ[ENVIRONMENT_VARIABLE])
    monkeypatch.chdir(tmp_path)
    Path("games.pgn").write_text(GAME)
    assert stylemate("ingest", "games.pgn", "--out", "STORE")[0] == 0
    Path("MINE").mkdir()
    Path("MINE/notes.txt").write_text("mine")
    places = {"ASSETS": assets, "BACKBONE": assets / "model"}
    code, _, err = stylemate(*(places.get(word, word) for word in arguments))
    assert code == 2
    assert "MINE" in err
    assert "hoose another" in err
    assert [(path.name, path.read_text()) for path in Path("MINE").iterdir()] == [
        ("notes.txt", "mine")
    ]
