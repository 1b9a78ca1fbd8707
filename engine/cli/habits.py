"""``stylemate train habits`` and ``stylemate styles habits``: what players lean to."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.assets import STYLES_DIRECTORY
from engine.cli.console import print_json, progress_bar, stop_flag
from engine.cli.style import styles_app
from engine.cli.train import Store, train_app
from engine.errors import StylemateError

if TYPE_CHECKING:
    from engine.style.habits import HabitLine


def train_habits(
    store: Store,
    out: Annotated[Path, typer.Option("--out", help="Folder of the run; resumed if it has begun.")],
    assets: Annotated[
        Path | None,
        typer.Option(
            help="Assets folder with the model and its styles, into which the habits go; by "
            "default the one in use."
        ),
    ] = None,
    first: Annotated[
        list[str] | None,
        typer.Option(
            "--first",
            help="A player to begin with, and of whom as much is read as of those with many games; "
            "the others follow by games.",
        ),
    ] = None,
    positions: Annotated[
        int, typer.Option(min=1, help="Positions read of a player with many games.")
    ] = 12_000,
    positions_of_few: Annotated[
        int, typer.Option(min=1, help="Positions read of any other player.")
    ] = 800,
) -> None:
    """Measure the habits of every player of the style space: what they lean to in the middlegame.

    Ctrl-C stops it with the habits of those done so far; the same command goes on.
    """
    import torch

    from engine.assets import assets_directory
    from engine.training.habits_fit import HabitOptions
    from engine.training.habits_run import fit_habits

    torch.set_num_threads(1)  # many small steps: threads cost more than they give
    directory = assets_directory(assets)
    options = HabitOptions(positions=positions, positions_of_few=positions_of_few)
    with stop_flag() as is_stopped, progress_bar("Players") as bar:
        fitted = fit_habits(store, directory, out, options, first or [], bar.show, is_stopped)
    known, everybody = fitted.players
    typer.echo(
        f"Habits of {known:,} of {everybody:,} players from {fitted.positions:,} "
        f"positions, in {directory / 'styles'}. Halves of players' games agree well enough for: "
        f"{', '.join(fitted.reliable) or 'none'}."
    )
    if not fitted.finished:
        typer.echo("Stopped; run the same command again to go on.")
        raise typer.Exit(130)


def show_habits(
    name: Annotated[str, typer.Argument(help="A player's name.")],
    every: Annotated[
        bool, typer.Option("--all", help="Show unclear ones too, and those that are not reliable.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what tells a player's games from others', and how sure that is."""
    from engine.assets import assets_directory
    from engine.style.game_habits import told_in_games
    from engine.style.habits import Certainty, described
    from engine.style.space import StyleSpace

    space = StyleSpace.load(assets_directory() / STYLES_DIRECTORY)
    player = space.find(name)
    in_games, chosen = space.game_habits_of(player.name), space.habits_of(player.name)
    if in_games is None and (chosen is None or space.habits is None):
        raise StylemateError(
            f"The habits of {player.name} were not measured. `stylemate styles games` and "
            "`stylemate train habits` do that."
        )
    games: Sequence[HabitLine] = []
    if in_games is not None and space.player_games is not None:
        games = told_in_games(in_games, space.player_games)
    choices: Sequence[HabitLine] = []
    if chosen is not None and space.habits is not None:
        lines = described(chosen, space.habits.scale, shown_only=not every)
        choices = [line for line in lines if every or line.certainty is Certainty.CLEAR]
    if as_json:
        listed = {
            "player": player.name,
            "games": in_games.games if in_games is not None else 0,
            "in_games": _rows(games),
            "positions": chosen.positions if chosen is not None else 0,
            "habits": _rows(choices),
        }
        print_json(listed)
        return
    if in_games is not None:
        typer.echo(f"{player.name}, in {in_games.games:,} games:")
        _echo_lines(games)
    if chosen is not None:
        typer.echo(f"Among the same moves, from {chosen.positions:,} positions after the opening:")
        _echo_lines(choices)


def _rows(lines: "Sequence[HabitLine]") -> list[dict[str, object]]:
    return [
        {
            "key": line.key,
            "text": line.text,
            "deviations": round(line.deviations, 3),
            "certainty": line.certainty,
        }
        for line in lines
    ]


def _echo_lines(lines: "Sequence[HabitLine]") -> None:
    for line in lines:
        typer.echo(f"  {line.deviations:+.1f}  {line}")
    if not lines:
        typer.echo("  Nothing is clear yet.")


def register(app: typer.Typer) -> None:
    """Add this module's commands to those of training and of styles."""
    train_app.command("habits")(train_habits)
    styles_app.command("habits")(show_habits)
