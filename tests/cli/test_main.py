"""The ``stylemate`` command as a person meets it: help, mistakes, errors, Ctrl-C, broken pipes."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest

import engine.cli
from engine.errors import StylemateError

TIMEOUT = 120.0
"""Seconds; generous, because a busy machine is no fault."""


def stylemate(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from engine.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def with_command(body: str) -> list[str]:
    """Return an argument list that runs a ``stylemate`` with one more command, ``probe``."""
    program = "\n".join(
        [
            "import sys, time, os",
            "import engine.cli",
            "from engine.errors import StylemateError",
            "@engine.cli.app.command()",
            "def probe() -> None:",
            textwrap.indent(textwrap.dedent(body), "    "),
            "engine.cli.main(['probe'])",
        ]
    )
    return [sys.executable, "-c", program]


def run_probe(body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        with_command(body),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
        env={**os.environ, **environment},
    )


def test_help_lists_every_command() -> None:
    answer = stylemate("--help", COLUMNS="120")
    assert answer.returncode == 0
    for command in engine.cli.app.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.replace("_", "-")
        assert name in answer.stdout
    for group in engine.cli.app.registered_groups:
        assert group.name
        assert group.name in answer.stdout


def test_help_needs_no_heavy_library() -> None:
    script = (
        "import sys, contextlib\n"
        "import engine.cli\n"
        "with contextlib.suppress(SystemExit):\n"
        "    engine.cli.main(['--help'])\n"
        "heavy = {'torch', 'streamlit', 'pyarrow', 'sklearn', 'plotly', 'pandas'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert answer.stdout.splitlines()[-1] == "loaded: []", answer.stderr


def test_version() -> None:
    answer = stylemate("--version")
    assert (answer.returncode, answer.stdout) == (0, f"stylemate {version('stylemate')}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["castle"], "castle"),
        (["--colour"], "--colour"),
        (["--port", "many"], "--port"),
        (["--port", "70000"], "--port"),
    ],
)
def test_a_wrong_command_line_is_explained(arguments: list[str], said: str) -> None:
    answer = stylemate(*arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_error_for_people_is_printed_as_it_is() -> None:
    answer = run_probe("raise StylemateError('The store is empty. Ingest a file first.')")
    assert answer.returncode == 2
    assert answer.stderr == "stylemate: The store is empty. Ingest a file first.\n"
    assert answer.stdout == ""


def test_a_file_that_cannot_be_opened_is_named() -> None:
    answer = run_probe("open('no-such-file.pgn')")
    assert answer.returncode == 2
    assert "no-such-file.pgn" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_fault_of_ours_says_so_without_traceback() -> None:
    answer = run_probe("{}['missing']", STYLEMATE_DEBUG="")
    assert answer.returncode == 1
    assert "KeyError" in answer.stderr
    assert "STYLEMATE_DEBUG" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_fault_of_ours_can_be_traced() -> None:
    answer = run_probe("{}['missing']", STYLEMATE_DEBUG="1")
    assert answer.returncode == 1
    assert "Traceback" in answer.stderr


def test_a_command_that_ends_well_exits_zero() -> None:
    assert run_probe("print('done')").returncode == 0


def test_ctrl_c_stops_without_traceback() -> None:
    body = "print('ready', flush=True); time.sleep(60)"
    with subprocess.Popen(
        with_command(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    assert "Traceback" not in said


@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_reader_that_leaves_early_is_no_error(lines: int) -> None:
    # One line is still in our buffer when the command ends; many fill the pipe before that.
    body = f"sys.stdin.readline()\nfor _ in range({lines}): print('x' * 80)"
    process = subprocess.Popen(
        with_command(body),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, said = process.communicate(b"go\n", timeout=TIMEOUT)
    assert said == b""


@contextmanager
def listening() -> Iterator[int]:
    """Hold a port and yield its number."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with (
        listening() as port,
        pytest.raises(StylemateError, match=rf"port {port}.*--port {port + 1}"),
    ):
        engine.cli.require_free_port("127.0.0.1", port)


def test_a_port_is_free_once_its_server_has_gone() -> None:
    with listening() as port:
        pass
    engine.cli.require_free_port("127.0.0.1", port)


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(StylemateError, match=r"no\.such\.host\.invalid"):
        engine.cli.require_free_port("no.such.host.invalid", 8501)


def test_without_pages_the_app_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui/__init__.py").touch()
    monkeypatch.delitem(sys.modules, "ui", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(StylemateError, match=r"ui/app\.py"):
        engine.cli.app_script()


def test_streamlit_reports_to_nobody() -> None:
    command = engine.cli.streamlit_command(Path("app.py"), "localhost", 8501, browser=False)
    assert "--browser.gatherUsageStats=false" in command
    assert "--server.showEmailPrompt=false" in command
    assert "--server.headless=true" in command


def test_the_bare_command_serves_the_app() -> None:
    with listening() as port:
        pass
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from engine.cli import main; main()",
            "--no-browser",
            "--port",
            str(port),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert f"http://localhost:{port}" in process.stdout.readline()
        assert page_text(f"http://localhost:{port}/_stcore/health", process) == "ok"
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=TIMEOUT)
        assert "Traceback" not in said
    finally:
        process.kill()
        process.wait()


def page_text(address: str, process: subprocess.Popen[str]) -> str:
    """Return what ``address`` answers, once it does and as long as the server lives."""
    deadline = time.monotonic() + TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:
                return bytes(answer.read()).decode()
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no answer from {address}; the server's exit code is {process.returncode}")
