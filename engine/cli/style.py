"""``stylemate styles`` and ``stylemate recipe``: the style space, from the shell."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.style.records import PlayerInfo

styles_app = typer.Typer(help="Look at the learned styles, or build them from a trained model.")


class Order(StrEnum):
    """Orders of the list of players."""

    games = "games"
    name = "name"
    rating = "rating"


@styles_app.command("list")
def list_styles(
    sort: Annotated[Order, typer.Option(help="What to sort by.")] = Order.games,
    top: Annotated[int | None, typer.Option(min=1, help="Show only so many.")] = None,
    attribute: Annotated[
        str, typer.Option(help="Sort by this attribute instead, strongest first.")
    ] = "",
) -> None:
    """List the players whose styles can be played."""
    space = _space()
    players = sorted(space.players, key=lambda player: _sort_key(player, sort))
    key = space.attribute(attribute).key if attribute else None
    if key is not None:
        players = [player for player in space.players if key in player.attributes]
        players.sort(key=lambda player: -player.attributes[key])
    for player in players[:top]:
        measured = "" if key is None else f"  {player.attributes[key]:+.2f}"
        typer.echo(_line(player) + measured)


@styles_app.command("show")
def show_style(name: Annotated[str, typer.Argument(help="A player's name.")]) -> None:
    """Show what is known of a player and their style."""
    space = _space()
    player = space.find(name)
    typer.echo(_line(player))
    for attribute in space.attributes:
        if attribute.key in player.attributes:
            value = player.attributes[attribute.key]
            meaning = attribute.high if value > 0 else attribute.low
            typer.echo(f"  {attribute.label:16} {value:+.2f}  {meaning}")


def recipe(
    text: Annotated[str, typer.Argument(help="A recipe, such as '0.6 tal + 0.4 capablanca'.")],
) -> None:
    """Check a recipe and print it with full names."""
    from engine.style.recipe import parse_recipe

    typer.echo(str(_space().resolve(parse_recipe(text), text)))


def register(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.add_typer(styles_app, name="styles", no_args_is_help=True)
    app.command()(recipe)


if TYPE_CHECKING:
    from engine.style.space import StyleSpace


def _space() -> "StyleSpace":
    from engine.assets import assets_directory
    from engine.style.space import StyleSpace

    return StyleSpace.load(assets_directory() / "styles")


def _sort_key(player: "PlayerInfo", order: Order) -> tuple[float, str]:
    value = {Order.games: player.games, Order.name: 0, Order.rating: player.rating or 0}[order]
    return -value, player.name.casefold()


def _line(player: "PlayerInfo") -> str:
    years = "" if player.first_year is None else f"{player.first_year}-{player.last_year}"
    rating = "" if player.rating is None else f"rating {player.rating:.0f}"
    return f"{player.name:32} {player.games:6} games  {years:9}  {rating}".rstrip()
