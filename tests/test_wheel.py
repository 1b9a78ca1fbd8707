"""The wheel holds all that the program needs, and runs where no checkout is."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.test_project import CHECKOUT, tracked_files

pytestmark = pytest.mark.slow

PATIENCE = 300


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout and unpack it in a folder of its own."""
    source, place = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in tracked_files():
        if not name.startswith("tests/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CHECKOUT / name, source / name)
    build = "from setuptools import build_meta; print(build_meta.build_wheel('wheels'))"
    (source / "wheels").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = (source / "wheels").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def environment(installed: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "STYLEMATE_ASSETS"}
    return {**kept, "PYTHONPATH": str(installed)}


def launch(*arguments: str) -> list[str]:
    """Return the command of the installed program, as its script calls it."""
    code = f"import sys; sys.argv[1:] = {list(arguments)!r}; from engine.launch import main; main()"
    return [sys.executable, "-c", code]


def test_every_file_of_the_program_is_packed(installed: Path) -> None:
    wanted = [name for name in tracked_files() if name.split("/")[0] in ("engine", "ui", "assets")]
    missing = [name for name in wanted if not (installed / name).is_file()]
    # What only a checkout is for: how to start from it, notes for those who change it.
    guides = {f"engine/{room}/GUIDE.md" for room in ("play/uci", "serve", "cluster")}
    assert set(missing) <= {"ui/run", "engine/evaluation/LOG.md", *guides}
    assert len(wanted) > 200
    (names,) = installed.glob("*.dist-info/entry_points.txt")
    assert "stylemate-uci = engine.play.uci.program:main" in names.read_text("utf-8")


def test_it_plays_from_its_own_assets(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        launch("uci"),
        input="uci\nposition startpos\ngo nodes 1\n",
        cwd=tmp_path,
        env=environment(installed),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert "option name King danger type spin" in done.stdout
    assert "info string Plays" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("bestmove ")
    assert "multipv 1 score cp" in done.stdout, done.stdout + done.stderr
    where = subprocess.run(
        [sys.executable, "-c", "from engine.assets import *; print(assets_directory())"],
        cwd=tmp_path,
        env=environment(installed),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()) == installed / "assets"


def test_it_opens_the_app(installed: Path, tmp_path: Path) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = launch("--no-browser", "--port", str(port))
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment(installed),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as app:
        try:
            assert answers(f"http://localhost:{port}/_stcore/health", app)
            assert answers(f"http://localhost:{port}/app/static/icon.svg", app)
        finally:
            app.kill()


def answers(address: str, app: "subprocess.Popen[str]") -> bool:
    """Wait until the app answers at an address; False if it ended instead."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and app.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=30) as response:
                return bool(response.status == 200)
        except OSError:
            time.sleep(0.2)
    return False
