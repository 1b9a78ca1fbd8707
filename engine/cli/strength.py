"""``stylemate strength``: measure how strong each setting plays."""

import datetime
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.console import progress_bar, stop_flag
from engine.errors import StylemateError

GAMES_FILE = "games.pgn"


def register(app: typer.Typer) -> None:
    """Add this module's command to the command line."""
    app.command()(strength)


def strength(
    out: Annotated[Path, typer.Argument(help="Folder of the games and the table.")],
    reference: Annotated[
        list[Path],
        typer.Option(help="lc0 file of maia-1100, maia-1500 or maia-1900. May be repeated."),
    ],
    stockfish: Annotated[
        Path | None, typer.Option(help="The Stockfish program, to play against its skill levels.")
    ] = None,
    games: Annotated[int, typer.Option(min=2, help="Games of each rung, about.")] = 200,
    rungs: Annotated[
        str, typer.Option(help="Only these rungs of the ladder: 0-9 or 3,7. All by default.")
    ] = "",
    recipe: Annotated[str, typer.Option(help="The style that plays.")] = "average",
    seed: Annotated[int, typer.Option(min=0, help="Seed of openings and moves.")] = 1,
    at_once: Annotated[
        int, typer.Option(min=1, max=256, help="Games that go on side by side.")
    ] = 16,
) -> None:
    """Play the ladder of strengths against known opponents, and rate its rungs.

    The games are in OUT/games.pgn, the ratings in OUT/strength.json, which goes into the assets
    folder to be shipped. Run the same command again after Ctrl-C and it goes on where it was.
    """
    import torch

    from engine.evaluation.ladder import ladder
    from engine.evaluation.matches.loop import MatchPlayer
    from engine.evaluation.matches.standings import pair_results, scores_of
    from engine.play.opponents import load_registry
    from engine.play.strength.setting import RUNGS
    from engine.play.strength.table import STRENGTH_FILE

    chosen = _numbers(rungs, len(RUNGS))
    torch.set_num_threads(1)  # the games go on in threads of their own
    networks = ladder.network_players(reference)
    registry = load_registry()
    own = ladder.rung_players(registry, recipe)
    with ExitStack() as seats:
        players: list[MatchPlayer] = [*own, *networks]
        for skill in ladder.SKILLS if stockfish is not None else ():
            assert stockfish is not None
            players.append(ladder.stockfish_player(stockfish, skill))
            seats.callback(players[-1].close)
        pairings = ladder.plan([player.name for player in players], chosen, games)
        series = ladder.ladder_series(players, pairings, seed, out / GAMES_FILE, at_once)
        total = len(series.schedule)
        with stop_flag() as is_stopped, progress_bar("Playing", total) as bar:
            bar.add(total - len(series.missing))
            series.play(is_stopped=is_stopped, ended=lambda game: bar.add(1))
    scores = scores_of(pair_results(series.played))
    table, rated = ladder.make_table(own, scores, registry.fingerprint, datetime.date.today())
    table.save(out / STRENGTH_FILE)
    for name, one in sorted(rated.items(), key=lambda item: item[1].elo):
        typer.echo(f"{one.elo:6.0f} +-{ladder.WIDTH * one.error:3.0f}  {one.games:5} games  {name}")
    typer.echo(f"Scale: {table.scale}. The table is {out / STRENGTH_FILE}.")
    if series.missing:
        left = len(series.missing)
        typer.echo(f"Stopped with {left} of {total} games to play. The same command goes on.")
        raise typer.Exit(130)


def _numbers(text: str, count: int) -> list[int]:
    """Return the numbers that ``0-9`` or ``3,7`` names; all below ``count`` if it is empty."""
    if not text:
        return list(range(count))
    found: set[int] = set()
    try:
        for part in text.split(","):
            first, _, last = part.partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    except ValueError:
        raise StylemateError(f"--rungs wants numbers such as 0-9 or 3,7, not {text!r}.") from None
    if not found or min(found) < 0 or max(found) >= count:
        raise StylemateError(f"There are rungs 0 to {count - 1}, not {text!r}.")
    return sorted(found)
