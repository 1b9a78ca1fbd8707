"""A person's style as a small file that pages, the command line and other installs can load.

JSON with the routing numbers, what they belong to, and a checksum. The checksum finds damage and
careless edits; it is no signature. The file holds a name and dates and can re-identify a person by
their play: it is theirs, and nothing but this file is kept of their games.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import UNSET, UnsetType

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.files import decoded, parse_json, write_json
from engine.style.game_habits import GameHabits
from engine.style.habits import HABIT_KEYS, Habits
from engine.style.recipe import AVERAGE
from engine.style.records import PlayerInfo
from engine.style.style import Routing, centred

FORMAT = "stylemate-style"
VERSION = 1
SUFFIX = ".style"
LARGEST_FILE = 1 << 20
"""Bytes; a style of the largest shape takes some tens of thousands."""
LARGEST_NUMBER = 1000.0
"""Routing logits beyond this mean damage: softmax has long been all or nothing."""
LONGEST_NAME = 100
HABITS_VERSION = 1
"""Of the habits in a file; those of a later version are left out, as if they were not known."""
_LARGEST_FIGURE = 1e6
_LARGEST_SHAPE = 4096
_BOUNDS = (
    ("games", 1, 10**9),
    ("positions", 1, 10**12),
    ("first_year", 1000, 9999),
    ("last_year", 1000, 9999),
    ("rating", 0, 5000),
    ("stability", -1.001, 1.001),
    ("gain", -1000, 1000),
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StyleFile:
    """A style that was fitted to somebody's games.

    Attributes:
        label: what recipes call the style.
        player: how the games spell the player.
        z: float32 (heads, modules), centred.
        model: fingerprint of the model whose inventory the numbers mix.
        games: number of games fitted to.
        positions: number of the player's moves in them.
        first_year: year of the earliest game, None if unknown.
        last_year: year of the latest game, None if unknown.
        rating: the player's mean rating in the games, None if unknown.
        stability: cosine of the signatures of the two halves of the games.
        gain: nats a move by which held-out moves are likelier than in the mean style.
        created: day of the fit, as 2025-02-14.
        created_with: the program and its version.
        signature: float32 (heads, modules), by which the player is recognised; None in files of
            before there were signatures.
        habits: what the player leans to after the opening; None if that was not measured.
        game_habits: what happens in the player's games; None if that was not measured.

    Raises:
        StylemateError: a value is out of bounds.
    """

    label: str
    player: str
    z: Routing
    model: str
    games: int
    positions: int
    first_year: int | None
    last_year: int | None
    rating: float | None
    stability: float
    gain: float
    created: str
    created_with: str
    signature: Routing | None = None
    habits: Habits | None = None
    game_habits: GameHabits | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "z", _checked_numbers(self.z))
        if self.signature is not None:
            object.__setattr__(self, "signature", _checked_numbers(self.signature))
            if self.signature.shape != self.z.shape:
                raise StylemateError("its style and its signature are of different shapes.")
        _check_fields(self)

    def require_model(self, fingerprint: str) -> None:
        """Check that the style belongs to a model.

        Raises:
            StylemateError: it was fitted to another one.
        """
        if self.model != fingerprint:
            raise StylemateError(
                f"The style '{self.label}' was fitted to another version of the model "
                f"({self.model[:8]}, not {fingerprint[:8]}), whose numbers mean something else. "
                "Fit it again from the games: stylemate fit."
            )

    def info(self) -> PlayerInfo:
        """Return what a style space shows of the style."""
        return PlayerInfo(
            self.label, self.games, self.first_year, self.last_year, self.rating, None, {}
        )


def save_style(path: Path | str, style: StyleFile) -> None:
    """Write a style file, replacing one that is there.

    Raises:
        StylemateError: the place cannot be written to.
    """
    write_json(Path(path), _sealed(style))


def load_style(path: Path | str) -> StyleFile:
    """Read a style file.

    Raises:
        StylemateError: it is missing, too large, damaged, tampered with, or of another version.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise StylemateError(f"There is no file {path}. `stylemate fit` makes style files.") from (
            None
        )
    except OSError as error:
        raise StylemateError(f"Cannot read {path}: {error.strerror}.") from error
    return parse_style(data, str(path))


def parse_style(data: bytes, name: str = "the file") -> StyleFile:
    """Read a style file's bytes.

    Args:
        data: content, uploaded or read.
        name: what errors call it.

    Raises:
        StylemateError: as ``load_style``.
    """
    content = _parse_content(data, name)
    checksum = content.pop("checksum", None)
    if checksum != _checksum(content):
        raise StylemateError(
            f"{name} is damaged or was changed after it was written (its checksum does not fit). "
            "Restore it from a copy, or fit the style again."
        )
    try:
        return _style_of(content)
    except StylemateError as error:
        reason = str(error).removesuffix(".")
        raise StylemateError(f"{name} is not a usable style file: {reason}.") from None


def style_bytes(style: StyleFile) -> bytes:
    """Return a style file's content, to be downloaded."""
    return (json.dumps(_sealed(style), ensure_ascii=False, indent=1) + "\n").encode()


def _sealed(style: StyleFile) -> dict[str, Any]:
    described = {field.name: getattr(style, field.name) for field in fields(style)}
    described["z"] = _rounded(style.z)
    if style.signature is None:
        del described["signature"]
    else:
        described["signature"] = _rounded(style.signature)
    if style.habits is None:
        del described["habits"]
    else:
        described["habits"] = _habits_content(style.habits)
    if style.game_habits is None:
        del described["game_habits"]
    else:
        described["game_habits"] = _game_habits_content(style.game_habits)
    content = {"format": FORMAT, "version": VERSION, **described}
    return {**content, "checksum": _checksum(content)}


def _habits_content(habits: Habits) -> dict[str, Any]:
    pairs = zip(HABIT_KEYS, habits.values, habits.errors, strict=True)
    return {
        "version": HABITS_VERSION,
        "positions": habits.positions,
        "measured": {key: [round(float(v), 5), round(float(e), 5)] for key, v, e in pairs},
    }


def _game_habits_content(habits: GameHabits) -> dict[str, Any]:
    pairs = zip(FIGURE_KEYS, habits.means, habits.errors, strict=True)
    return {
        "games": habits.games,
        "figures": {
            key: [float(f"{mean:.5g}"), float(f"{error:.5g}")]
            for key, mean, error in pairs
            if np.isfinite(mean) and np.isfinite(error)
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """A style file as JSON has it, but for its mark and its checksum; see ``StyleFile``."""

    label: str
    player: str
    z: list[list[float]]
    model: str
    games: int
    positions: int
    first_year: int | None
    last_year: int | None
    rating: float | None
    stability: float
    gain: float
    created: str
    created_with: str
    signature: list[list[float]] | UnsetType = UNSET
    habits: dict[str, Any] | UnsetType = UNSET
    game_habits: dict[str, Any] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class _HabitsContent:
    """Habits as a file has them: of each property the value and its standard error."""

    positions: int
    measured: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _GameHabitsContent:
    """Habits in games as a file has them: of each figure the mean and its standard error."""

    games: int
    figures: dict[str, tuple[float, float]]


def _game_habits_of(content: dict[str, Any]) -> GameHabits:
    """Return the habits in games of a file; figures that are not known are left out."""
    read = decoded(content, _GameHabitsContent)
    none = (float("nan"), float("nan"))
    pairs = np.array([read.figures.get(key, none) for key in FIGURE_KEYS], dtype=np.float64)
    if (np.abs(pairs[np.isfinite(pairs)]) > _LARGEST_FIGURE).any():
        raise StylemateError("Some habits in games are far too large.")
    means, errors = pairs.T.astype(np.float32)
    return GameHabits(means, errors, read.games)


def _habits_of(content: dict[str, Any]) -> Habits | None:
    """Return the habits of a file, None if they are of another version or of other properties."""
    if content.get("version") != HABITS_VERSION:
        return None
    read = decoded(content, _HabitsContent)
    if set(read.measured) != set(HABIT_KEYS):
        return None
    pairs = np.array([read.measured[key] for key in HABIT_KEYS], dtype=np.float32)
    return Habits(pairs[:, 0], pairs[:, 1], read.positions)


def _rounded(numbers: Routing) -> list[list[float]]:
    # Six digits keep the cosine with the original at 1 to within rounding of float32.
    return [[float(f"{number:.6g}") for number in head] for head in numbers]


def _checksum(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _parse_content(data: bytes, name: str) -> dict[str, Any]:
    if len(data) > LARGEST_FILE:
        raise StylemateError(
            f"{name} is larger than {LARGEST_FILE >> 20} MiB, so it is no style file. "
            "Style files end in .style and are made by `stylemate fit`."
        )
    try:
        content = parse_json(data)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise StylemateError(
            f"{name} is not a style file. Style files end in .style and are made by "
            "`stylemate fit`."
        )
    if content.get("version") != VERSION:
        raise StylemateError(
            f"{name} has format version {content.get('version')}; this Stylemate reads version "
            f"{VERSION}. Update Stylemate, or fit the style again."
        )
    return content


def _style_of(content: dict[str, Any]) -> StyleFile:
    read = decoded(content, _Content)
    given = {field.name: getattr(read, field.name) for field in fields(_Content)}
    values = {name: value for name, value in given.items() if value is not UNSET}
    values["z"] = _array(read.z)
    if read.signature is not UNSET:
        values["signature"] = _array(read.signature)
    if read.habits is not UNSET:
        values["habits"] = _habits_of(read.habits)
    if read.game_habits is not UNSET:
        values["game_habits"] = _game_habits_of(read.game_habits)
    return StyleFile(**values)


def _array(rows: list[list[float]]) -> npt.NDArray[np.float64]:
    if len({len(row) for row in rows}) > 1:
        raise StylemateError("its style has heads of different lengths.")
    return np.array(rows, dtype=np.float64)


def _checked_numbers(z: npt.NDArray[np.floating[Any]]) -> Routing:
    if z.ndim != 2 or not 0 < z.size <= _LARGEST_SHAPE:
        raise StylemateError(f"its style should be (heads, modules) numbers, not {z.shape}.")
    if not np.isfinite(z).all() or np.abs(z).max() > LARGEST_NUMBER:
        raise StylemateError("its style holds numbers that are not finite or far too large.")
    return centred(z.astype(np.float32))


def check_label(label: str) -> None:
    """Check that a style may be called so.

    Raises:
        StylemateError: it is empty, too long, or means something else.
    """
    _check_text("label", label)
    if label.casefold() == AVERAGE:
        raise StylemateError(f"no style may be called '{AVERAGE}', which means the mean style.")


def _check_text(name: str, text: str) -> None:
    if not text.strip() or not text.isprintable():
        raise StylemateError(f"'{name}' should be one line that can be read.")
    if len(text) > LONGEST_NAME:
        raise StylemateError(f"'{name}' is longer than {LONGEST_NAME} characters.")


def _check_fields(style: StyleFile) -> None:
    check_label(style.label)
    _check_text("player", style.player)
    _check_text("created_with", style.created_with)
    for name, pattern in (("model", _FINGERPRINT), ("created", _DATE)):
        if not pattern.fullmatch(getattr(style, name)):
            raise StylemateError(f"'{name}' is not as Stylemate writes it.")
    for name, low, high in _BOUNDS:
        value = getattr(style, name)
        if value is not None and not low <= value <= high:
            raise StylemateError(f"'{name}' is out of range: {value}.")
