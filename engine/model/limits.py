"""What the description of a network may hold before memory is given to it."""

import math


def require_count(name: str, value: object, most: int) -> None:
    """Check a number of layers, channels or the like.

    Raises:
        ValueError: it is not a whole number from 1 to ``most``.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ValueError(f"{name} is {value!r}, not a whole number from 1 to {most}")


def require_finite(name: str, value: object) -> None:
    """Check a factor.

    Raises:
        ValueError: it is not a finite number.
    """
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} is {value!r}, not a finite number")


def require_one_of(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Check a choice.

    Raises:
        ValueError: it is none of ``choices``.
    """
    if value not in choices:
        raise ValueError(f"{name} is {value!r}, not one of {', '.join(choices)}")
