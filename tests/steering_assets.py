"""Small assets that can be steered and measured: tiny model, some of the shipped positions."""

import json
import shutil
from pathlib import Path

from engine.attributes.fixed_positions import POSITIONS_FILE, QUALITY_FILE

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
