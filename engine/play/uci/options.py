"""The options of the UCI engine: what is declared, and what a GUI may set them to.

Numbers with decimals are strings or hundredths, as UCI has whole numbers only. Sliders and the
intensity count from the recipe, so that a GUI that sends every option's default changes nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from engine.errors import StylemateError
from engine.style.recipe_bounds import (
    AVERAGE,
    MAXIMUM_AMOUNT,
    MAXIMUM_ELO,
    MAXIMUM_INTENSITY,
    MINIMUM_ELO,
    attribute_key,
)

if TYPE_CHECKING:
    from pathlib import Path

HUNDREDTHS = 100
MOST_LINES = 500
"""More than any position has legal moves."""
MOST_HASH = 33_554_432
MOST_THREADS = 1024
LONGEST_OVERHEAD = 60_000
LARGEST_SEED = 2**31 - 1
ANY_SEED = -1
USUAL_ELO = 1500
EMPTY = "<empty>"
_STRENGTH = "strength"  # as ``engine.attributes`` calls it, which is too heavy to import here

_WHOLE = re.compile(r"[+-]?[0-9]{1,12}")

OptionKind = Literal["check", "spin", "string"]


class Option(NamedTuple):
    """One option.

    Attributes:
        name: as GUIs show it.
        kind: its type in UCI.
        default: its value, written as UCI writes it.
        least: of a spin.
        most: of a spin.
        attribute: key of the attribute whose slider it is, empty if it is none.
    """

    name: str
    kind: OptionKind
    default: str
    least: int = 0
    most: int = 0
    attribute: str = ""

    @property
    def declaration(self) -> str:
        """The line by which the engine tells a GUI of the option."""
        line = f"option name {self.name} type {self.kind} default {self.default or EMPTY}"
        return line + (f" min {self.least} max {self.most}" if self.kind == "spin" else "")

    def checked(self, text: str) -> str:
        """Return a value as it is kept.

        Raises:
            StylemateError: the option cannot have it.
        """
        value = text.strip()
        if self.kind == "string":
            return "" if value == EMPTY else value
        if self.kind == "check":
            if value.lower() not in ("true", "false"):
                raise StylemateError(f"{self.name} must be true or false, not '{value[:40]}'.")
            return value.lower()
        number = _whole(value)
        if number is None or not self.least <= number <= self.most:
            raise StylemateError(
                f"{self.name} must be a whole number from {self.least} to {self.most}, "
                f"not '{value[:40]}'."
            )
        return str(number)


class Values(NamedTuple):
    """What the options are set to."""

    texts: Mapping[str, str]
    sliders: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return an option as it is written."""
        return self.texts[name]

    def is_on(self, name: str) -> bool:
        """Return whether a check is set."""
        return self.texts[name] == "true"

    def number(self, name: str) -> int:
        """Return a spin."""
        return int(self.texts[name])

    def decimal(self, name: str) -> float:
        """Return a string that holds a number.

        Raises:
            StylemateError: it does not.
        """
        text = self.texts[name]
        try:
            return float(text)
        except ValueError:
            raise StylemateError(
                f"{name} must be a number such as 0.8, not '{text[:40]}'."
            ) from None

    def amounts(self) -> dict[str, float]:
        """Return by how much each slider that is not at rest adds to the recipe."""
        numbers = {key: int(self.texts[name]) for key, name in self.sliders.items()}
        return {key: number / HUNDREDTHS for key, number in numbers.items() if number}

    def elo(self) -> int | None:
        """Return how strong to play, None for as strong as the recipe says.

        ``UCI_Opponent`` holds a title, a rating, ``human`` or ``computer``, and a name.
        """
        words = self.texts["UCI_Opponent"].split()
        if self.is_on("Match Opponent") and len(words) > 1 and _WHOLE.fullmatch(words[1]):
            return max(MINIMUM_ELO, min(int(words[1]), MAXIMUM_ELO))
        return self.number("UCI_Elo") if self.is_on("UCI_LimitStrength") else None

    def with_value(self, name: str, value: str) -> "Values":
        """Return these with one of them changed."""
        return Values({**self.texts, name: value}, self.sliders)


class Options:
    """All options of an engine."""

    def __init__(self, sliders: Mapping[str, str]) -> None:
        """List them.

        Args:
            sliders: label of each attribute that can be steered, by key.
        """
        self.options = (*_general(), *_sliders(sliders))
        self._by_name = {attribute_key(option.name): option for option in self.options}
        for option in self.options:
            if option.attribute:
                self._by_name.setdefault(option.attribute, option)

    def find(self, name: str) -> Option | None:
        """Return the option of a name, however it is cased, or of an attribute's key."""
        return self._by_name.get(attribute_key(name))

    def defaults(self) -> Values:
        """Return what they are set to at the start."""
        return Values(
            {option.name: option.default for option in self.options},
            {option.attribute: option.name for option in self.options if option.attribute},
        )


def shipped_sliders(attributes: "Path") -> dict[str, str]:
    """Return the label of every attribute that can be steered, by key; none if it cannot be read.

    What is wrong with the file is said when the model is loaded.

    Args:
        attributes: the style space's description of them.
    """
    try:
        rows = json.loads(attributes.read_text(encoding="utf-8"))["attributes"]
        labels = {str(row["key"]): _one_line(str(row["label"])) for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    labels.pop(_STRENGTH, None)  # how strong it plays is no matter of style
    return labels


def _general() -> Iterator[Option]:
    most_intensity = round(MAXIMUM_INTENSITY * HUNDREDTHS)
    yield Option("Recipe", "string", AVERAGE)
    yield Option("StyleFile", "string", "")
    yield Option("Intensity", "spin", str(HUNDREDTHS), 0, most_intensity)
    yield Option("UCI_LimitStrength", "check", "false")
    yield Option("UCI_Elo", "spin", str(USUAL_ELO), MINIMUM_ELO, MAXIMUM_ELO)
    yield Option("Match Opponent", "check", "false")
    yield Option("Temperature", "string", "1.0")
    yield Option("TopP", "string", "1.0")
    yield Option("Seed", "spin", str(ANY_SEED), ANY_SEED, LARGEST_SEED)
    yield Option("MultiPV", "spin", "1", 1, MOST_LINES)
    yield Option("UCI_ShowWDL", "check", "true")
    yield Option("UCI_Opponent", "string", "")
    yield Option("Human Time", "check", "false")
    yield Option("Move Overhead", "spin", "100", 0, LONGEST_OVERHEAD)
    yield Option("Ponder", "check", "false")
    yield Option("VerboseMoveStats", "check", "false")
    yield Option("Threads", "spin", "1", 1, MOST_THREADS)
    yield Option("Hash", "spin", "16", 1, MOST_HASH)
    yield Option("SyzygyPath", "string", "")


def _sliders(labels: Mapping[str, str]) -> Iterator[Option]:
    most = round(MAXIMUM_AMOUNT * HUNDREDTHS)
    for key, label in labels.items():
        yield Option(label, "spin", "0", -most, most, key)


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
