"""What was measured when the sliders were made: ``calibration.json``, written and read here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from engine.files import read_json_as, write_json
from engine.style.space import StyleSpace

CALIBRATION_FILE: Final = "calibration.json"


@dataclass(frozen=True, slots=True)
class Unit:
    """How an attribute varies over players, in its own unit."""

    mean: float
    sd: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """How the sliders were made and what they did to players who had no part in it.

    Attributes:
        positions: number of fixed positions.
        players: players who were measured.
        reference_players: those of them in whose mean and deviation all is measured.
        correction_players: those on whom deltas were corrected.
        report_players: how many others the result was measured on.
        report_names: who they are.
        rule: by which the deltas were found.
        rules: by rule, how far deltas leaked into other attributes before and after.
        corrected: the same of the final deltas.
        leakage: of the final deltas among the sliders.
        population: each measured attribute's mean and deviation over players, by key.
        effects_of_one_step: by slider, what +1 did to each attribute, in deviations.
        half_width_95: half the 95 % interval of each of these, over players.
        own_effect_by_dose: by slider and number of steps, such as "+1", what they did to its own
            attribute.
        step_length: by slider, the length of one step over the mean distance of two players.
        rating_per_sd_of_strength: how ratings go with the attribute strength.
    """

    positions: int = 0
    players: int = 0
    reference_players: int = 0
    correction_players: int = 0
    report_players: int = 0
    rule: str = ""
    rules: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    corrected: Mapping[str, float] = field(default_factory=dict)
    leakage: float | None = None
    population: Mapping[str, Unit] = field(default_factory=dict)
    effects_of_one_step: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    half_width_95: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    own_effect_by_dose: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    step_length: Mapping[str, float] = field(default_factory=dict)
    rating_per_sd_of_strength: Mapping[str, float] = field(default_factory=dict)
    report_names: tuple[str, ...] = ()

    def save(self, styles: Path) -> None:
        """Write the file into the directory of a style space.

        Raises:
            StylemateError: it cannot be written.
        """
        write_json(styles / CALIBRATION_FILE, asdict(self))


def load_calibration(styles: Path) -> Calibration | None:
    """Return the calibration in the directory of a style space, None if there is none.

    Raises:
        StylemateError: it is damaged.
    """
    path = styles / CALIBRATION_FILE
    return read_json_as(path, Calibration) if path.is_file() else None


def attribute_units(styles: Path, space: StyleSpace) -> dict[str, Unit]:
    """Return how attributes vary over players, by key.

    All that were measured if the calibration is there, otherwise those that have a slider.

    Args:
        styles: directory of the style space's files.
        space: the style space.

    Raises:
        StylemateError: the calibration is damaged.
    """
    calibration = load_calibration(styles)
    measured = {} if calibration is None else calibration.population
    known = {attribute.key: Unit(attribute.mean, attribute.sd) for attribute in space.attributes}
    return {**known, **measured}
