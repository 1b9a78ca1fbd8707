"""Mixed precision: bfloat16 where the machine computes it natively."""

from contextlib import AbstractContextManager, nullcontext

import torch

from engine.training.options import Precision


def autocast(device: torch.device, precision: Precision) -> AbstractContextManager[None]:
    """Return the mixed-precision context of a device: bfloat16 where it is native."""
    if precision == Precision.AUTO:
        native = (
            torch.cuda.is_bf16_supported()
            if device.type == "cuda"
            else torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
        )
        precision = Precision.BFLOAT16 if native else Precision.FLOAT32
    if precision == Precision.FLOAT32:
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)
