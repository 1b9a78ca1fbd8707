"""What numbers a recipe may hold, and how its names are spelled.

It imports nothing heavy: the UCI engine needs this to introduce itself, everybody else has it from
``engine.style.recipe``.
"""

import re
import unicodedata

AVERAGE = "average"
MAXIMUM_INTENSITY = 5.0
MINIMUM_ELO = 500
MAXIMUM_ELO = 2400
MAXIMUM_AMOUNT = 5.0


def attribute_key(name: str) -> str:
    """Return the key of an attribute's name: lower case, words joined by underscores."""
    return re.sub(r"[\s\-_]+", "_", clean_name(name).casefold()).strip("_")


def clean_name(name: str) -> str:
    """Return a name in composed Unicode, spaces collapsed, without unprintable characters."""
    composed = unicodedata.normalize("NFC", name)
    printable = "".join(c if c.isprintable() else " " for c in composed)
    return " ".join(printable.split())
