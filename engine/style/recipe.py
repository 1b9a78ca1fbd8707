"""The recipe: one line that says how to make a style, and its only parser.

Grammar, with spaces free everywhere::

    recipe     := players ( "|" ( "intensity" intensity | "elo" elo | attribute amount ) )*
    players    := "" | "average" | component ( "+" component )*
    component  := [weight] name
    weight     := a number or a percentage before a space, "%" or "*":  0.6   .6   60%   3 *
    attribute  := an English word such as king_danger ("King danger" and "king-danger" are the same)
    amount     := a number from -5 to +5, in standard deviations over players
    intensity  := a number from 0 to 5: 1 as fitted, 0 as everybody plays, above 1 a caricature
    elo        := a rating from 500 to 2400, rounded to whole points: how strong the style plays

Without ``elo`` a style plays as it was learned.
Weights are optional and then equal; they are normalised to a sum of 1 and kept to four digits.
``average`` is the mean style of all players. A name that holds ``+``, ``|`` or a quote, or begins
with what reads like a weight, is written in double quotes, with a quote inside doubled.
This module knows no player and no attribute: ``engine.style.space`` looks names up.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from engine.errors import StylemateError

AVERAGE = "average"
INTENSITY = "intensity"
ELO = "elo"
AS_FITTED = 1.0
MAXIMUM_INTENSITY = 5.0
MINIMUM_ELO = 500
MAXIMUM_ELO = 2400
MAXIMUM_AMOUNT = 5.0
MAXIMUM_WEIGHT = 1_000_000.0
MINIMUM_WEIGHT = 1e-6
MAXIMUM_COMPONENTS = 16
MAXIMUM_LENGTH = 2_000
MOST_MENDS = 20
"""A line with more mistakes than this gets no suggestion: each mend reads the whole line again."""
_MOST_ROUNDS = 20  # rounding moves a sum, and weights too small to keep move it more
_SUM_TOLERANCE = 1e-3  # four digits each: a normalised recipe sums to 1 within half of this

# No part of a number gives back what it took ("++", "*+", "?+"). If one did, every way to split a
# long row of digits would be tried, and one link would keep everybody waiting.
_NUMBER = (
    r"[+\-\u2212]?+"
    r"(?:(?:\d++(?:\.\d*+)?+|\.\d++)(?:e[+\-]?+\d++)?+|(?a:nan|inf(?:inity)?+))"
)
_WEIGHT = re.compile(
    rf"\s*+(?P<number>{_NUMBER})(?:\s*+(?P<percent>%)|(?=[\s*])|\Z)\s*+\*?+\s*+", re.I
)
# The last number of a line, for the line read backwards: there it has one place to begin.
_AMOUNT_BACKWARDS = re.compile(
    r"(?P<number>"
    r"(?:(?:\d++[+\-]?+e)?(?:\d++(?:\.\d*+)?+|\.\d++)|(?a:nan|fni|ytinifni))[+\-\u2212]?+"
    r")[\s=:]*+(?P<name>.*+)",
    re.I | re.S,
)
_ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9_]*")


class RecipeError(StylemateError):
    """A recipe that cannot be read or made.

    Attributes:
        text: the recipe as it was given.
        position: index into ``text`` of the first character of the part that is wrong.
        suggestion: a valid recipe that keeps the rest of the line, or None.
    """

    def __init__(
        self, problem: str, text: str = "", position: int = 0, suggestion: str | None = None
    ) -> None:
        self.problem = problem
        self.text = text
        self.position = position
        self.suggestion = suggestion
        place = f" (at character {position + 1} of the recipe)" if text.strip() else ""
        hint = "" if suggestion is None else f" Try: {suggestion or AVERAGE}"
        super().__init__(f"{problem}{place}.{hint}")


@dataclass(frozen=True, slots=True)
class Component:
    """A player and the weight of their style in the blend.

    Raises:
        RecipeError: the name is empty or the weight is not a positive, finite number.
    """

    name: str
    weight: float = 1.0

    def __post_init__(self) -> None:
        name = _clean_name(self.name)
        if not name:
            raise RecipeError("A player's name is missing")
        if not math.isfinite(self.weight):
            raise RecipeError(f"The weight of {name} must be a number, such as 0.5")
        if self.weight <= 0:
            raise RecipeError(f"The weight of {name} must be above 0, not {self.weight:g}")
        if not MINIMUM_WEIGHT <= self.weight <= MAXIMUM_WEIGHT:
            raise RecipeError(
                f"The weight {self.weight:g} of {name} is out of range: "
                f"use {MINIMUM_WEIGHT:g} to {MAXIMUM_WEIGHT:g}"
            )
        object.__setattr__(self, "name", name)

    @property
    def is_average(self) -> bool:
        """Whether this stands for the mean style of all players."""
        return self.name.casefold() == AVERAGE


@dataclass(frozen=True, slots=True)
class Steering:
    """A push along an attribute, in standard deviations over players.

    Raises:
        RecipeError: the attribute is not a word, or the amount is not within -5 to +5.
    """

    attribute: str
    amount: float

    def __post_init__(self) -> None:
        key = attribute_key(self.attribute)
        if not _ATTRIBUTE_NAME.fullmatch(key):
            raise RecipeError(f"{_quoted(self.attribute)} is not the name of an attribute")
        if key in (INTENSITY, ELO):
            raise RecipeError(f"{key.capitalize()} is no attribute")
        if not math.isfinite(self.amount):
            raise RecipeError(f"The amount of {key} must be a number, such as +1.5")
        if abs(self.amount) > MAXIMUM_AMOUNT:
            raise RecipeError(
                f"The amount {self.amount:+g} of {key} is too large: "
                f"use {-MAXIMUM_AMOUNT:g} to {MAXIMUM_AMOUNT:+g}"
            )
        object.__setattr__(self, "attribute", key)
        object.__setattr__(self, "amount", round(self.amount, 3))


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a style and how strong it plays.

    Players with weights, their intensity, pushes along attributes, and the strength as a rating;
    None plays as learned.

    The parts are brought to one form, so that equal recipes compare equal: weights sum to 1 (within
    rounding to four digits), amounts of 0 are dropped, and no component means the average, which
    has no habits and is as intense as it can be.

    Raises:
        RecipeError: too many players, one attribute twice, an intensity that is not 0 to 5, or a
            rating that is not 500 to 2400.
    """

    components: tuple[Component, ...] = ()
    steering: tuple[Steering, ...] = ()
    intensity: float = AS_FITTED
    elo: int | None = None

    def __post_init__(self) -> None:
        if len(self.components) > MAXIMUM_COMPONENTS:
            raise RecipeError(f"A recipe blends at most {MAXIMUM_COMPONENTS} players")
        seen: set[str] = set()
        for push in self.steering:
            if push.attribute in seen:
                raise RecipeError(f"{push.attribute} is given twice")
            seen.add(push.attribute)
        object.__setattr__(self, "components", _normalised(self.components))
        object.__setattr__(self, "steering", tuple(s for s in self.steering if s.amount))
        _check_intensity(self.intensity)
        intensity = round(self.intensity, 3) if self.components else AS_FITTED
        object.__setattr__(self, "intensity", intensity)
        object.__setattr__(self, "elo", None if self.elo is None else _checked_elo(self.elo))

    @property
    def style(self) -> "Recipe":
        """The same style without a chosen strength."""
        return replace(self, elo=None)

    @property
    def player(self) -> str | None:
        """The one player whose style it is, as fitted, at any strength; None for all others."""
        alone = len(self.components) == 1 and not self.components[0].is_average
        if not alone or self.steering or self.intensity != AS_FITTED:
            return None
        return self.components[0].name

    def __str__(self) -> str:
        """Return the shortest text that parses back to this recipe."""
        weights = {component.weight for component in self.components}
        players = " + ".join(
            _written_name(c.name)
            if len(weights) == 1
            else f"{c.weight:.4g} {_written_name(c.name)}"
            for c in self.components
        )
        pushes = [f"{s.attribute} {s.amount:+g}" for s in self.steering]
        if self.intensity != AS_FITTED:
            pushes.insert(0, f"{INTENSITY} {self.intensity:g}")
        if self.elo is not None:
            pushes.append(f"{ELO} {self.elo}")
        return " | ".join([players or AVERAGE, *pushes])


class _Part(NamedTuple):
    """A stretch of the recipe's text between separators."""

    text: str
    position: int  # of its first character that is not a space, in the whole recipe


def parse_recipe(text: str) -> Recipe:
    """Read a recipe.

    Raises:
        RecipeError: with the position of the part that is wrong and, where one can be made, a
            suggestion that keeps the rest of the line.
    """
    try:
        return _parse(text)
    except RecipeError as error:
        raise RecipeError(
            error.problem, text, error.position, _first_valid(error.suggestion)
        ) from None


def attribute_key(name: str) -> str:
    """Return the key of an attribute's name: lower case, words joined by underscores."""
    return re.sub(r"[\s\-_]+", "_", _clean_name(name).casefold()).strip("_")


def _first_valid(suggestion: str | None) -> str | None:
    """Mend a suggested text part by part until it parses."""
    for _ in range(MOST_MENDS):
        if suggestion is None:
            break
        try:
            return str(_parse(suggestion))
        except RecipeError as error:
            suggestion = error.suggestion
    return None


def _parse(text: str) -> Recipe:
    if len(text) > MAXIMUM_LENGTH:
        raise RecipeError(f"A recipe has at most {MAXIMUM_LENGTH} characters, not {len(text)}")
    quotes = [index for index, letter in enumerate(text) if letter == '"']
    if len(quotes) % 2:
        raise RecipeError("A double quote is opened and not closed", text, quotes[-1])
    sections = list(_split(text, 0, "|"))
    components = _parse_components(text, sections[0])
    steering, settings = _parse_settings(text, sections[1:])
    try:
        return Recipe(
            components,
            steering,
            settings.get(INTENSITY, AS_FITTED),
            _checked_elo(settings[ELO]) if ELO in settings else None,
        )
    except RecipeError as error:
        raise RecipeError(error.problem, text, sections[0].position) from None


def _parse_components(text: str, section: _Part) -> tuple[Component, ...]:
    if not section.text.strip():
        return ()
    parts = list(_split(section.text, section.position, "+"))
    if len(parts) > MAXIMUM_COMPONENTS:
        raise RecipeError(
            f"A recipe blends at most {MAXIMUM_COMPONENTS} players, not {len(parts)}",
            text,
            parts[MAXIMUM_COMPONENTS].position,
        )
    components = []
    bare: list[_Part] = []
    for part in parts:
        weight, name, name_position = _split_weight(part)
        if weight is None:
            bare.append(part)
        elif not _clean_name(name):
            raise RecipeError(
                f"A player's name is missing after the weight {part.text.strip()}",
                text,
                part.position,
                _without(text, part),
            )
        try:
            components.append(Component(name, 1.0 if weight is None else weight))
        except RecipeError as error:
            mended = _without(text, part)
            if _clean_name(name):
                mended = text[: part.position] + text[name_position:]
            raise RecipeError(error.problem, text, part.position, mended) from None
    if bare and len(bare) < len(parts):
        raise RecipeError(
            f"{_clean_name(bare[0].text)} has no weight while others have one; "
            "give every player a weight, or none",
            text,
            bare[0].position,
            _without_weights(text, section, parts),
        )
    return tuple(components)


def _parse_settings(
    text: str, sections: list[_Part]
) -> tuple[tuple[Steering, ...], dict[str, float]]:
    """Return the pushes along attributes, and by name the settings that are no attributes."""
    steering: dict[str, Steering] = {}
    settings: dict[str, float] = {}
    for part in sections:
        if not part.text.strip():
            continue  # a trailing "|" is harmless
        found = _split_amount(part.text.strip())
        if found is None:
            raise RecipeError(
                f"{_quoted(part.text)} needs {_amount_wanted(part.text)}",
                text,
                part.position,
                _without(text, part),
            )
        key = attribute_key(found[0])
        try:
            if key in _SETTINGS:
                _SETTINGS[key](found[1])
                if key in settings:
                    raise RecipeError(f"The {key} is given twice")
                settings[key] = found[1]
                continue
            push = Steering(*found)
            if push.attribute in steering:
                raise RecipeError(f"{push.attribute} is given twice")
        except RecipeError as error:
            raise RecipeError(error.problem, text, part.position, _without(text, part)) from None
        steering[push.attribute] = push
    return tuple(steering.values()), settings


def _amount_wanted(name: str) -> str:
    return {
        INTENSITY: f"a number from 0 to {MAXIMUM_INTENSITY:g}, as in intensity 2",
        ELO: f"a rating from {MINIMUM_ELO} to {MAXIMUM_ELO}, as in elo 1500",
    }.get(attribute_key(name), "an amount, as in king_danger +1.5")


def _check_intensity(intensity: float) -> None:
    if not 0 <= intensity <= MAXIMUM_INTENSITY:
        raise RecipeError(
            f"The intensity must be a number from 0 to {MAXIMUM_INTENSITY:g}, not {intensity:g}: "
            "1 plays as fitted"
        )


def _checked_elo(elo: float) -> int:
    if not MINIMUM_ELO <= elo <= MAXIMUM_ELO:
        raise RecipeError(
            f"The elo must be a rating from {MINIMUM_ELO} to {MAXIMUM_ELO}, not {elo:g}"
        )
    return round(elo)


_SETTINGS: Final[Mapping[str, Callable[[float], object]]] = {
    INTENSITY: _check_intensity,
    ELO: _checked_elo,
}


def _split(text: str, offset: int, separator: str) -> Iterator[_Part]:
    """Split at a separator outside quotes; positions count from ``offset``."""
    begin, quoted = 0, False
    for index, letter in enumerate(text + separator):
        if letter == '"':
            quoted = not quoted
        elif letter == separator and (not quoted or index == len(text)):
            part = text[begin:index]
            blank = len(part) - len(part.lstrip())
            yield _Part(part[blank:], offset + begin + blank)
            begin = index + 1


def _split_weight(part: _Part) -> tuple[float | None, str, int]:
    """Return a component's weight (None if it has none), its name, and where the name begins."""
    match = _WEIGHT.match(part.text)
    if match is None:
        return None, _unquoted(part.text), part.position
    number = _number(match["number"])
    weight = number / 100 if match["percent"] else number
    return weight, _unquoted(part.text[match.end() :]), part.position + match.end()


def _split_amount(text: str) -> tuple[str, float] | None:
    """Return the name of an attribute and the amount after it, None where there is no amount."""
    match = _AMOUNT_BACKWARDS.fullmatch(text[::-1])
    if match is None:
        return None
    return match["name"][::-1], _number(match["number"][::-1])


def _number(text: str) -> float:
    return float(text.replace("\u2212", "-"))


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"')
    return text


def _clean_name(name: str) -> str:
    """Return a name in composed Unicode, spaces collapsed, without unprintable characters."""
    composed = unicodedata.normalize("NFC", name)
    printable = "".join(c if c.isprintable() else " " for c in composed)
    return " ".join(printable.split())


def _written_name(name: str) -> str:
    """Return a name as a recipe spells it, in quotes where it would be misread."""
    if any(c in name for c in '+|"') or name[0] in "*%" or _WEIGHT.match(name):
        return '"' + name.replace('"', '""') + '"'
    return name


def _normalised(components: tuple[Component, ...]) -> tuple[Component, ...]:
    """Return components whose weights sum to 1, each kept to four significant digits.

    What it returns it returns again: weights are rounded before they are summed, so that a recipe
    that was written and read is the same one.
    """
    if all(component.is_average for component in components):
        return ()
    weights = [_kept_digits(component.weight) for component in components]
    for _ in range(_MOST_ROUNDS):
        total = math.fsum(weights)
        if abs(total - 1) <= _SUM_TOLERANCE:
            break
        weights = [_kept_digits(weight / total) for weight in weights]
    return tuple(Component(c.name, w) for c, w in zip(components, weights, strict=True))


def _kept_digits(weight: float) -> float:
    return max(float(f"{weight:.4g}"), MINIMUM_WEIGHT)


def _without(text: str, part: _Part) -> str:
    """Return the recipe without one part and without the separator that goes with it."""
    before, after = text[: part.position].rstrip(), text[part.position + len(part.text) :]
    if before.endswith(("+", "|")):
        return f"{before[:-1].rstrip()} {after.lstrip()}".strip()
    after = after.lstrip()
    return after[1:].lstrip() if after.startswith("+") else after


def _without_weights(text: str, section: _Part, parts: list[_Part]) -> str:
    names = " + ".join(_written_name(_clean_name(_split_weight(part)[1])) for part in parts)
    return names + text[section.position + len(section.text) :]


def _quoted(text: str) -> str:
    cleaned = _clean_name(text)
    return f"'{cleaned[:40]}...'" if len(cleaned) > 43 else f"'{cleaned}'"
