"""Stylemate's engine from Python.

``import engine`` costs nothing; what a function needs is imported when it is called::

    import chess, engine

    bot = engine.load().bot("0.6 Tal, Mikhail + 0.4 Petrosian, Tigran", temperature=0.7)
    move = bot.play(chess.Board())

Everything that is said here stays; the rooms below are rearranged as they need to be. The word
``play`` belongs to one of them, so a single move is asked for with ``move``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import StylemateError

if TYPE_CHECKING:
    import chess

    from engine.analysis.identification import IdentifiedPlayer
    from engine.play.engine import Policy
    from engine.play.opponents import OpponentRegistry
    from engine.style.recipe import Recipe
    from engine.style.style_file import StyleFile

__all__ = [
    "StylemateError",
    "export",
    "fit",
    "identify",
    "import_network",
    "load",
    "move",
    "players",
    "policy",
    "recipe",
    "save",
]


def load(*styles: str | Path) -> "OpponentRegistry":
    """Return the opponents of this process: ``bot`` makes one, ``space`` holds all styles.

    Args:
        styles: style files whose labels recipes may name, too.

    Raises:
        StylemateError: the assets or a style file are missing, damaged, or of another model.
    """
    from engine.play.opponents import load_registry
    from engine.style.style_file import load_style

    registry = load_registry()
    for path in styles:
        registry = registry.with_style(load_style(path))
    return registry


def players() -> tuple[str, ...]:
    """Return the names of all players whose styles are known."""
    return load().space.names


def recipe(text: str) -> "Recipe":
    """Read a recipe, and return it with players' full names.

    Raises:
        StylemateError: it cannot be read, or names somebody unknown.
    """
    from engine.style.recipe_parser import parse_recipe

    return load().space.resolve(parse_recipe(text), text)


def policy(board: "chess.Board", recipe: str = "average") -> "Policy":
    """Return every legal move with its probability in a style, and the chances.

    Args:
        board: with its history, which counts.
        recipe: the style.

    Raises:
        StylemateError: the recipe is wrong, or the game is over.
    """
    return load().bot(recipe).policy(board)


def move(
    board: "chess.Board", recipe: str = "average", temperature: float = 1.0, seed: int | None = None
) -> "chess.Move":
    """Return a move that a style plays.

    For a whole game, keep the bot that ``load().bot(recipe)`` returns.

    Args:
        board: with its history, which counts.
        recipe: the style, and its strength if it names one.
        temperature: 0 plays the likeliest move, 1 as often as the style would.
        seed: makes the move repeatable.

    Raises:
        StylemateError: an argument is wrong, or the game is over.
    """
    return load().bot(recipe, temperature, seed=seed).play(board)


def fit(games: Sequence[str | Path], player: str, label: str = "") -> "StyleFile":
    """Learn somebody's style from games.

    Args:
        games: PGN files, compressed or not, or folders of them.
        player: as the games spell the name, in any case.
        label: what recipes shall call the style; the player's name by default.

    Raises:
        StylemateError: there are no such games, or too few.
    """
    from engine.games.chosen_player import choose_player
    from engine.games.sources import find_sources
    from engine.games.upload_collection import GameInput, collect_games
    from engine.games.uploads import OWN_FILES
    from engine.training.person_fit import fit_player, style_file_of

    registry = load()
    inputs = [GameInput(source.name, source.open) for source in find_sources(games)]
    records = collect_games(inputs, OWN_FILES).records
    chosen = choose_player(records, [player])
    space = registry.space
    fitted = fit_player(registry.model, records, chosen, space.prior, habits=space.habit_scale)
    return style_file_of(fitted, label or chosen.name, chosen, records, registry.fingerprint)


def save(style: "StyleFile", path: str | Path, overwrite: bool = False) -> None:
    """Write a fitted style, which ``load`` and the app read again.

    Args:
        style: the style.
        path: the file, such as ``me.style``.
        overwrite: replace a file that is there.

    Raises:
        StylemateError: it is there already, or cannot be written.
    """
    from engine.files import require_free_file
    from engine.style.style_file import save_style

    require_free_file(Path(path), overwrite)
    save_style(path, style)


def identify(style: "StyleFile", top: int = 10) -> "list[IdentifiedPlayer]":
    """Return the known players whose styles are most like a fitted one, likeliest first.

    Raises:
        StylemateError: the style is of another model, or of before styles could be recognised.
    """
    from engine.analysis.identification import COSINE_SCALE_FILE, load_scale
    from engine.analysis.identification import identify as rank
    from engine.assets import assets_directory

    registry = load()
    style.require_model(registry.fingerprint)
    if style.signature is None:
        raise StylemateError("This style file is too old to be recognised by. Fit it again.")
    scale = load_scale(assets_directory() / COSINE_SCALE_FILE, registry.fingerprint)
    return rank(style.signature, registry.space, style.games, scale)[:top]


def export(recipe: str, path: str | Path, overwrite: bool = False) -> None:
    """Write a style as an lc0 network (``.pb.gz``) or an ONNX one (``.onnx``).

    Args:
        recipe: the style.
        path: the file.
        overwrite: replace a file that is there.

    Raises:
        StylemateError: the recipe is wrong, or asks for what such a file cannot hold, or the file
            is there already.
    """
    from engine.play.export import export_style

    export_style(load(), recipe, Path(path), overwrite)


def import_network(network: str | Path, directory: str | Path, overwrite: bool = False) -> None:
    """Turn an lc0 network into a backbone folder, on which styles can be trained.

    Args:
        network: the file.
        directory: the folder to make.
        overwrite: replace a backbone that is there.

    Raises:
        StylemateError: it is damaged, or no SE-ResNet with a convolutional policy head, or
            something is in the folder's place.
    """
    from engine.model.imports import import_lc0

    import_lc0(Path(network), Path(directory), overwrite)
