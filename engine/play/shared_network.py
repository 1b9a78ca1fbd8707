"""One plain network asked by many threads, which share its batches."""

from collections.abc import Sequence

import torch
from torch import nn

from engine.play.batcher import Answer, Batcher, Planes, RowStyle


class SharedNetwork:
    """A plain network in evaluation mode. Safe to use from many threads."""

    def __init__(self, network: nn.Module) -> None:
        """Share a network, which must not be trained or changed any more."""
        self._network = network.eval()
        self._batcher = Batcher(self._compute)

    def __call__(self, planes: Planes) -> Answer:
        """Evaluate positions.

        Args:
            planes: float32 (N, 112, 8, 8).

        Returns:
            Policy logits, float32 (N, 1858), and the value head's output, float32 (N, 3) or (N, 1).
        """
        return self._batcher.ask(planes, [None] * len(planes))

    def _compute(self, planes: Planes, styles: Sequence[RowStyle]) -> Answer:
        return forward(self._network, planes)


def forward(network: nn.Module, planes: Planes) -> Answer:
    """Evaluate one batch with a plain network."""
    device = next(network.parameters()).device
    with torch.inference_mode():
        logits, value = network(torch.from_numpy(planes).to(device))
    return logits.float().cpu().numpy(), value.float().cpu().numpy()
