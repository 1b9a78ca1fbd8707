"""``stylemate ingest`` and ``stylemate players``: games in, and who played them."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import Bar, killed_like_interrupted, print_json, printable, progress_bar

if TYPE_CHECKING:
    from rich.console import Console

    from engine.games.ingest import IngestSummary
    from engine.games.players import PlayerSummary

_DEFAULT_ROWS = 50


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(ingest)
    app.command()(players)


def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="PGN files (.pgn, .gz, .bz2, .zst), directories of them, or - for a pipe.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Directory of the new game store.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a game store that is there already.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=0, help="Processes that parse; as many as processors by default."),
    ] = None,
    max_games: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many games have been read.")
    ] = None,
) -> None:
    """Read games from PGN, check every move, and write a game store.

    Only the main line of standard games is kept. Games that are broken, of another variant, from a
    set-up position or repeated are skipped, counted, and the first of each kind are named. After a
    crash the same command goes on where it was.
    """
    from rich.console import Console

    from engine.games.ingest import IngestOptions
    from engine.games.ingest import ingest as ingest_sources
    from engine.games.sources import find_sources

    sources = find_sources(paths)
    sizes = [source.size for source in sources]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    options = IngestOptions(workers=workers, max_games=max_games, overwrite=overwrite)
    with (
        killed_like_interrupted(),
        progress_bar("Reading, MB", None if total is None else total / 1e6) as bar,
    ):
        summary = ingest_sources(sources, out, options, lambda summary: _shown(bar, summary))
    _print_summary(Console(soft_wrap=True, highlight=False), summary, out)


def _shown(bar: Bar, summary: "IngestSummary") -> None:
    note = f"{summary.read:,} games, {summary.games_per_second:,.0f}/s"
    bar.show(summary.bytes_read / 1e6, note=note)


def _print_summary(console: "Console", summary: "IngestSummary", out: Path) -> None:
    from rich.markup import escape

    if summary.taken_up:
        console.print(f"Went on after {summary.taken_up:,} games of a run that was broken off.")
    console.print(
        f"Read {summary.read:,} games in {summary.seconds:,.1f} s "
        f"({summary.games_per_second:,.0f} games/s): "
        f"kept {summary.kept:,}, skipped {summary.skipped_count:,}."
    )
    for reason, tally in summary.skipped_by_count():
        console.print(f"  {tally.count:>9,}  {reason.value}")
        for example in tally.examples:
            console.print(f"             {escape(printable(str(example)))}")
    for name, why in summary.damaged:
        console.print(f"Not read to the end: {escape(printable(name))}: {escape(printable(why))}")
    console.print(f"Game store: {escape(str(out))} (fingerprint {summary.fingerprint})")


def players(
    store: Annotated[Path, typer.Argument(help="Directory of a game store.")],
    min_games: Annotated[int, typer.Option(min=1, help="Only players with so many games.")] = 1,
    search: Annotated[str, typer.Option(help="Only names that hold these words.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, all players.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help=f"Most rows to print, 0 for all; {_DEFAULT_ROWS} in a table."),
    ] = None,
) -> None:
    """List the players of a game store with their games, ratings and years."""
    from engine.games.players import matching_players, players_of
    from engine.games.store import GameStore

    found = matching_players(players_of(GameStore.open(store)), search=search, min_games=min_games)
    if limit is None:
        limit = 0 if as_json else _DEFAULT_ROWS
    shown = found[: limit or None]
    if as_json:
        print_json([asdict(player) for player in shown], indent=1)
        return
    _print_players(shown, len(found))


def _print_players(shown: list["PlayerSummary"], found: int) -> None:
    width = max([len("player"), *(len(player.name) for player in shown)])
    typer.echo(f"{'player':<{width}}  {'games':>7}  {'rating':^9}  years")
    for player in shown:
        rating = _range(player.rating_min, player.rating_max)
        years = _range(player.first_year, player.last_year)
        typer.echo(f"{player.name:<{width}}  {player.games:>7,}  {rating:^9}  {years}")
    if found > len(shown):
        typer.echo(f"{len(shown)} of {found:,} players; --limit 0 shows all.")
    elif not found:
        typer.echo("No player fits.")


def _range(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return "-"
    return str(low) if low == high else f"{low}-{high}"
