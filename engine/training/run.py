"""Whole trainings, from a game store to a folder: a backbone, an inventory with styles, everybody.

Each goes on where it stopped when it is called again with the same folder.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from engine.errors import StylemateError
from engine.files import read_json_as, require_run_folder, write_json
from engine.games.rating_groups import is_rating_group
from engine.model.backbone import Backbone
from engine.model.checkpoint import load_backbone, read_description
from engine.model.lc0 import load_lc0
from engine.model.mhr.config import MHRConfig
from engine.model.style_model import StyleModel
from engine.progress import TellDone
from engine.style.artifact import TrainedStyles, load_trained
from engine.style.prior import StylePrior
from engine.training.backbone import BackboneTask, starting_backbone
from engine.training.data import Games, load_games, prepare_positions
from engine.training.loop import Progress, Task, TrainingOutcome, train
from engine.training.options import (
    UNSEEN_PLAYER_COUNT,
    BackboneOptions,
    PopulationFitOptions,
    RunOptions,
    StylesOptions,
)
from engine.training.players import GROUP_GAMES, online_handles, styled_players
from engine.training.population_fit import fitted_styles, player_scores, rows_by_player
from engine.training.population_mean import kept_mean_style, mean_style
from engine.training.ranks import Ranks
from engine.training.sampling import fixed_sample
from engine.training.splits import Split, choose_unseen_players
from engine.training.styles import StylesTask

UNSEEN_FILE = "unseen.json"
BACKBONE_DIRECTORY = "backbone"
SCORES_DIRECTORY = "scores"


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """Players whose games a training never sees."""

    # JSON list of their names; chosen by a hash if not given
    given: Path | None = None
    # how many to choose
    count: int = UNSEEN_PLAYER_COUNT


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What a person sees of a training, and how they end it.

    Attributes:
        progress: told of the steps.
        count: told of players done and players in all.
        is_stopped: asked between steps.
    """

    progress: Callable[[Progress], None] = lambda progress: None
    count: TellDone = lambda done, total: None
    is_stopped: Callable[[], bool] = lambda: False


def train_backbone(
    store: Path,
    out: Path,
    options: BackboneOptions,
    ranks: Ranks,
    unseen: Unseen | None = None,
    watch: Watch | None = None,
) -> TrainingOutcome:
    """Train a move predictor; ``out``/backbone is the result.

    Args:
        store: game store.
        out: directory of the run.
        options: how to train.
        ranks: the processes that train together.
        unseen: players to leave out.
        watch: who looks on.

    Raises:
        StylemateError: a file cannot be read, or ``out`` holds another run.
    """
    backbone = starting_backbone(options)
    games = load_games(store)
    kept_out = unseen_players(games, unseen or Unseen(), out, ranks)
    data = prepare_positions(games, kept_out, ranks.device)
    del games
    return _train(BackboneTask(data, options, backbone), options, out, ranks, watch)


def train_styles(
    store: Path,
    out: Path,
    backbone: Path,
    options: StylesOptions,
    ranks: Ranks,
    start_from: Path | None = None,
    groups_ratings: bool = True,
    unseen: Unseen | None = None,
    watch: Watch | None = None,
) -> TrainingOutcome:
    """Train an inventory and one style per player over a frozen backbone.

    Args:
        store: game store.
        out: directory of the run and of its result; see ``engine.style.artifact``.
        backbone: directory of a trained one, or an lc0 file.
        options: how to train.
        ranks: the processes that train together.
        start_from: earlier results of such a training, to go on from.
        groups_ratings: give online players of one strength a style together.
        unseen: players to leave out; by default those that the backbone never saw.
        watch: who looks on.

    Raises:
        StylemateError: a file cannot be read, or results do not fit each other.
    """
    network, history = _read_backbone(backbone)
    earlier = load_trained(start_from) if start_from is not None else None
    if earlier is not None:
        _check_goes_on(earlier, options.mhr, network, start_from)
    unseen = unseen or Unseen()
    beside = backbone.parent / UNSEEN_FILE
    if unseen.given is None and beside.exists():
        # Players the backbone never saw stay unseen.
        unseen = replace(unseen, given=beside)
    handles = online_handles(store) if groups_ratings else None
    apart = handles.apart if handles else None
    games = load_games(store, apart)
    kept_out = unseen_players(games, unseen, out, ranks)
    without = {*kept_out, *(handles.prolific if handles else ())}
    least = options.least_games
    players = [
        player
        for player in styled_players(store, min(least, GROUP_GAMES), without, apart)
        if player.games >= least or is_rating_group(player.name)
    ]
    data = prepare_positions(games, kept_out, ranks.device)
    del games
    if earlier is None:
        # The inventory draws its first weights as it is made: the seed has to come before.
        torch.manual_seed(options.seed)
        model, metadata = StyleModel(network, options.mhr), {"backbone": history}
    else:
        model, metadata = earlier.model, _history(earlier)
    known = {} if earlier is None else earlier.of_player()
    task = StylesTask(data, options, model, players, metadata, known=known)
    return _train(task, options, out, ranks, watch)


def fit_population(
    store: Path,
    out: Path,
    trained: Path,
    options: PopulationFitOptions,
    ranks: Ranks,
    groups_ratings: bool = True,
    watch: Watch | None = None,
) -> TrainedStyles | None:
    """Fit everybody's style to a trained inventory by routing alone, unseen players' too.

    One procedure for all players, whether they were trained with the inventory or not, so that
    styles compare with each other and with those fitted later. Only rating groups keep their
    trained styles: they lie too far from the mean style for a fit around it.

    Args:
        store: game store.
        out: directory of the result; scores once taken are kept in it.
        trained: results of ``train_styles``.
        options: how much to read.
        ranks: where to compute.
        groups_ratings: as in ``train_styles``.
        watch: who looks on.

    Returns:
        What was written, None if it was stopped.

    Raises:
        StylemateError: a file cannot be read, nobody has enough games, or ``out`` holds something
            else.
    """
    watch = watch or Watch()
    if ranks.leads:
        require_run_folder(out, "fit of everybody's style", (SCORES_DIRECTORY,))
    start = load_trained(trained)
    handles = online_handles(store) if groups_ratings else None
    apart = handles.apart if handles else None
    prolific = handles.prolific if handles else ()
    players = styled_players(store, options.least_games, prolific, apart=apart)
    if not players:
        raise StylemateError(
            f"No player has {options.least_games} games or more. "
            "Ingest more games or lower --least-games."
        )
    data = prepare_positions(load_games(store, apart), (), ranks.device)
    model = start.model.to(ranks.device)
    rows = rows_by_player(data, [player.name for player in players], (Split.TRAIN,))
    each = max(options.fisher_positions // len(players), 1)
    sample = torch.cat([fixed_sample(part, each, options.seed) for part in rows])
    scores_directory = out / SCORES_DIRECTORY
    mean, fisher = kept_mean_style(
        scores_directory, lambda: mean_style(model, data, sample, start.mean)
    )
    scores = player_scores(
        model, data, rows, mean, options, scores_directory, watch.count, watch.is_stopped
    )
    if scores is None:
        return None
    groups = {name: z for name, z in start.of_player().items() if is_rating_group(name)}
    prior = StylePrior(mean, fisher, options.spread, scores.game_covariance)
    fitted = {
        "positions_each": options.positions_each,
        "spread": options.spread,
        "seed": options.seed,
    }
    metadata = {**start.metadata, "population_fit": fitted}
    result = fitted_styles(start.model, metadata, players, scores, prior, groups)
    result.save(out)
    return result


def unseen_players(games: Games, unseen: Unseen, out: Path, ranks: Ranks) -> list[str]:
    """Return the players to leave out and note them beside the run's results.

    Players noted by an earlier part of the run stay the same.

    Raises:
        StylemateError: ``out`` holds something else than a run.
    """
    noted = out / UNSEEN_FILE
    if ranks.leads:
        require_run_folder(out, "training", (UNSEEN_FILE,))
    given = noted if unseen.given is None and noted.exists() else unseen.given
    if given is None:
        counts = games.counts_by_player()
        names: Sequence[str] = choose_unseen_players(
            counts, unseen.count, least_games=220, most_games=600
        )
    else:
        names = read_json_as(given, list[str])
    if ranks.leads:
        write_json(noted, list(names))
    return list(names)


def _train(
    task: Task, options: RunOptions, out: Path, ranks: Ranks, watch: Watch | None
) -> TrainingOutcome:
    watch = watch or Watch()
    return train(task, options, out, ranks, watch.progress, watch.is_stopped)


def _read_backbone(path: Path) -> tuple[Backbone, dict[str, Any]]:
    """Return a backbone and what is written of its training."""
    if path.is_dir():
        return load_backbone(path), read_description(path)["metadata"]
    return load_lc0(path), {"file": path.name}


def _check_goes_on(
    earlier: TrainedStyles, config: MHRConfig, backbone: Backbone, directory: Path | None
) -> None:
    """Refuse results that were trained in another shape or over another backbone."""
    if earlier.model.config != config:
        raise StylemateError(
            f"{directory} holds an inventory of another shape: {earlier.model.config}. "
            "Give its settings, or begin anew without --start-from."
        )
    theirs, ours = earlier.model.plain_backbone().state_dict(), backbone.state_dict()
    if theirs.keys() != ours.keys() or not all(
        torch.equal(theirs[name], tensor) for name, tensor in ours.items()
    ):
        raise StylemateError(
            f"{directory} was trained over another backbone than --backbone. "
            "Give that one, or begin anew without --start-from."
        )


def _history(trained: TrainedStyles) -> dict[str, Any]:
    """Return what is written of a model that is trained further."""
    metadata = dict(trained.metadata)
    earlier = metadata.pop("styles", {})
    return {**metadata, "earlier": earlier}
