"""Styles for everybody with enough games, over a finished inventory.

One pass over some positions of each player gives the scores of two halves of their games; from all
halves together comes how styles spread (``engine.style.prior``), and from that and their own scores
each player's expected style. No player's style depends on another's beyond that prior.
"""

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.model.checkpoint import save_tensors_atomically, write_text_atomically
from engine.model.style_model import StyleModel
from engine.style.files import read_tensors, write_tensors
from engine.style.prior import PRIOR_FILE, StylePrior, learn_prior
from engine.style.style import Routing, centred
from engine.training.data import TrainingPositions
from engine.training.sampling import fixed_sample
from engine.training.scores import score_sum, single_scores
from engine.training.splits import Split
from engine.training.styles import StyledPlayer

_PLAYERS_PER_SHARD = 50
_MEAN_STEPS = 2
_DAMPING = 1e-2
Report = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class GalleryOptions:
    """How much to read."""

    # positions of each player, at most
    positions_each: int = 1500
    # positions from which the mean style and the Fisher matrix are learnt
    fisher_positions: int = 20_000
    # choice of positions
    seed: int = 1
    # players read side by side
    workers: int = 1


@dataclass(frozen=True, slots=True)
class PlayerScores:
    """Scores of two halves of each player's games.

    Attributes:
        halves: float32 (P, 2, heads, modules), sums at the mean style.
        positions: float64 (P, 2), how many positions each is of.
        losses: float64 (P, 2), their cross-entropies in the mean style, summed.
    """

    halves: npt.NDArray[np.float32]
    positions: npt.NDArray[np.float64]
    losses: npt.NDArray[np.float64]

    @property
    def whole(self) -> npt.NDArray[np.float32]:
        """Sums over both halves, (P, heads, modules)."""
        whole: npt.NDArray[np.float32] = self.halves.sum(axis=1)
        return whole


def rows_by_player(
    positions: TrainingPositions, names: Sequence[str], splits: Sequence[Split]
) -> list[Tensor]:
    """Return for each player the positions, int64, of some splits in which they move.

    Games between two of one name are left out.
    """
    style_of_player = torch.full((len(positions.players),), -1, dtype=torch.int32)
    place = {name: number for number, name in enumerate(names)}
    for number, name in enumerate(positions.players):
        style_of_player[number] = place.get(name, -1)
    style_of_player = style_of_player.to(positions.device)
    sides = positions.sides
    wanted = torch.tensor([int(split) for split in splits], device=positions.device)
    chosen = torch.isin(positions.splits.long(), wanted) & (sides[:, 0] != sides[:, 1])
    rows = chosen[positions.games.long()].nonzero().squeeze(1)
    style = style_of_player[positions.movers(rows)]
    rows, style = rows[style >= 0], style[style >= 0]
    order = torch.argsort(style, stable=True)
    counts = torch.bincount(style.long(), minlength=len(names))
    return list(torch.split(rows[order], counts.tolist()))


def mean_style(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    start: Routing,
    steps: int = _MEAN_STEPS,
) -> tuple[Routing, npt.NDArray[np.float64]]:
    """Return the one style that predicts some positions best, and the Fisher matrix there.

    Args:
        rows: int64, positions of all players alike.
        start: float32 (heads, modules), such as the mean of trained styles. Averaging logits does
            not average what players do, so it can be bettered by a few natural-gradient steps.
        steps: how many.

    Returns:
        float32 (heads, modules), centred, and float64 (D, D), of one position.
    """
    z = torch.from_numpy(np.array(start, dtype=np.float32)).to(positions.device)
    for step in range(steps + 1):
        fisher = torch.zeros(z.numel(), z.numel(), device=positions.device)
        total = torch.zeros(z.numel(), device=positions.device)
        for scores in single_scores(model, positions, rows, z):
            flat = scores.flatten(1)
            fisher += flat.T @ flat
            total += flat.sum(0)
        fisher, total = fisher.double() / len(rows), total.double() / len(rows)
        if step == steps:
            break
        damped = fisher + _DAMPING * fisher.trace() / len(fisher) * torch.eye(
            len(fisher), dtype=fisher.dtype, device=fisher.device
        )
        z = z + torch.linalg.solve(damped, total).float().view_as(z)
    return centred(z.cpu().numpy()), fisher.cpu().numpy()


def player_scores(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Sequence[Tensor],
    z: Routing,
    options: GalleryOptions,
    directory: Path,
    report: Report = lambda done, total: None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> PlayerScores | None:
    """Take the scores of each player's positions.

    Args:
        rows: for each player int64 positions, of which a sample is read.
        z: float32 (heads, modules), the mean style.
        directory: gets a file for every few players, from which an interrupted call goes on.
        report: told of players done, in this thread.
        stop_requested: asked now and then.

    Returns:
        The scores, or None if it was stopped.
    """
    directory.mkdir(parents=True, exist_ok=True)
    start = torch.from_numpy(z).to(positions.device)
    shards = list(range(0, len(rows), _PLAYERS_PER_SHARD))
    stopped = threading.Event()

    def read(first: int) -> None:
        path = _shard(directory, first)
        if path.exists() or stopped.is_set():
            return
        part = [
            _halves(model, positions, each, start, options)
            for each in rows[first : first + _PLAYERS_PER_SHARD]
            if not stopped.is_set()
        ]
        if not stopped.is_set():
            halves, counts, losses = (np.stack(column) for column in zip(*part, strict=True))
            write_tensors(path, {"halves": halves, "positions": counts, "losses": losses}, {})

    with ThreadPoolExecutor(options.workers) as pool:
        pending = {pool.submit(read, first) for first in shards}
        while pending:
            done, pending = wait(pending, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
            if stop_requested():
                stopped.set()
            report(min((len(shards) - len(pending)) * _PLAYERS_PER_SHARD, len(rows)), len(rows))
    if stopped.is_set():
        return None
    parts = [read_tensors(_shard(directory, first)) for first in shards]
    return PlayerScores(
        np.concatenate([part["halves"] for part in parts]),
        np.concatenate([part["positions"] for part in parts]),
        np.concatenate([part["losses"] for part in parts]),
    )


def _shard(directory: Path, first: int) -> Path:
    return directory / f"scores-{first:06d}.safetensors"


def _halves(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    z: Tensor,
    options: GalleryOptions,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    sample = fixed_sample(rows, options.positions_each, options.seed)
    half = positions.games[sample] & 1
    parts = [sample[half == number] for number in (0, 1)]
    sums = [score_sum(model, positions, part, z) for part in parts]
    return (
        np.stack([total.cpu().numpy() for total, _ in sums]),
        # A player all of whose games are in one half says nothing of the noise, but is not lost.
        np.maximum(np.array([len(part) for part in parts], dtype=np.float64), 1e-3),
        np.array([loss for _, loss in sums], dtype=np.float64),
    )


def save_gallery(
    directory: Path,
    model_directory: Path,
    players: Sequence[StyledPlayer],
    scores: PlayerScores,
    prior: StylePrior,
) -> None:
    """Write every player's expected style, the prior and who the players are."""
    counts = scores.positions.sum(axis=1)
    z = prior.expected(scores.whole, counts)
    tensors = {"z": torch.from_numpy(z), "positions": torch.from_numpy(counts.astype(np.float32))}
    save_tensors_atomically(directory / "routing.safetensors", tensors)
    prior.save(directory / PRIOR_FILE)
    listed = [asdict(player) for player in players]
    text = json.dumps(listed, ensure_ascii=False, indent=0)
    write_text_atomically(directory / "players.json", text + "\n")


def prior_of(
    mean: Routing,
    fisher: npt.NDArray[np.float64],
    scores: PlayerScores,
    known: Sequence[bool],
) -> StylePrior:
    """Learn the prior from those players who may be known to it.

    Raises:
        StylemateError: there are too few.
    """
    chosen = np.asarray(known) & (scores.positions.min(axis=1) >= 1)
    return learn_prior(mean, fisher, scores.halves[chosen], scores.positions[chosen])
