import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import app
from engine.errors import StylemateError
from engine.games.store import GameStore
from tests.games.builders import many_games, pgn_game

COMMAND = [sys.executable, "-c", "from engine.cli import main; main()"]


def invoke(*arguments: object, stdin: bytes | None = None) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def store(tmp_path: Path) -> Path:
    text = (
        pgn_game(["e4"], White="Réti, Richard", WhiteElo="2500")
        + pgn_game(["d4"], WhiteElo="2600", Date="1970.??.??")
        + pgn_game(["d4", "Qd4"])
    )
    (tmp_path / "games.pgn").write_text(text)
    invoke("ingest", tmp_path / "games.pgn", "--out", tmp_path / "store")
    return tmp_path / "store"


def test_ingest_prints_its_account(tmp_path: Path) -> None:
    (tmp_path / "[odd].pgn").write_text(pgn_game(["e4"]) + pgn_game(["e4", "Ke4"]))
    output = invoke("ingest", tmp_path / "[odd].pgn", "--out", tmp_path / "store")
    assert "Read 2 games" in output
    assert "kept 1, skipped 1." in output
    assert "1  illegal move" in output
    assert "[odd].pgn, game 2, line 9: illegal move: 1... Ke4" in output
    assert GameStore.open(tmp_path / "store").fingerprint in output


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8"])
def test_names_are_printed_whatever_the_output_can_hold(tmp_path: Path, encoding: str) -> None:
    name = "Wójcik, Radosław"
    (tmp_path / "games.pgn").write_text(pgn_game(["e4"], White=name), encoding="utf-8")
    invoke("ingest", tmp_path / "games.pgn", "--out", tmp_path / "store")
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [*COMMAND, "players", str(tmp_path / "store")]
    table = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    assert name.encode(encoding, "replace") in table
    shown = subprocess.run([*command, "--json"], env=environment, capture_output=True, check=True)
    assert name in [player["name"] for player in json.loads(shown.stdout.decode(encoding))]


def test_a_file_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    sounding = "e4 \x1b[31mNf6\x07\x9b2J"
    text = f'[White "A\x1b[1mlder"]\n\n1. {sounding} 1-0\n\n' + pgn_game(["e4"])
    (tmp_path / "games.pgn").write_text(text, encoding="utf-8")
    arguments = ["ingest", str(tmp_path / "games.pgn"), "--out", str(tmp_path / "store")]
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, check=True)
    refused = subprocess.run([*COMMAND, "players", "\x1b[31mred"], capture_output=True, check=False)
    assert b"skipped 1" in done.stdout
    assert refused.returncode == 2
    for output in (done.stdout, done.stderr, refused.stderr):
        assert not set(output.decode()) & {
            chr(c) for c in (*range(10), *range(11, 32), *range(127, 160))
        }


def test_ingest_reads_standard_input_and_overwrites_only_when_told(tmp_path: Path) -> None:
    text = many_games(3).encode()
    invoke("ingest", "-", "-o", tmp_path / "store", stdin=text)
    assert GameStore.open(tmp_path / "store").game_count == 3
    with pytest.raises(StylemateError, match="--overwrite"):
        invoke("ingest", "-", "-o", tmp_path / "store", stdin=text)
    limited = ("ingest", "-", "-o", tmp_path / "store", "--overwrite", "--max-games", 2)
    invoke(*limited, stdin=text)
    assert GameStore.open(tmp_path / "store").game_count == 2


def test_players_as_table(store: Path) -> None:
    lines = invoke("players", store).splitlines()
    assert lines[1].split() == ["Petrosian,", "Tigran", "V", "2", "-", "1962-1970"]
    assert lines[2].split() == ["Réti,", "Richard", "1", "2500", "1962"]
    assert invoke("players", store, "--limit", 1).splitlines()[-1].startswith("1 of 3 players")
    assert "Réti" in invoke("players", store, "--search", "reti")
    assert "No player fits." in invoke("players", store, "--min-games", 9)


def test_players_as_json(store: Path) -> None:
    players = json.loads(invoke("players", store, "--json", "--search", "tal"))
    assert players == [
        {
            "name": "Tal, Mikhail",
            "games": 1,
            "rating_min": 2600,
            "rating_max": 2600,
            "first_year": 1970,
            "last_year": 1970,
        }
    ]


@pytest.mark.parametrize(
    "arguments", [["ingest", "missing.pgn", "-o", "store"], ["players", "missing"]]
)
def test_errors_are_one_plain_message(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith("stylemate: ")
    assert "missing" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [*COMMAND, "ingest", "-", "-o", "store", "--workers", "1"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    try:
        process.stdin.write(many_games(1700, most_plies=3).encode())
        process.stdin.flush()
        deadline = time.monotonic() + 30
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert [entry.name[:14] for entry in tmp_path.iterdir()] == [".store.partial"]
        # Ctrl-C reaches every process of the terminal, workers included.
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert list(tmp_path.iterdir()) == []
