"""Numbers as the You page writes them."""


def signed(value: float) -> str:
    """Return a number with its sign, a real minus included, and two digits."""
    return f"{value:+.2f}".replace("-", "\u2212")


def percent(share: float) -> str:
    """Return a share as a percentage of two telling digits, as HTML that keeps to one line."""
    percent = 100 * share
    if percent >= 10:
        return f"{percent:.0f}&nbsp;%"
    return f"{percent:.1f}&nbsp;%" if percent >= 0.1 else "&lt;&nbsp;0.1&nbsp;%"
