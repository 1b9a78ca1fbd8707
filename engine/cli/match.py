"""``stylemate match``: recipes and chess programs play each other, and are rated."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import progress_bar, stop_flag
from engine.cli.play import StyleOption, load_opponents

if TYPE_CHECKING:
    from engine.evaluation.matches.loop import MatchPlayer
    from engine.evaluation.matches.match import Match
    from engine.evaluation.matches.standings import Standings

_FIGURES = ("queens_off_20", "castled_15", "captures", "checks", "sound_sacrifices", "length")
_LONGEST_NAME = 44


def register(app: typer.Typer) -> None:
    """Add this module's command to the command line."""
    app.command()(match)


def match(
    players: Annotated[
        list[str],
        typer.Argument(
            help="Two or more: recipes such as 'Tal, Mikhail | elo 1800', and programs such as "
            "'uci:stockfish?Skill Level=3'; nodes, depth and movetime limit a program's moves."
        ),
    ],
    games: Annotated[int, typer.Option(min=2, help="Games of each pair, even.")] = 20,
    elo: Annotated[int | None, typer.Option(help="Strength of the recipes that name none.")] = None,
    gauntlet: Annotated[
        bool, typer.Option("--gauntlet", help="Only the first player meets the others.")
    ] = False,
    openings: Annotated[
        Path | None,
        typer.Option(help="PGN, EPD or FEN file of openings. By default 24 well-known ones."),
    ] = None,
    pgn: Annotated[
        Path | None,
        typer.Option(help="Write the games here; the same command goes on where it stopped."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    temperature: Annotated[
        float, typer.Option(min=0, max=10, help="Of styles without a chosen strength.")
    ] = 0.5,
    seed: Annotated[int, typer.Option(min=0, help="Seed of openings and moves.")] = 1,
    at_once: Annotated[
        int, typer.Option(min=1, max=256, help="Games that go on side by side.")
    ] = 16,
    style: StyleOption = None,
) -> None:
    """Let recipes and chess programs play each other, and rate them.

    Every opening is played with both colours. Games end by the rules of chess, repetition and fifty
    moves at once; 300 half-moves are a draw. Ratings are Elo against the mean of the players, with
    95 % intervals.
    """
    import torch

    from engine.evaluation.matches.match import Match, MatchPlan
    from engine.evaluation.matches.openings import named_openings, read_match_openings
    from engine.evaluation.matches.standings import as_json as table_as_json
    from engine.evaluation.matches.standings import figures_of_players, standings

    torch.set_num_threads(1)  # the games go on in threads of their own
    book = named_openings() if openings is None else read_match_openings(openings)
    plan = MatchPlan(openings=book, games=games, gauntlet=gauntlet, seed=seed, at_once=at_once)
    with ExitStack() as seats:
        chosen = _players(players, elo, temperature, style, seats)
        contest = Match(chosen, plan, pgn)
        is_whole = _play(contest)
    table = standings(contest.names, contest.played)
    figures = figures_of_players(contest.names, contest.played)
    if as_json:
        typer.echo(json.dumps(table_as_json(table, figures), ensure_ascii=False))
    else:
        _show(table, figures)
    if not is_whole:
        again = " The same command goes on." if pgn is not None else ""
        typer.echo(
            f"Stopped after {len(contest.played)} of {len(contest.schedule)} games.{again}",
            err=True,
        )
        raise typer.Exit(130)


def _players(
    texts: Sequence[str],
    elo: int | None,
    temperature: float,
    styles: list[Path] | None,
    seats: ExitStack,
) -> "list[MatchPlayer]":
    from engine.evaluation.matches.players import match_player

    registry = load_opponents(styles)
    found = []
    for text in texts:
        player = match_player(text, registry, elo, temperature)
        seats.callback(player.close)
        found.append(player)
    return found


def _play(contest: "Match") -> bool:
    """Play what is missing with a bar; return whether the match came to its end."""
    from engine.evaluation.matches.standings import standings

    with stop_flag() as is_stopped, progress_bar("Playing", len(contest.schedule)) as bar:
        bar.add(len(contest.played))

        def ended(game: object) -> None:
            best = standings(contest.names, contest.played).players[0]
            bar.show(len(contest.played), note=f"ahead: {_short(best.name)}")

        contest.play(is_stopped=is_stopped, ended=ended)
    return not contest.missing


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _show(table: "Standings", figures: dict[str, dict[str, float]]) -> None:
    from engine.attributes.figure_registry import BY_KEY

    width = max(len(_short(player.name)) for player in table.players)
    typer.echo(f"{'':{width + 4}}   Elo  95 % interval   games  points      %")
    for place, player in enumerate(table.players, start=1):
        typer.echo(
            f"{place:2}  {_short(player.name):{width}} {player.elo:+6.0f}  "
            f"{player.low:+6.0f} to {player.high:+5.0f}  {player.games:5}  {player.points:6.1f}  "
            f"{player.score:5.1%}"
        )
    typer.echo("\nPairs: wins, draws, losses, and how surely the first is the stronger")
    for pair in table.pairs:
        typer.echo(
            f"  {_short(pair.first)} - {_short(pair.second)}: +{pair.wins} ={pair.draws} "
            f"-{pair.losses}, {pair.superiority:.1%}"
        )
    typer.echo("\nTheir games")
    for player in table.players:
        known = figures.get(player.name, {})
        said = [BY_KEY[key].say(known[key]) for key in _FIGURES if key in known]
        if said:
            typer.echo(f"  {_short(player.name)}: {'; '.join(said)}")
