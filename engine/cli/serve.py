"""``stylemate serve``: styles for programs on other machines."""

import importlib.util
import logging
from typing import Annotated

import typer

from engine.errors import StylemateError

PORT = 8600
KEEP_SECONDS = 75
"""That a connection stays open between questions. Players think for longer than the usual 5, and a
question that is under way as its connection closes is lost."""


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = PORT,
    host: Annotated[
        str,
        typer.Option(help="Address on which it listens; 0.0.0.0 lets other machines in."),
    ] = "localhost",
    rate: Annotated[
        str, typer.Option(help="How many questions one address may ask, in what time.")
    ] = "600/minute",
) -> None:
    """Answer questions about styles over HTTP: policy, move, recipe, styles.

    Its interface is described at /openapi.json. Nothing that is asked is kept.
    """
    if any(importlib.util.find_spec(name) is None for name in ("fastapi", "limits", "uvicorn")):
        raise StylemateError(
            "The server's libraries are not installed. Install them with: "
            "pip install 'stylemate[serve]'"
        )
    import uvicorn

    from engine.cli import require_free_port
    from engine.serve.api import create_app

    require_free_port(host, port)
    app = create_app(rate=rate)
    logging.basicConfig(level=logging.WARNING)
    typer.echo(f"Stylemate answers at http://{host}:{port}; Ctrl-C ends it.")
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=KEEP_SECONDS,
    )


def register(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command()(serve)
