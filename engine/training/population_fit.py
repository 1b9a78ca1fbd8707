"""Styles for everybody with enough games, over a finished inventory.

Openings repeat: a position and move that several games share is read once, however many games and
players have it. Of what is left a sample is read of each player. Both give sums of scores of two
halves of the player's games, and with a prior (``engine.style.prior``) each player's expected
style and, from the shared openings alone, the signature. No player's style depends on another's
beyond that prior.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.files import read_tensors, write_tensors
from engine.model.style_model import StyleModel
from engine.progress import TellDone
from engine.style.artifact import TrainedStyles
from engine.style.prior import StylePrior
from engine.style.records import PlayerInfo
from engine.style.style import Routing, centred
from engine.training.data import TrainingPositions
from engine.training.options import PopulationFitOptions
from engine.training.sampling import fixed_sample
from engine.training.score_vectors import score_sum, single_scores
from engine.training.splits import Split

_PLAYERS_PER_SHARD = 50
_GAMES_OF_COVARIANCE = 400
"""Games of a player, at most, from which is learnt how games of one player differ."""
_HASH_START, _HASH_FACTOR = np.uint64(1469598103934665603), np.uint64(1099511628211)


@dataclass(frozen=True, slots=True)
class PlayerScores:
    """Scores of two halves of each player's games, sums at the mean style.

    Attributes:
        shared: float32 (P, 2, heads * modules), of all positions of openings that games share.
        shared_positions: float64 (P, 2), how many positions each is of.
        sampled: float32 (P, 2, heads * modules), of a sample of all others.
        sampled_positions: float64 (P, 2).
        game_scatter: float32 (S, hm, hm), of some players each: how the sum of a game's shared
            openings varies from game to game of one player, times a weight.
        game_weight: float64 (S,), these weights.
    """

    shared: npt.NDArray[np.float32]
    shared_positions: npt.NDArray[np.float64]
    sampled: npt.NDArray[np.float32]
    sampled_positions: npt.NDArray[np.float64]
    game_scatter: npt.NDArray[np.float32]
    game_weight: npt.NDArray[np.float64]

    @property
    def game_covariance(self) -> npt.NDArray[np.float64]:
        """Mean over players, (hm, hm); see ``StylePrior``."""
        scatter: npt.NDArray[np.float64] = self.game_scatter.sum(axis=0, dtype=np.float64)
        scatter /= max(float(self.game_weight.sum()), 1.0)
        return scatter

    @property
    def halves(self) -> npt.NDArray[np.float64]:
        """Sums of both kinds, (P, 2, heads * modules)."""
        return self.shared.astype(np.float64) + self.sampled


@dataclass(frozen=True, slots=True)
class SharedOpenings:
    """Openings that several games share.

    Attributes:
        unit: int32 (positions,), which opening a position with its move is, -1 for none.
        rows: int64 (U,), a position of each.
    """

    unit: Tensor
    rows: Tensor


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


def shared_openings(positions: TrainingPositions, options: PopulationFitOptions) -> SharedOpenings:
    """Find the first positions, with the moves that led there and the move made, of many games."""
    moves = positions.moves.cpu().numpy().view(np.uint16)
    first = (positions.packed.plies.cpu().numpy() == 0).nonzero()[0]
    lengths = np.diff(np.append(first, len(moves)))
    state = np.full(len(first), _HASH_START, dtype=np.uint64)
    rows, hashes = [], []
    with np.errstate(over="ignore"):
        for ply in range(options.opening_plies):
            going = lengths > ply
            first, lengths, state = first[going], lengths[going], state[going]
            state = (state ^ (moves[first + ply].astype(np.uint64) + np.uint64(1))) * _HASH_FACTOR
            state ^= state >> np.uint64(29)
            rows.append(first + ply)
            hashes.append(state)
    places = np.concatenate(rows)
    _, one, unit, counts = np.unique(
        np.concatenate(hashes), return_index=True, return_inverse=True, return_counts=True
    )
    kept = counts >= options.least_shared
    number = np.where(kept, kept.cumsum() - 1, -1).astype(np.int32)
    of_position = np.full(len(moves), -1, dtype=np.int32)
    of_position[places] = number[unit]
    return SharedOpenings(
        torch.from_numpy(of_position).to(positions.device),
        torch.from_numpy(places[one[kept]].astype(np.int64)).to(positions.device),
    )


def player_scores(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Sequence[Tensor],
    z: Routing,
    options: PopulationFitOptions,
    directory: Path,
    report: TellDone = lambda done, total: None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> PlayerScores | None:
    """Take the scores of each player's positions.

    Args:
        rows: for each player int64 positions.
        z: float32 (heads, modules), the mean style.
        directory: gets files from which an interrupted call goes on.
        report: told of players done, in this thread.
        stop_requested: asked now and then.

    Returns:
        The scores, or None if it was stopped.
    """
    directory.mkdir(parents=True, exist_ok=True)
    start = torch.from_numpy(z).to(positions.device)
    openings = shared_openings(positions, options)
    # Openings one after another by all threads, then players side by side by one thread each.
    torch.set_num_threads(options.workers)
    of_openings = _opening_scores(model, positions, openings, start, directory)
    torch.set_num_threads(1)
    shards = list(range(0, len(rows), _PLAYERS_PER_SHARD))
    stopped = threading.Event()

    def read(first: int) -> None:
        path = _shard(directory, first)
        if path.exists():
            return
        part: list[dict[str, npt.NDArray[Any]]] = []
        scatter, weights = np.zeros((z.size, z.size)), 0.0
        for each in rows[first : first + _PLAYERS_PER_SHARD]:
            if stopped.is_set():
                return
            found = _sampled(model, positions, each, openings, start, options)
            part.append(found | _shared(positions, each, openings, of_openings))
            covariance, weight = _between_games(positions, each, openings, of_openings)
            scatter += weight * covariance
            weights += weight
        tensors = {key: np.stack([one[key] for one in part]) for key in part[0]}
        tensors["game_scatter"] = scatter[None].astype(np.float32)
        tensors["game_weight"] = np.array([weights])
        write_tensors(path, tensors, {})

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
        **{
            field.name: np.concatenate([p[field.name] for p in parts])
            for field in fields(PlayerScores)
        }
    )


def _shard(directory: Path, first: int) -> Path:
    return directory / f"scores-{first:06d}.safetensors"


def _opening_scores(
    model: StyleModel,
    positions: TrainingPositions,
    openings: SharedOpenings,
    z: Tensor,
    directory: Path,
) -> npt.NDArray[np.float32]:
    """Return the score of each shared opening, (U, D)."""
    path = directory / "openings.safetensors"
    if not path.exists():
        parts = [
            scores.flatten(1).half().cpu().numpy()
            for scores in single_scores(model, positions, openings.rows, z)
        ]
        write_tensors(path, {"scores": np.concatenate(parts)}, {})
    return read_tensors(path)["scores"].astype(np.float32)


def _shared(
    positions: TrainingPositions,
    rows: Tensor,
    openings: SharedOpenings,
    scores: npt.NDArray[np.float32],
) -> dict[str, npt.NDArray[Any]]:
    unit = openings.unit[rows]
    half = (positions.games[rows] & 1)[unit >= 0].cpu().numpy()
    unit_of_row = unit[unit >= 0].cpu().numpy()
    sums, counts = [], []
    for number in (0, 1):
        used, times = np.unique(unit_of_row[half == number], return_counts=True)
        sums.append(times.astype(np.float32) @ scores[used])
        counts.append(float(times.sum()))
    return {
        "shared": np.stack(sums).astype(np.float32),
        "shared_positions": np.array(counts),
    }


def _between_games(
    positions: TrainingPositions,
    rows: Tensor,
    openings: SharedOpenings,
    scores: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float64], float]:
    """Return how the sum of a game's shared openings varies over one player's games, (D, D).

    With it how much the player counts: those with many games more, but not in proportion.
    """
    shared = rows[openings.unit[rows] >= 0].sort().values
    games, place = torch.unique_consecutive(positions.games[shared], return_inverse=True)
    kept = place < _GAMES_OF_COVARIANCE
    count = min(len(games), _GAMES_OF_COVARIANCE)
    size = scores.shape[1]
    if count < 2:
        return np.zeros((size, size)), 0.0
    each = torch.from_numpy(scores[openings.unit[shared[kept]].cpu().numpy()])
    sums = torch.zeros(count, size).index_add_(0, place[kept].cpu(), each)
    return torch.cov(sums.double().T).numpy(), float(count) ** 0.5


def _sampled(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    openings: SharedOpenings,
    z: Tensor,
    options: PopulationFitOptions,
) -> dict[str, npt.NDArray[Any]]:
    others = rows[openings.unit[rows] < 0]
    least, most = options.positions_each, options.most_times * options.positions_each
    count = min(max(round(options.positions_share * len(rows)), least), most)
    sample = fixed_sample(others, count, options.seed)
    half = positions.games[sample] & 1
    parts = [sample[half == number] for number in (0, 1)]
    sums = [score_sum(model, positions, part, z)[0].cpu().numpy().ravel() for part in parts]
    return {
        "sampled": np.stack(sums),
        "sampled_positions": np.array([len(part) for part in parts], dtype=np.float64),
    }


def fitted_styles(
    model: StyleModel,
    metadata: Mapping[str, Any],
    players: Sequence[PlayerInfo],
    scores: PlayerScores,
    prior: StylePrior,
    trained: Mapping[str, Routing],
) -> TrainedStyles:
    """Return every player's style and signature.

    Args:
        model: whose inventory the styles mix.
        metadata: what is written of the model.
        players: whose ``scores`` these are, in this order.
        scores: of ``player_scores``.
        prior: with the covariance of games, as ``scores`` has it.
        trained: float32 (heads, modules) by name: styles that were trained with the inventory and
            lie too far from the mean for a fit by scores taken there; they stay as they are.
    """
    shape = (-1, 2, *prior.mean.shape)
    sums = np.stack((scores.shared.sum(axis=1), scores.sampled.sum(axis=1)), axis=1).reshape(shape)
    positions = np.stack((scores.shared_positions, scores.sampled_positions), axis=-1).sum(axis=1)
    z = prior.expected(sums, positions)
    row = {player.name: number for number, player in enumerate(players)}
    for name, own in trained.items():
        if name in row:
            z[row[name]] = centred(own)
    return TrainedStyles(
        model=model,
        metadata=dict(metadata),
        z=z,
        players=tuple(players),
        mean=z.mean(axis=0),
        prior=prior,
        signatures=prior.signature(sums),
    )
