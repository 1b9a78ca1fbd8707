"""What benchmarks measure."""

import pytest

from engine.errors import StylemateError
from engine.play.opponents import OpponentRegistry, load_registry
from tests.requirements import missing


@pytest.fixture(scope="module")
def registry() -> OpponentRegistry:
    """The shipped opponents."""
    try:
        return load_registry()
    except StylemateError as error:
        missing(str(error))
