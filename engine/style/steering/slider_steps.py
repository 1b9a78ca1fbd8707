"""Other steps for sliders of an assets folder: longer, shorter, or learnt in games.

Players, the model and the other sliders stay as they are. What the new steps do on the fixed
positions is measured anew; what they do in games is the matter of the games experiment.
"""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY
from engine.attributes.fixed_positions import FixedPosition
from engine.errors import StylemateError
from engine.files import read_tensor_metadata, read_tensors, replace_folder
from engine.model.checkpoint import load_model
from engine.model.fingerprint import model_fingerprint
from engine.progress import TellCount
from engine.style.mixing import Mixing, load_mixing
from engine.style.space import StyleSpace
from engine.style.steering.attribute_meter import AttributeMeter
from engine.style.steering.calibration import Calibration, load_calibration
from engine.style.steering.dials import (
    REPORTED,
    SAMPLED,
    measured_steps,
    population_of,
    report_names,
    with_kept,
)
from engine.style.style import Routing

STEPS_FILE: Final = "steps.safetensors"
"""What a training of sliders leaves: float32 (heads, modules) by attribute's key, one step each."""
MODEL_KEY: Final = "model"
"""Under which name that file keeps the fingerprint of the model that its steps belong to."""


def scale_sliders(
    assets: Path,
    shares: Mapping[str, float],
    positions: Sequence[FixedPosition],
    progress: TellCount = lambda count: None,
    *,
    reported: int = REPORTED,
    sampled: int = SAMPLED,
) -> Calibration:
    """Make steps of sliders longer or shorter.

    Games tell how far a slider may go: a step that costs too much strength, or beyond which nothing
    happens any more, is too long. The mixing matrix is scaled likewise, until games are measured
    again.

    Args:
        assets: with ``model`` and ``styles``; the styles are replaced once everything is measured.
        shares: by attribute's key, above 0: what the new step is of the present one.
        positions: the fixed positions.
        progress: told of each measured style.
        reported: players, at most, on whom a step's effects are measured.
        sampled: as for ``install_dials``.

    Returns:
        The calibration that is written beside the styles.

    Raises:
        StylemateError: there is no such slider, or a share is none.
    """
    space = StyleSpace.load(assets / STYLES_DIRECTORY)
    for key, share in shares.items():
        _check_slider(space, key)
        if not (np.isfinite(share) and share > 0):
            raise StylemateError(f"The share of {key} should be above 0, not {share:g}.")
    steps = {key: space.deltas[key] * np.float32(share) for key, share in shares.items()}
    mixing = load_mixing(assets / STYLES_DIRECTORY)
    scaled = None if mixing is None else mixing.scaled(shares)
    return _replace_steps(assets, space, steps, scaled, positions, progress, reported, sampled)


def put_steps(
    assets: Path,
    steps: Mapping[str, Routing],
    positions: Sequence[FixedPosition],
    progress: TellCount = lambda count: None,
    *,
    reported: int = REPORTED,
    sampled: int = SAMPLED,
) -> Calibration:
    """Give sliders of an assets folder other steps, such as those that were learnt in games.

    The mixing matrix stays, though it speaks of the old steps: measure games, then mix anew.

    Args:
        assets: with ``model`` and ``styles``; the styles are replaced once everything is measured.
        steps: float32 (heads, modules) by attribute's key.
        positions: the fixed positions.
        progress: told of each measured style.
        reported: players, at most, on whom a step's effects are measured.
        sampled: as for ``install_dials``.

    Returns:
        The calibration that is written beside the styles.

    Raises:
        StylemateError: there is no such slider, or a step does not fit the model.
    """
    space = StyleSpace.load(assets / STYLES_DIRECTORY)
    for key, step in steps.items():
        _check_slider(space, key)
        if step.shape != space.deltas[key].shape or not np.isfinite(step).all():
            raise StylemateError(f"The step of {key} does not fit the model in {assets}.")
    mixing = load_mixing(assets / STYLES_DIRECTORY)
    return _replace_steps(assets, space, steps, mixing, positions, progress, reported, sampled)


def load_steps(run: Path, assets: Path) -> dict[str, Routing]:
    """Return what `stylemate train sliders` wrote, float32 (heads, modules) by attribute's key.

    Raises:
        StylemateError: it is missing or damaged, or belongs to another model than that of
            ``assets``.
    """
    path = run / STEPS_FILE
    steps = read_tensors(path)
    if read_tensor_metadata(path).get(MODEL_KEY) != model_fingerprint(
        load_model(assets / MODEL_DIRECTORY)
    ):
        raise StylemateError(f"These sliders were not trained on the model in {assets}.")
    return {key: step.astype(np.float32) for key, step in steps.items()}


def _check_slider(space: StyleSpace, key: str) -> None:
    if key not in space.deltas:
        raise StylemateError(f"There is no slider '{key}'.")


def _replace_steps(
    assets: Path,
    space: StyleSpace,
    steps: Mapping[str, Routing],
    mixing: Mixing | None,
    positions: Sequence[FixedPosition],
    progress: TellCount,
    reported: int,
    sampled: int,
) -> Calibration:
    """Measure new steps and write them, with a calibration and a mixing matrix."""
    known = load_calibration(assets / STYLES_DIRECTORY) or Calibration()
    meter = AttributeMeter(load_model(assets / MODEL_DIRECTORY), positions)
    population = population_of(meter, space, known, sampled, progress)
    names = report_names(space, known, reported)
    measured = measured_steps(meter, space, steps, population, names, progress)
    calibration = with_kept(measured, known, [key for key in space.deltas if key not in steps])
    infos = [
        replace(info, effects=calibration.effects_of_one_step[info.key])
        if info.key in steps
        else info
        for info in space.attributes
    ]
    changed = StyleSpace(space.z, space.players, infos, space.deltas | dict(steps))
    with tempfile.TemporaryDirectory(dir=assets, prefix=".building-") as folder:
        building = Path(folder) / STYLES_DIRECTORY
        shutil.copytree(assets / STYLES_DIRECTORY, building)
        changed.save_sliders(building)
        calibration.save(building)
        if mixing is not None:
            mixing.save(building)
        replace_folder(building, assets / STYLES_DIRECTORY)
    return calibration
