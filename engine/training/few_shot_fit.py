"""Few-shot fits: one style from a person's games, with the model left exactly as it is.

Only the routing numbers of the new style are learnt (arXiv 2502.14998, few-shot), by natural-
gradient steps from the population's mean style: the sum of the games' scores, divided by what the
games can tell (their Fisher information) and by what is known of styles beforehand
(``engine.style.prior``). What the games do not say stays as in the mean. One step is enough for a
player much like others; a further one is taken as far as it helps.

The person's games are dealt into two halves, by whole games. Each half's style is judged on games
of the other half, after a few games and after more, which gives

- whether a step went too far: then the other half is clearly worse predicted;
- the likelihood curve that is shown, on moves that were not learnt from;
- how stable the style is: the cosine of what the two halves learnt.

The style is what both halves say together. Sums of scores are taken for each style alone, so it
does not depend on who is fitted beside it. Gradients are taken for a private tensor: the model, its
gradients and its modes are never touched, and it can play games meanwhile.
"""

import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.errors import StylemateError
from engine.model.style_model import StyleModel
from engine.style.game_habits import GameHabits
from engine.style.habits import Habits
from engine.style.prior import Matrix, StylePrior
from engine.style.style import Routing
from engine.training.data import TrainingPositions
from engine.training.options import Precision
from engine.training.sampling import fixed_sample
from engine.training.score_vectors import BATCH, by_phase, losses_at, score_sum, split_by_game

LEAST_GAMES = 2
"""A style needs two games, one for each half."""
FEW_GAMES = 30
"""Below this many games a style says more about chance than about the player."""
_STAGES = (0.1, 0.25, 0.5, 1.0)
"""Shares of the games after which the halves are judged on each other."""
_STEP_LENGTHS = (1.0, 0.5, 0.25)
"""Tried in turn until one is not clearly worse than no step."""
_CLEAR = 2.0
"""Standard errors by which losses must differ to count as different."""


class FitCancelledError(StylemateError):
    """A fit was stopped on request."""


@dataclass(frozen=True, kw_only=True)
class FitOptions:
    """How to fit."""

    # times that the games are read
    passes: int = 2
    # positions of each half on which the other is judged, at most
    held_out_positions: int = 256
    # games used at most; of more, so many are drawn
    games: int = 1000
    # choice of games and of the positions judged on
    seed: int = 1
    # mixed precision: bfloat16 where the machine computes it natively
    precision: Precision = Precision.AUTO


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Cross-entropy over all moves, in nats a move, after some games; see ``FittedStyle``."""

    games: int  # of both halves together
    learnt: float | None  # in the mean style, of the moves learnt from so far
    held_out: float  # of each half's style on the other half


@dataclass(frozen=True, slots=True)
class FittedStyle:
    """A style fitted to games, and how it went.

    Attributes:
        z: float32 (heads, modules), centred: the style that plays.
        signature: float32 (heads, modules), of length 1: by which the player is recognised; see
            ``engine.style.prior``.
        halves: the signatures of the two halves of the games.
        curve: the first point is the mean style, the last all games.
        games: number of games used.
        positions: number of the player's moves in them.
        seconds: time that the fit took.
        habits: what the player leans to after the opening; None if that was not measured.
        game_habits: what happens in the player's games; None if that was not measured.
    """

    z: Routing
    signature: Routing
    halves: tuple[Routing, Routing]
    curve: tuple[CurvePoint, ...]
    games: int
    positions: int
    seconds: float
    habits: Habits | None = None
    game_habits: GameHabits | None = None

    @property
    def stability(self) -> float:
        """Cosine of what the two halves learnt, -1 to 1; 0 if they learnt nothing."""
        return float(np.vdot(*self.halves))

    @property
    def gain(self) -> float:
        """Nats a move by which held-out moves are likelier than in the style at the start.

        Below 0 where the games taught nothing that holds for the other half.
        """
        return self.curve[0].held_out - self.curve[-1].held_out


@dataclass(frozen=True, slots=True)
class FitProgress:
    """One report of a running fit."""

    done: int  # positions read, of all players
    total: int
    curves: tuple[tuple[CurvePoint, ...], ...]  # of the player at hand

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self.done / max(self.total, 1)


TellFit = Callable[[FitProgress], None]


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
    prior: StylePrior,
    options: FitOptions | None = None,
    report: TellFit = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[FittedStyle]:
    """Fit one style to each of several sets of positions.

    Args:
        model: it is only read, and may be in use elsewhere.
        positions: games, on the model's device.
        rows: for each style the positions, int64, whose moves it should predict.
        prior: where to start, and what is known of styles of this model.
        options: how to fit.
        report: told of every batch, in this thread.
        cancelled: asked before every batch.

    Returns:
        The styles in the order of ``rows``; equal seeds give equal styles, alone or together.

    Raises:
        FitCancelledError: ``cancelled`` said yes.
        StylemateError: one of the styles has fewer than two games to learn from.
    """
    options = options or FitOptions()
    dealt = [_deal(positions, each, options) for each in rows]
    total = options.passes * sum(len(game) for games in dealt for game in games)
    fitted: list[FittedStyle] = []
    done = 0
    for games in dealt:
        fit = _Fit(model, positions, games, prior, options)

        def tell(read: int, fit: "_Fit" = fit, before: int = done) -> None:
            report(FitProgress(before + read, total, (tuple(fit.curve),)))
            if cancelled():
                raise FitCancelledError("The fit was stopped.")

        fitted.append(fit.run(tell))
        done += options.passes * fitted[-1].positions
    return fitted


class _Fit:
    """One player's games, the two halves of which are read side by side."""

    def __init__(
        self,
        model: StyleModel,
        positions: TrainingPositions,
        games: Sequence[Tensor],
        prior: StylePrior,
        options: FitOptions,
    ) -> None:
        self.model, self.positions, self.prior, self.options = model, positions, prior, options
        self.games = games
        self.none = games[0][:0]
        # Half k is judged on games of the other half.
        self.held_out = [
            fixed_sample(
                torch.cat(list(games[1 - half :: 2])), options.held_out_positions, options.seed
            )
            for half in (0, 1)
        ]
        self.at: Routing = np.stack((prior.mean, prior.mean))
        self.counts = np.zeros((2, 2))  # of each half, first and later positions
        self.scores: Matrix = np.zeros((2, 2, *prior.mean.shape))
        self.read = 0
        self.curve: list[CurvePoint] = []

    def run(self, tell: Callable[[int], None]) -> FittedStyle:
        began = time.monotonic()
        tell(0)
        self.losses = self._held_out_losses(self.at)
        self._note(0, None, self.losses)
        self._first_pass(tell)
        for _ in range(1, self.options.passes):
            self._further_pass(tell)
        tell(self.read)
        halves = self.prior.signature(self.scores)
        return FittedStyle(
            z=self.prior.pooled(self.at, self.counts),
            signature=self.prior.signature(self.scores.sum(axis=0)),
            halves=(halves[0], halves[1]),
            curve=tuple(self.curve),
            games=len(self.games),
            positions=int(self.counts.sum()),
            seconds=time.monotonic() - began,
        )

    def _first_pass(self, tell: Callable[[int], None]) -> None:
        scores = np.zeros((2, 2, *self.prior.mean.shape))
        done, loss = 0, 0.0
        for share in _STAGES:
            # As many games of either half.
            upto = max(2 * round(len(self.games) * share / 2), 2) if share < 1 else len(self.games)
            if upto <= done:
                continue
            added, counts, losses = self._read(self.games[done:upto], self.at, tell)
            scores, loss, done = scores + added, loss + losses, upto
            self.counts += counts
            peak = self.prior.natural_step(self.at, scores, self.counts)
            losses_there = self._held_out_losses(peak)
            self._note(done, loss / float(self.counts.sum()), losses_there)
        self.scores = scores  # at the mean style, from which signatures are taken
        self._go(peak, losses_there)

    def _further_pass(self, tell: Callable[[int], None]) -> None:
        scores, _, _ = self._read(self.games, self.at, tell)
        peak = self.prior.natural_step(self.at, scores, self.counts)
        self._go(peak)

    def _go(self, peak: Routing, losses: Tensor | None = None) -> None:
        """Go to a peak, or only towards it if the halves' styles predict each other worse there."""
        start = self.at
        for length in _STEP_LENGTHS:
            self.at = (start + length * (peak - start)).astype(np.float32)
            if losses is None or length < 1:
                losses = self._held_out_losses(self.at)
            excess = losses - self.losses
            error = float(excess.std()) / math.sqrt(len(excess))
            if float(excess.mean()) <= _CLEAR * error:
                break
        else:
            # Not even a little way: but a style without a direction would resemble everybody.
            self.at = self.at if np.array_equal(start[0], self.prior.mean) else start
            losses = self._held_out_losses(self.at)
        self.losses = losses
        self.curve[-1] = replace(self.curve[-1], held_out=float(losses.mean()))

    def _read(
        self, games: Sequence[Tensor], at: Routing, tell: Callable[[int], None]
    ) -> tuple[Matrix, Matrix, float]:
        """Return sums of scores (2, 2, heads, modules) of both halves' first and later positions,
        how many these are (2, 2), and their loss.
        """
        scores = np.zeros((2, 2, *self.prior.mean.shape))
        counts, loss = np.zeros((2, 2)), 0.0
        for half, z in enumerate(at):
            style = torch.from_numpy(z).to(self.positions.device)
            rows = torch.cat([*games[half::2], self.none])
            for phase, part in enumerate(by_phase(self.positions, rows)):
                for batch in torch.split(part, BATCH):
                    total, losses = score_sum(
                        self.model, self.positions, batch, style, self.options.precision
                    )
                    scores[half, phase] += total.cpu().numpy()
                    counts[half, phase] += len(batch)
                    loss += losses
                    self.read += len(batch)
                    tell(self.read)
        return scores, counts, loss

    def _held_out_losses(self, at: Routing) -> Tensor:
        parts = [
            losses_at(
                self.model,
                self.positions,
                rows,
                torch.from_numpy(z).to(self.positions.device),
                self.options.precision,
            )
            for z, rows in zip(at, self.held_out, strict=True)
        ]
        return torch.cat(parts)

    def _note(self, games: int, learnt: float | None, held_out: Tensor) -> None:
        self.curve.append(CurvePoint(games, learnt, float(held_out.mean())))


def _deal(positions: TrainingPositions, rows: Tensor, options: FitOptions) -> list[Tensor]:
    """Return the positions of each game to be used, in an order of the seed."""
    games = split_by_game(positions, rows)
    count = len(games)
    if count < LEAST_GAMES:
        raise StylemateError(
            f"A style needs at least {LEAST_GAMES} games with a move of the player; "
            f"there {'is 1' if count == 1 else 'are none'}. Give more games."
        )
    generator = torch.Generator().manual_seed(options.seed)
    order = torch.randperm(count, generator=generator)[: options.games]
    return [games[number] for number in order.tolist()]
