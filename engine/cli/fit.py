"""``stylemate fit`` and ``stylemate identify``: your own style, and whose it is like."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY
from engine.cli.console import OverwriteOption, print_json, printable, progress_bar
from engine.errors import StylemateError

if TYPE_CHECKING:
    from engine.games.chosen_player import ChosenPlayer
    from engine.games.records import GameRecord
    from engine.model.style_model import StyleModel
    from engine.style.space import StyleSpace
    from engine.training.few_shot_fit import FittedStyle

GamesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="GAMES",
        help="PGN files (.pgn, .gz, .bz2, .zst), directories of them, or - for a pipe.",
        show_default=False,
    ),
]
PlayerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--player",
        help="Whose style, as the games spell the name (any case). Repeat it for one person under "
        "several names. May be left out if one name is in all games.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(fit)
    app.command()(identify)


def fit(
    games: GamesArgument,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The style file to write, such as me.style.")
    ],
    player: PlayerOption = None,
    label: Annotated[
        str, typer.Option(help="What recipes call the style; by default the file's name.")
    ] = "",
    as_json: JsonOption = False,
    overwrite: OverwriteOption = False,
) -> None:
    """Learn the style of a player from their games and keep it as a small file.

    Nothing but that file is kept. Play it with: stylemate play --style ME.style ME
    """
    from engine.files import require_free_file
    from engine.model.fingerprint import model_fingerprint
    from engine.style.recipe import Component, Recipe
    from engine.style.style_file import save_style
    from engine.training.person_fit import style_file_of

    require_free_file(out, overwrite)  # before minutes of work
    label = " ".join((label.strip() or out.stem).split())
    person = _fit_person(games, player or [], label)
    fingerprint = model_fingerprint(person.model)
    style = style_file_of(person.fitted, label, person.player, person.records, fingerprint)
    save_style(out, style)
    if as_json:
        described = {
            "player": style.player,
            "label": style.label,
            "games": style.games,
            "positions": style.positions,
            "stability": style.stability,
            "gain": style.gain,
            "seconds": round(person.fitted.seconds, 2),
            "out": str(out),
        }
        print_json(described)
        return
    typer.echo(
        f"{style.player}: {style.games:,} games, {style.positions:,} moves, "
        f"fitted in {person.fitted.seconds:.1f} s."
    )
    typer.echo(
        f"Halves of the games agree with a cosine of {style.stability:.2f}; moves not learnt from "
        f"are {style.gain:+.4f} nats likelier than in the average style."
    )
    for line in _clear_habits(person):
        typer.echo(line)
    recipe = shlex.quote(str(Recipe((Component(label),))))
    typer.echo(
        f"Wrote {out}. Play it with: stylemate play --style {shlex.quote(str(out))} {recipe}"
    )


def _clear_habits(person: "_Person") -> Iterator[str]:
    """Yield what tells the player's games from others', as far as they say."""
    from engine.style.game_habits import told_in_games

    habits, table = person.fitted.game_habits, person.space.player_games
    if habits is None or table is None:
        return
    lines = told_in_games(habits, table)
    yield f"Habits, in {habits.games:,} games:"
    yield from (f"  {line}" for line in lines)
    if not lines:
        yield "  not clear yet; more games tell more."


def identify(
    games: GamesArgument,
    player: PlayerOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many players to name.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Name the known players whose styles are most like a player's.

    The confidence supposes that the player is one of the known ones. Games against few opponents
    tell less, and count for as many as tell as much against many.
    """
    from engine.analysis.identification import COSINE_SCALE_FILE, load_scale
    from engine.analysis.identification import identify as rank_styles
    from engine.assets import assets_directory
    from engine.model.fingerprint import model_fingerprint
    from engine.training.fit_warnings import games_worth

    person = _fit_person(games, player or [])
    scale = load_scale(assets_directory() / COSINE_SCALE_FILE, model_fingerprint(person.model))
    fitted = person.fitted
    told = min(fitted.games, games_worth(person.player, person.records))
    matches = rank_styles(fitted.signature, person.space, told, scale)[:top]
    if as_json:
        described = {
            "player": person.player.name,
            "games": fitted.games,
            "matches": [
                {"name": m.name, "cosine": m.cosine, "confidence": m.confidence} for m in matches
            ],
        }
        print_json(described)
        return
    typer.echo(f"{person.player.name}, {fitted.games:,} games, plays most like:")
    width = max(len(match.name) for match in matches)
    for match in matches:
        typer.echo(f"{match.name:<{width}}  {match.cosine:+.3f}  {match.confidence:6.1%}")
    typical = scale.nearest(told)
    typer.echo(
        f"With {typical.games} games, nine in ten players reach a cosine of {typical.same.low:+.2f}"
        f" to {typical.same.high:+.2f} with their own style, and {typical.strangers.low:+.2f} to "
        f"{typical.strangers.high:+.2f} with others'."
    )


@dataclass(frozen=True, slots=True)
class _Person:
    """A player, the games that were read, and the style that was fitted to them."""

    player: "ChosenPlayer"
    records: "tuple[GameRecord, ...]"
    fitted: "FittedStyle"
    model: "StyleModel"
    space: "StyleSpace"


def _fit_person(paths: list[str], names: list[str], label: str | None = None) -> _Person:
    """Read games, choose the player, fit the style, and say on standard error what is odd.

    ``label`` is checked before the long part: the shipped styles must not have it.
    """
    from engine.games.chosen_player import choose_player
    from engine.style.style_file import check_label
    from engine.training.fit_warnings import (
        remarks_on_number,
        remarks_on_opponents,
        remarks_on_player,
    )
    from engine.training.person_fit import fit_player

    model, space = _load_assets()
    if label is not None:
        check_label(label)
        if label in space.names:
            raise StylemateError(
                f"There is a style called '{label}' already. Choose another name with --label."
            )
    records = _read_games(paths)
    player = choose_player(records, names)
    with progress_bar(f"Fitting {player.name}", is_share=True) as bar:
        fitted = fit_player(
            model,
            records,
            player,
            space.prior,
            report=lambda told: bar.show(told.share),
            habits=space.habit_scale,
        )
    for remark in remarks_on_player(player, records, "repeat --player to add"):
        _note(remark)
    for remark in remarks_on_number(len(player.games(records)), fitted.games):
        _note(remark)
    for remark in remarks_on_opponents(player, records):
        _note(remark)
    return _Person(player, records, fitted, model, space)


def _load_assets() -> "tuple[StyleModel, StyleSpace]":
    from engine.assets import assets_directory
    from engine.model.checkpoint import load_model
    from engine.style.space import StyleSpace

    directory = assets_directory()
    return load_model(directory / MODEL_DIRECTORY), StyleSpace.load(directory / STYLES_DIRECTORY)


def _read_games(paths: list[str]) -> "tuple[GameRecord, ...]":
    """Read all games, each once; what was not kept is told on standard error.

    Raises:
        StylemateError: no game could be kept; it says why.
    """
    from engine.games.sources import find_sources
    from engine.games.upload_collection import GameInput, collect_games
    from engine.games.uploads import OWN_FILES

    inputs = [GameInput(source.name, source.open) for source in find_sources(paths)]
    collection = collect_games(inputs, OWN_FILES)
    for complaint in collection.complaints:
        _note(complaint)
    return collection.records


def _note(text: str) -> None:
    typer.echo(f"note: {printable(text)}", err=True)
