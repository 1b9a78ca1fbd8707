"""Reading and writing the style space's files, with errors for people."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from engine.errors import StylemateError


def read_tensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a safetensors file.

    Raises:
        StylemateError: it is missing or damaged.
    """
    _require(path)
    try:
        return dict(load_file(path))
    except (SafetensorError, OSError, ValueError) as error:
        raise StylemateError(f"{path} is damaged or not a safetensors file: {error}.") from None


def read_tensor_metadata(path: Path) -> dict[str, str]:
    """Return the texts that were saved with a safetensors file.

    Raises:
        StylemateError: it is missing or damaged.
    """
    _require(path)
    try:
        with safe_open(path, "np") as file:
            return dict(file.metadata() or {})
    except (SafetensorError, OSError, ValueError) as error:
        raise StylemateError(f"{path} is damaged or not a safetensors file: {error}.") from None


def write_tensors(
    path: Path, tensors: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str]
) -> None:
    """Write a safetensors file so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    contiguous = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    save_file(contiguous, temporary, dict(metadata))
    os.replace(temporary, path)


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises:
        StylemateError: it is missing or damaged.
    """
    _require(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StylemateError(f"{path} is damaged or not JSON: {error}.") from None


def write_json(path: Path, value: object) -> None:
    """Write a JSON file, small and with its objects one a line where it is a list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(value, list):
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value)
        text = f"[\n{lines}\n]\n"
    else:
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def _require(path: Path) -> None:
    if not path.is_file():
        raise StylemateError(
            f"{path} is missing. It comes with a full checkout; "
            "`stylemate styles build` makes it from a trained model."
        )
