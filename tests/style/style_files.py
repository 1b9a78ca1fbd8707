"""Made-up style files for tests."""

from typing import Any

import numpy as np

from engine.style.style_file import StyleFile


def style_file(**changes: Any) -> StyleFile:
    """Return somebody's style in the tiny space's shape, but for the changes."""
    values: dict[str, Any] = {
        "label": "Me",
        "player": "Müller, Ada",
        "z": np.random.default_rng(1).normal(size=(2, 4)).astype(np.float32),
        "model": "0123456789abcdef" * 2,
        "games": 100,
        "positions": 4012,
        "first_year": 1999,
        "last_year": 2024,
        "rating": None,
        "stability": 0.61,
        "gain": 0.0123,
        "created": "2025-02-14",
        "created_with": "stylemate 0.1.0",
    }
    return StyleFile(**(values | changes))
