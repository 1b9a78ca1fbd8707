"""Small assets that can be steered and measured: tiny model, some of the shipped positions."""

import json
import shutil
from pathlib import Path

import numpy as np

from engine.attributes.fixed_positions import POSITIONS_FILE, QUALITY_FILE
from engine.style.records import AttributeInfo
from engine.style.space import StyleSpace

_CHECKOUT = Path(__file__).resolve().parents[1]
EVERY = 25
"""One of so many shipped positions is kept."""


def add_positions(assets: Path, directory: Path) -> Path:
    """Copy an assets directory and give it openings and a few fixed positions of all phases."""
    shutil.copytree(assets, directory)
    shipped = _CHECKOUT / "assets"
    shutil.copy(shipped / "openings.tsv", directory)
    (directory / "positions").mkdir()
    rows = json.loads((shipped / "positions" / POSITIONS_FILE).read_text("utf-8"))
    quality = json.loads((shipped / "positions" / QUALITY_FILE).read_text("utf-8"))
    quality["losses"] = quality["losses"][::EVERY]
    (directory / "positions" / POSITIONS_FILE).write_text(json.dumps(rows[::EVERY]), "utf-8")
    (directory / "positions" / QUALITY_FILE).write_text(json.dumps(quality), "utf-8")
    return directory


def add_second_slider(directory: Path) -> Path:
    """Give the styles of an assets directory a slider for checks beside the one they have."""
    space = StyleSpace.load(directory / "styles")
    checks = AttributeInfo(
        "checks",
        "Checks",
        "avoids giving check",
        "gives checks",
        "Whether the move gives check.",
        0.1,
        0.02,
        {"checks": 1.0},
        "regression",
    )
    delta = np.random.default_rng(7).normal(size=space.shape).astype(np.float32)
    steered = StyleSpace(
        space.z,
        space.players,
        (*space.attributes, checks),
        {**space.deltas, checks.key: delta},
    )
    steered.save_sliders(directory / "styles")
    return directory
