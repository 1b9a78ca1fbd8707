"""Few-shot fits: one style from a person's games, with the model left exactly as it is.

Only the routing numbers of the new style are learnt (arXiv 2502.14998, few-shot). A player's games
are dealt into two halves, by whole games; a style is fitted to each half from the population's mean
style, and judged on the other half. From this one pass come

- when to stop: after the last round whose styles predict the other half as well as the best
  round's did, as far as chance allows to tell. What the games do not say stays as in the mean;
- how stable the style is: the cosine of what the two halves learnt;
- the likelihood curve that is shown, on moves that were not learnt from.

The style is the mean of the two halves' styles, so every game counts.

Each half draws its own batches and has an optimiser of its own, so a style does not depend on who
is fitted beside it. Gradients are taken for a private tensor alone: the model, its gradients and
its modes are never touched, and it can play games meanwhile.
"""

import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.errors import StylemateError
from engine.model.mhr import centre
from engine.model.style_model import StyleModel
from engine.style.style import Routing
from engine.training.data import TrainingPositions
from engine.training.distributed import Peers
from engine.training.loop import autocast
from engine.training.options import Precision
from engine.training.sampling import EpochSampler, fixed_sample
from engine.training.schedule import learning_rate_factor

LEAST_GAMES = 2
"""A style needs two games, one for each half."""
FEW_GAMES = 30
"""Below this many games a style says more about chance than about the player."""
_EVALUATION_BATCH = 512


class FitCancelledError(StylemateError):
    """A fit was stopped on request."""


@dataclass(frozen=True, kw_only=True)
class FitOptions:
    """How to fit."""

    # steps of each half
    steps: int = 40
    # positions of one half in one step
    batch_size: int = 128
    # learning rate at the peak; it falls to nothing over the steps
    learning_rate: float = 0.05
    # times that the halves are judged on each other
    rounds: int = 4
    # positions of each half on which the other is judged, at most
    held_out_positions: int = 250
    # games used at most; of more, so many are drawn
    games: int = 1000
    # order of positions and choice of games
    seed: int = 1
    # players fitted in one batch; the styles are the same, only the speed differs
    at_once: int = 1
    # mixed precision: bfloat16 where the machine computes it natively
    precision: Precision = "auto"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Cross-entropy over all moves, in nats a move, after some steps; see ``FittedStyle``."""

    step: int
    learnt: float | None  # mean over the positions learnt from since the last point
    held_out: float  # each half's style on the other half


@dataclass(frozen=True, slots=True)
class FittedStyle:
    """A style fitted to games, and how it went.

    Attributes:
        z: float32 (heads, modules), centred.
        halves: what each half of the games learnt, as ``z``.
        curve: the first point is the style that the fit began with.
        chosen: index into ``curve`` of the round whose style was taken.
        games: number of games used.
        positions: number of the player's moves in them.
        seconds: time that the fit took, shared with those that were fitted in the same batch.
        start: the style that the fit began with, as ``z``.
    """

    z: Routing
    halves: tuple[Routing, Routing]
    curve: tuple[CurvePoint, ...]
    chosen: int
    games: int
    positions: int
    seconds: float
    start: Routing

    @property
    def stability(self) -> float:
        """Cosine of what the two halves learnt, -1 to 1; 0 if they learnt nothing."""
        first, second = (half - self.start for half in self.halves)
        norms = float(np.linalg.norm(first) * np.linalg.norm(second))
        return float(np.vdot(first, second)) / norms if norms > 0 else 0.0

    @property
    def gain(self) -> float:
        """Nats a move by which held-out moves are likelier than in the style at the start.

        Below 0 where the games taught nothing that holds for the other half.
        """
        return self.curve[0].held_out - self.curve[self.chosen].held_out


@dataclass(frozen=True, slots=True)
class FitProgress:
    """One report of a running fit."""

    done: int  # steps of all batches of players
    total: int
    curves: tuple[tuple[CurvePoint, ...], ...]  # of the players of the batch at hand

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self.done / self.total


Report = Callable[[FitProgress], None]


def rows_of_player(positions: TrainingPositions, spellings: Collection[str]) -> Tensor:
    """Return the positions, int64, in which a player moves.

    Args:
        positions: games of any players.
        spellings: how the player is written in them. Games that the player plays against
            themselves are left out: whose moves they are cannot be told.
    """
    index = torch.tensor(
        [number for number, name in enumerate(positions.players) if name in set(spellings)],
        device=positions.device,
    )
    is_player = torch.isin(positions.sides.long(), index)  # (G, 2)
    chosen = is_player & ~is_player.flip(1)
    side = (positions.packed.plies & 1).long()
    return chosen[positions.games.long(), side].nonzero().squeeze(1)


def fit_styles(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Sequence[Tensor],
    start: Routing,
    options: FitOptions | None = None,
    report: Report = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[FittedStyle]:
    """Fit one style to each of several sets of positions.

    Args:
        model: it is only read, and may be in use elsewhere.
        positions: games, on the model's device.
        rows: for each style the positions, int64, whose moves it should predict.
        start: float32 (heads, modules), the style to start from: the population's mean.
        options: how to fit.
        report: told of every step, in this thread.
        cancelled: asked before every step.

    Returns:
        The styles in the order of ``rows``; equal seeds give equal styles.

    Raises:
        FitCancelledError: ``cancelled`` said yes.
        StylemateError: one of the styles has fewer than two games to learn from.
    """
    options = options or FitOptions()
    groups = [
        rows[first : first + options.at_once] for first in range(0, len(rows), options.at_once)
    ]
    fitted: list[FittedStyle] = []
    for number, group in enumerate(groups):
        fit = _GroupFit(model, positions, group, start, options)

        def tell(step: int, fit: "_GroupFit" = fit, number: int = number) -> None:
            done, total = number * options.steps + step, len(groups) * options.steps
            report(FitProgress(done, total, tuple(tuple(curve) for curve in fit.curves)))
            if cancelled():
                raise FitCancelledError("The fit was stopped.")

        fitted += fit.run(tell)
    return fitted


class _GroupFit:
    """Two halves of every player of a group, learning side by side."""

    def __init__(
        self,
        model: StyleModel,
        positions: TrainingPositions,
        rows: Sequence[Tensor],
        start: Routing,
        options: FitOptions,
    ) -> None:
        self.model, self.positions, self.options = model, positions, options
        self.began = time.monotonic()
        self.start = centre(torch.from_numpy(np.array(start, dtype=np.float32)))
        self.peers = Peers(0, 1, positions.device)
        dealt = [_deal(positions, each, options) for each in rows]
        self.games = [games for _, _, games in dealt]
        self.halves = [half for first, second, _ in dealt for half in (first, second)]
        self.samplers = [EpochSampler(half, options.seed) for half in self.halves]
        # Half 2k is judged on half 2k + 1, and the other way round.
        self.held_out = [
            fixed_sample(self.halves[lane ^ 1], options.held_out_positions, options.seed)
            for lane in range(len(self.halves))
        ]
        self.z = self.start.to(positions.device).repeat(len(self.halves), 1, 1)
        self.optimiser = _RowAdam(self.z)
        self.curves: list[list[CurvePoint]] = [[] for _ in rows]
        self.snapshots: list[Tensor] = []
        self.judged: list[list[Tensor]] = []  # by round and half, the loss of each position
        self.learnt: list[Tensor] = []

    def run(self, tell: Callable[[int], None]) -> list[FittedStyle]:
        steps, rounds = self.options.steps, self.options.rounds
        judged_after = {round(steps * number / rounds) for number in range(1, rounds + 1)}
        tell(0)
        self._judge(0)
        for step in range(steps):
            self._step(step)
            if step + 1 in judged_after:
                self._judge(step + 1)
            tell(step + 1)
        seconds = time.monotonic() - self.began
        return [self._result(number, seconds) for number in range(len(self.curves))]

    def _step(self, step: int) -> None:
        drawn = [
            sampler.draw(step, min(self.options.batch_size, len(half)), self.peers)
            for sampler, half in zip(self.samplers, self.halves, strict=True)
        ]
        z = self.z.requires_grad_(True)
        losses = self._losses(z, drawn)
        # Each half has its own sum: neither its size nor its company changes its gradient.
        parts = torch.split(losses, [len(part) for part in drawn])
        means = torch.stack([part.mean() for part in parts])
        (gradient,) = torch.autograd.grad(means.sum(), z)
        self.learnt.append(means.detach())
        factor = learning_rate_factor("linear", step / self.options.steps, 0.0)
        self.z = self.optimiser.step(z.detach(), gradient, self.options.learning_rate * factor)

    @torch.no_grad()
    def _judge(self, step: int) -> None:
        """Note how well each half predicts the other, and remember the styles of this moment."""
        self.snapshots.append(self.z.detach().clone())
        self.judged.append(
            [self._lane_losses(lane, rows) for lane, rows in enumerate(self.held_out)]
        )
        held_out = [float(losses.mean()) for losses in self.judged[-1]]
        learnt = torch.stack(self.learnt).mean(0).tolist() if self.learnt else None
        self.learnt = []
        for number, curve in enumerate(self.curves):
            pair = slice(2 * number, 2 * number + 2)
            seen = None if learnt is None else float(np.mean(learnt[pair]))
            curve.append(CurvePoint(step, seen, float(np.mean(held_out[pair]))))

    def _lane_losses(self, lane: int, rows: Tensor) -> Tensor:
        z = self.z[lane : lane + 1]
        parts = [self._losses(z, [part]) for part in torch.split(rows, _EVALUATION_BATCH)]
        return torch.cat(parts)

    def _losses(self, z: Tensor, drawn: Sequence[Tensor]) -> Tensor:
        """Return the cross-entropy of every position, those of row k of z in ``drawn[k]``."""
        batch = self.positions.batch(torch.cat(list(drawn)))
        counts = torch.tensor([len(part) for part in drawn], device=z.device)
        styles = z.repeat_interleave(counts, dim=0)
        planes = batch.planes.contiguous(memory_format=torch.channels_last)
        with autocast(self.positions.device, self.options.precision):
            logits = self.model(planes, styles)[0]
        return functional.cross_entropy(logits.float(), batch.policy, reduction="none")

    def _result(self, number: int, seconds: float) -> FittedStyle:
        curve = self.curves[number]
        # Never the start itself: it has no direction, and would resemble everybody alike.
        pairs = [torch.cat(lanes[2 * number : 2 * number + 2]) for lanes in self.judged]
        chosen = 1 + _last_as_good_as_best(torch.stack(pairs[1:]))
        pair = centre(self.snapshots[chosen][2 * number : 2 * number + 2]).float().cpu()
        return FittedStyle(
            z=centre(pair.mean(0)).numpy(),
            halves=(pair[0].numpy(), pair[1].numpy()),
            curve=tuple(curve),
            chosen=chosen,
            games=self.games[number],
            positions=len(self.halves[2 * number]) + len(self.halves[2 * number + 1]),
            seconds=seconds,
            start=self.start.numpy(),
        )


def _last_as_good_as_best(losses: Tensor) -> int:
    """Return the last row of losses (rounds, positions) that is not clearly above the best row.

    Clearly: by more than the standard error of the mean difference. Rounds differ by little, and
    later ones have seen more of the games.
    """
    best = losses[losses.mean(1).argmin()]
    excess = losses - best
    error = excess.std(1, unbiased=False) / math.sqrt(losses.shape[1])
    return int((excess.mean(1) <= error).nonzero().max())


class _RowAdam:
    """Adam in which each style has its own step size, shared by all its numbers.

    The usual Adam moves numbers of which the games say nothing as far as the others, at random.
    """

    def __init__(self, z: Tensor, mean_decay: float = 0.9, square_decay: float = 0.99) -> None:
        self.mean, self.square = torch.zeros_like(z), torch.zeros_like(z[:, :1, :1])
        self.mean_decay, self.square_decay = mean_decay, square_decay
        self.count = 0

    def step(self, z: Tensor, gradient: Tensor, rate: float) -> Tensor:
        """Return styles (L, heads, modules) after a step."""
        self.count += 1
        square = gradient.square().mean((1, 2), keepdim=True)
        self.mean.lerp_(gradient, 1 - self.mean_decay)
        self.square.lerp_(square, 1 - self.square_decay)
        mean = self.mean / (1 - self.mean_decay**self.count)
        square = self.square / (1 - self.square_decay**self.count)
        return z - rate * mean / (square.sqrt() + 1e-12)


def _deal(
    positions: TrainingPositions, rows: Tensor, options: FitOptions
) -> tuple[Tensor, Tensor, int]:
    """Deal a player's games into two halves; return their positions and the number of games."""
    game_of_row, inverse = torch.unique(positions.games[rows], return_inverse=True)
    count = len(game_of_row)
    if count < LEAST_GAMES:
        raise StylemateError(
            f"A style needs at least {LEAST_GAMES} games with a move of the player; "
            f"there {'is 1' if count == 1 else 'are none'}. Give more games."
        )
    generator = torch.Generator().manual_seed(options.seed)
    place = torch.empty(count, dtype=torch.int64)
    place[torch.randperm(count, generator=generator)] = torch.arange(count)
    used = min(count, options.games)
    place_of_row = place.to(rows.device)[inverse]
    first = rows[(place_of_row < used) & (place_of_row % 2 == 0)]
    second = rows[(place_of_row < used) & (place_of_row % 2 == 1)]
    return first, second, used
