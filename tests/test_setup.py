"""The decisions of the set-up script, on an imagined machine.

Every program that the script asks about the machine is replaced by one that answers what the
test says and writes down how it was called, so nothing is installed.
"""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
REAL_PROGRAMS = ("sh", "dirname", "cat", "cksum", "grep", "env", "cp", "mkdir")

PYTHON = """#!/bin/sh
echo "python $*" >>"$CALLS"
case "$*" in
    *"version_info < "*) exit "${OLD_PYTHON:-0}" ;;
    "-c import ensurepip, venv") [ -z "${NO_VENV:-}" ] ;;
    *"-venv"*) echo python3.11-venv ;;
    "-m venv --clear "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
    "-c import torch") exit 1 ;;
    "- https://"*) cat >/dev/null; exit "${NO_CPU_INDEX:-0}" ;;
    *ctypes*) exit "${NO_CAIRO:-0}" ;;
    "-m pip install"*) [ -z "${NO_PACKAGES:-}" ] || { echo "no route to host"; exit 1; } ;;
esac
"""


@dataclass
class Machine:
    """An imagined machine with a checkout on it, and what was called there."""

    folder: Path
    checkout: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def calls(self) -> list[str]:
        log = self.folder / "calls"
        return log.read_text("utf-8").splitlines() if log.exists() else []

    def install(self, name: str, script: str) -> None:
        """Put a program on the search path."""
        path = self.folder / "bin" / name
        path.write_text(script if script.startswith("#!") else f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(0o755)

    def install_logged(self, name: str) -> None:
        self.install(name, f'echo "{name} $*" >>"$CALLS"')

    def set_up(self, purpose: str = "app") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / ".setup/setup.sh", purpose],
            env={
                "PATH": str(self.folder / "bin"),
                "CALLS": str(self.folder / "calls"),
                **self.environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def called(self, *words: str) -> list[str]:
        """Return the calls that contain all these words."""
        return [call for call in self.calls if all(word in call for word in words)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Linux machine with Python 3.11, without GPU, apt or root."""
    (tmp_path / "bin").mkdir()
    for name in REAL_PROGRAMS:
        found = shutil.which(name)
        assert found
        (tmp_path / "bin" / name).symlink_to(found)
    checkout = tmp_path / "checkout"
    (checkout / ".setup").mkdir(parents=True)
    shutil.copy(CHECKOUT / ".setup/setup.sh", checkout / ".setup")
    shutil.copy(CHECKOUT / "pyproject.toml", checkout)
    imagined = Machine(tmp_path, checkout)
    imagined.install("python3", PYTHON)
    imagined.install("uname", "echo Linux")
    imagined.install("id", "echo 1000")
    return imagined


def become_root(machine: Machine) -> None:
    machine.install("id", "echo 0")
    machine.install_logged("apt-get")


def test_a_machine_without_gpu_gets_the_small_build_of_torch(machine: Machine) -> None:
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    (torch,) = machine.called("pip install", "torch==")
    assert torch.endswith("--extra-index-url https://download.pytorch.org/whl/cpu")
    assert machine.called("pip install", "--editable .")
    assert "ready" in done.stdout


def test_a_silent_cpu_index_does_not_stop_the_set_up(machine: Machine) -> None:
    machine.environment["NO_CPU_INDEX"] = "1"
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    (torch,) = machine.called("pip install", "torch==")
    assert "--extra-index-url" not in torch
    assert "may be larger" in done.stdout


def test_a_gpu_gets_the_build_that_uses_it(machine: Machine) -> None:
    machine.install("nvidia-smi", "echo 'GPU 0: Imagined'")
    assert machine.set_up().returncode == 0
    (torch,) = machine.called("pip install", "torch==")
    assert "--extra-index-url" not in torch


def test_a_driver_without_gpu_is_no_gpu(machine: Machine) -> None:
    machine.install("nvidia-smi", "echo 'No devices were found'; exit 6")
    assert machine.set_up().returncode == 0
    assert machine.called("pip install", "torch==", "--extra-index-url")


def test_the_second_run_is_silent_and_does_nothing(machine: Machine) -> None:
    machine.set_up()
    before = machine.calls
    again = machine.set_up()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert machine.calls == before


def test_new_requirements_are_installed(machine: Machine) -> None:
    machine.set_up()
    with (machine.checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n# another day\n")
    machine.set_up()
    assert len(machine.called("pip install", "--editable")) == 2
    assert len(machine.called("-m venv --clear")) == 1


def test_tests_need_more_than_the_app(machine: Machine) -> None:
    machine.set_up()
    for name in ("stockfish", "pgn-extract", "shellcheck", "git", "chromium"):
        machine.install_logged(name)
    assert machine.set_up("tests").returncode == 0
    assert machine.called("pip install", "--editable .[dev]")


def test_without_python_it_says_what_to_install(machine: Machine) -> None:
    (machine.folder / "bin/python3").unlink()
    done = machine.set_up()
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr
    assert "sudo apt-get install python3" in done.stderr


def test_an_old_python_is_not_taken(machine: Machine) -> None:
    machine.environment["OLD_PYTHON"] = "1"
    done = machine.set_up()
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr
    assert not machine.called("-m venv")


def test_a_newer_python_beside_an_old_one_is_found(machine: Machine) -> None:
    machine.install("python3.12", PYTHON)
    machine.install("python3", "exit 1")
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    assert machine.called("-m venv --clear")


def test_without_venv_it_says_what_to_install(machine: Machine) -> None:
    machine.environment["NO_VENV"] = "1"
    done = machine.set_up()
    assert done.returncode == 1
    assert "sudo apt-get install python3.11-venv" in done.stderr


def test_root_gets_venv_and_cairo_installed(machine: Machine) -> None:
    become_root(machine)
    machine.environment.update(NO_VENV="1", NO_CAIRO="1")
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    assert machine.called("apt-get install", "python3.11-venv")
    assert machine.called("apt-get install", "libcairo2")
    assert len(machine.called("apt-get update")) == 1


def test_sudo_without_password_is_used(machine: Machine) -> None:
    machine.install_logged("apt-get")
    machine.install("sudo", 'echo "sudo $*" >>"$CALLS"; shift; "$@"')
    machine.environment["NO_CAIRO"] = "1"
    assert machine.set_up().returncode == 0
    assert machine.called("sudo -n", "apt-get install", "libcairo2")


def test_the_app_does_without_cairo(machine: Machine) -> None:
    machine.environment["NO_CAIRO"] = "1"
    done = machine.set_up()
    assert done.returncode == 0
    assert "sudo apt-get install libcairo2" in done.stdout


def test_missing_programs_are_told_and_left_out(machine: Machine) -> None:
    done = machine.set_up("tests")
    assert done.returncode == 0, done.stderr
    for name in ("chromium", "shellcheck", "git"):
        assert f"sudo apt-get install {name}" in done.stdout


def test_missing_programs_are_a_failure_where_all_is_required(machine: Machine) -> None:
    machine.environment["STYLEMATE_REQUIRE_ALL"] = "1"
    done = machine.set_up("tests")
    assert done.returncode == 1
    assert "sudo apt-get install" in done.stderr


def test_a_failed_download_shows_its_reason_and_can_be_repeated(machine: Machine) -> None:
    machine.environment["NO_PACKAGES"] = "1"
    failed = machine.set_up()
    assert failed.returncode == 1
    assert "no route to host" in failed.stderr
    assert "Running this again" in failed.stderr
    del machine.environment["NO_PACKAGES"]
    assert machine.set_up().returncode == 0


def test_a_moved_checkout_is_set_up_anew(machine: Machine) -> None:
    machine.set_up()
    # Paths to the old place stand in the environment's scripts.
    (machine.folder / "checkout").rename(machine.folder / "moved")
    machine.checkout = machine.folder / "moved"
    assert "ready" in machine.set_up().stdout


def test_an_unknown_purpose_is_refused(machine: Machine) -> None:
    done = machine.set_up("everything")
    assert done.returncode == 2
    assert "app|tests" in done.stderr
