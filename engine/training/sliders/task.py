"""Policy gradients on the deltas of sliders: what games were like says which moves were right.

A turn plays a lot of games with one slider pushed by some steps, up or down, and moves the slider's
delta so that moves whose returns were better than usual become likelier. Only deltas learn: the
backbone, the inventory, the dials' modules and all players stay as they are, so a slider's step is
still one vector that adds to any style.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from engine.files import write_tensors
from engine.model.fingerprint import model_fingerprint
from engine.model.mhr.routing import centre
from engine.model.style_model import StyleModel
from engine.play.fixtures import OpeningMoves
from engine.style.recipe import MAXIMUM_AMOUNT
from engine.style.steering.slider_steps import MODEL_KEY, STEPS_FILE
from engine.style.style import Routing
from engine.training.precision import computes_in
from engine.training.ranks import Ranks
from engine.training.sliders.lots import (
    Goal,
    Lot,
    Values,
    advantages,
    play_lot,
    worth_of_points,
)
from engine.training.sliders.options import SliderOptions

_PUSHES: Final = (1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 0.5, -0.5)
"""Shares of a slider's reach, by turn: mostly the ends, now and then half way."""
_BETA: Final = 0.9
_POSITIONS_AT_ONCE: Final = 512
_VALIDATION: Final = 1_000_003


class Deltas(nn.Module):
    """The deltas that learn, one for each slider, and their averages.

    Args:
        steps: float32 (dial heads, modules) by attribute's key: one step of each slider.
    """

    def __init__(self, steps: Mapping[str, Routing]) -> None:
        super().__init__()
        tensors = {key: torch.from_numpy(step.copy()) for key, step in steps.items()}
        self.learnt = nn.ParameterDict({key: nn.Parameter(step) for key, step in tensors.items()})
        for key, step in tensors.items():
            self.register_buffer(f"mean_{key}", step.clone())
            self.register_buffer(f"reach_{key}", torch.tensor(0.0, dtype=torch.float64))

    def mean(self, key: str) -> Tensor:
        """Return the average of a slider's delta over the second half of the run."""
        return self.get_buffer(f"mean_{key}")

    def reach(self, key: str) -> Tensor:
        """Return how far an end of a slider went at first, in its figure; 0 if not measured yet."""
        return self.get_buffer(f"reach_{key}")


class SliderTask:
    """What the training loop needs to train sliders in games.

    Args:
        model: with dials; it stays as it is.
        styles: float32 (S, heads, modules), players' styles, and the average style last.
        steps: float32 (dial heads, modules) by attribute's key, where training begins.
        book: openings of the games that do not begin freely.
        options: how to train.
        device: of the network.
    """

    def __init__(
        self,
        model: StyleModel,
        styles: Routing,
        steps: Mapping[str, Routing],
        book: Sequence[OpeningMoves],
        options: SliderOptions,
        device: torch.device,
    ) -> None:
        self.model = model.to(device).eval().requires_grad_(False)
        self.plain = model.plain_backbone().to(device)
        self.styles, self.book, self.options, self.device = styles, book, options, device
        self.goals = [Goal.of(key) for key in steps]
        self.deltas = Deltas(steps).to(device)
        self.module: nn.Module = self.deltas
        self.fingerprint = f"{model_fingerprint(model)} {' '.join(steps)}"
        self.step = 0

    def parameter_groups(self) -> list[dict[str, Any]]:
        """All deltas learn at the same rate."""
        options = self.options
        return [
            {
                "params": [self.deltas.learnt[goal.slider] for goal in self.goals],
                "lr": options.learning_rate,
                "weight_decay": options.weight_decay,
                "betas": (_BETA, options.squared_gradients),
            }
        ]

    def sample(self, step: int, count: int, ranks: Ranks) -> Tensor:
        """Return the number of the turn, int64 (1,), from which everything else is drawn."""
        self.step = step
        return torch.tensor([step])

    def loss(self, module: nn.Module, rows: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Play a lot of games and return a loss whose gradient is the policy gradient."""
        turn = int(rows[0])
        goal = self.goals[turn % len(self.goals)]
        random = np.random.default_rng((self.options.seed, turn))
        number = turn // len(self.goals)
        share = _PUSHES[number % len(_PUSHES)]
        reach = self._reach(goal)
        style = self._style(random)
        lot = self._lot(goal, share, style, (self.options.seed, turn))
        worth = worth_of_points(lot, self.options.point_worth, abs(share))
        advantage = advantages(lot, goal, np.sign(share), reach, worth, self.options.discount)
        delta = self.deltas.learnt[goal.slider]
        gradient = self._gradient(delta, lot, advantage, style, share, random)
        # Linear in the delta: its gradient is the one that was added up part by part.
        points = torch.tensor(float(lot.points.mean()))
        return (delta * gradient).sum(), {"points": points}

    def after_step(self, ranks: Ranks) -> None:
        """Average the delta of the turn over the second half of the run."""
        key = self.goals[self.step % len(self.goals)].slider
        delta, mean = self.deltas.learnt[key].detach(), self.deltas.mean(key)
        done = self.step // len(self.goals)
        kept = self.options.smoothing if done > self.options.turns // 2 else 0.0
        mean.copy_(kept * mean + (1 - kept) * delta)

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return each slider's own figure and points at both ends, in the average style."""
        found = {}
        for number, goal in enumerate(self.goals):
            for share in (-1.0, 1.0):
                lot = self._validation(goal, number, share, self.deltas.mean(goal.slider))
                place = f"{goal.slider}{share * MAXIMUM_AMOUNT:+g}"
                found[place] = lot.mean_figure
                found[f"{place}_points"] = float(lot.points.mean())
        return found

    def export(self, directory: Path, metadata: dict[str, Any]) -> None:
        """Write one step of each slider, zero for the players' heads."""
        still = np.zeros(self.model.style_shape, dtype=np.float32)
        learnt = {g.slider: centre(self.deltas.mean(g.slider)).cpu().numpy() for g in self.goals}
        steps = {key: np.concatenate((still, delta)) for key, delta in learnt.items()}
        about = {MODEL_KEY: model_fingerprint(self.model)}
        write_tensors(directory / STEPS_FILE, steps, about)

    def _reach(self, goal: Goal) -> float:
        """Return how far an end of the slider went at first: half of what lies between them."""
        reach = self.deltas.reach(goal.slider)
        if float(reach) == 0:
            number = self.goals.index(goal)
            delta = self.deltas.learnt[goal.slider].detach()
            low, high = (
                self._validation(goal, number, share, delta).mean_figure for share in (-1.0, 1.0)
            )
            reach.fill_(max(abs(high - low) / 2, 1e-6))
        return float(reach)

    def _style(self, random: np.random.Generator) -> Routing:
        players = len(self.styles) - 1
        if players == 0 or random.random() < self.options.average_share:
            return np.asarray(self.styles[-1])
        return np.asarray(self.styles[random.integers(players)])

    def _validation(self, goal: Goal, number: int, share: float, delta: Tensor) -> Lot:
        games = self.options.validation_games
        seed = (self.options.seed, _VALIDATION + number)
        return self._lot(goal, share, self.styles[-1], seed, delta, games)

    def _lot(
        self,
        goal: Goal,
        share: float,
        style: Routing,
        seed: Sequence[int],
        delta: Tensor | None = None,
        games: int | None = None,
    ) -> Lot:
        """Play games of a style with the slider pushed, as far as its delta has learnt."""
        delta = self.deltas.learnt[goal.slider].detach() if delta is None else delta
        resting = np.zeros(delta.shape, dtype=np.float32)
        pushed = (share * MAXIMUM_AMOUNT * delta).float().cpu().numpy()
        styles = (np.concatenate((style, resting)), np.concatenate((style, pushed)))
        precision = computes_in(self.device, self.options.precision)
        # The game loop sets its own precision; weights are merged in full.
        with torch.autocast(self.device.type, enabled=False):
            return play_lot(
                self.model,
                self.plain,
                styles,
                goal,
                self.options.games if games is None else games,
                seed,
                self.book,
                precision,
            )

    def _gradient(
        self,
        delta: Tensor,
        lot: Lot,
        advantage: Values,
        style: Routing,
        share: float,
        random: np.random.Generator,
    ) -> Tensor:
        """Return the gradient of minus the advantages gained, float32 like the delta."""
        rows = lot.chosen_rows()
        count = min(self.options.batch_size, len(rows))
        chosen = torch.from_numpy(np.sort(random.choice(rows, count, replace=False)))
        weights = torch.from_numpy(advantage).float() * (len(rows) / max(count, 1) / len(lot.games))
        resting = torch.from_numpy(style.copy()).to(self.device)
        gradient = torch.zeros_like(delta)
        for part in torch.split(chosen, _POSITIONS_AT_ONCE):
            some = part.to(self.device)
            planes = lot.positions.packed.planes(some).contiguous(memory_format=torch.channels_last)
            turned = torch.cat((resting, share * MAXIMUM_AMOUNT * delta))
            policy = self.model(planes, turned)[0].float()
            legal = lot.positions.legal_masks(some)
            played = policy.masked_fill(~legal, -torch.inf).log_softmax(1)
            moves = lot.positions.batch(some).policy
            gained = played.gather(1, moves[:, None])[:, 0] * weights[part].to(self.device)
            gradient += torch.autograd.grad(-gained.sum(), delta)[0]
        return gradient
