"""What is measured of styles and sliders, for all sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from engine.analysis.attribute_levels import Levels
from engine.analysis.attribute_profile import Profiler
from engine.analysis.fixed_positions_meter import FixedPositionsMeter
from engine.analysis.habit_likeness import strangers_in_games
from engine.analysis.identification import COSINE_SCALE_FILE, CosineScale, load_scale
from engine.analysis.neighbours import Strangers, strangers_among
from engine.assets import POSITIONS_DIRECTORY, STYLES_DIRECTORY, assets_directory
from engine.attributes.fixed_positions import load_fixed_positions
from engine.attributes.registry import BY_KEY
from engine.errors import StylemateError
from engine.evaluation.report.slider_games import SliderGames, load_slider_games
from engine.play.opponents import OpponentRegistry
from engine.style.player_games import PlayerGames
from engine.style.space import StyleSpace
from engine.style.steering.calibration import Unit, attribute_units
from ui.shared.opponents import shared_opponents


@dataclass(frozen=True, slots=True)
class Measures:
    """Shared measurements.

    Attributes:
        meter: measures styles on the fixed positions; None if those are missing.
        profiler: where styles stand among the players.
        scale: what cosines mean for styles fitted to some number of games.
        strangers: cosines between the shipped styles of different players.
        problems: what is missing or damaged, in words for people.
    """

    meter: FixedPositionsMeter | None
    profiler: Profiler
    scale: CosineScale
    strangers: Strangers
    problems: tuple[str, ...]


def measures() -> Measures:
    """Return the measurements for the model in use.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    shared = shared_opponents()
    return _measures(assets_directory().resolve(), shared.fingerprint, shared)


def habit_strangers() -> Strangers:
    """Return the cosines between habits in games of different players.

    Raises:
        StylemateError: the assets are missing or damaged, or hold no habits in games.
    """
    shared = shared_opponents()
    if shared.space.player_games is None:
        raise StylemateError("Habits in games were not measured for this model.")
    return _habit_strangers(shared.fingerprint, shared.space.player_games)


def fixed_positions_meter() -> FixedPositionsMeter:
    """Return what measures styles of the model in use on the fixed positions.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    shared = shared_opponents()
    return _meter(assets_directory().resolve(), shared.fingerprint, shared)


def spreads() -> Mapping[str, float]:
    """Return each measured attribute's standard deviation over players, in its own unit.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    shared = shared_opponents()
    units = _units(assets_directory().resolve(), shared.fingerprint, shared.space)
    return {key: unit.sd for key, unit in units.items()}


def attribute_label(space: StyleSpace, key: str) -> str:
    """Return an attribute's name for people, whether it can be steered or not."""
    for attribute in space.attributes:
        if attribute.key == key:
            return attribute.label
    return BY_KEY[key].label if key in BY_KEY else key.replace("_", " ").capitalize()


def attribute_words(space: StyleSpace, key: str) -> tuple[str, str]:
    """Return what little and much of an attribute are like, in a few words each."""
    for attribute in space.attributes:
        if attribute.key == key:
            return attribute.low, attribute.high
    label = attribute_label(space, key).lower()
    known = BY_KEY.get(key)
    return (known.low, known.high) if known else (f"has little {label}", f"has much {label}")


@st.cache_resource(show_spinner="Setting up the positions …", max_entries=2)
def _meter(directory: Path, fingerprint: str, _shared: OpponentRegistry) -> FixedPositionsMeter:
    return FixedPositionsMeter(_shared.model, load_fixed_positions(directory / POSITIONS_DIRECTORY))


@st.cache_resource(show_spinner=False, max_entries=2)
def _units(directory: Path, fingerprint: str, _space: StyleSpace) -> dict[str, Unit]:
    return attribute_units(directory / STYLES_DIRECTORY, _space)


@st.cache_resource(show_spinner=False, max_entries=2)
def _measures(directory: Path, fingerprint: str, _shared: OpponentRegistry) -> Measures:
    problems = []
    meter = None
    try:
        meter = _meter(directory, fingerprint, _shared)
    except StylemateError as error:
        problems.append(str(error))
    units = _units(directory, fingerprint, _shared.space)
    profiler = Profiler(Levels(_shared.space), units, meter)
    scale = load_scale(directory / COSINE_SCALE_FILE, fingerprint)
    return Measures(meter, profiler, scale, strangers_among(_shared.space), tuple(problems))


@st.cache_resource(show_spinner=False, max_entries=2)
def _habit_strangers(fingerprint: str, _table: PlayerGames) -> Strangers:
    return strangers_in_games(_table)


def level_percentile(key: str, level: float) -> float | None:
    """Return how many in a hundred players have less of an attribute; None if nobody was measured.

    Args:
        key: of the attribute.
        level: in standard deviations over players.
    """
    shared = shared_opponents()
    levels = _levels(shared.fingerprint, shared.space)
    return levels.percentile(key, level) if key in levels.keys else None


@st.cache_resource(show_spinner=False, max_entries=2)
def _levels(fingerprint: str, _space: StyleSpace) -> Levels:
    return Levels(_space)


@st.cache_resource(show_spinner=False)
def slider_games() -> dict[str, SliderGames]:
    """Return what each slider does in games, by key; empty where the report does not say."""
    try:
        return load_slider_games(assets_directory())
    except StylemateError:
        return {}  # the Model page says what is wrong with the report
