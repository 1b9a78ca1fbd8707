"""The recipe's grammar and its only parser.

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
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from engine.style.recipe import (
    AS_FITTED,
    ELO,
    INTENSITY,
    MAXIMUM_COMPONENTS,
    MAXIMUM_ELO,
    MAXIMUM_INTENSITY,
    MINIMUM_ELO,
    WEIGHT,
    Component,
    Recipe,
    RecipeError,
    Steering,
    attribute_key,
    check_intensity,
    checked_elo,
    clean_name,
    quoted_part,
    written_name,
)

MAXIMUM_LENGTH = 2_000
MOST_MENDS = 20
"""A line with more mistakes than this gets no suggestion: each mend reads the whole line again."""
# The last number of a line, for the line read backwards: there it has one place to begin.
_AMOUNT_BACKWARDS = re.compile(
    r"(?P<number>"
    r"(?:(?:\d++[+\-]?+e)?(?:\d++(?:\.\d*+)?+|\.\d++)|(?a:nan|fni|ytinifni))[+\-\u2212]?+"
    r")[\s=:]*+(?P<name>.*+)",
    re.I | re.S,
)


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
            checked_elo(settings[ELO]) if ELO in settings else None,
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
        elif not clean_name(name):
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
            if clean_name(name):
                mended = text[: part.position] + text[name_position:]
            raise RecipeError(error.problem, text, part.position, mended) from None
    if bare and len(bare) < len(parts):
        raise RecipeError(
            f"{clean_name(bare[0].text)} has no weight while others have one; "
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
                f"{quoted_part(part.text)} needs {_amount_wanted(part.text)}",
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


_SETTINGS: Final[Mapping[str, Callable[[float], object]]] = {
    INTENSITY: check_intensity,
    ELO: checked_elo,
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
    match = WEIGHT.match(part.text)
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


def _without(text: str, part: _Part) -> str:
    """Return the recipe without one part and without the separator that goes with it."""
    before, after = text[: part.position].rstrip(), text[part.position + len(part.text) :]
    if before.endswith(("+", "|")):
        return f"{before[:-1].rstrip()} {after.lstrip()}".strip()
    after = after.lstrip()
    return after[1:].lstrip() if after.startswith("+") else after


def _without_weights(text: str, section: _Part, parts: list[_Part]) -> str:
    names = " + ".join(written_name(clean_name(_split_weight(part)[1])) for part in parts)
    return names + text[section.position + len(section.text) :]
