"""Where the shipped model, styles and openings live."""

import os
from pathlib import Path

from engine.errors import StylemateError

ENVIRONMENT_VARIABLE = "STYLEMATE_ASSETS"
MODEL_DIRECTORY = "model"
STYLES_DIRECTORY = "styles"
POSITIONS_DIRECTORY = "positions"
TRAINING_DIRECTORY = "training"
REPORT_DIRECTORY = "report"
OPENINGS_FILE = "openings.tsv"
ATTRIBUTES_FILE = "attributes.json"
"""The sliders, in the directory of the styles."""
REPORT_FILE = "report.json"
"""In the directory of the report."""


def assets_directory(chosen: Path | None = None) -> Path:
    """Return the directory of assets: the chosen one, or else that of the shipped ones.

    For these the environment variable ``STYLEMATE_ASSETS`` wins; otherwise it is ``assets/`` beside
    the ``engine`` package, in a checkout and where a wheel was installed.

    Raises:
        StylemateError: none was chosen, and the directory does not exist.
    """
    if chosen is not None:
        return chosen
    configured = os.environ.get(ENVIRONMENT_VARIABLE)
    path = Path(configured) if configured else Path(__file__).resolve().parents[1] / "assets"
    if not path.is_dir():
        raise StylemateError(
            f"No assets at {path}. Run Stylemate from a full checkout, "
            f"or set {ENVIRONMENT_VARIABLE} to the folder that holds model/ and styles/."
        )
    return path
