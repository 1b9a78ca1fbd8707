"""The promises that the checkout as a whole makes: layout, size, README, licence, privacy."""

import ast
import re
import subprocess
import tomllib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest

from engine.version import VERSION
from tests.requirements import missing, require_program

CHECKOUT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {
    "README.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "pyproject.toml",
    "ui",
    "engine",
    "assets",
    "tests",
}
LARGEST_ASSETS = 45_000_000
"""Bytes that all shipped assets may take together."""


@cache
def tracked_files() -> tuple[str, ...]:
    """Return the path of every file that git tracks or would add, relative to the checkout."""
    git = require_program("git")
    if not (CHECKOUT / ".git").exists():
        missing("needs a git checkout to list the project's files")
    # The folder may belong to another user, as it does in many containers.
    listing = subprocess.run(
        [git, "-c", f"safe.directory={CHECKOUT}", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = (name for name in listing.stdout.split("\0") if name)
    return tuple(name for name in names if (CHECKOUT / name).is_file())


def project_settings() -> dict[str, dict[str, object]]:
    with (CHECKOUT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def python_sources() -> list[Path]:
    return [CHECKOUT / name for name in tracked_files() if name.endswith(".py")]


def test_top_level_holds_only_what_it_should() -> None:
    top = {name.split("/")[0] for name in tracked_files()}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


def test_assets_stay_small_enough_to_clone() -> None:
    sizes = {
        name: (CHECKOUT / name).stat().st_size
        for name in tracked_files()
        if name.startswith("assets/")
    }
    assert sum(sizes.values()) < LARGEST_ASSETS, sorted(sizes.items(), key=lambda item: -item[1])


def test_no_games_are_shipped() -> None:
    assert not [name for name in tracked_files() if re.search(r"\.pgn(\.\w+)?$|\.parquet$", name)]


def test_version_is_the_installed_one() -> None:
    assert version("stylemate") == VERSION


def test_licence_is_the_one_that_pyproject_names() -> None:
    assert project_settings()["project"]["license"] == "GPL-3.0-or-later"
    text = (CHECKOUT / "LICENSE").read_text("utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 3" in text


def unsafe_loading(source: str) -> list[str]:
    """Return the statements that could run code from a data file."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            found += [
                name
                for name in names
                if name.split(".")[0] in {"pickle", "cPickle", "dill", "cloudpickle", "joblib"}
            ]
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            keywords = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if called == "torch.load" and keywords.get("weights_only") != "True":
                found.append(ast.unparse(node))
            if called.endswith("load") and keywords.get("allow_pickle") == "True":
                found.append(ast.unparse(node))
    return found


def test_no_data_file_can_run_code() -> None:
    faults = {
        str(path.relative_to(CHECKOUT)): found
        for path in python_sources()
        if (found := unsafe_loading(path.read_text("utf-8")))
    }
    assert not faults


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import load",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
    ],
)
def test_unsafe_loading_is_noticed(source: str) -> None:
    assert unsafe_loading(source)


PRIVATE_PLACE = re.compile(
    r"""(?:^|[\s"'`(=])(?:/(?:home|root|work|Users|mnt|tmp)/\w|\.\./shared\b)"""
)


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    faults = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name in tracked_files()
        if not name.startswith("assets/") and name != "tests/test_project.py"
        for number, line in enumerate(
            (CHECKOUT / name).read_text("utf-8", errors="ignore").splitlines(), start=1
        )
        if PRIVATE_PLACE.search(line)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("line", ["open('/home/ada/x')", "see ../" + "shared for it", "a /tmp/x"])
def test_a_private_place_is_noticed(line: str) -> None:
    assert PRIVATE_PLACE.search(line)


def readme() -> str:
    return (CHECKOUT / "README.md").read_text("utf-8")


def shell_lines() -> list[str]:
    """Return the commands in README's shell blocks, continued lines joined."""
    blocks = re.findall(r"^```sh\n(.*?)^```", readme(), re.DOTALL | re.MULTILINE)
    joined = "\n".join(blocks).replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def test_readme_opens_with_the_two_commands() -> None:
    assert shell_lines()[:2] == ["./ui/run", "./tests/run"]


@pytest.mark.parametrize("script", ["ui/run", "tests/run", ".ci/run", ".setup/setup.sh"])
def test_scripts_can_be_run(script: str) -> None:
    assert (CHECKOUT / script).stat().st_mode & 0o111 == 0o111
    assert (CHECKOUT / script).read_text("utf-8").startswith("#!/bin/")


def test_ci_runs_what_readme_tells_people_to_run() -> None:
    assert "./tests/run" in (CHECKOUT / ".ci/run").read_text("utf-8")


def test_readme_links_lead_to_files_that_exist() -> None:
    links = re.findall(r"\]\(([^)#\s]+)", readme())
    local = [link for link in links if "://" not in link]
    assert local
    assert not [link for link in local if not (CHECKOUT / link).exists()]


def contributing() -> str:
    return (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")


def test_contributing_is_a_page_and_names_files_that_exist() -> None:
    assert len(contributing().splitlines()) <= 100
    named = re.findall(r"`((?:engine|ui|tests|assets)/[\w./]*)`", contributing())
    assert len(named) > 25
    assert [name for name in named if "NAME" not in name and not (CHECKOUT / name).exists()] == []


def test_contributing_names_every_room() -> None:
    rooms = {"/".join(name.split("/")[:2]) for name in tracked_files() if name.count("/") > 1}
    wanted = {room for room in rooms if room.startswith("engine/")}
    assert [room for room in sorted(wanted) if f"`{room}`" not in contributing()] == []


def test_shell_scripts_pass_shellcheck() -> None:
    program = require_program("shellcheck")
    scripts = [
        name
        for name in tracked_files()
        if name.endswith(".sh") or (CHECKOUT / name).open("rb").read(7) == b"#!/bin/"
    ]
    assert len(scripts) >= 4
    checked = subprocess.run(
        [program, *scripts], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
