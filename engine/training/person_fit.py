"""From a person's games to their style, as a file."""

import datetime
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.attributes.game_figures import game_figures, mean_and_error
from engine.errors import StylemateError
from engine.games.chosen_player import ChosenPlayer
from engine.games.records import GameRecord
from engine.model.fingerprint import backbone_fingerprint
from engine.model.style_model import StyleModel
from engine.style.game_habits import GameHabits
from engine.style.habits import HabitScale
from engine.style.prior import StylePrior
from engine.style.style_file import LONGEST_NAME, StyleFile
from engine.training.data import games_of_records, prepare_positions
from engine.training.few_shot_fit import (
    FitOptions,
    FittedStyle,
    TellFit,
    fit_styles,
    rows_of_player,
)
from engine.training.habits_fit import person_habits
from engine.version import VERSION


def fit_player(
    model: StyleModel,
    records: Sequence[GameRecord],
    player: ChosenPlayer,
    prior: StylePrior,
    options: FitOptions | None = None,
    report: TellFit = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    habits: HabitScale | None = None,
) -> FittedStyle:
    """Fit the style of one player; see ``engine.training.few_shot_fit.fit_styles``.

    Args:
        model: it is only read, and may be in use elsewhere.
        records: games, of others too, in any order.
        player: whose moves count.
        prior: what is known of styles of this model, ``StyleSpace.prior``.
        options: how to fit. Of more games than it allows a sample is drawn, always the same.
        report: told of every step, in this thread.
        cancelled: asked before every step.
        habits: how habits are measured; those of the player are if it is given, and made with this
            model's backbone.

    Raises:
        FitCancelledError: ``cancelled`` said yes.
        StylemateError: there are fewer than two games of the player.
    """
    options = options or FitOptions()
    mine = {record.game_id: record for record in player.games(records)}
    if not mine:
        raise StylemateError(
            f"There is no game in which {player.name} plays against somebody else."
        )
    # An identity is a hash, so the games of the lowest ones are as good as drawn at random.
    used = [mine[identity] for identity in sorted(mine)[: options.games]]
    device = next(model.parameters()).device
    positions = prepare_positions(games_of_records(used), [], device)
    rows = rows_of_player(positions, player.spellings)
    fitted = fit_styles(model, positions, [rows], prior, options, report, cancelled)[0]
    fitted = replace(fitted, game_habits=games_habits(used, player))
    if habits is None:
        return fitted
    backbone = model.plain_backbone().to(device)
    if backbone_fingerprint(backbone) != habits.backbone:
        return fitted
    began = time.monotonic()
    found = person_habits(backbone, positions, rows, habits, options.precision)
    return replace(fitted, habits=found, seconds=fitted.seconds + time.monotonic() - began)


def games_habits(records: Sequence[GameRecord], player: ChosenPlayer) -> GameHabits:
    """Return what happens in the games of a player.

    Args:
        records: games of the player, all different.
        player: whose side counts.
    """
    games = games_of_records(records)
    own = [number for number, name in enumerate(games.players) if name in player.spellings]
    means, errors = mean_and_error(game_figures(games, np.isin(games.black, own)))
    return GameHabits(means.astype(np.float32), errors.astype(np.float32), games.count)


def style_file_of(
    fitted: FittedStyle,
    label: str,
    player: ChosenPlayer,
    records: Sequence[GameRecord],
    model: str,
    today: datetime.date | None = None,
) -> StyleFile:
    """Return the file of a fitted style.

    Args:
        fitted: the style.
        label: what recipes shall call it.
        player: whose it is.
        records: the games, of others too, for years and rating.
        model: fingerprint of the model it was fitted to.
        today: day of the fit, by default this day.
    """
    mine = player.games(records)
    years = [record.year for record in mine if record.year]
    ratings = [
        rating
        for record in mine
        for rating in [record.white_elo if record.white in player.spellings else record.black_elo]
        if rating
    ]
    return StyleFile(
        label=label,
        player=player.name[:LONGEST_NAME],
        z=fitted.z,
        model=model,
        games=fitted.games,
        positions=fitted.positions,
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        rating=round(sum(ratings) / len(ratings), 1) if ratings else None,
        stability=round(fitted.stability, 4),
        gain=round(fitted.gain, 5),
        created=(today or datetime.date.today()).isoformat(),
        created_with=f"stylemate {VERSION}",
        signature=fitted.signature,
        habits=fitted.habits,
        game_habits=fitted.game_habits,
    )
