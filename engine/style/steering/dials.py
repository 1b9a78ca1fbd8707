"""From trained dials to the sliders of an assets folder.

A dial's delta lies in the dials' heads alone, so it adds to any player's style and changes none.
A slider's steps divide it evenly: its ends are as far as the dial was trained. What a step does on
the fixed positions is measured on players, in the standard deviations in which their levels are
given; what it does in games is the matter of the games experiment.
"""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY
from engine.attributes.fixed_positions import STRENGTH, FixedPosition
from engine.attributes.registry import ATTRIBUTES, Attribute
from engine.errors import StylemateError
from engine.files import read_tensors, replace_folder
from engine.intervals import half_width_95
from engine.model.checkpoint import load_model, read_description, save_model
from engine.model.fingerprint import model_fingerprint
from engine.model.style_model import StyleModel
from engine.progress import TellCount
from engine.style.recipe import MAXIMUM_AMOUNT
from engine.style.records import AttributeInfo
from engine.style.space import StyleSpace
from engine.style.steering.attribute_meter import AttributeMeter, Measurements
from engine.style.steering.calibration import Calibration, Unit, load_calibration
from engine.style.steering.correction import Population
from engine.style.style import Routing, steer, with_heads

RULE = "dial"
"""How ``AttributeInfo.rule`` names a delta that was trained, not derived from players."""
KEPT = (STRENGTH,)
"""Sliders that stay as they were beside the dials."""
DOSES = (-MAXIMUM_AMOUNT, -1.0, 1.0, MAXIMUM_AMOUNT)
DIALS_FILE = "dials.safetensors"
REPORTED = 16
SAMPLED = 128


@dataclass(frozen=True, eq=False, slots=True)
class TrainedDials:
    """What a training of dials leaves.

    Attributes:
        model: with the dials' modules.
        deltas: float32 (dial heads, modules) by attribute's key: the way to the slider's upper end.
        about: JSON values on the training, kept in the model's description.
    """

    model: StyleModel
    deltas: Mapping[str, Routing]
    about: Mapping[str, object]


def load_dials(run: Path) -> TrainedDials:
    """Load what `stylemate train dials` wrote.

    Raises:
        StylemateError: a part is missing, damaged, or does not fit the other.
    """
    model = load_model(run / MODEL_DIRECTORY)
    shape, heads = model.config.steered_shape, model.style_shape[0]
    tensors = read_tensors(run / DIALS_FILE)
    for key, delta in tensors.items():
        if delta.shape != shape or not np.isfinite(delta).all():
            raise StylemateError(
                f"{run / DIALS_FILE}: the delta of {key} does not fit the model. Train again."
            )
    deltas = {key: delta[heads:].astype(np.float32) for key, delta in tensors.items()}
    about = read_description(run / MODEL_DIRECTORY)["metadata"].get("dials", {})
    return TrainedDials(model, deltas, about)


def install_dials(
    trained: TrainedDials,
    assets: Path,
    positions: Sequence[FixedPosition],
    progress: TellCount = lambda count: None,
    *,
    reported: int = REPORTED,
    sampled: int = SAMPLED,
) -> Calibration:
    """Give an assets folder the dials' model and sliders; its players stay exactly as they are.

    Args:
        trained: the dials.
        assets: with ``model`` and ``styles``; both are replaced once everything is measured.
        positions: the fixed positions.
        progress: told of each measured style.
        reported: players, at most, on whom a step's effects are measured.
        sampled: players, at most, from whom the mean and deviation of attributes are learnt that
            the folder's calibration does not know.

    Returns:
        The calibration that is written beside the styles.

    Raises:
        StylemateError: the dials are of another model's training, or name unknown attributes.
    """
    space = StyleSpace.load(assets / STYLES_DIRECTORY)
    if model_fingerprint(trained.model) != model_fingerprint(load_model(assets / MODEL_DIRECTORY)):
        raise StylemateError(f"These dials were not trained on the model in {assets}.")
    steered = _steered(trained.deltas)
    with tempfile.TemporaryDirectory(dir=assets, prefix=".building-") as folder:
        building = Path(folder)
        metadata = read_description(assets / MODEL_DIRECTORY)["metadata"] | {
            "dials": dict(trained.about)
        }
        save_model(building / MODEL_DIRECTORY, trained.model, metadata, torch.float16)
        # Measured as it will play: with the numbers that are stored.
        meter = AttributeMeter(load_model(building / MODEL_DIRECTORY), positions)
        known = load_calibration(assets / STYLES_DIRECTORY) or Calibration()
        population = population_of(meter, space, known, sampled, progress)
        heads = trained.model.config.steered_shape[0]
        deltas = {a.key: _one_step(trained.deltas[a.key], space.shape[0], heads) for a in steered}
        names = report_names(space, known, reported)
        calibration = measured_steps(meter, space, deltas, population, names, progress)
        infos = [_info(a, calibration) for a in steered]
        kept = [info for info in space.attributes if info.key in KEPT]
        deltas |= {info.key: space.deltas[info.key] for info in kept}
        calibration = with_kept(calibration, known, [info.key for info in kept])
        sliders = StyleSpace(space.z, space.players, [*infos, *kept], deltas)
        shutil.copytree(assets / STYLES_DIRECTORY, building / STYLES_DIRECTORY)
        sliders.save_sliders(building / STYLES_DIRECTORY)
        calibration.save(building / STYLES_DIRECTORY)
        for part in (MODEL_DIRECTORY, STYLES_DIRECTORY):
            replace_folder(building / part, assets / part)
    return calibration


def _steered(deltas: Mapping[str, Routing]) -> list[Attribute]:
    """Return the attributes that dials steer, in the registry's order."""
    found = [attribute for attribute in ATTRIBUTES if attribute.key in deltas]
    unknown = sorted(set(deltas) - {attribute.key for attribute in found})
    if unknown or not found:
        raise StylemateError(f"There is no attribute {', '.join(unknown) or 'to steer'}.")
    return found


def _one_step(delta: Routing, players_heads: int, heads: int) -> Routing:
    """Return a slider's step (heads, modules): nothing for players' heads, then the dials'."""
    step = np.zeros((heads, delta.shape[1]), dtype=np.float32)
    step[players_heads:] = delta / np.float32(MAXIMUM_AMOUNT)
    return step


def report_names(space: StyleSpace, known: Calibration, reported: int) -> list[str]:
    """Return the players on whom steps are measured: those of the last time, if there are any."""
    named = [name for name in known.report_names if name in space.names]
    most = sorted(space.players, key=lambda player: (-player.games, player.name))
    return (named or [player.name for player in most])[:reported]


def population_of(
    meter: AttributeMeter,
    space: StyleSpace,
    known: Calibration,
    sampled: int,
    progress: TellCount,
) -> Population:
    """Return how all measured attributes vary over players, as far as known from the calibration.

    Players' own levels stay as they were measured: dials do not change them.
    """
    missing = [key for key in meter.keys if key not in known.population]
    if not missing:
        units = [known.population[key] for key in meter.keys]
        mean, sd = np.array([[unit.mean, unit.sd] for unit in units]).T
        return Population(mean, sd)
    rows = np.random.default_rng(0).permutation(len(space.population))[:sampled]
    found = Population.of(meter.measure(space.population[np.sort(rows)], progress))
    mean, sd = found.mean.copy(), found.sd.copy()
    for column, key in enumerate(meter.keys):
        if key not in missing:
            mean[column], sd[column] = known.population[key].mean, known.population[key].sd
    return Population(mean, sd)


def measured_steps(
    meter: AttributeMeter,
    space: StyleSpace,
    deltas: Mapping[str, Routing],
    population: Population,
    names: Sequence[str],
    progress: TellCount,
) -> Calibration:
    """Measure what steps do to some players' styles, in deviations over players."""
    styles = np.stack([space.row(name) for name in names])
    scale = np.where(population.sd > 0, population.sd, np.nan)
    heads = next(iter(deltas.values())).shape[0]
    plain = meter.measure(with_heads(styles, heads), progress)

    def shifts(delta: Routing, dose: float) -> Measurements:
        pushed = np.stack([steer(z, delta, dose) for z in styles])
        return np.asarray((meter.measure(pushed, progress) - plain) / scale)

    effects, widths, doses = {}, {}, {}
    for key, delta in deltas.items():
        column = meter.keys.index(key)
        found = {dose: shifts(delta, dose) for dose in DOSES}
        unit = found[1.0]
        effects[key] = _rounded(meter.keys, unit.mean(axis=0))
        widths[key] = _rounded(meter.keys, half_width_95(unit))
        doses[key] = {f"{d:+g}": round(float(s[:, column].mean()), 3) for d, s in found.items()}
    return Calibration(
        positions=len(meter),
        players=len(space.population),
        report_players=len(names),
        report_names=tuple(names),
        rule=RULE,
        population={
            key: Unit(float(mean), float(sd))
            for key, mean, sd in zip(meter.keys, population.mean, population.sd, strict=True)
        },
        effects_of_one_step=effects,
        half_width_95=widths,
        own_effect_by_dose=doses,
    )


def with_kept(calibration: Calibration, known: Calibration, keys: Sequence[str]) -> Calibration:
    """Take over what was measured of the sliders that stay."""

    def merged(
        new: Mapping[str, Mapping[str, float]], old: Mapping[str, Mapping[str, float]]
    ) -> dict[str, Mapping[str, float]]:
        return dict(new) | {key: old[key] for key in keys if key in old}

    return replace(
        calibration,
        effects_of_one_step=merged(calibration.effects_of_one_step, known.effects_of_one_step),
        half_width_95=merged(calibration.half_width_95, known.half_width_95),
        own_effect_by_dose=merged(calibration.own_effect_by_dose, known.own_effect_by_dose),
        rating_per_sd_of_strength=known.rating_per_sd_of_strength,
    )


def _info(attribute: Attribute, calibration: Calibration) -> AttributeInfo:
    unit = calibration.population[attribute.key]
    return AttributeInfo(
        key=attribute.key,
        label=attribute.label,
        low=attribute.low,
        high=attribute.high,
        description=attribute.description,
        mean=unit.mean,
        sd=unit.sd,
        effects=calibration.effects_of_one_step[attribute.key],
        rule=RULE,
    )


def _rounded(keys: Sequence[str], values: Measurements) -> dict[str, float]:
    """Return finite values by key, to three digits."""
    return {
        key: round(float(value), 3)
        for key, value in zip(keys, values, strict=True)
        if np.isfinite(value)
    }
