"""``stylemate export`` and ``stylemate import``: networks of other programs, out and in."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.console import OverwriteOption
from engine.cli.play import RecipeArgument, StyleOption, load_opponents


def export(
    recipe: RecipeArgument,
    out: Annotated[
        Path,
        typer.Argument(help="The file to write: .pb.gz or .pb for lc0, .onnx for anything else."),
    ],
    style: StyleOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Write a style as a network file that plays it without Stylemate.

    In lc0, set PolicyTemperature (--policy-softmax-temp) to 1.0 to see the style's own
    probabilities. lc0 0.32 and later plays without search if its program is renamed to
    lc0-policyhead; earlier ones with "go nodes 1". Either way it always plays the likeliest move,
    which makes it stronger and less varied than the style is in Stylemate. The chances of winning
    in an lc0 file are the style's own guess, which nobody taught it; those in an ONNX file are the
    same as in Stylemate.
    """
    from engine.play.export import export_style

    written = export_style(load_opponents(style), recipe, out, overwrite)
    typer.echo(f"{written.recipe}: {out}, {out.stat().st_size:,} bytes.")
    if not out.name.lower().endswith(".onnx"):
        typer.echo(
            "In lc0, play it without search (rename the program to lc0-policyhead, or `go nodes 1`)"
            " and with policy temperature 1.0. It always plays the likeliest move: stronger and"
            " less varied than in Stylemate."
        )


def import_network(
    network: Annotated[Path, typer.Argument(help="An lc0 network, .pb.gz or .pb, such as Maia's.")],
    out: Annotated[Path, typer.Argument(help="The folder to write, for train and --backbone.")],
    overwrite: OverwriteOption = False,
) -> None:
    """Turn an lc0 network into a backbone: any SE-ResNet with a convolutional policy head.

    Then train styles on it: stylemate train styles STORE --backbone OUT --out RUN
    """
    from engine.model.imports import import_lc0
    from engine.model.kinds import describe_backbone

    backbone, licence = import_lc0(network, out, overwrite)
    described = describe_backbone(backbone)
    numbers = sum(parameter.numel() for parameter in backbone.parameters())
    typer.echo(
        f"{out}: {described['kind']}, {described['blocks']} blocks of {described['filters']} "
        f"channels, {numbers:,} numbers, {described['value_head']} value."
    )
    if licence:
        typer.echo(f"Its licence: {licence}")


def register(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command()(export)
    app.command("import")(import_network)
