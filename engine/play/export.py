"""A style as a network that other programs play, without its recipe, its inventory or Stylemate."""

from pathlib import Path

import torch

from engine.errors import StylemateError
from engine.files import require_free_file
from engine.model.backbone import Backbone
from engine.model.lc0 import LICENCE, save_lc0
from engine.model.onnx_file import save_onnx
from engine.play.opponents import OpponentRegistry
from engine.style.recipe import Recipe
from engine.style.recipe_parser import parse_recipe
from engine.style.style import Style
from engine.version import VERSION

LC0_SUFFIXES = (".pb.gz", ".pb")
ONNX_SUFFIX = ".onnx"


def export_style(
    registry: OpponentRegistry, recipe: Recipe | str, path: Path, overwrite: bool = False
) -> Style:
    """Write a recipe's style as a plain network.

    An lc0 file holds one network, so its chances of winning are what the style makes of them. An
    ONNX file holds the network without any style beside it, whose chances Stylemate shows.

    Args:
        registry: knows the recipe's players.
        recipe: the style.
        path: ends in ``.pb.gz``, ``.pb`` or ``.onnx``, which says what to write.
        overwrite: replace a file that is there.

    Raises:
        StylemateError: the recipe is wrong or asks for what a network cannot hold, the file's
            ending is unknown, or the file is there already or cannot be written.
    """
    read = parse_recipe(recipe) if isinstance(recipe, str) else recipe
    if read.elo is not None:
        raise StylemateError(
            "A network holds how a style plays, not how strongly: that takes Stylemate's search. "
            f"Leave 'elo {read.elo}' out of the recipe."
        )
    name = path.name.lower()
    if not name.endswith((*LC0_SUFFIXES, ONNX_SUFFIX)):
        raise StylemateError(
            f"{path}: the name must end in .pb.gz for an lc0 network or in .onnx for an ONNX one."
        )
    require_free_file(path, overwrite)
    style = registry.space.style(recipe)
    model = registry.model
    network, plain = model.merge(torch.from_numpy(style.z.copy())), model.plain_backbone()
    if type(network) is not Backbone:
        raise StylemateError(
            "This model is no squeeze-and-excitation ResNet, the only kind that these files hold."
        )
    if name.endswith(ONNX_SUFFIX):
        save_onnx(network, plain, path, {"recipe": style.recipe, "license": LICENCE, "by": _by()})
    else:
        save_lc0(network, path, f"Recipe: {style.recipe}\nWritten by {_by()}.")
    return style


def _by() -> str:
    return f"Stylemate {VERSION}"
