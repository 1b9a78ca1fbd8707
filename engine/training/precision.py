"""Mixed precision: bfloat16 where the machine computes it natively."""

from contextlib import AbstractContextManager, nullcontext

import torch

from engine.training.options import Precision


def computes_in(device: torch.device, precision: Precision) -> torch.dtype:
    """Return the numbers that networks compute in on a device."""
    if precision == Precision.AUTO:
        native = (
            torch.cuda.is_bf16_supported()
            if device.type == "cuda"
            else torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
        )
        precision = Precision.BFLOAT16 if native else Precision.FLOAT32
    return torch.bfloat16 if precision == Precision.BFLOAT16 else torch.float32


def autocast(device: torch.device, precision: Precision) -> AbstractContextManager[None]:
    """Return the mixed-precision context of a device: bfloat16 where it is native."""
    if computes_in(device, precision) == torch.float32:
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)
