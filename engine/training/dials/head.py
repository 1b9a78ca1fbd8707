"""A small head on the frozen backbone that foresees what becomes of the dials' properties.

From the trunk's view of the position *after* a move it predicts the future of each property
(``futures``) for the side that made the move. Trained on real games, judged on held-out ones.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from engine.errors import StylemateError
from engine.files import read_tensors, write_tensors
from engine.model.backbone import Backbone
from engine.training.data import TrainingPositions
from engine.training.dials.dials import DIAL_KEYS
from engine.training.dials.futures import Futures
from engine.training.dials.options import HeadOptions
from engine.training.ranks import Ranks
from engine.training.sampling import EpochSampler, fixed_sample
from engine.training.splits import Split

HEAD_FILE = "head.safetensors"
_SQUARE_WIDTHS = (96, 24)
_BOARD_WIDTH = 256
_VALIDATION_BATCH = 2048


class FuturesHead(nn.Module):
    """Two layers on each square, then two on the whole board.

    Args:
        filters: channels of the backbone's trunk.
        mean: float32 (dials,), mean of the futures.
        spread: float32 (dials,), their standard deviation.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, filters: int, mean: Tensor, spread: Tensor) -> None:
        super().__init__()
        wide, narrow = _SQUARE_WIDTHS
        self.squares = nn.Sequential(
            nn.Linear(filters, wide), nn.ReLU(), nn.Linear(wide, narrow), nn.ReLU()
        )
        self.board = nn.Sequential(
            nn.Linear(64 * narrow, _BOARD_WIDTH), nn.ReLU(), nn.Linear(_BOARD_WIDTH, len(mean))
        )
        self.register_buffer("mean", mean)
        self.register_buffer("spread", spread)

    def forward(self, trunk: Tensor) -> Tensor:
        """Return standardised futures (N, dials) from the trunk's output (N, filters, 8, 8)."""
        squares = self.squares(trunk.flatten(2).transpose(1, 2))
        standardised: Tensor = self.board(squares.flatten(1))
        return standardised

    def standardised(self, futures: Tensor) -> Tensor:
        """Return futures (N, dials) as the head predicts them."""
        return (futures - self.mean) / self.spread

    def futures(self, trunk: Tensor) -> Tensor:
        """Return expected futures, float32 (N, dials), for the side that has just moved."""
        expected: Tensor = self(trunk).float() * self.spread + self.mean
        return expected

    def save(self, path: Path) -> None:
        """Write the head.

        Raises:
            StylemateError: it cannot be written.
        """
        state = {name: tensor.detach().cpu().numpy() for name, tensor in self.state_dict().items()}
        write_tensors(path, state, {"dials": " ".join(DIAL_KEYS)})

    @classmethod
    def load(cls, path: Path, filters: int) -> "FuturesHead":
        """Read a head.

        Raises:
            StylemateError: it is missing, damaged, or of another backbone or other dials.
        """
        state = {name: torch.from_numpy(array) for name, array in read_tensors(path).items()}
        head = cls(filters, torch.zeros(len(DIAL_KEYS)), torch.ones(len(DIAL_KEYS)))
        try:
            head.load_state_dict(state)
        except RuntimeError as error:
            raise StylemateError(
                f"{path} does not fit the model and its dials ({error}). Delete it and run again."
            ) from error
        return head.eval()


class HeadTask:
    """Least squares of the standardised futures.

    Args:
        positions: whole games.
        futures: of all these positions.
        backbone: a plain one; it is frozen.
        options: how to train.
    """

    def __init__(
        self,
        positions: TrainingPositions,
        futures: Futures,
        backbone: Backbone,
        options: HeadOptions,
    ) -> None:
        self.positions, self.options = positions, options
        self.fingerprint = positions.fingerprint
        device = positions.device
        known = torch.from_numpy(futures.known).to(device)
        rows = positions.rows_of(Split.TRAIN)
        rows = rows[known[rows]]
        held_out = positions.rows_of(Split.VALIDATION)
        held_out = held_out[known[held_out]]
        if not len(rows) or not len(held_out):
            raise StylemateError(
                "There are too few games to learn from and to judge on. Ingest more games."
            )
        self.held_out = fixed_sample(held_out, options.validation_positions, seed=7)
        self.targets = torch.from_numpy(futures.values.astype(np.float16)).to(device)
        spread, mean = torch.std_mean(self.targets[rows].float(), dim=0)
        torch.manual_seed(options.seed)
        head = FuturesHead(backbone.config.filters, mean, spread.nan_to_num(0.0).clamp_min(1e-6))
        self.module: nn.Module = head.to(device)
        self.head = head
        self.sampler = EpochSampler(rows.int(), options.seed)
        self.backbone = frozen(backbone, device)

    def parameter_groups(self) -> list[dict[str, Any]]:
        return [
            {
                "params": list(self.head.parameters()),
                "lr": self.options.learning_rate,
                "weight_decay": self.options.weight_decay,
            }
        ]

    def sample(self, step: int, count: int, ranks: Ranks) -> Tensor:
        return self.sampler.draw(step, count, ranks)

    def loss(self, module: nn.Module, rows: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        predicted = module(self._trunk_after(rows)).float()
        wanted = self.head.standardised(self.targets[rows].float())
        error = (predicted - wanted).square().clamp(max=self.options.largest_error).mean()
        return error, {"squared_error": error}

    def after_step(self, ranks: Ranks) -> None:
        """Nothing is learnt but by the optimizer."""

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the share of each future's variance that is foreseen in held-out games, R2."""
        parts = torch.split(self.held_out, _VALIDATION_BATCH)
        predicted = torch.cat([module(self._trunk_after(part)).float() for part in parts])
        wanted = self.head.standardised(self.targets[self.held_out].float())
        left = (predicted - wanted).square().mean(0)
        there = (wanted - wanted.mean(0)).square().mean(0)
        shares = (1 - left / there.clamp_min(1e-9)).tolist()
        figures = {f"r2_{key}": share for key, share in zip(DIAL_KEYS, shares, strict=True)}
        return {"r2": sum(shares) / len(shares)} | figures

    def export(self, directory: Path, metadata: dict[str, Any]) -> None:
        """Write what ``FuturesHead.load`` reads."""
        self.head.save(directory / HEAD_FILE)

    @torch.no_grad()
    def _trunk_after(self, rows: Tensor) -> Tensor:
        """Return the trunk's output for the positions after the moves played in ``rows``."""
        planes = self.positions.packed.planes(rows + 1)
        return self.backbone.trunk(planes.contiguous(memory_format=torch.channels_last))


def frozen(backbone: Backbone, device: torch.device) -> Backbone:
    """Return a backbone that learns nothing, laid out for speed."""
    backbone.requires_grad_(False)
    convert_conv2d_weight_memory_format(backbone.eval().to(device), torch.channels_last)
    return backbone
