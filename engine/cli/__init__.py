"""The ``stylemate`` command.

Each room adds its own subcommands through a module beside this one with ``register(app)``;
this module holds what they share: the application object, how errors reach a person, and the
default action, which opens the app in a browser.

Exit codes: 0 done, 1 a fault of ours, 2 a wrong command line or a :class:`StylemateError`,
130 stopped with Ctrl-C.
"""

import importlib.util
import io
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from engine.cli import (
    cluster,
    evaluate,
    fit,
    games,
    habits,
    match,
    networks,
    play,
    serve,
    strength,
    style,
    train,
    uci,
)
from engine.cli.console import printable
from engine.errors import StylemateError
from engine.version import VERSION

DEFAULT_PORT = 8501
DEBUG_VARIABLE = "STYLEMATE_DEBUG"

app = typer.Typer(
    name="stylemate",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def app_script() -> Path:
    """Return the path of the Streamlit script that draws the app.

    Raises:
        StylemateError: the ``ui`` package or its ``app.py`` is not installed.
    """
    package = importlib.util.find_spec("ui")
    for folder in (package.submodule_search_locations or ()) if package else ():
        script = Path(folder) / "app.py"
        if script.is_file():
            return script
    raise StylemateError(
        "The app's pages are not installed: there is no ui/app.py. "
        "Run Stylemate from a full checkout, or install it again with `pip install .`."
    )


def require_free_port(host: str, port: int) -> None:
    """Check that a server can listen at ``host``:``port``.

    Raises:
        StylemateError: the host is unknown, or the port is taken or not permitted.
    """
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise StylemateError(
            f"There is no network address {host!r} on this machine. Try --host localhost."
        ) from None
    for family, kind, protocol, _, address in addresses:
        try:
            with socket.socket(family, kind, protocol) as candidate:
                # Otherwise the port counts as taken for a minute after the app was closed.
                candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                candidate.bind(address)
            return
        except OSError as error:
            last_error = error
    raise StylemateError(
        f"Cannot open the app at {host}, port {port}: {last_error.strerror}. "
        f"Perhaps Stylemate is already open there; otherwise choose another port, "
        f"for example `stylemate --port {port + 1 if port < 65535 else DEFAULT_PORT}`."
    )


def streamlit_command(script: Path, host: str, port: int, browser: bool) -> list[str]:
    """Return the argument list that serves ``script`` with Streamlit.

    Nothing is sent to Streamlit's makers or asked of other hosts, no e-mail address is asked for,
    and files are not watched, because a person who plays does not edit the pages.
    """
    options = {
        "server.address": host,
        "server.port": str(port),
        "server.showEmailPrompt": "false",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
        "global.developmentMode": "false",
    }
    if not browser:
        options["server.headless"] = "true"
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "ui.server", "run", str(script), *flags]


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"stylemate {VERSION}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def open_app(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port on which the app listens.")
    ] = DEFAULT_PORT,
    host: Annotated[
        str,
        typer.Option(help="Address on which it listens; 0.0.0.0 lets other machines in."),
    ] = "localhost",
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Play chess against a style: learned from real games, blended, steered.

    Without a command it opens the app in your browser.
    """
    if context.invoked_subcommand is not None:
        return
    script = app_script()
    require_free_port(host, port)
    shown_host = "localhost" if host in ("0.0.0.0", "::") else host
    typer.echo(f"Stylemate is at http://{shown_host}:{port} (Ctrl-C stops it)")
    sys.stdout.flush()
    command = streamlit_command(script, host, port, browser)
    # Streamlit takes this process's place, so that signals and the exit code are its own.
    os.execv(command[0], command)


for room in (
    play,
    serve,
    cluster,
    match,
    uci,
    networks,
    style,
    fit,
    games,
    train,
    habits,
    evaluate,
    strength,
):
    room.register(app)


def _fail(message: str, code: int) -> NoReturn:
    print(f"stylemate: {printable(message)}", file=sys.stderr)
    raise SystemExit(code)


def _leave_quietly() -> NoReturn:
    # The reader of our output went away. Python would flush again on exit and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(1)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit; people see messages, never a traceback.

    Args:
        arguments: what follows the program's name; by default those of this process.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that it cannot hold is not the end
    try:
        try:
            app(args=arguments, prog_name="stylemate")
        finally:
            sys.stdout.flush()
    except StylemateError as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        _leave_quietly()
    except OSError as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        _fail(str(error), 2)
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        _fail(
            f"unexpected {type(error).__name__}: {error}. This is a fault in Stylemate; "
            f"set {DEBUG_VARIABLE}=1 and run it again to see where.",
            1,
        )
    raise SystemExit(0)
