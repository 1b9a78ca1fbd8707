"""Batch normalisation folded into the convolution before it, which plays the same."""

import torch
from torch import Tensor

from engine.model.backbone import ConvolutionBlock


@torch.no_grad()
def folded(block: ConvolutionBlock) -> tuple[Tensor, Tensor]:
    """Return the kernel (out, in, size, size) and bias (out,) of a block in evaluation mode.

    Computed in float64, returned in float32.
    """
    normalisation = block.normalisation
    mean, variance = normalisation.running_mean, normalisation.running_var
    assert mean is not None
    assert variance is not None
    scale = normalisation.weight.double() / torch.sqrt(variance.double() + normalisation.eps)
    kernel = block.convolution.weight.double() * scale[:, None, None, None]
    bias = normalisation.bias.double() - mean.double() * scale
    return kernel.float(), bias.float()
