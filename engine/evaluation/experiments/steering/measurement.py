"""What pushing players' styles along attributes does: the measurements of experiment 5."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import torch

from engine.analysis.attribute_levels import Levels
from engine.evaluation.context import Context
from engine.evaluation.measures.fixed_positions import FixedScale
from engine.evaluation.measures.game_attributes import (
    Values,
    attributes_by_game,
    fast_precision,
    game_progress,
    meter_of_games,
)
from engine.evaluation.measures.human_moves import positions_of_games
from engine.play.fixtures import Contestant, Fixture, PlayedGames, PlayRules, duel
from engine.play.selfplay import play_games
from engine.position.phases import OPENING_PLIES
from engine.progress import TellCount
from engine.style.steering.build import LEAST_PLAYERS
from engine.style.steering.calibration import load_calibration
from engine.style.steering.delta_rules import gradient_rule, paper_rule, regression_rule
from engine.style.style import Routing, stacked, steer
from engine.training.few_shot_fit import fit_styles, rows_of_player
from engine.training.move_match import Predictor, Sample, match
from engine.training.options import Precision
from engine.training.sampling import fixed_sample
from engine.training.splits import Split

HELD_OUT_PLAYERS, UNSEEN_PLAYERS, ANY_PLAYERS = "held out", "unseen", "any"
_FIT_GAMES = 100


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """A player whose style is pushed.

    Attributes:
        name: the player's.
        z: float32 (heads, modules), their style.
        kind: "held out" if the style had no part in making the sliders, "unseen" if the player had
            none in training either, "any" if nobody noted which styles had.
        games: int64 (n,), games that neither the model nor the style learnt from.
    """

    name: str
    z: Routing
    kind: str
    games: npt.NDArray[np.int64]


def choose_subjects(context: Context, count: int, unseen: int) -> list[Subject]:
    """Choose players at random: some of the style space, and some whom training never saw.

    Args:
        context: of the run.
        count: how many of the space.
        unseen: how many others, as far as there are any with enough games; their styles are fitted
            to 100 games.
    """
    random = np.random.default_rng((context.seed, 6))
    names, kind = _held_out_names(context)
    chosen = sorted(random.permutation(names)[:count].tolist())
    space = context.space
    subjects = [
        Subject(name, space.row(name), kind, context.games_of(name, [Split.TEST]))
        for name in chosen
    ]
    enough = [name for name in context.unseen if len(context.games_of(name)) >= 2]
    return subjects + [
        _fitted(context, name) for name in sorted(random.permutation(enough)[:unseen].tolist())
    ]


def _held_out_names(context: Context) -> tuple[list[str], str]:
    """Return players with styles that the sliders were not made with, if anybody noted them."""
    names = context.space.names
    calibration = load_calibration(context.assets / "styles")
    noted = set() if calibration is None else set(calibration.report_names)
    known = [name for name in names if name in noted]
    return (known, HELD_OUT_PLAYERS) if known else (list(names), ANY_PLAYERS)


def _fitted(context: Context, name: str) -> Subject:
    games = context.games_of(name)
    order = np.random.default_rng((context.seed, 7)).permutation(len(games))
    half = min(_FIT_GAMES, len(games) - len(games) // 2)
    learnt, rest = np.sort(games[order[:half]]), np.sort(games[order[half:]])

    def fit() -> dict[str, Routing]:
        context.progress(0.0, f"fitting the style of {name}")
        positions = positions_of_games(context, learnt)
        rows = rows_of_player(positions, [name])
        return {"z": fit_styles(context.model, positions, [rows], context.space.prior)[0].z}

    z = context.cached("steering/fitted", fit, {"name": name, "games": half})["z"]
    return Subject(name, z, UNSEEN_PLAYERS, rest)


def fixed_shifts(
    context: Context,
    scale: FixedScale,
    subject: Subject,
    keys: Sequence[str],
    amounts: Sequence[float],
) -> Values:
    """Return what pushes do to a style on the fixed positions.

    Returns:
        float64 (steered, amounts, 2, measured): change of each measured attribute in standard
        deviations over players, on all positions and on those from ply 30 on.
    """

    def measure() -> dict[str, Values]:
        plain = scale.levels(subject.z)
        deltas = context.space.deltas
        rows = [
            [scale.levels(steer(subject.z, deltas[key], amount)) - plain for amount in amounts]
            for key in keys
        ]
        return {"shift": np.array(rows)}

    settings = {"name": subject.name, "keys": list(keys), "amounts": list(amounts)}
    return context.cached("steering/fixed", measure, settings)["shift"]


@dataclass(frozen=True, eq=False, slots=True)
class Cost:
    """How a player's own moves are predicted, on all positions and on those from ply 30 on.

    Attributes:
        top1: float64 (2, steered, amounts), change of the share of moves predicted first; nan
            where there are no positions.
        cross_entropy: the same, change in nats a move.
        plain_top1: float64 (2,), the share without a push.
        positions: number of positions.
    """

    top1: Values
    cross_entropy: Values
    plain_top1: Values
    positions: int


def move_cost(
    context: Context,
    subject: Subject,
    keys: Sequence[str],
    amounts: Sequence[float],
    most: int,
) -> Cost:
    """Measure what pushes cost in predicting a player's own moves in games not learnt from."""
    settings = {
        "name": subject.name,
        "keys": list(keys),
        "amounts": list(amounts),
        "positions": most,
    }
    found = context.cached(
        "steering/cost", lambda: _move_cost(context, subject, keys, amounts, most), settings
    )
    return Cost(found["top1"], found["cross_entropy"], found["plain_top1"], int(found["positions"]))


def _move_cost(
    context: Context,
    subject: Subject,
    keys: Sequence[str],
    amounts: Sequence[float],
    most: int,
) -> dict[str, Values]:
    shape = (2, len(keys), len(amounts))
    if not len(subject.games):
        unknown = np.full(shape, np.nan)
        return {
            "top1": unknown,
            "cross_entropy": unknown,
            "plain_top1": np.full(2, np.nan),
            "positions": np.array(0.0),
        }
    # More games than that hold more positions than are asked for.
    random = np.random.default_rng((context.seed, 8))
    games = np.sort(random.permutation(subject.games)[: max(most // 8, 2)])
    positions = positions_of_games(context, games)
    rows = fixed_sample(rows_of_player(positions, [subject.name]), most, context.seed)
    sample = Sample.of_players(positions, [rows])
    styles = {
        (row, column): steer(subject.z, context.space.deltas[key], amount)
        for row, key in enumerate(keys)
        for column, amount in enumerate(amounts)
    }
    predictors = {f"{row} {column}": _in_style(context, z) for (row, column), z in styles.items()}
    # Differences of one push are small: full precision.
    matches = match(
        sample, {"plain": _in_style(context, subject.z), **predictors}, Precision.FLOAT32
    )
    shape = (2, len(keys), len(amounts))
    found = {"top1": np.empty(shape), "cross_entropy": np.empty(shape), "plain_top1": np.empty(2)}
    for place, ply in enumerate((0, OPENING_PLIES)):
        plain = matches["plain"].from_ply(ply)
        found["plain_top1"][place] = plain.top1()[0] / 100
        for row, column in styles:
            pushed = matches[f"{row} {column}"].from_ply(ply)
            found["top1"][place, row, column] = (pushed.top1() - plain.top1())[0] / 100
            found["cross_entropy"][place, row, column] = (
                pushed.cross_entropy() - plain.cross_entropy()
            )[0]
    return {**found, "positions": np.array(float(len(rows)))}


def _in_style(context: Context, z: Routing) -> Predictor:
    """Return a predictor that merges the style when it is asked: many at once fill the memory."""
    style = torch.from_numpy(np.array(z, dtype=np.float32))
    return lambda planes, players: context.model.merge(style)(planes)[0]


@dataclass(frozen=True, eq=False, slots=True)
class SteeredGames:
    """Games of pushed styles against the same players' styles as they were.

    Attributes:
        score: float64 (players, steered, amounts), mean points of the pushed style.
        shifts: float64 (players, steered, amounts, 2, len(MOVE_KEYS)), change of the expected
            attributes by the push, in own units, on positions that the pushed style got itself
            into; in the two halves of the games.
        outcomes: float64 (players, steered, amounts, len(MOVE_KEYS)), mean attributes of the moves
            that the pushed style played, in own units.
        games: number of games, in all.
        stopped: how many of them were drawn because they grew too long.
    """

    score: Values
    shifts: Values
    outcomes: Values
    games: int
    stopped: int


@dataclass(frozen=True, kw_only=True)
class GameSettings:
    """How much is played. Each figure is for one player, attribute and amount."""

    # half with either colour, the same draws for all amounts
    games: int
    # games of those whose moves are measured
    outcome_games: int
    # positions of the games in which the push is measured
    positions: int
    # plies after which a game is a draw
    longest: int


def steered_games(
    context: Context,
    subjects: Sequence[Subject],
    keys: Sequence[str],
    amounts: Sequence[float],
    settings: GameSettings,
) -> SteeredGames:
    """Play pushed styles against the styles as they were.

    Args:
        context: of the run.
        subjects: whose styles.
        keys: the attributes that are pushed.
        amounts: numbers of steps.
        settings: how much.
    """
    each = len(keys) * len(amounts) * settings.games
    lot = max(context.pick(100, 1000, 15000) // each, 1)
    parts = []
    for first in range(0, len(subjects), lot):
        part = subjects[first : first + lot]
        begin, end = (0.6 + 0.4 * done / len(subjects) for done in (first, first + len(part)))
        note = f"players {first + 1} to {first + len(part)} of {len(subjects)}"
        tell = game_progress(context, (begin, end), each * len(part), note)
        identity = {
            "names": [subject.name for subject in part],
            "keys": list(keys),
            "amounts": list(amounts),
            "settings": asdict(settings),
        }
        play = partial(_play_lot, context, part, keys, amounts, settings, tell)
        parts.append(context.cached("steering/games", play, identity))
    return SteeredGames(
        np.concatenate([part["score"] for part in parts]),
        np.concatenate([part["shifts"] for part in parts]),
        np.concatenate([part["outcomes"] for part in parts]),
        each * len(subjects),
        sum(int(part["stopped"]) for part in parts),
    )


def _play_lot(
    context: Context,
    subjects: Sequence[Subject],
    keys: Sequence[str],
    amounts: Sequence[float],
    settings: GameSettings,
    tell: TellCount,
) -> dict[str, Values]:
    contestants: list[Contestant] = []
    fixtures: list[Fixture] = []
    cells: list[tuple[int, int]] = []  # the plain and the pushed contestant of so many games each
    for subject in subjects:
        plain = len(contestants)
        contestants.append(Contestant(subject.z))
        seed = [context.seed, 5, *subject.name.encode()]
        for key in keys:
            for amount in amounts:
                cells.append((plain, len(contestants)))
                fixtures += duel(len(contestants), plain, settings.games, seed)
                z = steer(subject.z, context.space.deltas[key], amount)
                contestants.append(Contestant(z))
    played = play_games(
        context.model,
        contestants,
        fixtures,
        PlayRules(longest=settings.longest),
        precision=fast_precision(context),
        progress=tell,
    )
    pushed = np.repeat([cell[1] for cell in cells], settings.games)
    as_black = np.array([fixture.white for fixture in fixtures]) != pushed
    points = np.where(as_black, played.results / 2, 1 - played.results / 2)
    shape = (len(subjects), len(keys), len(amounts))
    shifts, outcomes = [], []
    for number, (plain, cell) in enumerate(cells):
        begin = number * settings.games
        styles = stacked((contestants[plain].z, contestants[cell].z))
        games = np.arange(begin, begin + settings.games)
        shifts.append(_shifts_in_games(context, played, games, as_black, styles, settings))
        counted = games[: settings.outcome_games]
        sums, moves = attributes_by_game(played.take(counted), as_black[counted])
        outcomes.append(sums.sum(axis=0) / max(moves.sum(), 1))
    return {
        "score": points.reshape(*shape, settings.games).mean(axis=3),
        "shifts": np.stack(shifts).reshape(*shape, 2, -1),
        "outcomes": np.stack(outcomes).reshape(*shape, -1),
        "stopped": np.array(float(played.stopped)),
    }


def _shifts_in_games(
    context: Context,
    played: PlayedGames,
    games: npt.NDArray[np.int64],
    as_black: npt.NDArray[np.bool_],
    styles: Routing,
    settings: GameSettings,
) -> Values:
    """Return what a push changes in two halves of its games, float64 (2, attributes)."""
    # Pairs of games with either colour take turns to belong to one half or the other.
    halves = [games[(np.arange(len(games)) // 2) % 2 == side] for side in (0, 1)]
    shifts = []
    for number, half in enumerate(halves):
        seed = (context.seed, 12, number, int(games[0]))
        count = max(settings.positions // 2, 1)
        meter = meter_of_games(context, played.take(half), as_black[half], count, seed)
        plain, pushed = meter.measure(styles)
        shifts.append(pushed - plain)
    return np.stack(shifts)


@dataclass(frozen=True, eq=False, slots=True)
class Rebuilt:
    """Deltas found again from either half of all players.

    Attributes:
        rule: the rule, as ``engine.style.steering.build`` names it.
        between: float64 (steered,), cosine of the two halves' deltas.
        shipped: float64 (steered,), their mean cosine with the sliders' deltas.
    """

    rule: str
    between: Values
    shipped: Values


def rebuilt_deltas(
    context: Context, scale: FixedScale, keys: Sequence[str], gradient_players: int
) -> list[Rebuilt]:
    """Find raw deltas from two halves of the players, by each rule, and compare them.

    The rules that need players' measured attributes are left out where those are not known.

    Args:
        context: of the run.
        scale: measures.
        keys: the attributes.
        gradient_players: players of each half on whose styles gradients are taken.

    Returns:
        One for each rule; none if the players are too few to be halved, or if the sliders are
        dials, which no player's style went into.
    """
    population = context.space.population
    are_dials = any(context.space.deltas[key].shape != context.space.shape for key in keys)
    if are_dials or len(population) < 2 * LEAST_PLAYERS:
        return []
    order = np.random.default_rng((context.seed, 9)).permutation(len(population))
    halves = [np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])]
    levels = Levels(context.space)
    rules: dict[str, list[Routing]] = {}
    if all(key in levels.keys and np.isfinite(levels.column(key)).all() for key in keys):
        scores = np.stack([levels.column(key) for key in keys], axis=1)
        for half in halves:
            rules.setdefault("paper", []).append(paper_rule(population[half], scores[half]))
            rules.setdefault("regression", []).append(
                regression_rule(population[half], scores[half])
            )
    for number, half in enumerate(halves):
        slopes = _slopes(context, scale, keys, half[:gradient_players], number)
        rules.setdefault("gradient", []).append(gradient_rule(population[half], slopes))
    deltas = np.stack([context.space.deltas[key] for key in keys])
    return [
        Rebuilt(rule, _cosines(*found), np.mean([_cosines(one, deltas) for one in found], axis=0))
        for rule, found in rules.items()
    ]


def _slopes(
    context: Context,
    scale: FixedScale,
    keys: Sequence[str],
    rows: npt.NDArray[np.int64],
    number: int,
) -> Values:
    """Return the mean gradients of attributes, in standard deviations for a routing number."""
    context.progress(0.5, f"gradients of half {number + 1} of the players")
    found = context.cached(
        "steering/gradients",
        lambda: {"mean": scale.meter.gradients(context.space.population[rows]).mean(axis=0)},
        {"half": number, "players": len(rows)},
    )["mean"]
    places = [scale.keys.index(key) for key in keys]
    return np.asarray(found[scale.columns[places]] / scale.sd[places][:, None, None])


def _cosines(one: Routing, other: Routing) -> Values:
    """Return the cosines of deltas (n, heads, modules), centred per head."""
    flat = [
        (each - each.mean(axis=-1, keepdims=True)).reshape(len(each), -1).astype(np.float64)
        for each in (one, other)
    ]
    lengths = [np.linalg.norm(each, axis=1) for each in flat]
    product = lengths[0] * lengths[1]
    return np.asarray((flat[0] * flat[1]).sum(axis=1) / np.where(product > 0, product, np.nan))
