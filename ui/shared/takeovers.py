"""Who made the opponent's moves in a game of which another opponent took over.

An address has one line for each: the number of half-moves before its first move, its temperature
and its recipe.
"""

import math
from collections.abc import Mapping

from engine.errors import StylemateError
from engine.style.recipe_parser import parse_recipe
from ui.shared.opponent import HOTTEST, Opponent

MAXIMUM_TAKEOVERS = 20
"""Lines of an address; a game with more keeps the last ones."""
_LEFT_OUT = "Who took over in the game of this address cannot be read in full, and is left out."


def takeovers(movers: Mapping[int, Opponent], length: int) -> dict[int, Opponent]:
    """Return with which move each opponent began; nothing if there was only one.

    Args:
        movers: who made the opponent's moves, by the number of half-moves before each.
        length: half-moves of the game; what comes later was taken back.
    """
    made = [(count, movers[count]) for count in sorted(movers) if count < length]
    found: dict[int, Opponent] = {}
    before = None
    for count, opponent in made:
        if opponent != before:
            found[count] = opponent
        before = opponent
    return found if len(found) > 1 else {}


def write_takeovers(movers: Mapping[int, Opponent], length: int) -> str:
    """Return what an address says of who took over, empty if nobody did.

    Args:
        movers: who made the opponent's moves, by the number of half-moves before each.
        length: half-moves of the game.
    """
    lines = [
        f"{count} {opponent.temperature:.7g} {opponent.recipe}"
        for count, opponent in takeovers(movers, length).items()
    ]
    return "\n".join(lines[-MAXIMUM_TAKEOVERS:])


def read_takeovers(text: str, length: int, problems: list[str]) -> dict[int, Opponent]:
    """Return who made the opponent's moves, by the number of half-moves before each, if several.

    Args:
        text: what an address says, written by anybody.
        length: half-moves of the game.
        problems: takes a sentence if anything cannot be read; then nothing of it is taken.
    """
    lines = text.split("\n")
    if not text:
        return {}
    try:
        if len(lines) > MAXIMUM_TAKEOVERS:
            raise ValueError
        began = [_line(line) for line in lines]
    except (ValueError, StylemateError):
        problems.append(_LEFT_OUT)
        return {}
    counts = [count for count, _ in began]
    if counts != sorted(set(counts)) or len({count % 2 for count in counts}) > 1:
        problems.append(_LEFT_OUT)
        return {}
    movers: dict[int, Opponent] = {}
    for (first, opponent), end in zip(began, [*counts[1:], length], strict=True):
        movers |= dict.fromkeys(range(first, min(end, length), 2), opponent)
    return movers if takeovers(movers, length) else {}


def _line(line: str) -> tuple[int, Opponent]:
    """Return what a line says.

    Raises:
        ValueError: it is not such a line.
        StylemateError: its recipe is none.
    """
    count, temperature, recipe = line.split(" ", 2)
    if not (count.isascii() and count.isdigit() and len(count) <= 4 and line.isprintable()):
        raise ValueError
    degree = float(temperature)
    if not (math.isfinite(degree) and 0 <= degree <= HOTTEST):
        raise ValueError
    return int(count), Opponent(parse_recipe(recipe), round(degree, 6))
