"""Assets for pages that measure: the tiny model, some fixed positions, all attributes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.attributes.registry import ATTRIBUTES
from engine.style.space import StyleSpace
from engine.style.steering.calibration import CALIBRATION_FILE
from tests.conftest import TINY_ATTRIBUTES, TINY_PLAYERS, tiny_space
from tests.steering_assets import add_positions


def measured_space() -> StyleSpace:
    """Return the tiny style space with a level for each player in every attribute."""
    random = np.random.default_rng(3)
    keys = [attribute.key for attribute in ATTRIBUTES]
    players = [
        replace(player, attributes=dict(zip(keys, random.normal(size=len(keys)), strict=True)))
        for player in TINY_PLAYERS
    ]
    space = tiny_space()
    return StyleSpace(space.z, players, TINY_ATTRIBUTES, space.deltas)


def make_explore_assets(tiny_assets: Path, directory: Path) -> Path:
    """Write assets with positions, openings and a calibration, and return their directory."""
    add_positions(tiny_assets, directory)
    measured_space().save(directory / "styles")
    population = {attribute.key: {"mean": 0.1, "sd": 0.02} for attribute in ATTRIBUTES}
    (directory / "styles" / CALIBRATION_FILE).write_text(json.dumps({"population": population}))
    return directory
