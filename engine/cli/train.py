"""``stylemate train``: a backbone, or an inventory with one style per player."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import StylemateError

if TYPE_CHECKING:
    from engine.model.backbone import Backbone
    from engine.model.mhr import MHRConfig
    from engine.style.artifact import TrainedStyles
    from engine.training.loop import Outcome, Progress, Task
    from engine.training.options import RunOptions
    from engine.training.ranks import Peers

UNSEEN_FILE = "unseen.json"

train_app = typer.Typer(
    help="Train a backbone, or an inventory with one style per player, on a game store.",
    no_args_is_help=True,
)

Store = Annotated[Path, typer.Argument(help="Game store that `stylemate ingest` wrote.")]
Out = Annotated[Path, typer.Option("--out", help="Directory of the run; resumed if it has begun.")]
Positions = Annotated[float, typer.Option(min=1, help="Positions to train on, e.g. 2e7.")]
Batch = Annotated[int, typer.Option(min=1, help="Positions of a step, over all processes.")]
Rate = Annotated[float, typer.Option(min=0, help="Peak learning rate.")]
ScheduleName = Annotated[str, typer.Option(help="one-cycle, cosine or linear.")]
PrecisionName = Annotated[str, typer.Option(help="auto, float32 or bfloat16.")]
Seed = Annotated[int, typer.Option(help="Seed of the initial weights and the order of positions.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")]
Minutes = Annotated[float, typer.Option(min=0, help="Minutes between checkpoints.")]
Interval = Annotated[float, typer.Option(min=1, help="Positions between validations.")]
Sample = Annotated[int, typer.Option(min=16, help="Positions of the validation sample.")]
Unseen = Annotated[
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
    preset: Annotated[str, typer.Option(help="small, medium or paper.")] = "small",
    start_from: Annotated[
        str, typer.Option(help="lc0 file (.pb.gz) or backbone directory to start from.")
    ] = "",
    positions: Positions = 2e7,
    batch_size: Batch = 1024,
    learning_rate: Rate = 2e-3,
    schedule: ScheduleName = "one-cycle",
    value_weight: Annotated[float, typer.Option(min=0, help="Weight of the result's loss.")] = 0.25,
    weight_decay: Annotated[float, typer.Option(min=0, help="Decoupled weight decay.")] = 1e-4,
    precision: PrecisionName = "auto",
    seed: Seed = 1,
    device: Device = "auto",
    checkpoint_minutes: Minutes = 5.0,
    validate_every: Interval = 5e5,
    validation_positions: Sample = 8192,
    unseen: Unseen = None,
    unseen_players: UnseenCount = 120,
) -> None:
    """Train a move predictor on a game store; OUT/backbone is the result."""
    from engine.training.backbone import BackboneTask, starting_backbone
    from engine.training.data import load_games, prepare_positions
    from engine.training.options import BackboneOptions

    options = BackboneOptions(
        positions=int(positions),
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=_one_of("--schedule", schedule, "one-cycle", "cosine", "linear"),  # type: ignore[arg-type]
        weight_decay=weight_decay,
        precision=_one_of("--precision", precision, "auto", "float32", "bfloat16"),  # type: ignore[arg-type]
        seed=seed,
        checkpoint_minutes=checkpoint_minutes,
        validate_every=int(validate_every),
        validation_positions=validation_positions,
        preset=preset,
        start_from=start_from,
        value_weight=value_weight,
    )
    backbone = starting_backbone(options)
    with _peers(device) as peers:
        games = load_games(store)
        kept_out = _unseen_players(games.counts_by_player(), unseen, unseen_players, out, peers)
        data = prepare_positions(games, kept_out, peers.device)
        del games
        _run(BackboneTask(data, options, backbone), options, out, peers)


@train_app.command("styles")
def train_styles(
    store: Store,
    out: Out,
    backbone: Annotated[
        Path, typer.Option(help="Directory of a trained backbone, or an lc0 file (.pb.gz).")
    ],
    positions: Positions = 2e7,
    batch_size: Batch = 1024,
    learning_rate: Rate = 2e-3,
    routing_speed: Annotated[
        float, typer.Option(min=0, help="With adam, routing learns this many times faster.")
    ] = 100.0,
    schedule: ScheduleName = "one-cycle",
    weight_decay: Annotated[float, typer.Option(min=0, help="Decay of the adapters.")] = 1e-4,
    modules: Annotated[int, typer.Option(min=1, help="Modules of the inventory, m.")] = 32,
    heads: Annotated[int, typer.Option(min=1, help="Heads that mix them, h.")] = 8,
    rank: Annotated[int, typer.Option(min=1, help="Rank of a module, r.")] = 16,
    alpha: Annotated[float, typer.Option(min=0, help="Adapters are scaled by alpha / r.")] = 64.0,
    routing: Annotated[str, typer.Option(help="softmax or sigmoid.")] = "softmax",
    attach: Annotated[str, typer.Option(help="se, conv or all.")] = "all",
    routing_steps: Annotated[
        str, typer.Option(help="How routing learns: natural, or adam as published.")
    ] = "natural",
    least_games: Annotated[int, typer.Option(min=1, help="Games a player needs.")] = 200,
    rating_groups: RatingGroups = True,
    balance: Annotated[
        float, typer.Option(min=0, max=1, help="1 draws players by their positions, 0 evenly.")
    ] = 0.5,
    group_share: Annotated[
        float, typer.Option(min=0, max=0.9, help="Share of positions that are rating groups'.")
    ] = 0.35,
    population_share: Annotated[
        float,
        typer.Option(min=0, max=0.9, help="Share of other masters' positions, in one style."),
    ] = 0.1,
    start_from: Annotated[
        Path | None, typer.Option(help="Earlier results of this command to go on from.")
    ] = None,
    precision: PrecisionName = "auto",
    seed: Seed = 1,
    device: Device = "auto",
    checkpoint_minutes: Minutes = 5.0,
    validate_every: Interval = 1e6,
    validation_positions: Sample = 8192,
    unseen: Unseen = None,
    unseen_players: UnseenCount = 120,
) -> None:
    """Train an inventory and one style per player over a frozen backbone."""
    import torch

    from engine.games.rating_groups import is_rating_group
    from engine.model.checkpoint import load_backbone, read_description
    from engine.model.lc0 import load_lc0
    from engine.model.mhr import MHRConfig
    from engine.model.style_model import StyleModel
    from engine.style.artifact import load_trained
    from engine.training.data import load_games, prepare_positions
    from engine.training.options import StylesOptions
    from engine.training.players import GROUP_GAMES, online_handles, styled_players
    from engine.training.styles import StylesTask

    mhr = MHRConfig(
        modules=modules,
        heads=heads,
        rank=rank,
        alpha=alpha,
        routing=_one_of("--routing", routing, "softmax", "sigmoid"),  # type: ignore[arg-type]
        attach=_one_of("--attach", attach, "se", "conv", "all"),  # type: ignore[arg-type]
    )
    options = StylesOptions(
        positions=int(positions),
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=_one_of("--schedule", schedule, "one-cycle", "cosine", "linear"),  # type: ignore[arg-type]
        weight_decay=weight_decay,
        precision=_one_of("--precision", precision, "auto", "float32", "bfloat16"),  # type: ignore[arg-type]
        seed=seed,
        checkpoint_minutes=checkpoint_minutes,
        validate_every=int(validate_every),
        validation_positions=validation_positions,
        mhr=mhr,
        least_games=least_games,
        routing_speed=routing_speed,
        routing_steps=_one_of("--routing-steps", routing_steps, "natural", "adam"),  # type: ignore[arg-type]
        balance=balance,
        group_share=group_share if rating_groups else None,
        population_share=population_share,
    )
    if group_share + population_share >= 1:
        raise StylemateError(
            "--group-share and --population-share leave no positions for the players: together "
            "they have to be less than 1."
        )
    if backbone.is_dir():
        network, metadata = load_backbone(backbone), read_description(backbone)["metadata"]
    else:
        network, metadata = load_lc0(backbone), {"file": backbone.name}
    earlier = load_trained(start_from) if start_from is not None else None
    if earlier is not None:
        _check_goes_on(earlier, mhr, network, start_from)
    beside = backbone.parent / UNSEEN_FILE
    if unseen is None and beside.exists():
        # Players the backbone never saw stay unseen.
        unseen = beside
    with _peers(device) as peers:
        handles = online_handles(store) if rating_groups else None
        apart = handles.apart if handles else None
        games = load_games(store, apart)
        kept_out = _unseen_players(games.counts_by_player(), unseen, unseen_players, out, peers)
        without = {*kept_out, *(handles.prolific if handles else ())}
        players = [
            player
            for player in styled_players(store, min(least_games, GROUP_GAMES), without, apart)
            if player.games >= least_games or is_rating_group(player.name)
        ]
        data = prepare_positions(games, kept_out, peers.device)
        del games
        # The inventory draws its first weights as it is made: the seed has to come before.
        torch.manual_seed(seed)
        model = StyleModel(network, mhr) if earlier is None else earlier.model
        known = {} if earlier is None else earlier.of_player()
        history = {"backbone": metadata} if earlier is None else _history(earlier)
        task = StylesTask(data, options, model, players, history, known=known)
        _run(task, options, out, peers)


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
    ] = 400,
    fisher_positions: Annotated[
        int, typer.Option(min=100, help="Positions from which the mean style is learnt.")
    ] = 20_000,
    spread: Annotated[
        float, typer.Option(min=0, help="Standard deviation of routing logits over players.")
    ] = 0.35,
    least_games: Annotated[int, typer.Option(min=1, help="Games a player needs.")] = 200,
    rating_groups: RatingGroups = True,
    seed: Seed = 1,
    device: Device = "auto",
) -> None:
    """Fit everybody's style to the trained inventory by routing alone, unseen players' too.

    One procedure for all players, whether they were trained with the inventory or not, so that
    styles compare with each other and with those fitted later. Only rating groups keep their
    trained styles: they lie too far from the mean style for a fit around it.
    Goes on where it stopped; with scores once taken, another --spread takes moments.
    """
    import torch

    from engine.games.rating_groups import is_rating_group
    from engine.style.artifact import load_trained
    from engine.style.prior import StylePrior
    from engine.training.data import load_games, prepare_positions
    from engine.training.players import online_handles, styled_players
    from engine.training.population_fit import (
        PopulationFitOptions,
        fitted_styles,
        kept_mean_style,
        mean_style,
        player_scores,
        rows_by_player,
    )
    from engine.training.sampling import fixed_sample
    from engine.training.splits import Split

    start = load_trained(trained)
    workers = len(os.sched_getaffinity(0))
    options = PopulationFitOptions(
        positions_each=positions_each, fisher_positions=fisher_positions, seed=seed, workers=workers
    )
    with _peers(device) as peers, _stop_flag() as stop_requested:
        handles = online_handles(store) if rating_groups else None
        apart = handles.apart if handles else None
        players = styled_players(
            store, least_games, handles.prolific if handles else (), apart=apart
        )
        data = prepare_positions(load_games(store, apart), (), peers.device)
        model = start.model.to(peers.device)
        rows = rows_by_player(data, [player.name for player in players], (Split.TRAIN,))
        each = max(options.fisher_positions // len(players), 1)
        typer.echo(f"{len(players):,} players; the mean style first.")
        sample = torch.cat([fixed_sample(part, each, seed) for part in rows])
        mean, fisher = kept_mean_style(
            out / "scores", lambda: mean_style(model, data, sample, start.mean)
        )
        with _count_bar("players") as report:
            scores = player_scores(
                model, data, rows, mean, options, out / "scores", report, stop_requested
            )
    if scores is None:
        typer.echo("Stopped; run the same command again to go on.")
        raise typer.Exit(130)
    fitted = {"positions_each": positions_each, "spread": spread, "seed": seed}
    groups = {name: z for name, z in start.of_player().items() if is_rating_group(name)}
    prior = StylePrior(mean, fisher, spread, scores.game_covariance)
    metadata = {**start.metadata, "population_fit": fitted}
    fitted_styles(start.model, metadata, players, scores, prior, groups).save(out)
    typer.echo(f"{len(players):,} styles, in {out}.")


def _check_goes_on(
    earlier: "TrainedStyles", config: "MHRConfig", backbone: "Backbone", directory: Path | None
) -> None:
    """Refuse results that were trained in another shape or over another backbone."""
    import torch

    if earlier.model.config != config:
        raise StylemateError(
            f"{directory} holds an inventory of another shape: {earlier.model.config}. "
            "Give its settings, or begin anew without --start-from."
        )
    theirs, ours = earlier.model.plain_backbone().state_dict(), backbone.state_dict()
    if theirs.keys() != ours.keys() or not all(
        torch.equal(theirs[name], tensor) for name, tensor in ours.items()
    ):
        raise StylemateError(
            f"{directory} was trained over another backbone than --backbone. "
            "Give that one, or begin anew without --start-from."
        )


def _history(trained: "TrainedStyles") -> dict[str, Any]:
    """Return what is written of a model that is trained further."""
    metadata = dict(trained.metadata)
    earlier = metadata.pop("styles", {})
    return {**metadata, "earlier": earlier}


def _one_of(option: str, value: str, *choices: str) -> str:
    if value not in choices:
        raise StylemateError(f"{option} is {value!r}; choose from {', '.join(choices)}.")
    return value


@contextmanager
def _peers(device: str) -> Iterator["Peers"]:
    import torch

    from engine.training.ranks import joined_peers

    try:
        torch.device("cpu" if device == "auto" else device)
    except RuntimeError as error:
        raise StylemateError(f"--device {device!r} is not a device torch knows.") from error
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise StylemateError("This machine has no GPU that torch can use; try --device cpu.")
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    with joined_peers(device) as peers:
        yield peers


def _unseen_players(
    counts: dict[str, int], given: Path | None, count: int, out: Path, peers: "Peers"
) -> list[str]:
    """Return the players to leave out and note them beside the run's results."""
    from engine.files import write_json
    from engine.training.splits import choose_unseen_players

    noted = out / UNSEEN_FILE
    if given is None and noted.exists():
        given = noted
    if given is None:
        names = choose_unseen_players(counts, count, least_games=220, most_games=600)
    else:
        names = _read_names(given)
    if peers.leads:
        write_json(noted, names)
    return names


def _read_names(path: Path) -> list[str]:
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StylemateError(f"{path}: no JSON list of names ({error}).") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise StylemateError(f"{path}: expected a JSON list of names.")
    return names


def _run(task: "Task", options: "RunOptions", out: Path, peers: "Peers") -> None:
    from engine.training.loop import train

    with _stop_flag() as stop_requested, _progress_bar(options.positions, peers.leads) as report:
        outcome = train(task, options, out, peers, report, stop_requested)
    if peers.leads:
        _print_outcome(outcome, out)
    if not outcome.finished:
        raise typer.Exit(130)


@contextmanager
def _stop_flag() -> Iterator[Callable[[], bool]]:
    """Turn Ctrl-C and a polite kill into a request that the loop honours between steps."""
    stopped = False

    def request(number: int, frame: object) -> None:
        nonlocal stopped
        stopped = True

    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, request) for number in signals}
    try:
        yield lambda: stopped
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def _progress_bar(positions: int, shown: bool) -> Iterator[Callable[["Progress"], None]]:
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as ProgressBar

    if not shown:
        yield lambda progress: None
        return
    columns = (
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} positions"),
        BarColumn(),
        TextColumn("{task.fields[speed]:,.0f}/s"),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[figures]}"),
    )
    with ProgressBar(*columns) as bar:
        line = bar.add_task("training", total=positions, speed=0.0, figures="")

        def report(progress: "Progress") -> None:
            shown_figures = ("policy_loss", "top1", "top1_from_ply_10", "backbone_top1_from_ply_10")
            figures = "  ".join(
                f"{name} {progress.figures[name]:.4f}"
                for name in shown_figures
                if name in progress.figures
            )
            bar.update(
                line,
                completed=progress.positions,
                total=progress.total,
                speed=progress.positions_per_second,
                figures=figures,
            )

        yield report


@contextmanager
def _count_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
    from rich.progress import Progress as ProgressBar

    columns = (MofNCompleteColumn(), what, BarColumn(), TimeRemainingColumn())
    with ProgressBar(*columns) as bar:
        line = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)


def _print_outcome(outcome: "Outcome", out: Path) -> None:
    state = "Done" if outcome.finished else "Stopped; run the same command again to go on"
    typer.echo(f"{state}: {outcome.positions:,} positions, results in {out}.")
    for name, value in outcome.figures.items():
        typer.echo(f"  {name}: {value:.4f}")
