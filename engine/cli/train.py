"""``stylemate train``: a backbone, an inventory with styles, everybody's styles, or all of it."""

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import Bar, chosen_device, progress_bar, stop_flag
from engine.cli.evaluate import SizeName
from engine.model.mhr.config import Attachment, MHRConfig, RoutingActivation
from engine.training.dials.options import DialOptions, DistillationOptions, HeadOptions
from engine.training.options import (
    SHIPPED_INVENTORY,
    UNSEEN_PLAYERS,
    BackboneOptions,
    PopulationFitOptions,
    Precision,
    RoutingSteps,
    RunOptions,
    Schedule,
    StylesOptions,
)

if TYPE_CHECKING:
    from engine.training.dials.run import StageProgress
    from engine.training.loop import Outcome, Progress
    from engine.training.ranks import Ranks
    from engine.training.run import Watch

train_app = typer.Typer(
    help="Train a backbone, or an inventory with one style per player, on a game store.",
    no_args_is_help=True,
)

Store = Annotated[Path, typer.Argument(help="Game store that `stylemate ingest` wrote.")]
Out = Annotated[Path, typer.Option("--out", help="Directory of the run; resumed if it has begun.")]
Positions = Annotated[float, typer.Option(min=1, help="Positions to train on, e.g. 2e7.")]
Batch = Annotated[int, typer.Option(min=1, help="Positions of a step, over all processes.")]
Rate = Annotated[float, typer.Option(min=0, help="Peak learning rate.")]
ScheduleName = Annotated[Schedule, typer.Option(help="Shape of the learning rate over the run.")]
PrecisionName = Annotated[Precision, typer.Option(help="auto is bfloat16 where it is native.")]
Seed = Annotated[int, typer.Option(help="Seed of the initial weights and the order of positions.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")]
Minutes = Annotated[float, typer.Option(min=0, help="Minutes between checkpoints.")]
Interval = Annotated[float, typer.Option(min=1, help="Positions between validations.")]
Sample = Annotated[int, typer.Option(min=16, help="Positions of the validation sample.")]
Preset = Annotated[str, typer.Option(help="small, medium or paper.")]
StartFrom = Annotated[
    str, typer.Option(help="lc0 file (.pb.gz) or backbone directory to start from.")
]
LeastGames = Annotated[int, typer.Option(min=1, help="Games a player needs.")]
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
def train_backbone(
    store: Store,
    out: Out,
    preset: Preset = BackboneOptions.preset,
    start_from: StartFrom = BackboneOptions.start_from,
    positions: Positions = BackboneOptions.positions,
    batch_size: Batch = BackboneOptions.batch_size,
    learning_rate: Rate = BackboneOptions.learning_rate,
    schedule: ScheduleName = BackboneOptions.schedule,
    value_weight: Annotated[
        float, typer.Option(min=0, help="Weight of the result's loss.")
    ] = BackboneOptions.value_weight,
    weight_decay: Annotated[
        float, typer.Option(min=0, help="Decoupled weight decay.")
    ] = BackboneOptions.weight_decay,
    precision: PrecisionName = BackboneOptions.precision,
    seed: Seed = BackboneOptions.seed,
    device: Device = "auto",
    checkpoint_minutes: Minutes = BackboneOptions.checkpoint_minutes,
    validate_every: Interval = BackboneOptions.validate_every,
    validation_positions: Sample = BackboneOptions.validation_positions,
    unseen: UnseenFile = None,
    unseen_players: UnseenCount = UNSEEN_PLAYERS,
) -> None:
    """Train a move predictor on a game store; OUT/backbone is the result."""
    from engine.training import run

    options = BackboneOptions(
        positions=int(positions),
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        weight_decay=weight_decay,
        precision=precision,
        seed=seed,
        checkpoint_minutes=checkpoint_minutes,
        validate_every=int(validate_every),
        validation_positions=validation_positions,
        preset=preset,
        start_from=start_from,
        value_weight=value_weight,
    )
    kept_out = run.Unseen(given=unseen, count=unseen_players)
    with _ranks(device) as ranks, _training(options, ranks) as watch:
        outcome = run.train_backbone(store, out, options, ranks, kept_out, watch)
    _end(outcome, out, ranks)


@train_app.command("styles")
def train_styles(
    store: Store,
    out: Out,
    backbone: Annotated[
        Path, typer.Option(help="Directory of a trained backbone, or an lc0 file (.pb.gz).")
    ],
    positions: Positions = StylesOptions.positions,
    batch_size: Batch = StylesOptions.batch_size,
    learning_rate: Rate = StylesOptions.learning_rate,
    routing_speed: Annotated[
        float, typer.Option(min=0, help="With adam, routing learns this many times faster.")
    ] = StylesOptions.routing_speed,
    schedule: ScheduleName = StylesOptions.schedule,
    weight_decay: Annotated[
        float, typer.Option(min=0, help="Decay of the adapters.")
    ] = StylesOptions.weight_decay,
    modules: Annotated[
        int, typer.Option(min=1, help="Modules of the inventory, m.")
    ] = SHIPPED_INVENTORY.modules,
    heads: Annotated[
        int, typer.Option(min=1, help="Heads that mix them, h.")
    ] = SHIPPED_INVENTORY.heads,
    rank: Annotated[int, typer.Option(min=1, help="Rank of a module, r.")] = SHIPPED_INVENTORY.rank,
    alpha: Annotated[
        float, typer.Option(min=0, help="Adapters are scaled by alpha / r.")
    ] = SHIPPED_INVENTORY.alpha,
    routing: Annotated[
        RoutingActivation, typer.Option(help="How routing logits become weights.")
    ] = SHIPPED_INVENTORY.routing,
    attach: Annotated[
        Attachment, typer.Option(help="Layers that carry adapters.")
    ] = SHIPPED_INVENTORY.attach,
    routing_steps: Annotated[
        RoutingSteps, typer.Option(help="How routing learns: natural, or adam as published.")
    ] = StylesOptions.routing_steps,
    least_games: LeastGames = StylesOptions.least_games,
    rating_groups: RatingGroups = True,
    balance: Annotated[
        float, typer.Option(min=0, max=1, help="1 draws players by their positions, 0 evenly.")
    ] = StylesOptions.balance,
    group_share: Annotated[
        float | None,
        typer.Option(min=0, max=0.9, help="Share of positions that are rating groups'."),
    ] = StylesOptions.group_share,
    population_share: Annotated[
        float,
        typer.Option(min=0, max=0.9, help="Share of other masters' positions, in one style."),
    ] = StylesOptions.population_share,
    start_from: Annotated[
        Path | None, typer.Option(help="Earlier results of this command to go on from.")
    ] = None,
    precision: PrecisionName = StylesOptions.precision,
    seed: Seed = StylesOptions.seed,
    device: Device = "auto",
    checkpoint_minutes: Minutes = StylesOptions.checkpoint_minutes,
    validate_every: Interval = StylesOptions.validate_every,
    validation_positions: Sample = StylesOptions.validation_positions,
    unseen: UnseenFile = None,
    unseen_players: UnseenCount = UNSEEN_PLAYERS,
) -> None:
    """Train an inventory and one style per player over a frozen backbone."""
    from engine.training import run

    options = StylesOptions(
        positions=int(positions),
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        weight_decay=weight_decay,
        precision=precision,
        seed=seed,
        checkpoint_minutes=checkpoint_minutes,
        validate_every=int(validate_every),
        validation_positions=validation_positions,
        mhr=MHRConfig(
            modules=modules, heads=heads, rank=rank, alpha=alpha, routing=routing, attach=attach
        ),
        least_games=least_games,
        routing_speed=routing_speed,
        routing_steps=routing_steps,
        balance=balance,
        group_share=group_share if rating_groups else None,
        population_share=population_share,
    )
    kept_out = run.Unseen(given=unseen, count=unseen_players)
    with _ranks(device) as ranks, _training(options, ranks) as watch:
        outcome = run.train_styles(
            store, out, backbone, options, ranks, start_from, rating_groups, kept_out, watch
        )
    _end(outcome, out, ranks)


@train_app.command("others")
def train_others(
    store: Store,
    out: Out,
    trained: Annotated[Path, typer.Option(help="Results of `stylemate train styles`.")],
    positions_each: Annotated[
        int,
        typer.Option(
            min=10,
            help="Positions read of a player with few games besides shared openings; of players "
            "with many games up to four times as many.",
        ),
    ] = PopulationFitOptions.positions_each,
    fisher_positions: Annotated[
        int, typer.Option(min=100, help="Positions from which the mean style is learnt.")
    ] = PopulationFitOptions.fisher_positions,
    spread: Annotated[
        float, typer.Option(min=0, help="Standard deviation of routing logits over players.")
    ] = PopulationFitOptions.spread,
    least_games: LeastGames = PopulationFitOptions.least_games,
    rating_groups: RatingGroups = True,
    seed: Seed = PopulationFitOptions.seed,
    device: Device = "auto",
) -> None:
    """Fit everybody's style to the trained inventory by routing alone, unseen players' too.

    One procedure for all players, whether they were trained with the inventory or not, so that
    styles compare with each other and with those fitted later. Only rating groups keep their
    trained styles: they lie too far from the mean style for a fit around it.
    Goes on where it stopped; with scores once taken, another --spread takes moments.
    """
    from engine.training.run import Watch, fit_population

    options = PopulationFitOptions(
        positions_each=positions_each,
        fisher_positions=fisher_positions,
        spread=spread,
        least_games=least_games,
        seed=seed,
        workers=len(os.sched_getaffinity(0)),
    )
    with _ranks(device) as ranks, stop_flag() as is_stopped, progress_bar("Players") as bar:
        watch = Watch(count=bar.show, is_stopped=is_stopped)
        fitted = fit_population(store, out, trained, options, ranks, rating_groups, watch)
    if fitted is None:
        typer.echo("Stopped; run the same command again to go on.")
        raise typer.Exit(130)
    typer.echo(f"{len(fitted.players):,} styles, in {out}.")


@train_app.command("dials")
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
    positions: Positions = DistillationOptions.positions,
    batch_size: Batch = DistillationOptions.batch_size,
    seed: Seed = DistillationOptions.seed,
    device: Device = "auto",
    checkpoint_minutes: Minutes = DistillationOptions.checkpoint_minutes,
    validate_every: Interval = DistillationOptions.validate_every,
    validation_positions: Sample = DistillationOptions.validation_positions,
    unseen: Annotated[
        Path | None,
        typer.Option(help="JSON list of players to leave out; that of the assets if not given."),
    ] = None,
) -> None:
    """Train dials that turn what games are like; OUT/model and OUT/dials.safetensors result.

    No player's style changes. `stylemate styles dials OUT` puts them into the assets.
    """
    from engine.assets import assets_directory
    from engine.training.dials.run import train_dials as run_dials

    options = DialOptions(
        games=games,
        target_positions=target_positions,
        head=HeadOptions(
            positions=int(head_positions), seed=seed, checkpoint_minutes=checkpoint_minutes
        ),
        distillation=DistillationOptions(
            positions=int(positions),
            batch_size=batch_size,
            seed=seed,
            checkpoint_minutes=checkpoint_minutes,
            validate_every=int(validate_every),
            validation_positions=validation_positions,
        ),
    )
    directory = assets_directory() if assets is None else assets
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


@train_app.command("all")
def train_all(
    store: Store,
    out: Annotated[Path, typer.Option("--out", help="Folder of assets to make.")],
    work: Annotated[
        Path | None,
        typer.Option(help="Folder of the trainings, to go on from; OUT.work by default."),
    ] = None,
    preset: Preset = BackboneOptions.preset,
    start_from: StartFrom = BackboneOptions.start_from,
    backbone_positions: Positions = BackboneOptions.positions,
    styles_positions: Positions = StylesOptions.positions,
    least_games: LeastGames = StylesOptions.least_games,
    dials_positions: Positions = DistillationOptions.positions,
    unseen_players: UnseenCount = UNSEEN_PLAYERS,
    size: Annotated[
        SizeName, typer.Option(help="How much the experiments measure.")
    ] = SizeName.small,
    seed: Seed = BackboneOptions.seed,
    device: Device = "auto",
) -> None:
    """Go the whole way from games to assets: train, build, dials, habits, map, measure, report.

    Run the same command again after Ctrl-C and it goes on where it was. The other settings are
    those of the shipped model; each step has a command of its own with all of them.
    """
    import torch

    from engine.cli.evaluate import print_summary
    from engine.pipeline import PipelineOptions, StoppedError, run_pipeline
    from engine.style.steering.build import BuildOptions

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
    shown = ("policy_loss", "top1", "top1_from_ply_10", "backbone_top1_from_ply_10")
    figures = [f"{name} {progress.figures[name]:.4f}" for name in shown if name in progress.figures]
    note = "  ".join([f"{progress.positions_per_second:,.0f}/s", *figures])
    bar.show(progress.positions, progress.total, note)


def _show_stage(bar: Bar, progress: "StageProgress") -> None:
    shown = ("squared_error", "r2", "divergence", "learnt")
    figures = [f"{name} {progress.figures[name]:.4f}" for name in shown if name in progress.figures]
    bar.show(progress.done, progress.total, "  ".join(figures), progress.stage.capitalize())


def _end(outcome: "Outcome", out: Path, ranks: "Ranks") -> None:
    if ranks.leads:
        state = "Done" if outcome.finished else "Stopped; run the same command again to go on"
        typer.echo(f"{state}: {outcome.positions:,} positions, results in {out}.")
        for name, value in outcome.figures.items():
            typer.echo(f"  {name}: {value:.4f}")
    if not outcome.finished:
        raise typer.Exit(130)
