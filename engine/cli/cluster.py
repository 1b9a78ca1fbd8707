"""``stylemate cluster``: serving, reading archives and fitting players on many machines."""

import importlib.util
import time
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import StylemateError

app = typer.Typer(
    help="The same work on many machines, by Ray; without a cluster, on this one.",
    no_args_is_help=True,
)


@app.callback()
def _check() -> None:
    if importlib.util.find_spec("ray") is None:
        raise StylemateError(
            "Ray is not installed. Install it with: pip install 'stylemate[cluster]'"
        )


@app.command()
def serve(
    replicas: Annotated[int, typer.Option(min=1, help="Servers, each with the model.")] = 1,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8600,
    host: Annotated[str, typer.Option(help="Address on which each machine listens.")] = "127.0.0.1",
    rate: Annotated[str, typer.Option(help="Questions an address may ask.")] = "600/minute",
) -> None:
    """Answer as `stylemate serve` does, by as many servers as wanted."""
    from engine.cluster.serving import run
    from engine.serve.api import read_rate

    read_rate(rate)
    run(replicas, host, port, rate)
    typer.echo(f"{replicas} servers answer at http://{host}:{port}; Ctrl-C ends them.")
    while True:
        time.sleep(3600)


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="PGN files or folders of them.")],
    parts: Annotated[Path, typer.Option(help="Folder for the store of each archive.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Directory of the new game store.")],
) -> None:
    """Read archives, each on some machine, into one game store. Started again, it goes on."""
    from engine.cluster.archives import join, read_archives

    archives = read_archives(paths, parts.resolve())
    for archive in archives:
        typer.echo(f"{archive.path}: {archive.problem or f'{archive.games:,} games'}")
    typer.echo(f"{join(archives, parts, out):,} games in {out}")


@app.command()
def fit(
    store: Annotated[Path, typer.Argument(help="Directory of a game store.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the style files.")],
    least_games: Annotated[int, typer.Option(min=2, help="Only players with so many.")] = 100,
    actors: Annotated[int, typer.Option(min=1, help="Processes that fit.")] = 2,
) -> None:
    """Fit the style of every player of a store. Started again, it goes on."""
    from engine.assets import assets_directory
    from engine.cluster.fitting import fit_players
    from engine.games.players import matching_players, players_of
    from engine.games.store import GameStore

    known = matching_players(players_of(GameStore.open(store)), search="", min_games=least_games)
    names = [player.name for player in known]
    if not names:
        raise StylemateError(f"Nobody has {least_games:,} games in {store}.")
    places = (store.resolve(), out.resolve(), assets_directory().resolve())
    for player in fit_players(places[0], names, places[1], places[2], actors):
        typer.echo(f"{player.player}: {player.problem or player.style}")


def register(application: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    application.add_typer(app, name="cluster")
