"""``stylemate styles`` and ``stylemate recipe``: the style space, from the shell."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.assets import REPORT_DIRECTORY, REPORT_FILE, STYLES_DIRECTORY
from engine.cli.console import progress_bar

if TYPE_CHECKING:
    from engine.style.records import PlayerInfo
    from engine.style.space import StyleSpace

Assets = Annotated[Path | None, typer.Option(help="Assets folder; by default the one in use.")]
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


@styles_app.command("build")
def build_styles(
    trained: Annotated[
        Path, typer.Argument(help="The folder that `stylemate train styles` wrote.")
    ],
    out: Annotated[Path, typer.Option(help="Assets folder; its model/ and styles/ are replaced.")],
    positions: Annotated[
        Path | None,
        typer.Option(help="Folder of the fixed positions; by default those of the assets."),
    ] = None,
    correction_players: Annotated[
        int, typer.Option(min=1, help="Players on whose styles deltas are corrected.")
    ] = 24,
    report_players: Annotated[
        int, typer.Option(min=2, help="Other players on whom the result is measured.")
    ] = 32,
    rounds: Annotated[int, typer.Option(min=1, help="Times that deltas are corrected.")] = 3,
    device: Annotated[str, typer.Option(help="Where to compute: cpu or cuda.")] = "cpu",
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads on the CPU; by default one a core.")
    ] = None,
) -> None:
    """Measure trained styles, calibrate their sliders, and write the assets.

    The measurements of players are kept in the trained folder: an interrupted build goes on.
    """
    import torch

    from engine.attributes.fixed_positions import load_fixed_positions
    from engine.style.steering.build import build_assets, measurements_needed
    from engine.style.steering.build_options import BuildOptions

    if threads is not None:
        torch.set_num_threads(threads)
    options = BuildOptions(
        correction_players=correction_players,
        report_players=report_players,
        rounds=rounds,
        device=device,
    )
    needed = measurements_needed(trained, options)
    with progress_bar("Measuring styles", needed) as bar:
        calibration = build_assets(
            trained,
            out,
            load_fixed_positions(positions),
            options,
            bar.add,
        )
    typer.echo(
        f"{calibration.players} styles and {len(calibration.effects_of_one_step)} sliders in "
        f"{out}, deltas by the {calibration.rule} rule. What +1 does to "
        f"{calibration.report_players} styles that the calibration never saw, "
        "in standard deviations over players:"
    )
    keys = list(calibration.effects_of_one_step)
    for key, effects in calibration.effects_of_one_step.items():
        _, effect, where = max(
            (abs(effects[other]), effects[other], other) for other in keys if other != key
        )
        typer.echo(f"  {key:16} {effects[key]:+.2f}   most elsewhere: {effect:+.2f} {where}")
    _project(out / STYLES_DIRECTORY)


@styles_app.command("games")
def measure_games_of_players(
    store: Annotated[Path, typer.Argument(help="Game store that `stylemate ingest` wrote.")],
    assets: Assets = None,
    least: Annotated[int, typer.Option(min=2, help="Leave out players with fewer games.")] = 200,
    most: Annotated[int, typer.Option(min=2, help="Games of each player, at most.")] = 400,
) -> None:
    """Measure what real players do in their games, and ship it beside the styles.

    Run the same command again after Ctrl-C and it goes on where it was.
    """
    import torch

    from engine.assets import assets_directory
    from engine.evaluation.measures.real_games import ship_player_games
    from engine.style.player_games import PLAYER_GAMES_FILE

    torch.set_num_threads(1)  # replaying is many small steps
    folder = assets_directory(assets) / STYLES_DIRECTORY
    with progress_bar("Measuring players' games") as bar:
        table = ship_player_games(store, folder, least, most, bar.show)
    typer.echo(f"{len(table.names):,} players' games in {folder / PLAYER_GAMES_FILE}.")


@styles_app.command("mix")
def mix_sliders(
    report: Annotated[
        Path | None,
        typer.Argument(help="Folder of a report on games of sliders; by default the assets'."),
    ] = None,
    assets: Assets = None,
) -> None:
    """Learn from a report on games which sliders together make a player's habits.

    Intensity turns habits up by them. Repeat it whenever sliders, their report or the table of real
    players' games change.
    """
    from engine.assets import assets_directory
    from engine.evaluation.report.slider_mixing import mixing_of_report
    from engine.style.mixing import MIXING_FILE
    from engine.style.player_games import PlayerGames

    directory = assets_directory(assets)
    styles = directory / STYLES_DIRECTORY
    measured = directory / REPORT_DIRECTORY if report is None else report
    mixing = mixing_of_report(measured / REPORT_FILE, PlayerGames.load(styles))
    mixing.save(styles)
    typer.echo(
        f"{len(mixing.sliders)} sliders, {mixing.games} games a place, in {styles / MIXING_FILE}."
    )


@styles_app.command("dials")
def put_dials(
    run: Annotated[Path, typer.Argument(help="The folder that `stylemate train dials` wrote.")],
    assets: Assets = None,
    positions: Annotated[
        Path | None,
        typer.Option(help="Folder of the fixed positions; by default those of the assets."),
    ] = None,
) -> None:
    """Put trained dials into the assets: the model, and a slider for each dial.

    Players' styles and the slider of strength stay as they are.
    """
    from engine.assets import assets_directory
    from engine.attributes.fixed_positions import load_fixed_positions
    from engine.style.steering.dials import install_dials, load_dials

    directory = assets_directory(assets)
    trained = load_dials(run)
    with progress_bar("Measuring styles") as bar:
        install_dials(trained, directory, load_fixed_positions(positions), bar.add)
    typer.echo(f"{len(trained.deltas)} dials in {directory}.")


@styles_app.command("sliders")
def put_sliders(
    run: Annotated[Path, typer.Argument(help="The folder that `stylemate train sliders` wrote.")],
    assets: Assets = None,
) -> None:
    """Put sliders that were trained in games into the assets.

    What they do on the fixed positions is measured anew; measure their games, and then
    `stylemate styles mix`.
    """
    from engine.assets import assets_directory
    from engine.attributes.fixed_positions import load_fixed_positions
    from engine.style.steering.slider_steps import load_steps, put_steps

    directory = assets_directory(assets)
    steps = load_steps(run, directory)
    with progress_bar("Measuring styles") as bar:
        put_steps(directory, steps, load_fixed_positions(), bar.add)
    typer.echo(f"{len(steps)} sliders in {directory} have other steps.")


@styles_app.command("scale")
def scale_steps(
    shares: Annotated[
        list[str],
        typer.Argument(
            metavar="SLIDER=SHARE ...",
            help="What a slider's new step is of its present one, such as captures=0.6.",
        ),
    ],
    assets: Assets = None,
) -> None:
    """Make steps of sliders longer or shorter, where games say that they go too far.

    What the sliders do on the fixed positions is measured anew; measure their games again, and then
    `stylemate styles mix`.
    """
    from engine.assets import assets_directory
    from engine.attributes.fixed_positions import load_fixed_positions
    from engine.style.steering.slider_steps import scale_sliders

    directory = assets_directory(assets)
    wanted = dict(_share(text) for text in shares)
    with progress_bar("Measuring styles") as bar:
        scale_sliders(directory, wanted, load_fixed_positions(), bar.add)
    typer.echo(f"{len(wanted)} sliders in {directory} have other steps.")


def _share(text: str) -> tuple[str, float]:
    key, _, share = text.partition("=")
    try:
        return key.strip(), float(share)
    except ValueError:
        raise typer.BadParameter(f"'{text}' should be like captures=0.6.") from None


@styles_app.command("project")
def project_styles(
    assets: Assets = None,
) -> None:
    """Compute the style map (PCA, t-SNE, clusters) and ship it beside the styles.

    It takes minutes for thousands of players. Repeat it whenever the styles change.
    """
    from engine.assets import assets_directory

    _project(assets_directory(assets) / STYLES_DIRECTORY)


@styles_app.command("confidence")
def learn_confidence(
    report: Annotated[
        Path, typer.Argument(help="Folder of a report with stylometry and consistency.")
    ],
    assets: Assets = None,
) -> None:
    """Take over what a report measured: how sure `identify` may be, and what cosines mean."""
    from engine.analysis.identification import COSINE_SCALE_FILE, save_scale
    from engine.assets import assets_directory
    from engine.evaluation.report.confidence import scale_of
    from engine.evaluation.report.report import read_report

    directory = assets_directory(assets)
    measured = read_report(report)
    scale = scale_of(measured)
    save_scale(directory / COSINE_SCALE_FILE, scale, measured.model)
    for one in scale.by_games:
        typer.echo(
            f"{one.games:4} games: {one.top1:6.1%} of {one.players} players found among "
            f"{one.universe:,}; cosine with oneself {one.same.mean:+.2f}, "
            f"with strangers {one.strangers.mean:+.2f}"
        )


def recipe(
    text: Annotated[str, typer.Argument(help="A recipe, such as '0.6 tal + 0.4 capablanca'.")],
) -> None:
    """Check a recipe and print it with full names."""
    from engine.style.recipe_parser import parse_recipe

    typer.echo(str(_space().resolve(parse_recipe(text), text)))


def register(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.add_typer(styles_app, name="styles", no_args_is_help=True)
    app.command()(recipe)


def _space() -> "StyleSpace":
    from engine.assets import assets_directory
    from engine.style.space import StyleSpace

    return StyleSpace.load(assets_directory() / STYLES_DIRECTORY)


def _project(directory: Path) -> None:
    """Compute and write the map of the styles in a folder."""
    from engine.analysis.projection import PROJECTION_FILE, compute_projection, save_projection
    from engine.style.space import StyleSpace

    space = StyleSpace.load(directory)
    projection = compute_projection(
        space, progress=lambda step: typer.echo(f"computing {step} ...", err=True)
    )
    save_projection(directory, projection)
    shares = " + ".join(f"{share:.1%}" for share in projection.explained)
    typer.echo(
        f"{len(space.players)} styles on the map, {projection.clusters.max() + 1} clusters, "
        f"{shares} of the variance on the axes of the PCA: {directory / PROJECTION_FILE}"
    )


def _sort_key(player: "PlayerInfo", order: Order) -> tuple[float, str]:
    value = {Order.games: player.games, Order.name: 0, Order.rating: player.rating or 0}[order]
    return -value, player.name.casefold()


def _line(player: "PlayerInfo") -> str:
    years = "" if player.first_year is None else f"{player.first_year}-{player.last_year}"
    rating = "" if player.rating is None else f"rating {player.rating:.0f}"
    return f"{player.name:32} {player.games:6} games  {years:9}  {rating}".rstrip()
