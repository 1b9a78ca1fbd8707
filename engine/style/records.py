"""What the style space says about players and attributes, checked as it is read."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.errors import StylemateError

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


def read_player(row: Mapping[str, Any]) -> PlayerInfo:
    """Return the player that a row of JSON describes.

    Raises:
        StylemateError: a field is missing or of the wrong kind.
    """
    return PlayerInfo(
        name=_text(row, "name"),
        games=int(_number(row, "games")),
        first_year=_optional_whole(row, "first_year"),
        last_year=_optional_whole(row, "last_year"),
        rating=_optional_number(row, "rating"),
        rating_peak=_optional_number(row, "rating_peak"),
        attributes=_numbers(row, "attributes"),
    )


def read_attribute(row: Mapping[str, Any]) -> AttributeInfo:
    """Return the attribute that a row of JSON describes.

    Raises:
        StylemateError: a field is missing or of the wrong kind.
    """
    return AttributeInfo(
        key=_text(row, "key"),
        label=_text(row, "label"),
        low=_text(row, "low"),
        high=_text(row, "high"),
        description=_text(row, "description"),
        mean=_number(row, "mean"),
        sd=_number(row, "sd"),
        effects=_numbers(row, "effects"),
        rule=str(row.get("rule", "")),
        rating_per_step=_optional_number(row, "rating_per_step"),
    )


def read_rows(rows: object, read: Callable[[Mapping[str, Any]], Record]) -> list[Record]:
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


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise StylemateError(f"'{key}' should be a text")
    return value


def _number(row: Mapping[str, Any], key: str) -> float:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise StylemateError(f"'{key}' should be a number")
    return float(value)


def _optional_number(row: Mapping[str, Any], key: str) -> float | None:
    return None if row.get(key) is None else _number(row, key)


def _optional_whole(row: Mapping[str, Any], key: str) -> int | None:
    return None if row.get(key) is None else int(_number(row, key))


def _numbers(row: Mapping[str, Any], key: str) -> dict[str, float]:
    values = row.get(key, {})
    if not isinstance(values, dict):
        raise StylemateError(f"'{key}' should hold numbers by name")
    return {str(name): _number(values, name) for name in values}
