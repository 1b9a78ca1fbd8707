"""Models on disk: safetensors for the numbers, JSON for everything a reader wants to know."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.errors import StylemateError
from engine.files import parse_json, replacing, write_json
from engine.model.backbone import Backbone
from engine.model.kinds import build_backbone, describe_backbone
from engine.model.mhr.config import MHRConfig
from engine.model.mhr.network import is_inventory
from engine.model.style_model import StyleModel

FORMAT_VERSION = 1
DESCRIPTION_FILE = "model.json"
_BACKBONE, _INVENTORY = "backbone.safetensors", "inventory.safetensors"
BACKBONE_FILES = (DESCRIPTION_FILE, _BACKBONE)
"""All that the folder of a backbone without an inventory holds."""


def save_backbone(
    directory: Path | str,
    backbone: Backbone,
    metadata: dict[str, Any],
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write a plain backbone.

    Args:
        directory: made if missing.
        backbone: without adapters.
        metadata: JSON values: training configuration, data fingerprint, figures.
        dtype: type of the stored weights; float16 halves the size.
    """
    directory = Path(directory)
    _save_tensors(directory / _BACKBONE, backbone.state_dict(), dtype)
    _write_description(directory, {"backbone": describe_backbone(backbone), "metadata": metadata})


def save_model(
    directory: Path | str,
    model: StyleModel,
    metadata: dict[str, Any],
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write a backbone with its inventory; see ``save_backbone``."""
    directory = Path(directory)
    _save_tensors(directory / _BACKBONE, model.plain_backbone().state_dict(), dtype)
    _save_tensors(directory / _INVENTORY, _inventory_of(model), dtype)
    description = {
        "backbone": describe_backbone(model.backbone),
        "inventory": asdict(model.config),
        "metadata": metadata,
    }
    _write_description(directory, description)


def load_backbone(directory: Path | str, device: torch.device | str = "cpu") -> Backbone:
    """Load a backbone, with or without an inventory beside it, in evaluation mode.

    Raises:
        StylemateError: files are missing, damaged or of another format version.
    """
    directory = Path(directory)
    description = read_description(directory)
    try:
        tensors = _load_tensors(directory / _BACKBONE)
        with torch.device("meta"):
            _require_shapes(tensors, build_backbone(description["backbone"]).state_dict())
        backbone = build_backbone(description["backbone"])
        backbone.load_state_dict(tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise _damaged(directory, error) from error
    return backbone.eval().to(device)


def load_model(directory: Path | str, device: torch.device | str = "cpu") -> StyleModel:
    """Load a backbone with its inventory in evaluation mode.

    Raises:
        StylemateError: files are missing, damaged or of another format version.
    """
    directory = Path(directory)
    description = read_description(directory)
    if "inventory" not in description:
        raise StylemateError(f"{directory} holds a backbone without styles. Train styles first.")
    backbone = load_backbone(directory)
    try:
        config = MHRConfig(**description["inventory"])
        inventory = _load_tensors(directory / _INVENTORY)
        with torch.device("meta"):
            shaped = StyleModel(build_backbone(description["backbone"]), config)
            _require_shapes(inventory, _inventory_of(shaped))
        model = StyleModel(backbone, config)
        model.backbone.load_state_dict(inventory, strict=False)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise _damaged(directory, error) from error
    return model.to(device)


def read_description(directory: Path | str) -> dict[str, Any]:
    """Return a model's JSON description: shapes, and ``metadata`` as it was saved.

    Raises:
        StylemateError: it is missing, damaged or of another format version.
    """
    path = Path(directory) / DESCRIPTION_FILE
    try:
        description = parse_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StylemateError(
            f"There is no model in {directory} ({DESCRIPTION_FILE} missing)."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(directory, error) from error
    if not isinstance(description, dict) or "version" not in description:
        raise _damaged(directory, f"{DESCRIPTION_FILE} is no model description")
    if description["version"] != FORMAT_VERSION:
        raise StylemateError(
            f"The model in {directory} has format version {description['version']}; "
            f"this Stylemate reads version {FORMAT_VERSION}. Update Stylemate or the model."
        )
    return description


def save_state(path: Path, state: Mapping[str, Tensor]) -> None:
    """Write tensors as safetensors.

    Raises:
        StylemateError: the file cannot be written.
    """
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    with replacing(path) as temporary:
        save_file(tensors, temporary)


def _save_tensors(path: Path, tensors: dict[str, Tensor], dtype: torch.dtype) -> None:
    stored = {
        name: tensor.detach().cpu().to(dtype if tensor.is_floating_point() else tensor.dtype)
        for name, tensor in tensors.items()
    }
    save_state(path, stored)


def _load_tensors(path: Path) -> dict[str, Tensor]:
    try:
        tensors = load_file(path)
    except FileNotFoundError as error:
        raise StylemateError(f"{path} is missing.") from error
    except (OSError, SafetensorError, ValueError) as error:
        raise _damaged(path.parent, f"{path.name}: {error}") from error
    return {
        name: tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in tensors.items()
    }


def _inventory_of(model: StyleModel) -> dict[str, Tensor]:
    return {
        name: tensor for name, tensor in model.backbone.state_dict().items() if is_inventory(name)
    }


def _require_shapes(found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    """Check a file against its description, on shapes alone, before memory is given to it.

    Raises:
        ValueError: they do not fit.
    """
    shapes, wanted = ({name: t.shape for name, t in m.items()} for m in (found, expected))
    if shapes != wanted:
        wrong = sorted(n for n in {*shapes, *wanted} if shapes.get(n) != wanted.get(n))
        raise ValueError(f"its tensors do not fit its description, first {wrong[0]}")


def _write_description(directory: Path, description: dict[str, Any]) -> None:
    write_json(directory / DESCRIPTION_FILE, {"version": FORMAT_VERSION, **description})


def _damaged(directory: Path | str, reason: object) -> StylemateError:
    return StylemateError(
        f"The model in {directory} is damaged ({reason}). Restore it from a fresh copy."
    )
