"""From a finished training to the model and style space that Stylemate ships.

Every player's style is measured on the fixed positions, deltas are found for the attributes
that sliders steer, corrected by measurement, and judged on players that the correction never saw.
The numbers are rounded as they will be stored before anything is measured.
"""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY
from engine.attributes.fixed_positions import STRENGTH, FixedPosition
from engine.attributes.registry import BY_KEY
from engine.errors import StylemateError
from engine.files import (
    read_tensor_metadata,
    read_tensors,
    replace_folder,
    require_run_folder,
    write_tensors,
)
from engine.intervals import half_width_95
from engine.model.checkpoint import DESCRIPTION_FILE, load_model, save_model
from engine.progress import TellCount
from engine.style.artifact import TrainedStyles, load_trained
from engine.style.records import PLAYERS_FILE, AttributeInfo, PlayerInfo
from engine.style.space import StyleSpace
from engine.style.steering.attribute_meter import AttributeMeter, Measurements
from engine.style.steering.build_options import BuildOptions
from engine.style.steering.calibration import Calibration, Unit
from engine.style.steering.correction import Calibrator, Population, Trial
from engine.style.steering.delta_rules import gradient_rule, leakage, paper_rule, regression_rule
from engine.style.steering.player_sample import LEAST_PLAYERS, PlayerSample, reference_players
from engine.style.style import Routing

RULES = ("paper", "regression", "gradient")
DOSES = (-2.0, -1.0, 1.0, 2.0)
MEASURED_FILE = "measured.safetensors"
_SAVE_EVERY = 100


def build_assets(
    trained_directory: Path,
    assets: Path,
    positions: Sequence[FixedPosition],
    options: BuildOptions | None = None,
    progress: TellCount = lambda count: None,
) -> Calibration:
    """Write ``model/`` and ``styles/`` of an assets directory.

    Measuring all styles is the long part; it goes on where it stopped if it is interrupted.

    Args:
        trained_directory: what ``stylemate train styles`` wrote.
        assets: made if missing; its ``model`` and ``styles`` are replaced.
        positions: the positions to measure on.
        options: how thoroughly.
        progress: told of each measured style; ``measurements_needed`` says how many there are.

    Returns:
        What is written beside the styles.

    Raises:
        StylemateError: the training is missing, damaged or too small to measure.
    """
    options = options or BuildOptions()
    require_run_folder(assets / MODEL_DIRECTORY, "model", (DESCRIPTION_FILE,))
    require_run_folder(assets / STYLES_DIRECTORY, "folder of styles", (PLAYERS_FILE,))
    trained = load_trained(trained_directory)
    _check_size(trained, options)
    assets.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=assets, prefix=".building-") as folder:
        building = Path(folder)
        save_model(building / MODEL_DIRECTORY, trained.model, trained.metadata, torch.float16)
        trained = replace(
            trained,
            model=load_model(building / MODEL_DIRECTORY),
            z=trained.z.astype(np.float16).astype(np.float32),
        )
        meter = AttributeMeter(trained.model, positions, options.device)
        measured = _measure_all(meter, trained, positions, trained_directory, progress)
        space, calibration = _make_space(meter, trained, measured, options, progress)
        space.save(building / STYLES_DIRECTORY)
        calibration.save(building / STYLES_DIRECTORY)
        for part in (MODEL_DIRECTORY, STYLES_DIRECTORY):
            replace_folder(building / part, assets / part)
    return calibration


def measurements_needed(trained_directory: Path, options: BuildOptions | None = None) -> int:
    """Return how many styles ``build_assets`` measures at most, for a progress bar."""
    options = options or BuildOptions()
    trained = load_trained(trained_directory)
    sample = PlayerSample.choose(trained.players, options)
    steps, few = len(options.steered), options.trial_players
    each_rule = 2 * len(sample.correction[:few]) + len(sample.choice[:few])
    best_rule = (options.rounds + 1) * len(sample.correction) + len(sample.choice)
    return (
        len(trained.players)
        + len(sample.gradient)
        + 2 * steps * (len(RULES) * each_rule + best_rule)
        + (len(DOSES) * steps + 1) * len(sample.report)
    )


def _measure_all(
    meter: AttributeMeter,
    trained: TrainedStyles,
    positions: Sequence[FixedPosition],
    directory: Path,
    progress: TellCount,
) -> Measurements:
    """Measure every player's style, keeping what is done in the training's directory."""
    path = directory / MEASURED_FILE
    identity = {"of": _identity(trained, positions, meter.keys)}
    measured = np.full((len(trained.z), len(meter.keys)), np.nan)
    if path.is_file() and read_tensor_metadata(path) == identity:
        measured = read_tensors(path)["measured"]
    done = ~np.isnan(measured).any(axis=1)
    progress(int(done.sum()))
    missing = np.flatnonzero(~done)
    for first in range(0, len(missing), _SAVE_EVERY):
        rows = missing[first : first + _SAVE_EVERY]
        measured[rows] = meter.measure(trained.z[rows], progress)
        write_tensors(path, {"measured": measured}, identity)
    return measured


def _identity(
    trained: TrainedStyles, positions: Sequence[FixedPosition], keys: Sequence[str]
) -> str:
    """Return a digest of all that the measurements depend on."""
    digest = hashlib.blake2b(trained.z.tobytes(), digest_size=16)
    for name, tensor in sorted(trained.model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().numpy().tobytes())
    for position in positions:
        digest.update(position.board.fen().encode())
        for key in keys:
            digest.update(key.encode() + position.attributes[key].tobytes())
    return digest.hexdigest()


def _make_space(
    meter: AttributeMeter,
    trained: TrainedStyles,
    measured: Measurements,
    options: BuildOptions,
    progress: TellCount,
) -> tuple[StyleSpace, Calibration]:
    reference = reference_players(trained.players, options.reference_games)
    population = Population.of(measured[reference])
    columns = [meter.keys.index(key) for key in options.steered]
    _require_differences(options.steered, population.sd[columns])
    scores = population.scores(measured)
    sample = PlayerSample.choose(trained.players, options)
    fitting = np.setdiff1d(np.arange(len(trained.players)), sample.report)

    def calibrator(rows: npt.NDArray[np.intp]) -> Calibrator:
        return Calibrator(meter, population, trained.z[rows], columns, progress)

    few = options.trial_players
    correction, elsewhere, judge, few_here, few_elsewhere = map(
        calibrator,
        (
            sample.correction,
            sample.choice,
            sample.report,
            sample.correction[:few],
            sample.choice[:few],
        ),
    )
    gradients = meter.gradients(trained.z[sample.gradient], progress).mean(axis=0)
    slopes = gradients[columns] / population.sd[columns, None, None]
    raw = _raw_deltas(trained.z[fitting], scores[fitting][:, columns], slopes)
    trials = [few_here.correct(rule, raw[rule], 1, few_elsewhere) for rule in RULES]
    rule = min(trials, key=lambda trial: trial.error_elsewhere).rule
    best = correction.correct(rule, raw[rule], options.rounds, elsewhere)
    shifts = {dose: judge.shifts(best.deltas, dose) for dose in DOSES}
    rating = rating_of_strength(trained.players, scores[:, meter.keys.index(STRENGTH)], reference)
    names = [trained.players[row].name for row in sample.report]
    calibration = _calibration(
        meter, trained, population, options, trials, best, shifts, rating, names
    )
    attributes = [
        _describe(key, population, meter, shifts[1.0][row].mean(axis=0), best.rule, rating)
        for row, key in enumerate(options.steered)
    ]
    players = [
        replace(player, attributes=_rounded(meter.keys, scores[row]))
        for row, player in enumerate(trained.players)
    ]
    deltas = dict(zip(options.steered, best.deltas, strict=True))
    space = StyleSpace(
        trained.z,
        players,
        attributes,
        deltas,
        learnt_prior=trained.prior,
        signatures=trained.signatures,
    )
    return space, calibration


def _require_differences(keys: Sequence[str], spread: npt.NDArray[np.float64]) -> None:
    alike = [key for key, sd in zip(keys, spread, strict=True) if not sd > 0]
    if alike:
        raise StylemateError(
            f"All styles are alike in {', '.join(alike)}: there is nothing to calibrate by. "
            "Train the styles for longer, or on more players."
        )


def _raw_deltas(
    styles: Routing, scores: Measurements, slopes: npt.NDArray[np.float64]
) -> dict[str, Routing]:
    return {
        "paper": paper_rule(styles, scores),
        "regression": regression_rule(styles, scores),
        "gradient": gradient_rule(styles, slopes),
    }


def _describe(
    key: str,
    population: Population,
    meter: AttributeMeter,
    effect: Measurements,
    rule: str,
    rating: Mapping[str, float | int],
) -> AttributeInfo:
    words = BY_KEY[key]
    column = meter.keys.index(key)
    return AttributeInfo(
        key=key,
        label=words.label,
        low=words.low,
        high=words.high,
        description=words.description,
        mean=float(population.mean[column]),
        sd=float(population.sd[column]),
        effects=_rounded(meter.keys, effect),
        rule=rule,
        rating_per_step=rating.get("points") if key == STRENGTH else None,
    )


def rating_of_strength(
    players: Sequence[PlayerInfo], strength: Measurements, counted: npt.NDArray[np.bool_]
) -> dict[str, float | int]:
    """Return how measured strength (players,) goes with mean rating over the counted players.

    ``points`` is the slope of the least-squares line of rating on strength, rating points for one
    standard deviation. It is left out where higher rated styles do not keep more of the score, and
    everything is where too few players have a rating.
    """
    rated = [row for row, player in enumerate(players) if counted[row] and player.rating]
    if len(rated) < LEAST_PLAYERS:
        return {}
    ratings = np.array([players[row].rating for row in rated], dtype=np.float64)
    measured = strength[rated]
    if ratings.std() == 0 or measured.std() == 0:
        return {}
    correlation = float(np.corrcoef(measured, ratings)[0, 1])
    found: dict[str, float | int] = {"correlation": round(correlation, 3), "rated": len(rated)}
    if correlation > 0:
        found["points"] = round(correlation * float(ratings.std() / measured.std()), 1)
    return found


def _calibration(
    meter: AttributeMeter,
    trained: TrainedStyles,
    population: Population,
    options: BuildOptions,
    trials: Sequence[Trial],
    best: Trial,
    shifts: Mapping[float, Measurements],
    rating: Mapping[str, float | int],
    report_names: Sequence[str],
) -> Calibration:
    columns = [meter.keys.index(key) for key in options.steered]
    unit = shifts[1.0]
    effects = unit.mean(axis=1)
    interval = half_width_95(unit.swapaxes(0, 1))
    spread = float(np.linalg.norm(trained.z - trained.z.mean(axis=0), axis=(1, 2)).mean())
    return Calibration(
        positions=len(meter),
        players=len(trained.players),
        reference_players=int(reference_players(trained.players, options.reference_games).sum()),
        correction_players=options.correction_players,
        report_players=unit.shape[1],
        rule=best.rule,
        rules={
            trial.rule: {
                "leakage_before": trial.leakage_before,
                "leakage_after": trial.leakage_after,
                "leakage_elsewhere": trial.leakage_elsewhere,
                "error_elsewhere": trial.error_elsewhere,
            }
            for trial in trials
        },
        corrected={
            "leakage_before": best.leakage_before,
            "leakage_after": best.leakage_after,
            "leakage_elsewhere": best.leakage_elsewhere,
            "error_elsewhere": best.error_elsewhere,
        },
        leakage=leakage(effects[:, columns]),
        population={
            key: Unit(float(population.mean[column]), float(population.sd[column]))
            for column, key in enumerate(meter.keys)
        },
        effects_of_one_step={
            key: _rounded(meter.keys, effects[row]) for row, key in enumerate(options.steered)
        },
        half_width_95={
            key: _rounded(meter.keys, interval[row]) for row, key in enumerate(options.steered)
        },
        own_effect_by_dose={
            key: {
                f"{dose:+g}": round(float(shift[row, :, columns[row]].mean()), 3)
                for dose, shift in shifts.items()
            }
            for row, key in enumerate(options.steered)
        },
        step_length={
            key: round(float(np.linalg.norm(best.deltas[row])) / spread, 3)
            for row, key in enumerate(options.steered)
        },
        rating_per_sd_of_strength=dict(rating),
        report_names=tuple(report_names),
    )


def _check_size(trained: TrainedStyles, options: BuildOptions) -> None:
    if len(trained.players) < LEAST_PLAYERS:
        raise StylemateError(
            f"The training has {len(trained.players)} players; attributes vary too little to "
            f"measure among fewer than {LEAST_PLAYERS}."
        )
    unknown = [key for key in options.steered if key not in BY_KEY]
    if unknown or not options.steered:
        raise StylemateError(
            f"There is no attribute {', '.join(unknown) or 'to steer'}. There are: "
            f"{', '.join(BY_KEY)}."
        )


def _rounded(keys: Sequence[str], values: Measurements) -> dict[str, float]:
    return {key: round(float(value), 3) for key, value in zip(keys, values, strict=True)}
