"""The recipe: how to make a style and how strong it plays, as a value that writes itself.

``engine.style.recipe_parser`` has the grammar and reads it. This module knows no player and no
attribute: ``engine.style.space`` looks names up.
"""

import math
import re
from dataclasses import dataclass, replace

from engine.errors import StylemateError
from engine.style.recipe_bounds import AVERAGE as AVERAGE
from engine.style.recipe_bounds import MAXIMUM_AMOUNT as MAXIMUM_AMOUNT
from engine.style.recipe_bounds import MAXIMUM_ELO as MAXIMUM_ELO
from engine.style.recipe_bounds import MAXIMUM_INTENSITY as MAXIMUM_INTENSITY
from engine.style.recipe_bounds import MINIMUM_ELO as MINIMUM_ELO
from engine.style.recipe_bounds import attribute_key as attribute_key
from engine.style.recipe_bounds import clean_name as clean_name

INTENSITY = "intensity"
ELO = "elo"
AS_FITTED = 1.0
MAXIMUM_WEIGHT = 1_000_000.0
MINIMUM_WEIGHT = 1e-6
MAXIMUM_COMPONENTS = 16
_MOST_ROUNDS = 20  # rounding moves a sum, and weights too small to keep move it more
_SUM_TOLERANCE = 1e-3  # four digits each: a normalised recipe sums to 1 within half of this

# No part of a number gives back what it took ("++", "*+", "?+"). If one did, every way to split a
# long row of digits would be tried, and one link would keep everybody waiting.
_NUMBER = (
    r"[+\-\u2212]?+"
    r"(?:(?:\d++(?:\.\d*+)?+|\.\d++)(?:e[+\-]?+\d++)?+|(?a:nan|inf(?:inity)?+))"
)
WEIGHT = re.compile(
    rf"\s*+(?P<number>{_NUMBER})(?:\s*+(?P<percent>%)|(?=[\s*])|\Z)\s*+\*?+\s*+", re.I
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
        name = clean_name(self.name)
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
            raise RecipeError(f"{quoted_part(self.attribute)} is not the name of an attribute")
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
        check_intensity(self.intensity)
        intensity = round(self.intensity, 3) if self.components else AS_FITTED
        object.__setattr__(self, "intensity", intensity)
        object.__setattr__(self, "elo", None if self.elo is None else checked_elo(self.elo))

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
            written_name(c.name) if len(weights) == 1 else f"{c.weight:.4g} {written_name(c.name)}"
            for c in self.components
        )
        pushes = [f"{s.attribute} {s.amount:+g}" for s in self.steering]
        if self.intensity != AS_FITTED:
            pushes.insert(0, f"{INTENSITY} {self.intensity:g}")
        if self.elo is not None:
            pushes.append(f"{ELO} {self.elo}")
        return " | ".join([players or AVERAGE, *pushes])


def check_intensity(intensity: float) -> None:
    """Refuse an intensity that no recipe has.

    Raises:
        RecipeError: it is not 0 to 5.
    """
    if not 0 <= intensity <= MAXIMUM_INTENSITY:
        raise RecipeError(
            f"The intensity must be a number from 0 to {MAXIMUM_INTENSITY:g}, not {intensity:g}: "
            "1 plays as fitted"
        )


def checked_elo(elo: float) -> int:
    """Return a rating in whole points.

    Raises:
        RecipeError: it is not 500 to 2400.
    """
    if not MINIMUM_ELO <= elo <= MAXIMUM_ELO:
        raise RecipeError(
            f"The elo must be a rating from {MINIMUM_ELO} to {MAXIMUM_ELO}, not {elo:g}"
        )
    return round(elo)


def written_name(name: str) -> str:
    """Return a name as a recipe spells it, in quotes where it would be misread."""
    if any(c in name for c in '+|"') or name[0] in "*%" or WEIGHT.match(name):
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


def quoted_part(text: str) -> str:
    """Return a part of a recipe for an error's sentence: in quotes, and not too long."""
    cleaned = clean_name(text)
    return f"'{cleaned[:40]}...'" if len(cleaned) > 43 else f"'{cleaned}'"
