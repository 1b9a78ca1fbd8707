"""Training a backbone: predict the move played and the game's result."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import convert_conv2d_weight_memory_format

from engine.errors import StylemateError
from engine.model.backbone import BACKBONE_PRESETS, Backbone, BackboneConfig
from engine.model.checkpoint import load_backbone, save_backbone
from engine.model.lc0 import load_lc0
from engine.training.data import TrainingPositions
from engine.training.move_match import Sample, match_moves
from engine.training.options import BackboneOptions
from engine.training.ranks import Ranks
from engine.training.sampling import EpochSampler, fixed_sample
from engine.training.splits import Split


def starting_backbone(options: BackboneOptions) -> Backbone:
    """Return the network that a run begins with: random, or the weights of a file.

    A start file's value head is kept only if it is win/draw/loss.

    Raises:
        StylemateError: the preset is unknown or the file cannot be read.
    """
    torch.manual_seed(options.seed)
    if not options.start_from:
        if options.preset not in BACKBONE_PRESETS:
            known = ", ".join(BACKBONE_PRESETS)
            raise StylemateError(f"There is no preset {options.preset!r}; choose from {known}.")
        return Backbone(BACKBONE_PRESETS[options.preset])
    path = Path(options.start_from)
    start = load_backbone(path) if path.is_dir() else load_lc0(path)
    config = start.config
    backbone = Backbone(
        BackboneConfig(filters=config.filters, blocks=config.blocks, se_ratio=config.se_ratio)
    )
    keep_value = config.value_head == "wdl"
    state = {
        name: value
        for name, value in start.state_dict().items()
        if keep_value or not name.startswith("value.output.")
    }
    backbone.load_state_dict(state, strict=False)
    return backbone


class BackboneTask:
    """Cross-entropy of the move over all 1858 entries plus that of the result."""

    def __init__(
        self, positions: TrainingPositions, options: BackboneOptions, backbone: Backbone
    ) -> None:
        self.positions, self.options = positions, options
        self.fingerprint = positions.fingerprint
        self.module: nn.Module = backbone.to(positions.device)
        convert_conv2d_weight_memory_format(self.module, torch.channels_last)
        self.backbone = backbone
        self.sampler = EpochSampler(positions.rows_of(Split.TRAIN).int(), options.seed)
        held_out = positions.rows_of(Split.VALIDATION)
        self.held_out = Sample.of_movers(
            positions, fixed_sample(held_out, options.validation_positions, seed=7)
        )

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Weight decay on the weights of layers, none on biases and normalisation."""
        rate, decay = self.options.learning_rate, self.options.weight_decay
        matrices = [p for p in self.backbone.parameters() if p.dim() > 1]
        vectors = [p for p in self.backbone.parameters() if p.dim() <= 1]
        return [
            {"params": matrices, "lr": rate, "weight_decay": decay},
            {"params": vectors, "lr": rate, "weight_decay": 0.0},
        ]

    def sample(self, step: int, count: int, ranks: Ranks) -> Tensor:
        return self.sampler.draw(step, count, ranks)

    def loss(self, module: nn.Module, rows: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        batch = self.positions.batch(rows)
        planes = batch.planes.contiguous(memory_format=torch.channels_last)
        policy, value = module(planes)
        policy_loss = functional.cross_entropy(policy.float(), batch.policy)
        value_loss = functional.cross_entropy(
            value.float(), batch.outcome, ignore_index=-1, reduction="sum"
        ) / (batch.outcome >= 0).sum().clamp(min=1)
        top1 = (policy.argmax(1) == batch.policy).float().mean()
        loss = policy_loss + self.options.value_weight * value_loss
        return loss, {"policy_loss": policy_loss, "value_loss": value_loss, "top1": top1}

    def after_step(self, ranks: Ranks) -> None:
        """The optimizer updates everything."""

    def validate(self, module: nn.Module) -> dict[str, float]:
        matched = match_moves(
            self.held_out,
            {"policy": lambda planes, players: module(planes)[0]},
            self.options.precision,
        )
        correct = known = 0
        for batch, _ in self.held_out.batches():
            value = module(batch.planes)[1]
            correct += int((value.argmax(1) == batch.outcome).sum())
            known += int((batch.outcome >= 0).sum())
        return matched["policy"].figures() | {"result_top1": correct / max(known, 1)}

    def export(self, directory: Path, metadata: dict[str, Any]) -> None:
        save_backbone(directory / "backbone", self.backbone, metadata)
