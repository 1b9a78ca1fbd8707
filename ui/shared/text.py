"""Numbers, and the person in front of the page, as pages write them."""

import math

MINUS = "\u2212"
YOU = "You"
"""Stands where a player has a name, for the person in front of the page."""


def minus(text: str) -> str:
    """Return a formatted number with a real minus in place of a hyphen."""
    return text.replace("-", MINUS)


def signed(value: float, digits: int = 1) -> str:
    """Return a number with its sign, a real minus included."""
    return minus(f"{value:+.{digits}f}")


def as_likeness(cosine: float) -> str:
    """Return the cosine of two styles for people: 100 is the same style, 0 nothing in common."""
    return minus(f"{round(100 * cosine) + 0:d}")


def telling(value: float, digits: int = 3) -> str:
    """Return a number with so many telling digits, its thousands apart and no power of ten."""
    if not value:
        return "0"
    after = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    return minus(f"{value:,.{after}f}")


def percent(share: float) -> str:
    """Return a share as a percentage of two telling digits, as HTML that keeps to one line."""
    percent = 100 * share
    if percent >= 10:
        return f"{percent:.0f}&nbsp;%"
    return f"{percent:.1f}&nbsp;%" if percent >= 0.1 else "&lt;&nbsp;0.1&nbsp;%"
