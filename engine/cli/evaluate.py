"""``stylemate evaluate``: measure what the model and its styles can do, into a report."""

import os
import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY
from engine.cli.console import chosen_device, killed_like_interrupted, progress_bar
from engine.errors import StylemateError

if TYPE_CHECKING:
    from engine.evaluation.report.report import Report


class SizeName(StrEnum):
    """How much to measure."""

    smoke = "smoke"
    small = "small"
    full = "full"


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command()(evaluate)


def evaluate(
    store: Annotated[Path, typer.Argument(help="Game store that `stylemate ingest` wrote.")],
    model: Annotated[Path, typer.Option(help="Assets folder with model/ and styles/.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the report.")],
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Run only this experiment, and keep the others of a report there. May be "
            "repeated, or name several with commas.",
        ),
    ] = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option(help="lc0 file (.pb.gz) to compare the backbone with. May be repeated."),
    ] = None,
    size: Annotated[
        SizeName,
        typer.Option(help="full for a GPU, small for minutes on a CPU, smoke only to try it out."),
    ] = SizeName.small,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything drawn at random.")] = 1,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
) -> None:
    """Run the experiments and write report.json, report.md and figures.

    Run the same command again after Ctrl-C and it goes on where it was.
    """
    import torch

    from engine.evaluation.suite import EXPERIMENTS, Plan, require_known, run_suite

    names = _names(only or []) or list(EXPERIMENTS)
    require_known(names)  # a slip of the hand is told before anything is loaded
    _require_folders(store, model, out)
    chosen = chosen_device(device)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    plan = Plan(
        store=store,
        assets=model,
        out=out,
        names=names,
        device=chosen,
        size=size.value,
        seed=seed,
        command=_command(store, model, out, only or [], size, seed, device),
        references=tuple(reference or ()),
    )
    with (
        killed_like_interrupted(),
        progress_bar("Reading games and model", is_share=True) as bar,
    ):
        report = run_suite(
            plan, lambda step: bar.show(step.share, note=step.note, what=step.experiment)
        )
    print_summary(report, out)
    if any(name in report.failures for name in names):
        raise typer.Exit(2)


def _names(only: list[str]) -> list[str]:
    return [name for part in only for name in part.replace(",", " ").split()]


def _require_folders(store: Path, model: Path, out: Path) -> None:
    if not store.is_dir():
        raise StylemateError(f"There is no game store {store}. `stylemate ingest` makes one.")
    for part in (MODEL_DIRECTORY, STYLES_DIRECTORY):
        if not (model / part).is_dir():
            raise StylemateError(
                f"{model} holds no {part}/. Give the assets folder, as `stylemate styles build` "
                "writes it."
            )
    if out.exists() and not out.is_dir():
        raise StylemateError(f"{out} is a file; --out wants a folder.")


def _command(
    store: Path, model: Path, out: Path, only: list[str], size: SizeName, seed: int, device: str
) -> str:
    """Return what was typed, without the folders of the machine it was typed on."""
    words = ["stylemate", "evaluate", store.name, "--model", model.name, "--out", out.name]
    for name in _names(only):
        words += ["--only", name]
    return shlex.join([*words, "--size", size.value, "--seed", str(seed), "--device", device])


def print_summary(report: "Report", out: Path) -> None:
    """Print which goals were reached, and what could not be measured."""
    from engine.evaluation.report.wording import goal_text, measured_text, verdict_text
    from engine.evaluation.targets import all_targets

    for target in all_targets(report.experiments.values()):
        measured = "" if target.measured is None else f": {measured_text(target.measured)}"
        typer.echo(f"{verdict_text(target):12}  {target.what}{measured}  [{goal_text(target)}]")
    for name, reason in report.failures.items():
        typer.echo(f"{name} failed: {reason}", err=True)
    typer.echo(f"The report is in {out}.")
