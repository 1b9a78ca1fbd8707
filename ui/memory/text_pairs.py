"""What a browser keeps by name, as it sends it."""

from typing import Any


def text_pairs(pairs: list[Any]) -> dict[str, str]:
    """Return texts by name, without what is no pair of a name and a text."""
    return {
        pair[0]: pair[1]
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
    }
