"""What was measured of chosen strengths, as it is shipped, and in tables for people.

Each measurement of ``stylemate strength`` is a JSON file that says of which model it is. Beside the
table of ratings they go into the assets folder; what is of another model is not shown.
"""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from engine.errors import StylemateError
from engine.evaluation.experiment import Estimate, Table
from engine.evaluation.ladder.blunders import DECIDED, DEPTH, LOSS, BlunderRate
from engine.evaluation.ladder.endings import DEFENDER_DEPTH, ENDINGS, EndingResult
from engine.evaluation.ladder.styles import SliderForce, in_words
from engine.evaluation.matches.players import setting_name
from engine.files import read_json, write_json
from engine.intervals import NORMAL_95
from engine.play.strength.setting import Setting
from engine.play.strength.table import OpponentRating, StrengthTable
from engine.style.recipe import AVERAGE

BLUNDERS_FILE = "strength_blunders.json"
ENDINGS_FILE = "strength_endings.json"
STYLE_RATINGS_FILE = "strength_styles.json"
_LEVEL = "Stockfish skill "
_WELL_KNOWN = 150
"""Half of the widest 95 % interval of a level that others are compared with."""
_Row = TypeVar("_Row")


class StrengthMeasurements(msgspec.Struct, frozen=True):
    """What was measured of one model's strengths; whatever was not is empty.

    Attributes:
        blunders: of the settings, by the names of the ladder's players.
        endings: likewise.
        sliders: forces, those as learned among them.
    """

    blunders: tuple[BlunderRate, ...] = ()
    endings: tuple[EndingResult, ...] = ()
    sliders: tuple[SliderForce, ...] = ()


def save_rows(path: Path, rows: Sequence[Any], model: str, date: datetime.date) -> None:
    """Write one measurement.

    Args:
        path: the file.
        rows: JSON values.
        model: fingerprint of the model that played.
        date: of the measurement.
    """
    write_json(path, {"model": model, "date": date.isoformat(), "rows": list(rows)})


def load_measured(directory: Path, model: str) -> StrengthMeasurements:
    """Return what an assets folder holds of a model.

    Raises:
        StylemateError: a file is damaged.
    """
    return StrengthMeasurements(
        _rows(directory / BLUNDERS_FILE, BlunderRate, model),
        _rows(directory / ENDINGS_FILE, EndingResult, model),
        _rows(directory / STYLE_RATINGS_FILE, SliderForce, model),
    )


def strength_tables(table: StrengthTable, measured: StrengthMeasurements) -> tuple[Table, ...]:
    """Return everything that was measured, as tables; those that have rows."""
    tables = (
        _ratings(table, measured.blunders),
        _levels(table),
        _endings(table, measured.endings),
        _sliders(measured.sliders),
    )
    return tuple(one for one in tables if one.rows)


def best_in_words(table: StrengthTable) -> str:
    """Return in a sentence which levels of Stockfish the strongest setting plays like.

    Empty if that was not measured.
    """
    known = [other for other in table.opponents if NORMAL_95 * other.error <= _WELL_KNOWN]
    levels = [(_skill(other), other.elo) for other in known if _is_level(other)]
    if not table.is_measured or not levels:
        return ""
    best = table.rungs[-1]
    within = sorted(skill for skill, elo in levels if best.low <= elo <= best.high)
    words = f"At its strongest it plays about {best.elo:.0f} ({best.low:.0f} to {best.high:.0f})"
    if not within:
        near = min(levels, key=lambda level: abs(level[1] - best.elo))[0]
        return f"{words}; the nearest of Stockfish's levels is {near}."
    if len(within) == 1:
        return f"{words}, about as strong as Stockfish at level {within[0]}."
    return f"{words}, somewhere between Stockfish's levels {within[0]} and {within[-1]}."


def _ratings(table: StrengthTable, blunders: Sequence[BlunderRate]) -> Table:
    rates = {row.player: row for row in blunders}
    rows = []
    for rung in table.rungs:
        rate = rates.get(setting_name(AVERAGE, rung.setting))
        rows.append(
            (
                f"{rung.elo:.0f}",
                f"{rung.low:.0f} to {rung.high:.0f}",
                rung.games,
                _ahead(rung.setting),
                None if rate is None else Estimate(rate.rate, rate.low, rate.high, rate.games),
                None if rate is None else rate.games,
            )
        )
    note = (
        f"A blunder loses {LOSS / 100:g} pawns or more by Stockfish at depth {DEPTH}; beyond "
        f"{DECIDED / 100:g} pawns nothing more can be lost. In brackets: 95 % interval over games."
    )
    return Table(
        "What the settings are worth",
        ("plays about", "95 % interval", "games", "looks at", "blunders in 100 moves", "in games"),
        tuple(rows),
        note if rates else "",
    )


def _levels(table: StrengthTable) -> Table:
    rows: list[tuple[int, str, str, int]] = []
    for other in filter(_is_level, table.opponents):
        wide = NORMAL_95 * other.error
        ends = f"{other.elo - wide:.0f} to {other.elo + wide:.0f}"
        rows.append((_skill(other), f"{other.elo:.0f}", ends, other.games))
    return Table(
        "Stockfish's levels on the same scale",
        ("level", "plays about", "95 % interval", "games"),
        tuple(sorted(rows)),
        "A level chooses among the moves that Stockfish sees at a small depth, so what it is worth "
        "does not depend on the machine.",
    )


def _endings(table: StrengthTable, endings: Sequence[EndingResult]) -> Table:
    rows = []
    for rung in table.rungs:
        name = setting_name(AVERAGE, rung.setting)
        found = {row.ending: row for row in endings if row.player == name}
        if found:
            cells = [
                f"{found[e].mates} of {found[e].games}" if e in found else None for e in ENDINGS
            ]
            rows.append((f"{rung.elo:.0f}", *cells))
    return Table(
        "Bare kings mated",
        ("plays about", *ENDINGS),
        tuple(rows),
        f"From random won positions, against Stockfish at depth {DEFENDER_DEPTH}.",
    )


def _sliders(sliders: Sequence[SliderForce]) -> Table:
    return Table(
        "What is left of sliders at chosen strengths",
        ("from end to end",),
        tuple((in_words(force),) for force in sliders),
        "In brackets: 95 % interval over games.",
    )


def _ahead(setting: Setting) -> str:
    return f"{setting.visits:,} positions" if setting.visits else "the board alone"


def _is_level(other: OpponentRating) -> bool:
    return other.name.startswith(_LEVEL) and other.name.removeprefix(_LEVEL).isdecimal()


def _skill(level: OpponentRating) -> int:
    return int(level.name.removeprefix(_LEVEL))


def _rows(path: Path, kind: type[_Row], model: str) -> tuple[_Row, ...]:
    if not path.is_file():
        return ()
    read = read_json(path)
    try:
        if not isinstance(read, dict):
            raise ValueError("it holds no measurement")
        rows = msgspec.convert(read.get("rows"), tuple[kind, ...])  # type: ignore[valid-type]
    except ValueError as error:  # msgspec's are of this kind
        raise StylemateError(f"{path} is damaged: {error}") from None
    return rows if read.get("model") == model else ()
