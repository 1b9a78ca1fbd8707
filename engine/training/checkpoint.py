"""Everything a run needs to go on exactly where it stopped: safetensors and JSON, no pickle."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import StylemateError
from engine.files import read_json, write_json
from engine.model.checkpoint import save_state

_TENSORS, _STATE = "checkpoint.safetensors", "checkpoint.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class RunState:
    """Where a run stands, what it was told to do, and what its last validation gave."""

    step: int
    options: dict[str, Any]
    fingerprint: str
    validation: dict[str, float] = field(default_factory=dict)


def save_checkpoint(
    directory: Path, module: nn.Module, optimizer: torch.optim.Optimizer, state: RunState
) -> None:
    """Write weights, optimizer moments and the step."""
    tensors = {f"weights/{name}": value for name, value in module.state_dict().items()}
    for index, parameter in enumerate(_parameters(optimizer)):
        for name, value in optimizer.state[parameter].items():
            tensors[f"optimizer/{index}/{name}"] = torch.as_tensor(value)
    # The step is in the tensor file too, so that a crash between the two writes is noticed.
    tensors["step"] = torch.tensor(state.step)
    save_state(directory / _TENSORS, tensors)
    description = {
        "version": VERSION,
        "step": state.step,
        "options": state.options,
        "fingerprint": state.fingerprint,
        "validation": state.validation,
    }
    write_json(directory / _STATE, description)


def read_run_state(directory: Path) -> RunState | None:
    """Return where the run in a directory stands, or None if it never wrote a checkpoint.

    Raises:
        StylemateError: the checkpoint cannot be read.
    """
    path = directory / _STATE
    if not path.exists():
        return None
    try:
        description = read_json(path)
        if description["version"] != VERSION:
            raise StylemateError(f"{path} is of format version {description['version']}.")
        return RunState(
            description["step"],
            description["options"],
            description["fingerprint"],
            dict(description.get("validation", {})),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, error) from error


def load_checkpoint(
    directory: Path, module: nn.Module, optimizer: torch.optim.Optimizer, device: torch.device
) -> int:
    """Restore weights and optimizer moments; return the step after which they were saved.

    Raises:
        StylemateError: the checkpoint is damaged or of another network.
    """
    path = directory / _TENSORS
    try:
        tensors = load_file(path, device=str(device))
        weights = {
            name.removeprefix("weights/"): value
            for name, value in tensors.items()
            if name.startswith("weights/")
        }
        module.load_state_dict(weights)
        _restore_moments(optimizer, tensors)
        return int(tensors["step"])
    except (OSError, SafetensorError, RuntimeError, KeyError, ValueError) as error:
        raise _damaged(path, error) from error


@torch.no_grad()
def _restore_moments(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    for index, parameter in enumerate(_parameters(optimizer)):
        prefix = f"optimizer/{index}/"
        optimizer.state[parameter] = {
            name.removeprefix(prefix): _laid_out_like(parameter, value)
            for name, value in tensors.items()
            if name.startswith(prefix)
        }


def _laid_out_like(parameter: nn.Parameter, moment: Tensor) -> Tensor:
    """Fused optimizers walk memory, so a moment must lie in it as its parameter does."""
    if moment.shape != parameter.shape:
        return moment
    return torch.empty_like(parameter).copy_(moment)


def _parameters(optimizer: torch.optim.Optimizer) -> list[nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _damaged(path: Path, reason: object) -> StylemateError:
    return StylemateError(
        f"{path}: the checkpoint cannot be read ({reason}). "
        "Delete the run's directory to start over, or restore it."
    )
