"""Experiment 1: how well moves are predicted, and how much a player's own style helps.

A personal gain means little by itself: a style may be good for everybody. So the same positions are
predicted in another player's style, in the population's mean style and by the backbone without any
style, and by networks that were fine-tuned to one player each (arXiv 2502.14998, section 5.1 and
figure 2).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils import convert_conv2d_weight_memory_format

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, Result, Series, Table
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.measures.held_out import held_out_sample
from engine.evaluation.targets import judge
from engine.games.rating_groups import is_rating_group
from engine.model.backbone import Backbone
from engine.model.lc0 import load_lc0
from engine.position.phases import BOOK_PLIES, OPENING_PLIES, from_ply
from engine.training.move_match import MoveMatch, Predictor, Sample, Values, match
from engine.training.options import Precision
from engine.training.precision import autocast
from engine.training.sampling import fixed_sample
from engine.training.score_vectors import by_phase, score_sum, split_by_game
from engine.training.splits import Split

_PHASES = (
    ("moves 1 to 15", 0, OPENING_PLIES),
    ("moves 16 to 30", OPENING_PLIES, 60),
    ("from move 31", 60, 10_000),
)
_PREDICTORS = (
    ("own", "own style"),
    ("another", "another player's style"),
    ("mean", "mean style"),
    ("backbone", "no style"),
)
_ACROSS_PHASES = (*_PREDICTORS[:2], _PREDICTORS[3])


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


class MoveMatching:
    """Top-1 and cross-entropy with and without styles."""

    name = "move_matching"
    title = "Predicting moves"

    def run(self, context: Context) -> Result:
        """Measure; see ``Experiment``."""
        settings = _settings(context)
        names = _players(context, settings)
        sample = held_out_sample(context, names, settings.positions)
        context.progress(0.05, f"Matching moves of {len(names)} players")
        main = _cached_figures(context, "main", lambda: _main_figures(context, names, sample))
        context.progress(0.4, "Matching moves by fine-tuned networks")
        tuned = _cached_figures(context, "tuned", lambda: _tuned_figures(context, settings))
        context.progress(0.8, "Fitting styles to more and more games")
        curve = _cached_figures(context, "curve", lambda: _curve_figures(context, settings))
        return _result(context, settings, main, tuned, curve)


def _settings(context: Context) -> Settings:
    return context.pick(
        smoke=Settings(
            players=4,
            positions=40,
            least_positions=8,
            tuned_players=2,
            tuned_positions=512,
            curve_players=2,
            curve_games=(2, 4),
        ),
        small=Settings(
            players=300,
            positions=250,
            tuned_players=12,
            tuned_positions=20_000,
            curve_players=16,
            curve_games=(25, 50, 100, 200),
        ),
        full=Settings(
            players=2000,
            positions=2000,
            tuned_players=50,
            tuned_positions=400_000,
            curve_players=200,
            curve_games=(25, 50, 100, 200, 400, 1000, 4000),
        ),
    )


Figures = dict[str, list[float | None]]


def _cached_figures(context: Context, key: str, make: Callable[[], Figures]) -> Figures:
    return context.cached(f"move_matching/{key}", make, asdict(_settings(context)))


def _players(context: Context, settings: Settings) -> list[str]:
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


def _main_figures(context: Context, names: Sequence[str], sample: Sample) -> Figures:
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
    matches = match(sample, predictors)
    figures: Figures = {}
    for key, found in matches.items():
        figures |= _figures_of(key, found, (0, BOOK_PLIES, OPENING_PLIES))
        for name, first, last in _PHASES:
            inside = (sample.plies >= first) & (sample.plies < last)
            part = found.chosen(inside)
            figures[f"{key}/top1/{name}"] = part.top1().tolist()
            figures[f"{key}/cross_entropy/{name}"] = part.cross_entropy().tolist()
    for name, network in _reference_networks(context).items():
        found = match(_first(sample), {name: _plain(network)})[name]
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


def _tuned_figures(context: Context, settings: Settings) -> Figures:
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
    found = match(sample, predictors)
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
        for key, one in match(mine, pair).items():
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


def _curve_figures(context: Context, settings: Settings) -> Figures:
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
        found = match(sample, {"fitted": _styled(context, styles)})["fitted"]
        figures |= _figures_of(f"{upto}", found)
    return figures


def _styled(context: Context, styles: Tensor) -> Predictor:
    return lambda planes, players: context.model(planes, styles[players])[0]


def _values(figures: Mapping[str, Sequence[float | None]], key: str) -> Values:
    return np.array([np.nan if x is None else x for x in figures[key]], dtype=np.float64)


def _result(
    context: Context, settings: Settings, main: Figures, tuned: Figures, curve: Figures
) -> Result:
    def mean(figures: Figures, key: str) -> Estimate:
        return bootstrap_mean(_values(figures, key), context.seed)

    def gain(figures: Figures, first: str, second: str, key: str) -> Estimate:
        difference = _values(figures, f"{first}/{key}") - _values(figures, f"{second}/{key}")
        return bootstrap_mean(difference, context.seed)

    late = gain(main, "own", "backbone", "top1_from_ply_10")
    over_another = gain(main, "own", "another", "top1_from_ply_10")
    backbone = mean(main, "backbone/top1_from_ply_10")
    figures: dict[str, Estimate | float] = {
        "backbone_top1_from_ply_10": backbone,
        "gain_from_ply_10": late,
        "gain_over_another_from_ply_10": over_another,
        "gain": gain(main, "own", "backbone", "top1"),
        "gain_over_another": gain(main, "own", "another", "top1"),
        "gain_from_ply_30": gain(main, "own", "backbone", "top1_from_ply_30"),
        "nats_from_ply_10": gain(main, "own", "backbone", "cross_entropy_from_ply_10"),
        "nats_over_another_from_ply_10": gain(main, "own", "another", "cross_entropy_from_ply_10"),
        "nats_over_another_from_ply_30": gain(main, "own", "another", "cross_entropy_from_ply_30"),
    }
    count = f"{late.count} players, {settings.positions} held-out positions each at most"
    targets = (
        judge("backbone_from_ply_10", backbone, count),
        judge("personal_gain", late, count),
        judge("gain_over_another", over_another, count),
    )
    tables = [
        _main_table(main, mean, gain),
        _phase_table(main, mean, gain),
        _tuned_table(settings, tuned, mean, gain),
    ]
    plots = [_phase_plot(main, gain)]
    if curve:
        tables.append(_curve_table(settings, curve, mean, gain))
        plots.append(_curve_plot(settings, curve, gain))
    return Result(
        title="Predicting moves",
        words=(
            "How often the likeliest move is the one that was played, in games the model never "
            "saw. Each position is predicted in the player's own style, in somebody else's, in "
            "the average style and without a style; only what the own style adds to the others "
            "is about the player."
        ),
        settings=asdict(settings),
        figures=figures,
        tables=tuple(tables),
        plots=tuple(plots),
        targets=targets,
    )


Mean = Callable[[Figures, str], Estimate]
Gain = Callable[[Figures, str, str, str], Estimate]


def _main_table(main: Figures, mean: Mean, gain: Gain) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for key, name in _PREDICTORS:
        rows.append((name, *(mean(main, f"{key}/{what}") for what in _MEASURES)))
    references = sorted({key.split("/")[1] for key in main if key.startswith("reference/")})
    for name in references:
        rows.append((name, *(mean(main, f"reference/{name}/{what}") for what in _MEASURES)))
    for key, name in _PREDICTORS[1:]:
        gains = (gain(main, "own", key, what) for what in _MEASURES)
        rows.append((f"own style minus {name}", *gains))
    note = "Top-1 in %, cross-entropy in nats over legal moves."
    if references:
        note += " Maia networks on at most 60 of each player's positions."
    return Table(
        "Moves predicted",
        ("predictor", "top-1", "top-1 from ply 10", "cross-entropy", "cross-entropy from ply 10"),
        tuple(rows),
        note,
    )


_MEASURES = ("top1", "top1_from_ply_10", "cross_entropy", "cross_entropy_from_ply_10")


def _phase_table(main: Figures, mean: Mean, gain: Gain) -> Table:
    def row(words: str, top1: str, cross_entropy: str) -> tuple[Cell, ...]:
        return (
            words,
            *(mean(main, f"{key}/{top1}") for key, _ in _ACROSS_PHASES),
            gain(main, "own", "another", top1),
            gain(main, "own", "another", cross_entropy),
        )

    phases = [row(name, f"top1/{name}", f"cross_entropy/{name}") for name, _, _ in _PHASES]
    keys = (from_ply(what, OPENING_PLIES) for what in ("top1", "cross_entropy"))
    return Table(
        "Moves predicted by phase of the game",
        (
            "phase",
            *(name for _, name in _ACROSS_PHASES),
            "own minus another's",
            "own minus another's, nats",
        ),
        (*phases, row("from move 16", *keys)),
        "Top-1 in %.",
    )


def _tuned_table(settings: Settings, tuned: Figures, mean: Mean, gain: Gain) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, *(mean(tuned, f"{key}/{what}") for what in _MEASURES))
        for key, name in (
            ("tuned", "network fine-tuned to the player"),
            ("stranger", "network fine-tuned to another player"),
            ("own", "own style"),
            ("backbone", "no style"),
        )
    ]
    for first, second, name in (
        ("tuned", "backbone", "fine-tuning minus no style"),
        ("tuned", "stranger", "fine-tuning minus a stranger's"),
        ("own", "backbone", "own style minus no style"),
        ("own", "tuned", "own style minus fine-tuning"),
    ):
        rows.append((name, *(gain(tuned, first, second, what) for what in _MEASURES)))
    return Table(
        "Styles and whole networks for one player each",
        ("predictor", "top-1", "top-1 from ply 10", "cross-entropy", "cross-entropy from ply 10"),
        tuple(rows),
        f"The {settings.tuned_players} players with most games; each network learnt from at most "
        f"{settings.tuned_positions:,} of its player's positions, once.",
    )


def _curve_table(settings: Settings, curve: Figures, mean: Mean, gain: Gain) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for games in (0, *settings.curve_games):
        rows.append(
            (
                games,
                mean(curve, f"{games}/top1"),
                mean(curve, f"{games}/top1_from_ply_10"),
                gain(curve, f"{games}", "0", "top1"),
                gain(curve, f"{games}", "0", "top1_from_ply_10"),
                gain(curve, f"{games}", "0", "cross_entropy_from_ply_10"),
            )
        )
    return Table(
        "Moves predicted by the number of games that the style was fitted to",
        (
            "games",
            "top-1",
            "top-1 from ply 10",
            "over the mean style",
            "over the mean style from ply 10",
            "over it in nats",
        ),
        tuple(rows),
    )


def _series(name: str, places: Sequence[float | str], found: Sequence[Estimate]) -> Series:
    return Series(
        name,
        tuple(places),
        tuple(one.value for one in found),
        tuple(one.low for one in found),
        tuple(one.high for one in found),
    )


def _phase_plot(main: Figures, gain: Gain) -> Plot:
    phases = [name for name, _, _ in _PHASES]
    return Plot(
        "bar",
        "What the own style adds, by phase of the game",
        "",
        "points of top-1",
        tuple(
            _series(f"over {name}", phases, [gain(main, "own", key, f"top1/{p}") for p in phases])
            for key, name in (("another", "another player's"), ("backbone", "no style"))
        ),
    )


def _curve_plot(settings: Settings, curve: Figures, gain: Gain) -> Plot:
    return Plot(
        "line",
        "What a fitted style adds, by the number of games",
        "games",
        "points of top-1 over the mean style",
        tuple(
            _series(
                name,
                settings.curve_games,
                [gain(curve, f"{games}", "0", key) for games in settings.curve_games],
            )
            for key, name in (("top1", "all moves"), ("top1_from_ply_10", "after ten plies"))
        ),
    )


EXPERIMENT = MoveMatching()
