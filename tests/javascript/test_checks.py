"""Types and style of the JavaScript, and that vendored files are what they claim to be."""

import hashlib
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.browser.driver import CHECKOUT
from tests.requirements import missing

UI = CHECKOUT / "ui"
CONFIGURATION = Path(__file__).parent / "deno.json"
VENDORED = sorted((UI / "board" / "vendor").iterdir())
SOURCES = sorted(path for path in UI.rglob("*.js") if "vendor" not in path.parts)


def tool(name: str) -> str:
    """Return the path of a program that the development packages bring."""
    path = Path(sysconfig.get_path("scripts")) / name
    return str(path) if path.is_file() else missing(f"needs {name}; ./tests/run installs it")


def check_types(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [tool("deno"), "check", "--quiet", "--no-remote", "--config", str(CONFIGURATION)]
    return subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)


def check_style(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [tool("oxlint"), "--deny-warnings"]
    return subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)


def test_every_script_asks_for_types() -> None:
    silent = [p.name for p in SOURCES if not p.read_text("utf-8").startswith("// @ts-check\n")]
    assert silent == []


def test_types_fit() -> None:
    checked = check_types(*SOURCES)
    assert checked.returncode == 0, checked.stderr


def test_a_wrong_type_is_noticed(tmp_path: Path) -> None:
    script = tmp_path / "wrong.js"
    module = (UI / "board" / "position.js").as_posix()
    script.write_text(f'// @ts-check\nimport {{ turn }} from "{module}";\nturn(7);\n', "utf-8")
    checked = check_types(script)
    assert checked.returncode != 0
    assert "'number' is not assignable to parameter of type 'string'" in checked.stderr


def test_style_is_kept() -> None:
    checked = check_style(*SOURCES)
    assert checked.returncode == 0, checked.stdout


def test_bad_style_is_noticed(tmp_path: Path) -> None:
    script = tmp_path / "bad.js"
    script.write_text("const unused = 1;\n", "utf-8")
    checked = check_style(script)
    assert checked.returncode != 0
    assert "no-unused-vars" in checked.stdout


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_vendored_files_are_those_that_were_published(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = dict(reversed(line.split(maxsplit=1)) for line in lines)
    present = {p.name for p in folder.iterdir()} - {"SHA256SUMS", "README.md"}
    assert set(sums) == present
    assert {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in present
    } == sums


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_vendored_files_say_whose_they_are(folder: Path) -> None:
    words = (folder / "README.md").read_text("utf-8")
    assert re.match(rf"# {folder.name} \d+(\.\d+)+\n", words)
    assert "GPL-3.0-or-later" in words
    assert "GNU GENERAL PUBLIC LICENSE" in (folder / "LICENSE").read_text("utf-8")
