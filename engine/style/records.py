"""What the style space says about players and attributes, checked as it is read."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.errors import StylemateError
from engine.files import decoded

PLAYERS_FILE = "players.json"
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class PlayerInfo:
    """What is known of a player.

    Attributes:
        name: as in the game headers, ``Tal, Mikhail`` or an online handle.
        games: number of games the style was learned from.
        first_year: year of the earliest game, None if unknown.
        last_year: year of the latest game, None if unknown.
        rating: mean rating over the games, None if unknown.
        rating_peak: highest rating in the games, None if unknown.
        attributes: measured attributes in standard deviations over players, by key.
    """

    name: str
    games: int
    first_year: int | None = None
    last_year: int | None = None
    rating: float | None = None
    rating_peak: float | None = None
    attributes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    """What a slider does.

    Attributes:
        key: name in recipes, such as ``king_danger``.
        label: name for people, such as "King danger".
        low: what a style far below the average is like, in a few words.
        high: what a style far above the average is like.
        description: what is measured, in a sentence.
        mean: average over players of the measured value, in its own unit.
        sd: standard deviation over players of the measured value, in its own unit.
        effects: what +1 did to each attribute of styles kept out of the calibration, by key, in
            standard deviations over players; 1 for itself and 0 for all others would be perfect.
        rule: how the delta was found.
        rating_per_step: rating points that go with +1, where that was measured.
    """

    key: str
    label: str
    low: str
    high: str
    description: str
    mean: float
    sd: float
    effects: Mapping[str, float] = field(default_factory=dict)
    rule: str = ""
    rating_per_step: float | None = None


def read_player(row: object) -> PlayerInfo:
    """Return the player that a row of JSON describes.

    Raises:
        StylemateError: a field is missing or of the wrong kind.
    """
    player = decoded(row, PlayerInfo)
    _require_text(name=player.name)
    _require_finite(player.rating, player.rating_peak, *player.attributes.values())
    return player


def read_attribute(row: object) -> AttributeInfo:
    """Return the attribute that a row of JSON describes.

    Raises:
        StylemateError: a field is missing or of the wrong kind.
    """
    found = decoded(row, AttributeInfo)
    _require_text(
        key=found.key,
        label=found.label,
        low=found.low,
        high=found.high,
        description=found.description,
    )
    _require_finite(found.mean, found.sd, found.rating_per_step, *found.effects.values())
    return found


def read_rows(rows: object, read: Callable[[dict[str, Any]], Record]) -> list[Record]:
    """Return the records of a JSON list.

    Raises:
        StylemateError: it is not a list of objects, or one of them is wrong; its number is named.
    """
    if not isinstance(rows, list):
        raise StylemateError("a list was expected")
    records = []
    for number, row in enumerate(rows, start=1):
        try:
            if not isinstance(row, dict):
                raise StylemateError("it is not an object")
            records.append(read(row))
        except StylemateError as error:
            raise StylemateError(f"entry {number}: {error}") from None
    return records


def _require_text(**texts: str) -> None:
    for name, text in texts.items():
        if not text.strip():
            raise StylemateError(f"'{name}' should not be empty")


def _require_finite(*numbers: float | None) -> None:
    if not all(number is None or math.isfinite(number) for number in numbers):
        raise StylemateError("a number is not finite")
