"""``stylemate play`` and ``stylemate policy``: styles at the board, from the shell."""

import io
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import StylemateError

if TYPE_CHECKING:
    import chess

    from engine.play.engine import Policy
    from engine.play.opponents import OpponentRegistry

RecipeArgument = Annotated[
    str,
    typer.Argument(
        help="How the opponent plays, such as 'Tal, Mikhail', '0.6 tal + 0.4 capablanca', "
        "'carlsen | king_danger +1.5 | elo 1500', or 'average'."
    ),
]

StyleOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--style",
        help="A .style file that `stylemate fit` made; recipes may then name it. May be repeated.",
    ),
]


class Color(StrEnum):
    """The side a person asks for."""

    white = "white"
    black = "black"
    random = "random"


def play(
    recipe: RecipeArgument = "average",
    color: Annotated[Color, typer.Option(help="Your side.")] = Color.random,
    fen: Annotated[str, typer.Option(help="Start from this position.")] = "",
    temperature: Annotated[
        float, typer.Option(help="0 always plays the likeliest move, 1 plays as the style would.")
    ] = 1.0,
    top_p: Annotated[
        float, typer.Option(help="Play only the likeliest moves that make up this share.")
    ] = 1.0,
    seed: Annotated[int | None, typer.Option(help="Make the opponent's moves repeatable.")] = None,
    style: StyleOption = None,
) -> None:
    """Play against a style in the terminal."""
    import chess

    from engine.play.terminal import TerminalGame

    bot = load_opponents(style).bot(recipe, temperature, top_p, seed)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a stray byte is a wrong move, not the end
    game = TerminalGame(
        bot,
        bot.style.recipe,
        None if color is Color.random else color is Color.white,
        fen or chess.STARTING_FEN,
        letters=not _shows_pieces(sys.stdout.encoding),
        read=input,
        write=typer.echo,
    )
    game.run()


def policy(
    recipe: Annotated[
        str | None, typer.Argument(help="The style, as for `stylemate play`.")
    ] = None,
    fen: Annotated[str, typer.Option(help="The position; by default the usual start.")] = "",
    moves: Annotated[
        str, typer.Option(help="Moves played from there, SAN or UCI: 'e2e4 e7e5'.")
    ] = "",
    backbone: Annotated[
        Path | None,
        typer.Option(help="Ask this lc0 network (.pb.gz) or model folder, without a style."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    top: Annotated[
        int | None, typer.Option(min=1, help="Show only this many of the likeliest moves.")
    ] = None,
    style: StyleOption = None,
) -> None:
    """Print the legal moves of a position with a style's probabilities and chances."""
    import chess

    from engine.play.notation import board_from_fen, play_moves

    board = board_from_fen(fen or chess.STARTING_FEN)
    play_moves(board, moves)
    answer = _asked_policy(recipe, backbone, board, style)
    shown = answer.top(len(answer.moves) if top is None else top)
    if as_json:
        described = {
            "moves": {move.uci(): probability for move, probability in shown},
            "wdl": list(answer.wdl),
            "value": answer.value,
        }
        typer.echo(json.dumps(described))
        return
    for move, probability in shown:
        typer.echo(f"{move.uci():6} {board.san(move):8} {probability:7.2%}")
    win, draw, loss = answer.wdl
    typer.echo(f"win {win:.1%}, draw {draw:.1%}, loss {loss:.1%} for the side to move")


def _shows_pieces(encoding: str) -> bool:
    """Whether a terminal of this encoding can show chess pieces."""
    try:
        "♚·".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def load_opponents(styles: list[Path] | None) -> "OpponentRegistry":
    """Return the shipped opponents and those of style files."""
    from engine.play.opponents import load_registry
    from engine.style.style_file import load_style

    registry = load_registry()
    for path in styles or ():
        registry = registry.with_style(load_style(path))
    return registry


def _asked_policy(
    recipe: str | None, backbone: Path | None, board: "chess.Board", styles: list[Path] | None
) -> "Policy":
    if recipe is not None and backbone is not None:
        raise StylemateError(
            "A recipe needs Stylemate's own model: give either a recipe or --backbone."
        )
    if backbone is not None:
        from engine.model.checkpoint import load_backbone
        from engine.model.lc0 import load_lc0
        from engine.play.inference import plain_policies

        network = load_backbone(backbone) if backbone.is_dir() else load_lc0(backbone)
        return plain_policies(network, [board])[0]
    if recipe is None:
        raise StylemateError(
            "Give a recipe, such as 'Tal, Mikhail' or 'average', or a network with --backbone."
        )
    return load_opponents(styles).bot(recipe).policy(board)


def register(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command()(play)
    app.command()(policy)
