"""Experiment 8: what styles and sliders do on the board, in whole games.

Every slider at five amounts, the presets and blends play against the unpushed style. What happens
is counted, and held against what real players do in their games.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from engine.assets import STYLES_DIRECTORY, assets_directory
from engine.attributes.figure_registry import OWN_FIGURES
from engine.attributes.game_figures import GameFigures
from engine.attributes.registry import MOVE_KEYS
from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate, Result, Target
from engine.evaluation.experiments.games import judgement, presentation
from engine.evaluation.experiments.games.cells import REACH, UNPUSHED, GameCell, lots_of_cells
from engine.evaluation.experiments.games.judgement import Slider, SliderPlace
from engine.evaluation.experiments.games.likeness import bot_likeness, likeness_tables
from engine.evaluation.experiments.games.own_moves import (
    WITHOUT,
    Rows,
    own_moves,
    own_moves_table,
)
from engine.evaluation.experiments.games.play import (
    GameSettings,
    cell_costs,
    cell_games,
    common_openings,
)
from engine.evaluation.experiments.games.presentation import CellResult, Measured
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.measures.game_attributes import fast_precision
from engine.evaluation.measures.game_estimates import Sampled, sampled_figures, sampled_means
from engine.evaluation.measures.human_moves import HumanMatch, human_sample
from engine.evaluation.targets import judge
from engine.style.player_games import PlayerGames, load_player_games
from engine.style.presets import PRESETS, available_presets
from engine.style.recipe import AS_FITTED, Component, Recipe

_FULL_GAMES = 400
_JUDGED_INTENSITIES = (1.0, 2.0)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much to measure."""

    # of the sliders, and of the unpushed style that they are held against
    play: GameSettings
    # of presets and blends: what their targets are stated for
    portraits: GameSettings
    # people on whose held-out moves prediction is measured, and positions of each
    people: int
    positions: int
    # the same for predictions of players' own moves
    own_people: int
    own_positions: int


SMOKE = Settings(
    play=GameSettings(games=16, longest=60),
    portraits=GameSettings(games=16, longest=60),
    people=2,
    positions=20,
    own_people=2,
    own_positions=20,
)
SMALL = Settings(
    play=GameSettings(games=100),
    portraits=GameSettings(games=100),
    people=24,
    positions=40,
    own_people=150,
    own_positions=200,
)
FULL = Settings(
    play=GameSettings(games=_FULL_GAMES),
    portraits=GameSettings(games=100),
    people=60,
    positions=100,
    own_people=300,
    own_positions=250,
)


class GamesExperiment:
    """What styles and sliders do in games."""

    name = "games"
    title = "Games"

    def run(self, context: Context) -> Result:
        """Measure; see the module.

        Raises:
            StylemateError: the store holds too few games.
        """
        settings = context.pick(SMOKE, SMALL, FULL)
        measured = measure(context, settings)
        own = _own_moves(context, settings)
        return _result(context, settings, measured, own)


EXPERIMENT = GamesExperiment()


def measure(context: Context, settings: Settings) -> Measured:
    """Play and measure everything, taking up what an earlier run left."""
    lots = lots_of_cells(context.space)
    books = {play: common_openings(context, play) for play in (settings.play, settings.portraits)}
    sample = human_sample(context, settings.people, settings.positions)
    results: dict[str, CellResult] = {}
    plain_match: HumanMatch | None = None
    for number, (name, cells) in enumerate(lots.items()):
        span = number / len(lots), (number + 1) / len(lots)
        is_portrait = cells[0].kind in ("preset", "blend")
        play = settings.portraits if is_portrait else settings.play
        played = cell_games(context, name, cells, play, books[play], span)
        costs = cell_costs(context, name, cells, sample)
        plain_match = plain_match or costs[0]
        for cell, games, cost in zip(cells, played, costs, strict=True):
            results[cell.name] = _cell_result(context, cell, games.figures(), (cost, plain_match))
    return Measured(results, _sliders(results, context), _players(context))


def _cell_result(
    context: Context,
    cell: GameCell,
    figures: GameFigures,
    matches: tuple[HumanMatch, HumanMatch],
) -> CellResult:
    seed = [context.seed, *cell.name.encode()]
    half = len(figures) // 2
    cost, plain = matches
    return CellResult(
        cell,
        len(figures),
        sampled_figures(figures, seed),
        sampled_figures(figures.take(slice(0, half)), seed),
        sampled_figures(figures.take(slice(half, None)), seed),
        _phases(figures, seed),
        bootstrap_mean((cost.top1 - plain.top1)[0], context.seed),
        bootstrap_mean((cost.cross_entropy - plain.cross_entropy)[0], context.seed),
    )


def _phases(figures: GameFigures, seed: Sequence[int]) -> dict[str, Sampled]:
    """Return means of each attribute over the moves of the three phases."""
    none = np.zeros(figures.phases.shape[1], dtype=np.bool_)
    return {
        key: sampled_means(figures.phases[:, :, place], none, seed)
        for place, key in enumerate(MOVE_KEYS)
    }


def _sliders(results: Mapping[str, CellResult], context: Context) -> dict[str, Slider]:
    """Return the sliders that have a figure of their own, with the unpushed style in the middle."""
    sliders = {}
    for key in (attribute.key for attribute in context.space.sliders):
        if key not in OWN_FIGURES:
            continue
        cells = [one for one in results.values() if one.cell.key == key]
        places = [
            SliderPlace(one.cell.share, one.figures, one.phases[_phase_key(key)])
            for one in sorted([results[UNPUSHED], *cells], key=lambda one: one.cell.share)
        ]
        sliders[key] = Slider(key, places)
    return sliders


def _phase_key(key: str) -> str:
    """Return the attribute of moves in which a slider is looked for by phase."""
    return key if key in MOVE_KEYS else MOVE_KEYS[0]


def _players(context: Context) -> PlayerGames | None:
    """Return what real players do: the table beside the styles, or else the shipped one."""
    own = load_player_games(context.assets / STYLES_DIRECTORY)
    return own or load_player_games(assets_directory() / STYLES_DIRECTORY)


def _own_moves(context: Context, settings: Settings) -> Rows:
    """Return how players' own moves are predicted, measured or taken up from an earlier run."""
    people, positions = settings.own_people, settings.own_positions
    identity = {
        "people": people,
        "positions": positions,
        "habits": _digest_of_habits(context),
    }
    context.progress(0.99, "predicting players' own moves")
    return context.cached(
        "games/own-moves", lambda: own_moves(context, people, positions), identity
    )


def _digest_of_habits(context: Context) -> str:
    """Return what tells one way of playing habits from another: how those of presets are played.

    One player would not do, who may have none that are clear.
    """
    digest = hashlib.blake2b(digest_size=8)
    players = [preset.player for preset in available_presets(context.space)]
    for name in players or context.space.names[:8]:
        recipe = Recipe((Component(name),), intensity=AS_FITTED)
        digest.update(np.round(context.space.style(recipe).z, 4).tobytes())
    return digest.hexdigest()


def _result(context: Context, settings: Settings, measured: Measured, own: Rows) -> Result:
    own_table = own_moves_table(own, len(own[WITHOUT]["top1"]), context.seed)
    return Result(
        title=EXPERIMENT.title,
        words=presentation.words(measured),
        settings={
            "people": settings.people,
            "positions": settings.positions,
            **asdict(settings.play),
            "games_of_portraits": settings.portraits.games,
            "reach": REACH,
            "cells": len(measured.cells),
            "precision_of_games": str(fast_precision(context)).split(".")[-1],
        },
        figures=_figures(measured),
        tables=(*presentation.tables(measured), *likeness_tables(measured), own_table),
        plots=presentation.plots(measured),
        targets=tuple(_targets(measured, settings)),
        data=presentation.data(measured),
    )


def _figures(measured: Measured) -> dict[str, Estimate | float]:
    plain = measured.cells[UNPUSHED].figures
    return {f"unpushed_{key}": presentation.mean(plain, key) for key in presentation.MAIN_FIGURES}


def _targets(measured: Measured, settings: Settings) -> list[Target]:
    """Judge the goals by the rules of ``judgement``."""
    games = settings.play.games
    note = f"{games} games a cell." + ("" if games >= _FULL_GAMES else f" {_FULL_GAMES} are meant.")
    sliders, players = judgement.judged(measured.sliders), measured.players
    found = [
        judge(
            f"games_likeness_{intensity:g}",
            float(sum(bot.is_right for bot in bots)),
            f"{settings.portraits.games} games a cell.",
        )
        for intensity, bots in bot_likeness(measured.cells, measured.players).items()
        if intensity in _JUDGED_INTENSITIES and len(bots) == len(PRESETS)
    ]
    if "queen_trades" in measured.sliders:
        low, high = measured.sliders["queen_trades"].ends
        column = measured.sliders["queen_trades"].column
        for key, end in (("games_queens_low", low), ("games_queens_high", high)):
            percent = judgement.scaled(end.figures.estimate(column), 100)
            found.append(judge(key, percent, note))
    if not sliders:
        return found
    forces = [judgement.forces(slider, players) for slider in sliders]
    strong = [
        slider.key
        for slider, pair in zip(sliders, forces, strict=True)
        if all(force.enough for force in pair)
    ]
    rising = [slider.key for slider in sliders if judgement.is_monotone(slider)]
    leaks = [leak for leak in judgement.leaks(sliders) if leak.leaks]
    kept = [
        judgement.keeps_elo(place, slider.unpushed)
        for slider in sliders
        for place in slider.places
        if place.share != 0
    ]
    phases = [
        works
        for slider in sliders
        for works in judgement.working_phases(slider)
        if works is not None
    ]
    beyond = [judgement.is_beyond_people(slider, players) for slider in sliders]
    found += [
        judge("games_force", float(len(strong)), f"{note} {_listed(strong)}"),
        judge("games_monotone", _percent(len(rising), len(sliders)), f"{note} {_listed(rising)}"),
        judge("games_leaks", float(len(leaks)), f"{note} {_worst(leaks)}"),
        judge("games_elo", _percent(sum(kept), len(kept)), note),
        judge("games_phases", _percent(sum(phases), len(phases)), note),
    ]
    if None not in beyond:
        met = [slider.key for slider, far in zip(sliders, beyond, strict=True) if far]
        found.append(
            judge("games_beyond", _percent(len(met), len(sliders)), f"{note} {_listed(met)}")
        )
    return found


def _percent(count: int, of: int) -> float:
    return 100 * count / of if of else float("nan")


def _listed(keys: Sequence[str]) -> str:
    return f"These do: {', '.join(keys)}." if keys else "None does."


def _worst(leaks: Sequence[judgement.Leak]) -> str:
    if not leaks:
        return "No leak."
    worst = max(leaks, key=lambda leak: leak.share)
    end = "upper" if worst.upper else "lower"
    return f"The largest: {worst.slider} at its {end} end moves {worst.other}."
