"""Habits: what a player leans to after the opening, whatever the position, with its certainty.

A habit is a property of moves (``engine.attributes.move_properties``) that a player chooses more or
less than the population does, given the same moves to choose from and how likely the backbone
thinks each: log-odds per usual spread of that property among a position's moves
(``engine.training.tilt``). Habits are small, so each comes with a standard error, and both are held
against how much players truly differ: what few games say is mostly "not clear yet".
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.attributes.move_properties import PROPERTY_KEYS
from engine.errors import StylemateError
from engine.files import decoded, read_json, read_tensors, write_json, write_tensors
from engine.intervals import NORMAL_95
from engine.position.phases import HABIT_PLIES

CROWD: Final = "crowd"
HABIT_KEYS: Final[tuple[str, ...]] = (*PROPERTY_KEYS, CROWD)
"""Properties of moves, and the logarithm of the backbone's own chance: following the crowd."""
HABITS_FILE = "habits.safetensors"
HABIT_SCALE_FILE = "habits.json"
VERSION = 1
LEAST_AGREEMENT = 0.8
"""Correlation of habits from two halves of players' games below which a habit is not shown."""
LARGEST_HABIT = 5.0
"""Log-odds beyond which a habit means damage; players differ by hundredths."""
_MOST_POSITIONS = 10**12

PHRASES: Final[Mapping[str, str]] = {
    "king_danger": "goes for the opponent's king",
    "king_safety": "keeps the own king safe",
    "mobility": "makes pieces active",
    "threats": "makes threats",
    "passed_pawns": "makes and pushes passed pawns",
    "space": "takes space in the centre",
    "bishop_pair": "holds on to the bishop pair",
    "imbalance": "trades for the better mix of pieces",
    "pawn_structure": "keeps pawns sound",
    "captures": "takes",
    "checks": "gives check",
    "queen_trades": "trades queens",
    "sacrifices": "offers material",
    "early_castling": "castles early",
    "pawn_storms": "storms with pawns",
    "quiet_retreats": "steps back quietly",
    "king_walks": "walks the king",
    "castling_side": "castles long rather than short",
    "minor_trades": "trades knights and bishops",
    "pawn_moves": "moves pawns",
    "knight_moves": "moves knights",
    "bishop_moves": "moves bishops",
    "queen_moves": "moves the queen",
    "forward": "goes forward",
    "distance": "makes long moves",
    "to_enemy_king": "brings pieces towards the opponent's king",
    "to_centre": "brings pieces to the centre",
    "wins_material": "takes what can be won",
    CROWD: "plays the move that most would play",
}


class Certainty(StrEnum):
    """How sure it is that a player has a habit at all, rather than its opposite."""

    CLEAR = "clear"  # 39 in 40
    LIKELY = "likely"  # 9 in 10
    UNCLEAR = "not clear yet"


_CLEAR, _LIKELY = NORMAL_95, 1.28


def certainty(value: float, error: float) -> Certainty:
    """Return how sure it is that a number is on its side of 0, by its standard error."""
    size = abs(value)
    if size >= _CLEAR * error and size > 0:
        return Certainty.CLEAR
    if size >= _LIKELY * error and size > 0:
        return Certainty.LIKELY
    return Certainty.UNCLEAR


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """What one player, or a blend, leans to.

    Attributes:
        values: float32 (K,), expected log-odds per usual spread of each of ``HABIT_KEYS``, against
            the population; what is not known of a player lies near 0.
        errors: float32 (K,), standard errors of these.
        positions: number of positions that they are from.

    Raises:
        StylemateError: the numbers are not habits.
    """

    values: npt.NDArray[np.float32]
    errors: npt.NDArray[np.float32]
    positions: int

    def __post_init__(self) -> None:
        size = len(HABIT_KEYS)
        for name in ("values", "errors"):
            numbers = np.asarray(getattr(self, name), dtype=np.float32)
            if numbers.shape != (size,):
                raise StylemateError(f"Habits should be {size} numbers, not {numbers.shape}.")
            if not (np.abs(numbers) <= LARGEST_HABIT).all():
                raise StylemateError("Some habits are not numbers, or far too large.")
            object.__setattr__(self, name, numbers)
        if (self.errors < 0).any():
            raise StylemateError("A standard error of habits is below 0.")
        if not 0 <= self.positions <= _MOST_POSITIONS:
            raise StylemateError("The number of positions of habits is out of range.")

    def certainty(self, key: str) -> Certainty:
        """Return how sure it is that the player has a habit."""
        place = HABIT_KEYS.index(key)
        return certainty(float(self.values[place]), float(self.errors[place]))


@dataclass(frozen=True, slots=True)
class HabitMeasure:
    """One property, as it is measured.

    Attributes:
        key: which of ``HABIT_KEYS``.
        unit: usual spread of the property among a position's moves, in its own unit.
        tilt: log-odds per unit of the population as a whole, against the backbone.
        spread: standard deviation over players of true habits, in log-odds per unit.
        dispersion: by how much the variance between halves of players' games is larger than if
            every choice were made for itself.
        agreement: correlation over players of habits from the two halves of a thousand games;
            None if it was not measured.
    """

    key: str
    unit: float
    tilt: float
    spread: float
    dispersion: float
    agreement: float | None

    @property
    def reliable(self) -> bool:
        """Whether players' halves agree well enough for the habit to be shown."""
        return self.agreement is not None and self.agreement >= LEAST_AGREEMENT


@dataclass(frozen=True, slots=True)
class HabitScale:
    """How habits are measured: one measure for each of ``HABIT_KEYS``, in that order.

    Attributes:
        backbone: fingerprint of the backbone against which habits are measured.
        measures: of each property.
    """

    backbone: str
    measures: tuple[HabitMeasure, ...]

    def __post_init__(self) -> None:
        if tuple(measure.key for measure in self.measures) != HABIT_KEYS:
            raise StylemateError("The measures are not those of the habits that are known.")
        scales = np.concatenate((self.unit, self.spread, self.dispersion))
        if not (np.isfinite(self.tilt).all() and np.isfinite(scales).all() and (scales > 0).all()):
            raise StylemateError("A measure of habits is out of range.")

    @property
    def unit(self) -> npt.NDArray[np.float64]:
        """Float64 (K,), see ``HabitMeasure``; likewise the next three."""
        return np.array([measure.unit for measure in self.measures])

    @property
    def tilt(self) -> npt.NDArray[np.float64]:
        return np.array([measure.tilt for measure in self.measures])

    @property
    def spread(self) -> npt.NDArray[np.float64]:
        return np.array([measure.spread for measure in self.measures])

    @property
    def dispersion(self) -> npt.NDArray[np.float64]:
        return np.array([measure.dispersion for measure in self.measures])


@dataclass(frozen=True, slots=True)
class _Described:
    """What ``HABIT_SCALE_FILE`` holds besides its version."""

    backbone: str
    measures: tuple[HabitMeasure, ...]
    players: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HabitLine:
    """One habit of a player, for people.

    Attributes:
        key: which.
        text: such as "trades queens less than others", or "queens come off by move 20 in 25 of 100
            games (others 16)".
        deviations: how many standard deviations over players the player is from the others.
        certainty: how sure it is that the player differs to this side at all.
    """

    key: str
    text: str
    deviations: float
    certainty: Certainty

    def __str__(self) -> str:
        return f"{self.text}: {self.certainty}"


class HabitTable:
    """The habits of the players of a style space."""

    def __init__(
        self,
        scale: HabitScale,
        names: Sequence[str],
        values: npt.NDArray[np.float32],
        errors: npt.NDArray[np.float32],
        positions: npt.NDArray[np.int32],
    ) -> None:
        """Make a table of P players.

        Args:
            scale: how they were measured.
            names: of the players, all different.
            values: float32 (P, K), see ``Habits``; likewise the next two.
            errors: float32 (P, K).
            positions: int32 (P,).

        Raises:
            StylemateError: the parts do not fit each other, or hold what are no habits.
        """
        shape = (len(names), len(HABIT_KEYS))
        if values.shape != shape or errors.shape != shape or positions.shape != shape[:1]:
            raise StylemateError(f"habits of {len(names)} players are of another shape")
        if len(set(names)) != len(names):
            raise StylemateError("two players with habits have the same name")
        self.scale = scale
        self.names = tuple(names)
        self._habits = {
            name: Habits(value, error, int(count))
            for name, value, error, count in zip(names, values, errors, positions, strict=True)
        }

    def of(self, name: str) -> Habits | None:
        """Return the habits of a player's exact name, None if they were not measured."""
        return self._habits.get(name)

    def save(self, directory: Path) -> None:
        """Write the table as files of ``assets/styles`` (numbers as float16)."""
        rows = [self._habits[name] for name in self.names]
        size = (len(rows), len(HABIT_KEYS))
        tensors: dict[str, npt.NDArray[Any]] = {
            "habit": np.array([row.values for row in rows], dtype=np.float16).reshape(size),
            "error": np.array([row.errors for row in rows], dtype=np.float16).reshape(size),
            "positions": np.array([row.positions for row in rows], dtype=np.int32),
        }
        metadata = {"format": "stylemate-habits", "version": str(VERSION)}
        write_tensors(directory / HABITS_FILE, tensors, metadata)
        measures = [asdict(m) | {"reliable": m.reliable} for m in self.scale.measures]
        described = {
            "version": VERSION,
            "backbone": self.scale.backbone,
            "first_ply": HABIT_PLIES,
            "measures": measures,
            "players": list(self.names),
        }
        write_json(directory / HABIT_SCALE_FILE, described)

    @classmethod
    def load(cls, directory: Path) -> "HabitTable":
        """Read a table.

        Raises:
            StylemateError: a file is missing, damaged or of another version.
        """
        path = directory / HABIT_SCALE_FILE
        described = read_json(path)
        if not isinstance(described, dict) or described.get("version") != VERSION:
            raise StylemateError(
                f"{path} is not of version {VERSION}. `stylemate train habits` makes it anew."
            )
        tensors = read_tensors(directory / HABITS_FILE)
        try:
            if set(tensors) != {"habit", "error", "positions"}:
                raise StylemateError(f"{HABITS_FILE} should hold habits, errors and positions")
            read = decoded(described, _Described)
            return cls(
                HabitScale(read.backbone, read.measures),
                read.players,
                tensors["habit"].astype(np.float32),
                tensors["error"].astype(np.float32),
                tensors["positions"].astype(np.int32),
            )
        except StylemateError as error:
            raise StylemateError(f"The habits in {directory} are damaged: {error}") from None


def described(habits: Habits, scale: HabitScale, shown_only: bool = True) -> tuple[HabitLine, ...]:
    """Return a player's habits in words, the farthest from others' first.

    Args:
        habits: of the player.
        scale: how they were measured.
        shown_only: leave out those that halves of players' own games do not agree on.
    """
    lines = []
    for measure, value in zip(scale.measures, habits.values, strict=True):
        if shown_only and not measure.reliable:
            continue
        how = "more" if value > 0 else "less"
        lines.append(
            HabitLine(
                measure.key,
                f"{PHRASES[measure.key]} {how} than others",
                float(value) / measure.spread,
                habits.certainty(measure.key),
            )
        )
    return tuple(sorted(lines, key=lambda line: -abs(line.deviations)))


def blended(parts: Sequence[tuple[Habits, float]]) -> Habits:
    """Return the habits of a blend.

    Args:
        parts: habits with their weights, which are shares of the whole: where they sum to less than
            1, the rest is the population, whose habits are 0.
    """
    values = np.zeros(len(HABIT_KEYS))
    variance = np.zeros(len(HABIT_KEYS))
    for habits, weight in parts:
        values += weight * habits.values
        variance += (weight * habits.errors.astype(np.float64)) ** 2
    positions = sum(habits.positions for habits, _ in parts)
    return Habits(values.astype(np.float32), np.sqrt(variance).astype(np.float32), positions)
