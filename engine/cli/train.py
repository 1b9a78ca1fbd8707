"""``stylemate train``: a backbone, an inventory with styles, everybody's styles, or all of it."""

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.console import Bar, chosen_device, progress_bar, stop_flag
from engine.cli.evaluate import SizeName
from engine.cli.settings import made, takes
from engine.cli.train_settings import (
    BACKBONE,
    LEAST_GAMES,
    LENGTH,
    POPULATION,
    PRESET,
    SEED,
    SLIDERS,
    START_FROM,
    STYLES,
    WATCHING,
)
from engine.training.dials.options import DialOptions, DistillationOptions, HeadOptions
from engine.training.options import (
    UNSEEN_PLAYER_COUNT,
    BackboneOptions,
    PopulationFitOptions,
    RunOptions,
    StylesOptions,
)
from engine.training.sliders.options import SliderOptions

if TYPE_CHECKING:
    from engine.training.dials.run import StageProgress
    from engine.training.loop import Progress, TrainingOutcome
    from engine.training.ranks import Ranks
    from engine.training.run import Watch

train_app = typer.Typer(
    help="Train a backbone, or an inventory with one style per player, on a game store.",
    no_args_is_help=True,
)

Store = Annotated[Path, typer.Argument(help="Game store that `stylemate ingest` wrote.")]
Out = Annotated[Path, typer.Option("--out", help="Directory of the run; resumed if it has begun.")]
Positions = Annotated[float, typer.Option(min=1, help="Positions to train on, e.g. 2e7.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")]
UnseenFile = Annotated[
    Path | None,
    typer.Option(help="JSON list of players to leave out; chosen by a hash if not given."),
]
RatingGroups = Annotated[
    bool,
    typer.Option(help="Give online players of one strength a style together, masters their own."),
]
UnseenCount = Annotated[int, typer.Option(min=0, help="How many players to leave out.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(train_app, name="train")


@train_app.command("backbone")
@takes(BackboneOptions, BACKBONE)
def train_backbone(
    store: Store,
    out: Out,
    device: Device = "auto",
    unseen: UnseenFile = None,
    unseen_players: UnseenCount = UNSEEN_PLAYER_COUNT,
    **chosen: Any,
) -> None:
    """Train a move predictor on a game store; OUT/backbone is the result."""
    from engine.training import run

    options = made(BackboneOptions, chosen)
    kept_out = run.Unseen(given=unseen, count=unseen_players)
    with _ranks(device) as ranks, _training(options, ranks) as watch:
        outcome = run.train_backbone(store, out, options, ranks, kept_out, watch)
    _end(outcome, out, ranks)


@train_app.command("styles")
@takes(StylesOptions, STYLES)
def train_styles(
    store: Store,
    out: Out,
    backbone: Annotated[
        Path, typer.Option(help="Directory of a trained backbone, or an lc0 file (.pb.gz).")
    ],
    rating_groups: RatingGroups = True,
    start_from: Annotated[
        Path | None, typer.Option(help="Earlier results of this command to go on from.")
    ] = None,
    device: Device = "auto",
    unseen: UnseenFile = None,
    unseen_players: UnseenCount = UNSEEN_PLAYER_COUNT,
    **chosen: Any,
) -> None:
    """Train an inventory and one style per player over a frozen backbone."""
    from engine.training import run

    if not rating_groups:
        chosen["group_share"] = None
    options = made(StylesOptions, chosen)
    kept_out = run.Unseen(given=unseen, count=unseen_players)
    with _ranks(device) as ranks, _training(options, ranks) as watch:
        outcome = run.train_styles(
            store, out, backbone, options, ranks, start_from, rating_groups, kept_out, watch
        )
    _end(outcome, out, ranks)


@train_app.command("others")
@takes(PopulationFitOptions, POPULATION)
def train_others(
    store: Store,
    out: Out,
    trained: Annotated[Path, typer.Option(help="Results of `stylemate train styles`.")],
    rating_groups: RatingGroups = True,
    device: Device = "auto",
    **chosen: Any,
) -> None:
    """Fit everybody's style to the trained inventory by routing alone, unseen players' too.

    One procedure for all players, whether they were trained with the inventory or not, so that
    styles compare with each other and with those fitted later. Only rating groups keep their
    trained styles: they lie too far from the mean style for a fit around it.
    Goes on where it stopped; with scores once taken, another --spread takes moments.
    """
    from engine.training.run import Watch, fit_population

    options = made(PopulationFitOptions, chosen | {"workers": len(os.sched_getaffinity(0))})
    with _ranks(device) as ranks, stop_flag() as is_stopped, progress_bar("Players") as bar:
        watch = Watch(count=bar.show, is_stopped=is_stopped)
        fitted = fit_population(store, out, trained, options, ranks, rating_groups, watch)
    if fitted is None:
        typer.echo("Stopped; run the same command again to go on.")
        raise typer.Exit(130)
    typer.echo(f"{len(fitted.players):,} styles, in {out}.")


@train_app.command("dials")
@takes(DistillationOptions, {**LENGTH, "seed": SEED, **WATCHING})
def train_dials(
    store: Store,
    out: Out,
    assets: Annotated[
        Path | None,
        typer.Option(help="Assets whose model and styles get dials; by default those in use."),
    ] = None,
    games: Annotated[int, typer.Option(min=1, help="Games to learn from.")] = DialOptions.games,
    head_positions: Annotated[
        float, typer.Option(min=1, help="Positions on which futures are learnt.")
    ] = HeadOptions.positions,
    target_positions: Annotated[
        int, typer.Option(min=1, help="Positions whose policies are tilted.")
    ] = DialOptions.target_positions,
    device: Device = "auto",
    unseen: Annotated[
        Path | None,
        typer.Option(help="JSON list of players to leave out; that of the assets if not given."),
    ] = None,
    **chosen: Any,
) -> None:
    """Train dials that turn what games are like; OUT/model and OUT/dials.safetensors result.

    No player's style changes. `stylemate styles dials OUT` puts them into the assets.
    """
    from engine.assets import assets_directory
    from engine.training.dials.run import train_dials as run_dials

    shared = {name: chosen[name] for name in ("seed", "checkpoint_minutes")}
    options = DialOptions(
        games=games,
        target_positions=target_positions,
        head=HeadOptions(positions=int(head_positions), **shared),
        distillation=made(DistillationOptions, chosen),
    )
    directory = assets_directory(assets)
    with _ranks(device) as ranks, stop_flag() as is_stopped, progress_bar("Dials") as bar:
        figures = run_dials(
            store,
            directory,
            out,
            options,
            ranks,
            unseen,
            lambda told: _show_stage(bar, told),
            is_stopped,
        )
    if figures is None:
        typer.echo("Stopped; run the same command again to go on.")
        raise typer.Exit(130)
    typer.echo(f"Dials in {out}. Of what dials turned to their ends ask for is played:")
    for name, value in figures.items():
        if name.startswith("learnt_"):
            typer.echo(f"  {name.removeprefix('learnt_'):16} {value:.0%}")


@train_app.command("sliders")
@takes(SliderOptions, SLIDERS)
def train_sliders(
    store: Store,
    out: Out,
    slider: Annotated[
        list[str] | None,
        typer.Option(help="Attribute whose slider learns. May be repeated; all by default."),
    ] = None,
    assets: Annotated[
        Path | None,
        typer.Option(help="Assets whose sliders go on learning; by default those in use."),
    ] = None,
    device: Device = "auto",
    **chosen: Any,
) -> None:
    """Train sliders on the games that are played with them; OUT/steps.safetensors results.

    The store gives openings. `stylemate styles sliders OUT` puts the steps into the assets.
    """
    from engine.assets import assets_directory
    from engine.training.sliders.run import train_sliders as run_sliders

    options = made(SliderOptions, chosen | {"only": tuple(slider or ())})
    directory = assets_directory(assets)
    with _ranks(device) as ranks, _training(options, ranks) as watch:
        outcome = run_sliders(
            store, directory, out, options, ranks, watch.progress, watch.is_stopped
        )
    _end(outcome, out, ranks)


@train_app.command("all")
def train_all(
    store: Store,
    out: Annotated[Path, typer.Option("--out", help="Folder of assets to make.")],
    work: Annotated[
        Path | None,
        typer.Option(help="Folder of the trainings, to go on from; OUT.work by default."),
    ] = None,
    preset: Annotated[str, typer.Option(help=PRESET.help)] = BackboneOptions.preset,
    start_from: Annotated[str, typer.Option(help=START_FROM.help)] = BackboneOptions.start_from,
    backbone_positions: Positions = BackboneOptions.positions,
    styles_positions: Positions = StylesOptions.positions,
    least_games: Annotated[
        int, typer.Option(min=1, help=LEAST_GAMES.help)
    ] = StylesOptions.least_games,
    dials_positions: Positions = DistillationOptions.positions,
    unseen_players: UnseenCount = UNSEEN_PLAYER_COUNT,
    size: Annotated[
        SizeName, typer.Option(help="How much the experiments measure.")
    ] = SizeName.small,
    seed: Annotated[int, typer.Option(help=SEED.help)] = BackboneOptions.seed,
    device: Device = "auto",
) -> None:
    """Go the whole way from games to assets: train, build, dials, habits, map, measure, report.

    Run the same command again after Ctrl-C and it goes on where it was. The other settings are
    those of the shipped model; each step has a command of its own with all of them.
    """
    import torch

    from engine.cli.evaluate import print_summary
    from engine.pipeline import PipelineOptions, StoppedError, run_pipeline
    from engine.style.steering.build_options import BuildOptions

    chosen = chosen_device(device)
    cores = len(os.sched_getaffinity(0))
    torch.set_num_threads(cores)
    options = PipelineOptions(
        backbone=BackboneOptions(
            positions=int(backbone_positions), preset=preset, start_from=start_from, seed=seed
        ),
        styles=StylesOptions(positions=int(styles_positions), least_games=least_games, seed=seed),
        population=PopulationFitOptions(seed=seed, workers=cores),
        build=BuildOptions(device=str(chosen)),
        dials=DialOptions(
            distillation=DistillationOptions(positions=int(dials_positions), seed=seed)
        ),
        unseen_players=unseen_players,
        size=size.value,
        seed=seed,
    )
    words = ["stylemate", "train", "all", store.name, "--out", out.name, "--size", size.value]
    with stop_flag() as is_stopped, progress_bar("Reading games", is_share=True) as bar:

        def tell(what: str, share: float, note: str) -> None:
            if is_stopped():
                raise StoppedError("Stopped; run the same command again to go on.")
            bar.show(share, note=note, what=what)

        try:
            report = run_pipeline(
                store,
                out,
                work or out.with_name(f"{out.name}.work"),
                options,
                chosen,
                tell,
                is_stopped,
                shlex.join([*words, "--seed", str(seed)]),
            )
        except StoppedError as stopped:
            typer.echo(str(stopped))
            raise typer.Exit(130) from None
    print_summary(report, out)


@contextmanager
def _ranks(device: str) -> Iterator["Ranks"]:
    import torch

    from engine.training.ranks import joined_ranks

    chosen_device(device)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    with joined_ranks(device) as ranks:
        yield ranks


@contextmanager
def _training(options: RunOptions, ranks: "Ranks") -> Iterator["Watch"]:
    """Show a training's progress while the block runs, and let Ctrl-C end it."""
    from engine.training.run import Watch

    with (
        stop_flag() as is_stopped,
        progress_bar("Positions", options.positions, is_shown=ranks.leads) as bar,
    ):
        yield Watch(progress=lambda told: _show(bar, told), is_stopped=is_stopped)


def _show(bar: Bar, progress: "Progress") -> None:
    shown = ("policy_loss", "top1", "top1_from_ply_10", "backbone_top1_from_ply_10", "points")
    figures = [f"{name} {progress.figures[name]:.4f}" for name in shown if name in progress.figures]
    note = "  ".join([f"{progress.positions_per_second:,.0f}/s", *figures])
    bar.show(progress.positions, progress.total, note)


def _show_stage(bar: Bar, progress: "StageProgress") -> None:
    shown = ("squared_error", "r2", "divergence", "learnt")
    figures = [f"{name} {progress.figures[name]:.4f}" for name in shown if name in progress.figures]
    bar.show(progress.done, progress.total, "  ".join(figures), progress.stage.capitalize())


def _end(outcome: "TrainingOutcome", out: Path, ranks: "Ranks") -> None:
    if ranks.leads:
        state = "Done" if outcome.finished else "Stopped; run the same command again to go on"
        typer.echo(f"{state}: {outcome.positions:,} positions, results in {out}.")
        for name, value in outcome.figures.items():
            typer.echo(f"  {name}: {value:.4f}")
    if not outcome.finished:
        raise typer.Exit(130)
