"""The move predictor: lc0's squeeze-and-excitation residual network.

112 planes in; 1858 policy logits through lc0's convolutional policy head and a win/draw/loss or
scalar value out. Layer for layer the network of lc0 files (Maia-1 among them), and of the style
vector paper (arXiv 2502.14998, section 3.1 and appendix A.2) at preset ``paper``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast, get_args

import torch
from torch import Tensor, nn

from engine.model.limits import require_count, require_one_of
from engine.position.moves import policy_plane_map
from engine.position.planes import PLANES

POLICY_PLANES = 80
VALUE_CHANNELS = 32
VALUE_HIDDEN = 128
BATCH_NORM_EPSILON = 1e-5

ValueHead = Literal["wdl", "scalar"]


MOST_FILTERS, MOST_BLOCKS = 1024, 64
"""Twice and more of any network that has been trained on chess: beyond lies only a damaged file."""


@dataclass(frozen=True, kw_only=True)
class BackboneConfig:
    """The shape of a backbone.

    Raises:
        ValueError: there can be no such network.
    """

    # channels of the residual tower
    filters: int
    # residual blocks
    blocks: int
    # channels divided by the width of the squeeze-and-excitation bottleneck
    se_ratio: int = 8
    # three logits (win, draw, loss) or one number in -1..1
    value_head: ValueHead = "wdl"

    def __post_init__(self) -> None:
        require_count("filters", self.filters, MOST_FILTERS)
        require_count("blocks", self.blocks, MOST_BLOCKS)
        require_count("se_ratio", self.se_ratio, self.filters)
        require_one_of("value_head", self.value_head, get_args(ValueHead))


BACKBONE_PRESETS: dict[str, BackboneConfig] = {
    "small": BackboneConfig(filters=64, blocks=6),
    "medium": BackboneConfig(filters=128, blocks=10),
    "paper": BackboneConfig(filters=256, blocks=12),
}


class ConvolutionBlock(nn.Module):
    """A convolution without bias, then batch normalisation.

    As in lc0's training code only the last convolution of a residual block learns a scale;
    elsewhere the next convolution can absorb it, and the scale is a constant a file may set.
    """

    def __init__(self, inputs: int, outputs: int, size: int, *, learns_scale: bool = False) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, size, padding=size // 2, bias=False)
        self.normalisation = nn.BatchNorm2d(outputs, eps=BATCH_NORM_EPSILON)
        if not learns_scale:
            del self.normalisation.weight
            self.normalisation.register_buffer("weight", torch.ones(outputs))

    def forward(self, x: Tensor) -> Tensor:
        normalised: Tensor = self.normalisation(self.convolution(x))
        return normalised


class SqueezeExcitation(nn.Module):
    """Scale and shift channels by what the whole board holds: sigmoid(gamma) * x + beta."""

    def __init__(self, filters: int, ratio: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(filters, filters // ratio)
        self.excite = nn.Linear(filters // ratio, 2 * filters)

    def forward(self, x: Tensor) -> Tensor:
        pooled = x.mean(dim=(2, 3))
        gamma, beta = self.excite(torch.relu(self.squeeze(pooled))).chunk(2, dim=1)
        modulated: Tensor = torch.sigmoid(gamma)[..., None, None] * x + beta[..., None, None]
        return modulated


class ResidualBlock(nn.Module):
    """Two convolutions, squeeze-and-excitation, skip connection."""

    def __init__(self, filters: int, se_ratio: int) -> None:
        super().__init__()
        self.first = ConvolutionBlock(filters, filters, 3)
        self.second = ConvolutionBlock(filters, filters, 3, learns_scale=True)
        self.se = SqueezeExcitation(filters, se_ratio)

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(torch.relu(self.first(x)))
        return torch.relu(self.se(y) + x)


class PolicyHead(nn.Module):
    """Two convolutions to 80 planes of moves, gathered into lc0's 1858 policy entries."""

    places: Tensor

    def __init__(self, filters: int) -> None:
        super().__init__()
        self.hidden = ConvolutionBlock(filters, filters, 3)
        self.planes = nn.Conv2d(filters, POLICY_PLANES, 3, padding=1)
        places = torch.from_numpy(policy_plane_map())
        self.register_buffer("places", places, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        planes: Tensor = self.planes(torch.relu(self.hidden(x)))
        return planes.flatten(1).index_select(1, self.places)


class BoardValueHead(nn.Module):
    """One-by-one convolution and two dense layers to a win/draw/loss or scalar value."""

    def __init__(self, filters: int, kind: ValueHead) -> None:
        super().__init__()
        self.kind = kind
        self.hidden = ConvolutionBlock(filters, VALUE_CHANNELS, 1)
        self.dense = nn.Linear(VALUE_CHANNELS * 64, VALUE_HIDDEN)
        self.output = nn.Linear(VALUE_HIDDEN, 3 if kind == "wdl" else 1)

    def forward(self, x: Tensor) -> Tensor:
        # A channels-last network must still flatten channel by channel, as lc0's files do.
        hidden = torch.relu(self.hidden(x)).contiguous().flatten(1)
        value: Tensor = self.output(torch.relu(self.dense(hidden)))
        return value if self.kind == "wdl" else torch.tanh(value)


class Backbone(nn.Module):
    """lc0's SE-ResNet."""

    def __init__(self, config: BackboneConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = ConvolutionBlock(PLANES, config.filters, 3)
        self.tower = nn.Sequential(
            *(ResidualBlock(config.filters, config.se_ratio) for _ in range(config.blocks))
        )
        self.policy = PolicyHead(config.filters)
        self.value = BoardValueHead(config.filters, config.value_head)

    def blocks(self) -> Iterator[ResidualBlock]:
        """Yield the residual blocks from the input on."""
        return (cast(ResidualBlock, block) for block in self.tower)

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor]:
        """Predict the move and the result.

        Args:
            planes: float (N, 112, 8, 8), lc0's classical planes with the raw fifty-move count.

        Returns:
            Policy logits (N, 1858), and win/draw/loss logits (N, 3) or a value in -1..1 (N, 1),
            both from the side to move.
        """
        x = self.trunk(planes)
        return self.policy(x), self.value(x)

    def trunk(self, planes: Tensor) -> Tensor:
        """Return what both heads see, (N, filters, 8, 8), of planes (N, 112, 8, 8)."""
        x: Tensor = self.tower(torch.relu(self.stem(planes)))
        return x
