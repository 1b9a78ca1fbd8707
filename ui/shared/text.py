"""Numbers as pages write them."""

MINUS = "\u2212"


def minus(text: str) -> str:
    """Return a formatted number with a real minus in place of a hyphen."""
    return text.replace("-", MINUS)


def signed(value: float, digits: int = 1) -> str:
    """Return a number with its sign, a real minus included."""
    return minus(f"{value:+.{digits}f}")


def percent(share: float) -> str:
    """Return a share as a percentage of two telling digits, as HTML that keeps to one line."""
    percent = 100 * share
    if percent >= 10:
        return f"{percent:.0f}&nbsp;%"
    return f"{percent:.1f}&nbsp;%" if percent >= 0.1 else "&lt;&nbsp;0.1&nbsp;%"
