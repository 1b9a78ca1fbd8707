"""Moves predicted by styles, by fine-tuned networks and by styles of few games."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils import convert_conv2d_weight_memory_format

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.measures.held_out import held_out_sample
from engine.games.rating_groups import is_rating_group
from engine.model.backbone import Backbone
from engine.model.lc0 import load_lc0
from engine.position.phases import BOOK_PLIES, OPENING_PLIES, from_ply
from engine.training.move_match import MoveMatch, Predictor, Sample, match_moves
from engine.training.options import Precision
from engine.training.precision import autocast
from engine.training.sampling import fixed_sample
from engine.training.score_vectors import by_phase, score_sum, split_by_game
from engine.training.splits import Split

PHASES = (
    ("moves 1 to 15", 0, OPENING_PLIES),
    ("moves 16 to 30", OPENING_PLIES, 60),
    ("from move 31", 60, 10_000),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much to measure."""

    # players, at random among those with enough held-out moves
    players: int
    # held-out positions of each
    positions: int
    # fewest held-out positions
    least_positions: int = 100
    # players for whom a whole network is fine-tuned, those with most games
    tuned_players: int
    # positions that each of those networks learns from
    tuned_positions: int
    tuned_batch: int = 256
    tuned_rate: float = 3e-4
    # players whose style is fitted to more and more games
    curve_players: int
    curve_games: tuple[int, ...]


Figures = dict[str, list[float | None]]


def tested_players(context: Context, settings: Settings) -> list[str]:
    """Return players at random who were trained on and have enough held-out positions."""
    unseen = set(context.unseen)
    order = np.random.default_rng(context.seed).permutation(len(context.space.population))
    names = [context.space.names[row] for row in order]
    chosen: list[str] = []
    for name in names:
        if name in unseen or is_rating_group(name):
            continue
        rows = context.rows_of_games(
            name, context.games_of(name, (Split.VALIDATION, Split.TEST)), device=False
        )
        if len(rows) >= settings.least_positions:
            chosen.append(name)
        if len(chosen) == settings.players:
            break
    if len(chosen) < 2:
        raise StylemateError(
            "Too few players of the model have held-out games in this store to match moves."
        )
    return chosen


def main_figures(context: Context, names: Sequence[str], sample: Sample) -> Figures:
    """Return figures by player of every predictor, over all plies, late ones and phases."""
    space, device = context.space, context.device
    styles = torch.from_numpy(np.stack([space.row(name) for name in names])).to(device)
    mean = torch.from_numpy(space.prior.mean).to(device)
    model = context.model
    predictors: dict[str, Predictor] = {
        "own": lambda planes, players: model(planes, styles[players])[0],
        # The neighbour in a random order is a player at random, and never oneself.
        "another": lambda planes, players: model(planes, styles[(players + 1) % len(names)])[0],
        "mean": lambda planes, players: model(planes, mean)[0],
        "backbone": lambda planes, players: model.backbone_only(planes)[0],
    }
    matches = match_moves(sample, predictors)
    figures: Figures = {}
    for key, found in matches.items():
        figures |= _figures_of(key, found, (0, BOOK_PLIES, OPENING_PLIES))
        for name, first, last in PHASES:
            inside = (sample.plies >= first) & (sample.plies < last)
            part = found.chosen(inside)
            figures[f"{key}/top1/{name}"] = part.top1().tolist()
            figures[f"{key}/cross_entropy/{name}"] = part.cross_entropy().tolist()
    for name, network in _reference_networks(context).items():
        found = match_moves(_first(sample), {name: _plain(network)})[name]
        figures |= _figures_of(f"reference/{name}", found)
    return figures


def _first(sample: Sample, each: int = 60) -> Sample:
    """Return the first positions of every player, for networks that only serve as references."""
    order = torch.argsort(sample.players, stable=True)
    counts = torch.bincount(sample.players, minlength=sample.count)
    begins = counts.cumsum(0) - counts
    place = torch.arange(len(order), device=order.device) - begins[sample.players[order]]
    kept = torch.zeros_like(sample.players, dtype=torch.bool)
    kept[order[place < each]] = True
    return sample.chosen(kept)


def _figures_of(key: str, found: MoveMatch, plies: Sequence[int] = (0, BOOK_PLIES)) -> Figures:
    """Return figures by player of the positions from each of some plies on."""
    figures: Figures = {}
    for ply in plies:
        part = found.from_ply(ply)
        figures[from_ply(f"{key}/top1", ply)] = part.top1().tolist()
        figures[from_ply(f"{key}/cross_entropy", ply)] = part.cross_entropy().tolist()
    return figures


def _reference_networks(context: Context) -> dict[str, Backbone]:
    """Return the lc0 files that the run was given to compare with."""
    return {
        path.name.split(".")[0]: load_lc0(path).to(context.device) for path in context.references
    }


def _plain(network: Backbone) -> Predictor:
    return lambda planes, players: network(planes)[0]


def tuned_figures(context: Context, settings: Settings) -> Figures:
    """Return figures by player of networks fine-tuned to them, and of styles on their positions."""
    unseen = set(context.unseen)
    names = [
        player.name
        for player in sorted(context.space.players, key=lambda player: -player.games)
        if player.name not in unseen and not is_rating_group(player.name)
    ][: settings.tuned_players]
    sample = held_out_sample(context, names, 4 * settings.positions)
    rows = context.rows_of_players(names, (Split.TRAIN,))
    styles = torch.from_numpy(np.stack([context.space.row(name) for name in names]))
    styles = styles.to(context.device)
    model = context.model
    predictors: dict[str, Predictor] = {
        "own": lambda planes, players: model(planes, styles[players])[0],
        "backbone": lambda planes, players: model.backbone_only(planes)[0],
    }
    found = match_moves(sample, predictors)
    parts: dict[str, list[MoveMatch]] = {"tuned": [], "stranger": []}
    networks = []
    for number, each in enumerate(rows):
        networks.append(_fine_tune(context, settings, each))
        context.progress(0.4 + 0.4 * (number + 1) / len(rows), f"Fine-tuned to {names[number]}")
    for number in range(len(names)):
        mine = sample.chosen(sample.players == number)
        # The control of every personal gain: a network tuned to somebody else.
        pair = {
            "tuned": _plain(networks[number]),
            "stranger": _plain(networks[(number + 1) % len(names)]),
        }
        for key, one in match_moves(mine, pair).items():
            parts[key].append(one)
    figures: Figures = {"players": [float(len(each)) for each in rows]}
    for key, one in found.items():
        figures |= _figures_of(key, one)
    order = torch.argsort(sample.players, stable=True)
    for key, several in parts.items():
        whole = MoveMatch(
            Sample(sample.positions, sample.rows[order], sample.players[order], sample.count),
            torch.cat([one.hits for one in several]),
            torch.cat([one.losses for one in several]),
        )
        figures |= _figures_of(key, whole)
    return figures


def _fine_tune(context: Context, settings: Settings, rows: Tensor) -> Backbone:
    """Return the backbone, all of it trained on one player's moves."""
    network = context.model.plain_backbone().to(context.device)
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    network.requires_grad_(True)
    drawn = fixed_sample(rows, settings.tuned_positions, context.seed)
    generator = torch.Generator().manual_seed(context.seed)
    drawn = drawn[torch.randperm(len(drawn), generator=generator).to(drawn.device)]
    optimizer = torch.optim.AdamW(network.parameters(), settings.tuned_rate, weight_decay=1e-4)
    batches = torch.split(drawn, settings.tuned_batch)
    for step, part in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = settings.tuned_rate * (1 - step / len(batches))
        batch = context.positions.batch(part)
        planes = batch.planes.contiguous(memory_format=torch.channels_last)
        # Batch normalisation keeps the statistics of all players.
        with autocast(context.device, Precision.AUTO):
            logits = network(planes)[0]
        loss = functional.cross_entropy(logits.float(), batch.policy)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    network.requires_grad_(False)
    return network.eval()


def curve_figures(context: Context, settings: Settings) -> Figures:
    """Return figures by player of styles fitted to their first games, 0 games first."""
    unseen = set(context.unseen)
    most = max(settings.curve_games)
    names = [
        player.name
        for player in context.space.players
        if player.name not in unseen
        and not is_rating_group(player.name)
        and len(context.games_of(player.name, (Split.TRAIN,))) >= most
    ]
    random = np.random.default_rng(context.seed + 1)
    names = [str(name) for name in random.permutation(names)[: settings.curve_players]]
    if not names:
        return {}
    sample = held_out_sample(context, names, settings.positions)
    prior = context.space.prior
    scores = [np.zeros((len(names), 2, *prior.mean.shape))]
    counts = [np.zeros((len(names), 2))]
    z = torch.from_numpy(prior.mean).to(context.device)
    dealt = []
    for rows in context.rows_of_players(names, (Split.TRAIN,)):
        games = split_by_game(context.positions, rows)
        dealt.append([games[number] for number in random.permutation(len(games))[:most]])
    before = 0
    for upto in settings.curve_games:
        more = [torch.cat(list(each[before:upto])) for each in dealt]
        phases = [by_phase(context.positions, rows) for rows in more]
        sums = [
            [score_sum(context.model, context.positions, part, z)[0].cpu().numpy() for part in both]
            for both in phases
        ]
        scores.append(scores[-1] + np.array(sums))
        counts.append(counts[-1] + np.array([[len(part) for part in both] for both in phases]))
        before = upto
    figures: Figures = {}
    for upto, sums_so_far, count in zip((0, *settings.curve_games), scores, counts, strict=True):
        styles = torch.from_numpy(prior.expected(sums_so_far, count)).to(context.device)
        found = match_moves(sample, {"fitted": _styled(context, styles)})["fitted"]
        figures |= _figures_of(f"{upto}", found)
    return figures


def _styled(context: Context, styles: Tensor) -> Predictor:
    return lambda planes, players: context.model(planes, styles[players])[0]
