"""Distillation: the dials' modules and deltas learn to play the teacher's tilted policies.

The player of a draw is ``z + sum(amount_k * delta_k)``, the delta of a dial being routing logits of
the dials' heads. Nothing of the players' part learns.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from engine.assets import MODEL_DIRECTORY
from engine.errors import StylemateError
from engine.files import write_tensors
from engine.model.checkpoint import save_model
from engine.model.mhr.routing import centre
from engine.model.style_model import StyleModel
from engine.style.steering.dials import DIALS_FILE
from engine.training.data import TrainingPositions
from engine.training.dials.dials import DIAL_KEYS, DIALS
from engine.training.dials.options import DistillationOptions, TiltOptions
from engine.training.dials.targets import Targets
from engine.training.dials.teacher import Candidates, tilted_policies
from engine.training.ranks import Ranks
from engine.training.sampling import EpochSampler

_ABSENT = -1e9
_VALIDATION_BATCH = 512
# How far a dial is turned when it is alone, when it is the second, and when all are.
_LEAST_TURN, _TURN_RANGE = 0.25, 0.85
_SECOND_TURN = 0.9
_ALL_SPREAD, _ALL_LIMIT = 0.25, 0.8


class DialledNetwork(nn.Module):
    """A model with one delta a dial, and the styles that it is trained in.

    Args:
        model: with dials' heads; all but the dials' modules is frozen.
        styles: float32 (S, heads, modules).
        spread: standard deviation of the deltas' first logits.
    """

    styles: Tensor

    def __init__(self, model: StyleModel, styles: Tensor, spread: float) -> None:
        super().__init__()
        model.requires_grad_(False)
        for parameter in model.dial_parameters():
            parameter.requires_grad_(True)
        self.model = model
        shape = (len(DIALS), model.config.dial_heads, model.config.modules)
        self.deltas = nn.Parameter(torch.randn(shape) * spread)
        self.register_buffer("styles", styles, persistent=False)

    def forward(self, planes: Tensor, styles: Tensor, amounts: Tensor) -> Tensor:
        """Return policy logits (N, 1858).

        Args:
            planes: float (N, 112, 8, 8).
            styles: int64 (N,), rows of the table of styles.
            amounts: float32 (N, dials).
        """
        turned = torch.einsum("nk,khm->nhm", amounts, self.deltas)
        policy: Tensor = self.model(planes, torch.cat((self.styles[styles], turned), dim=1))[0]
        return policy


class DistillationTask:
    """Divergence of the student from the tilted policies, over the listed moves.

    Args:
        positions: of games.
        targets: to learn from.
        held_out: to judge on.
        model: with untrained dials.
        styles: float32 (S, heads, modules), of which the targets speak.
        options: how to train.
        tilt: how policies are tilted.
        metadata: what the description of the result says of the model before.
    """

    def __init__(
        self,
        positions: TrainingPositions,
        targets: Targets,
        held_out: Targets,
        model: StyleModel,
        styles: Tensor,
        options: DistillationOptions,
        tilt: TiltOptions,
        metadata: dict[str, Any],
    ) -> None:
        if not len(targets) or not len(held_out):
            raise StylemateError(
                "There are too few games to learn from and to judge on. Ingest more games."
            )
        device = positions.device
        self.positions, self.options, self.tilt = positions, options, tilt
        self.targets, self.held_out = targets.to(device), held_out.to(device)
        self.fingerprint = positions.fingerprint
        self.metadata = metadata
        torch.manual_seed(options.seed)
        self.network = DialledNetwork(model, styles, options.delta_spread)
        self.module: nn.Module = self.network.to(device)
        convert_conv2d_weight_memory_format(self.module, torch.channels_last)
        self.sampler = EpochSampler(torch.arange(len(targets), device=device), options.seed)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Deltas learn faster than modules, and do not decay."""
        options = self.options
        betas = (0.9, options.squared_gradients)
        return [
            {
                "params": self.network.model.dial_parameters(),
                "lr": options.learning_rate,
                "weight_decay": options.weight_decay,
                "betas": betas,
            },
            {
                "params": [self.network.deltas],
                "lr": options.delta_learning_rate,
                "weight_decay": 0.0,
                "betas": betas,
            },
        ]

    def sample(self, step: int, count: int, ranks: Ranks) -> Tensor:
        """Return draws, float64 (count, 1 + dials): a place among the targets, and amounts."""
        places = self.sampler.draw(step, count, ranks)
        amounts = drawn_amounts(self.options, step, count * ranks.count)
        own = amounts[ranks.rank * count :][:count].to(places.device)
        return torch.cat((places[:, None].double(), own.double()), dim=1)

    def loss(self, module: nn.Module, rows: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        places, amounts = rows[:, 0].long(), rows[:, 1:].float()
        wanted = tilted_policies(self.targets.candidates(places), amounts, self.tilt)
        played = self._played(module, self.targets, places, amounts)
        divergence = _divergence(wanted, played).mean()
        return divergence, {"divergence": divergence}

    def after_step(self, ranks: Ranks) -> None:
        """Nothing is learnt but by the optimizer."""

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return how much of what dials turned to either end ask for is played, in new games.

        ``learnt_KEY`` is the share of the divergence between the untilted and the tilted policy
        that the student does away with; ``at_rest`` its divergence with all dials at rest.
        """
        count = min(self.options.validation_positions, len(self.held_out))
        places = torch.arange(count, device=self.positions.device)
        learnt = {}
        for number, key in enumerate(DIAL_KEYS):
            left = there = 0.0
            for end in (-1.0, 1.0):
                amounts = torch.zeros(count, len(DIALS), device=places.device)
                amounts[:, number] = end
                mine, untilted = self._divergences(module, places, amounts)
                left, there = left + mine, there + untilted
            learnt[f"learnt_{key}"] = 1 - left / max(there, 1e-9)
        rest = torch.zeros(count, len(DIALS), device=places.device)
        at_rest, _ = self._divergences(module, places, rest)
        return {"learnt": sum(learnt.values()) / len(learnt), "at_rest": at_rest} | learnt

    def _divergences(
        self, module: nn.Module, places: Tensor, amounts: Tensor
    ) -> tuple[float, float]:
        """Return the sums over positions for the student, and for the policy as it was."""
        mine = untilted = 0.0
        for some, turned in zip(
            torch.split(places, _VALIDATION_BATCH),
            torch.split(amounts, _VALIDATION_BATCH),
            strict=True,
        ):
            moves = self.held_out.candidates(some)
            wanted = tilted_policies(moves, turned, self.tilt)
            played = self._played(module, self.held_out, some, turned)
            mine += float(_divergence(wanted, played).sum())
            untilted += float(_divergence(wanted, _as_it_was(moves)).sum())
        return mine / len(places), untilted / len(places)

    def _played(
        self, module: nn.Module, targets: Targets, places: Tensor, amounts: Tensor
    ) -> Tensor:
        """Return the student's log-probabilities of the listed moves, float32 (N, L)."""
        planes = self.positions.packed.planes(targets.rows[places])
        planes = planes.contiguous(memory_format=torch.channels_last)
        policy = module(planes, targets.styles[places], amounts).float()
        listed = policy.gather(1, targets.moves[places].long())
        absent = targets.log_probabilities[places].isinf()
        played: Tensor = listed.masked_fill(absent, _ABSENT).log_softmax(1)
        return played

    def export(self, directory: Path, metadata: dict[str, Any]) -> None:
        """Write the model with its dials, and the deltas: one unit turns a dial to its end."""
        model = self.network.model
        save_model(directory / MODEL_DIRECTORY, model, {**self.metadata, "dials": metadata})
        learnt = centre(self.network.deltas.detach()).cpu().numpy()
        still = np.zeros((*model.style_shape,), dtype=np.float32)
        deltas = {
            key: np.concatenate((still, delta))
            for key, delta in zip(DIAL_KEYS, learnt, strict=True)
        }
        write_tensors(directory / DIALS_FILE, deltas)


def drawn_amounts(options: DistillationOptions, step: int, count: int) -> Tensor:
    """Return how far each dial is turned in the draws of a step, float32 (count, dials).

    One dial is turned by a quarter or more either way; in some draws a second one besides, in a
    few all a little. Depends on the seed and the step alone.
    """
    generator = torch.Generator().manual_seed(options.seed * 1009 + step + 1_000_000_007)
    size, every = len(DIALS), torch.arange(count)
    kind = torch.rand(count, generator=generator)
    dials = torch.randint(size, (2, count), generator=generator)
    turns = torch.rand(2, count, generator=generator) * 2 - 1
    small = torch.randn(count, size, generator=generator) * _ALL_SPREAD
    amounts = torch.zeros(count, size)
    amounts[every, dials[0]] = turns[0].sign() * (_LEAST_TURN + _TURN_RANGE * turns[0].abs())
    second = (kind >= 1 - options.two_dials) & (dials[0] != dials[1])
    amounts[every, dials[1]] += second * _SECOND_TURN * turns[1]
    together = kind >= 1 - options.all_dials
    return torch.where(together[:, None], small.clamp(-_ALL_LIMIT, _ALL_LIMIT), amounts)


def _as_it_was(moves: Candidates) -> Tensor:
    """Return the untilted policy over the listed moves, log-probabilities (N, L)."""
    return moves.log_probabilities.clamp_min(_ABSENT).log_softmax(1)


def _divergence(wanted: Tensor, played: Tensor) -> Tensor:
    """Return each position's Kullback-Leibler divergence (N,) of log-probabilities ``played``."""
    return (wanted * (wanted.clamp_min(1e-9).log() - played)).sum(1)
