"""``stylemate match`` as a process: killed, interrupted, and gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.assets import ENVIRONMENT_VARIABLE
from engine.cli import main
from engine.evaluation.matches.record import read_record
from tests.conftest import tiny_space

PLAYERS = tiny_space().names[:2]
PATIENCE = 300.0


def started(assets: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from engine.cli import main; main()", "match", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, ENVIRONMENT_VARIABLE: str(assets)},
    )


def wait_for_games(process: subprocess.Popen[str], path: Path, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not (path.exists() and path.read_text().count("[Event ") >= count):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"{path} never held {count} games"
        time.sleep(0.02)


def test_a_killed_and_an_interrupted_match_come_to_their_end(
    tiny_assets: Path, tmp_path: Path
) -> None:
    path = tmp_path / "games.pgn"
    command = (*PLAYERS, "--games", "60", "--pgn", str(path), "--at-once", "2", "--json")
    process = started(tiny_assets, *command)
    wait_for_games(process, path, 1)
    process.kill()
    process.communicate()
    kept = {game.round: game for game in read_record(path)}

    process = started(tiny_assets, *command)
    wait_for_games(process, path, len(kept) + 1)
    process.send_signal(signal.SIGINT)
    output, told = process.communicate(timeout=PATIENCE)
    found = {game.round: game for game in read_record(path)}
    assert kept.items() <= found.items()
    assert sum(player["games"] for player in json.loads(output)["players"]) == 2 * len(found)
    if len(found) < 60:
        assert process.returncode == 130
        assert "The same command goes on" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((PLAYERS[0],), "two players"),
        ((PLAYERS[0], PLAYERS[0]), "named twice"),
        ((*PLAYERS, "--games", "3"), "even number"),
        ((PLAYERS[0], "nobody at all"), "nobody at all"),
        ((PLAYERS[0], "uci:/dev/null"), "no program"),
        ((*PLAYERS, "--openings", "missing.pgn"), "missing.pgn"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    with_tiny_assets: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["match", *arguments])
    assert ended.value.code == 2
    output, told = capsys.readouterr()
    assert said in told
    assert "Traceback" not in told
    assert not output
