"""The dial: a slider with a board, the moves' chances and the measured figures that follow it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chess
import numpy as np
import numpy.typing as npt

from engine.analysis.sweep import Sweep
from engine.attributes.fixed_positions import STRENGTH
from engine.attributes.registry import BY_KEY
from engine.evaluation.report.slider_games import SliderGames
from engine.style.records import AttributeInfo
from engine.style.steering.dose_response import Dose, DoseResponse, Shift
from ui.board.drawing import draw_arrows, draw_board, piece_definitions, without_definitions
from ui.components.modules import BrowserComponent, event_value
from ui.shared.candidates import Candidate, arrows
from ui.shared.text import minus, signed, telling

KEY = "steer_dial"
MOVES_SHOWN = 6
"""A move that is among so many likeliest at any place of the slider has a row."""
_FOLDER = Path(__file__).parent

_component = BrowserComponent(
    "stylemate.dial",
    _FOLDER / "dial.js",
    (_FOLDER / "dial.css",),
    html=piece_definitions() + (_FOLDER / "dial.html").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A position that can be tried.

    Attributes:
        index: its number among all positions.
        board: the position.
        change: how much one step moves the expected attribute there, in its own unit.
    """

    index: int
    board: chess.Board
    change: float


@dataclass(frozen=True, slots=True)
class DialView:
    """All that the dial shows.

    Attributes:
        name: what to call the style within a sentence.
        attribute: what is steered.
        amount: where the slider stands, one of the sweep's amounts.
        board: the position.
        caption: what the position is, in a line.
        sweep: its moves' chances at every place of the slider.
        values: float32 (moves,), the attribute of each of the sweep's moves; None where nothing
            measures it.
        offers: positions to try.
        chosen: index of the one on the board.
        response: the measured doses, None if there are none.
        sliders: keys of all attributes that have a slider.
        strength_unit: expected points a move that one step of strength stands for.
        in_games: what the slider does in whole games, None where that was not measured.
    """

    name: str
    attribute: AttributeInfo
    amount: float
    board: chess.Board
    caption: str
    sweep: Sweep
    values: npt.NDArray[np.float32] | None
    offers: Sequence[Offer]
    chosen: int
    response: DoseResponse | None
    sliders: Collection[str]
    strength_unit: float | None
    in_games: SliderGames | None = None


def show_dial(
    view: DialView, on_amount: Callable[[], None], on_position: Callable[[], None]
) -> None:
    """Draw the dial.

    Args:
        view: what to draw.
        on_amount: runs when the person left the slider elsewhere, and reads ``sent_amount``.
        on_position: runs when they chose a position, and reads ``sent_position``.
    """
    _component(KEY, payload(view), {"amount": on_amount, "position": on_position})


def sent_amount() -> float | None:
    """Return the amount that is being handled, None if there is none or it is malformed."""
    return read_amount(event_value(KEY, "amount"))


def sent_position() -> int | None:
    """Return the position that is being handled, None if there is none or it is malformed."""
    return read_position(event_value(KEY, "position"))


def read_amount(value: Any) -> float | None:
    """Return a value from the page as an amount, None if it is not one."""
    amount = value.get("amount") if isinstance(value, Mapping) else None
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    return float(amount)


def read_position(value: Any) -> int | None:
    """Return a value from the page as a position's number, None if it is not one."""
    index = value.get("index") if isinstance(value, Mapping) else None
    return index if isinstance(index, int) and not isinstance(index, bool) else None


def payload(view: DialView) -> dict[str, Any]:
    """Return what the dial's JavaScript draws, as plain JSON."""
    attribute, sweep, board = view.attribute, view.sweep, view.board
    words = BY_KEY.get(attribute.key)
    return {
        "label": attribute.label,
        "low": attribute.low,
        "high": attribute.high,
        "amounts": list(sweep.amounts),
        "place": sweep.amounts.index(view.amount),
        "zero": sweep.amounts.index(0.0),
        "svg": _drawing(board),
        "caption": view.caption,
        "unit": words.unit if words else "",
        "moves_title": f"What {view.name} would play here",
        **_moves(view),
        "turns": turn_words(sweep, board),
        "games": _games(view.in_games, sweep.amounts),
        "offers_title": f"Where to see it: {attribute.label.lower()}" if view.offers else "",
        "offers_note": (
            "First positions in which the favourite move changes; the number is how far one step "
            f"moves the expected {attribute.label.lower()} there."
        ),
        "offers": [_offer(offer, attribute) for offer in view.offers],
        "chosen": view.chosen,
        "curve": _curve(view.response, attribute.key),
        "curve_words": f"Measured change of {attribute.label.lower()} by the slider's amount",
        "source": _source(view.response),
        "leaks": _leaks(view.response, view.sliders),
        "costs": _costs(view.response, view.strength_unit),
    }


def turn_words(sweep: Sweep, board: chess.Board) -> list[str]:
    """Return for every place of the slider how the favourite move changes on the way there.

    At 0 it is said where the nearest change lies.
    """
    best = sweep.chances.argmax(axis=1).tolist()
    zero = sweep.amounts.index(0.0)
    plain = board.san(sweep.moves[best[zero]])
    changes = sorted(
        (place for place in range(len(best)) if best[place] != best[zero]),
        key=lambda place: abs(sweep.amounts[place]),
    )

    def words(place: int) -> str:
        after = board.san(sweep.moves[best[place]])
        return f"0 → {minus(f'{sweep.amounts[place]:+g}')}: {plain} becomes {after}"

    if not changes:
        return [f"{plain} stays its favourite."] * len(best)
    nearest = f"{words(changes[0])}."
    return [
        f"{words(place)}."
        if best[place] != best[zero]
        else nearest
        if place == zero
        else f"{plain} is still its favourite. {nearest}"
        for place in range(len(best))
    ]


def _games(games: SliderGames | None, amounts: Sequence[float]) -> dict[str, Any] | None:
    """Return the measured curve in games, and its words at every place of the slider."""
    if games is None:
        return None
    spots = [(amount, games.at(amount)) for amount in games.amounts]
    ends = [bound for _, spot in spots for bound in (spot.value, spot.low, spot.high)]
    about = games.about
    return {
        "title": f"In games: {about.label.lower()}",
        "points": [[amount, spot.value, spot.low, spot.high] for amount, spot in spots],
        "here": [games.at(amount).value for amount in amounts],
        "words": [_games_reading(games, amount) for amount in amounts],
        "ticks": [
            [bound, minus(about.number(bound))]
            for bound in np.linspace(min(ends), max(ends), 3).tolist()
        ],
        "note": f"Measured in {games.games} games at each point, the average player against "
        "the same unpushed; bars and band are 95 % intervals."
        if games.games
        else "The average player against the same unpushed; the band is 95 % intervals.",
    }


def _games_reading(games: SliderGames, amount: float) -> str:
    spot, about = games.at(amount), games.about
    low, high = (minus(about.number(bound)) for bound in (spot.low, spot.high))
    return f"{capitalised(games.words(amount))}; 95 %: {low} to {high}."


def capitalised(words: str) -> str:
    """Return words with a capital first letter."""
    return words[:1].upper() + words[1:]


def _drawing(board: chess.Board) -> str:
    last = board.peek() if board.move_stack else None
    return without_definitions(draw_board(board, orientation=board.turn, last_move=last))


def _moves(view: DialView) -> dict[str, Any]:
    sweep, board = view.sweep, view.board
    leading = sweep.leading(MOVES_SHOWN)
    sans = {index: board.san(sweep.moves[index]) for index in leading}
    zero = sweep.amounts.index(0.0)
    expected = None if view.values is None else sweep.expected(view.values)
    return {
        "moves": [
            {"san": sans[index], **_tone(view, index, None if expected is None else expected[zero])}
            for index in leading
        ],
        "chances": [[round(float(row[index]), 5) for index in leading] for row in sweep.chances],
        "arrows": [_arrows(sweep, row, sans, board.turn) for row in sweep.chances],
        "expected": [] if expected is None else _numbers(expected),
    }


def _tone(view: DialView, index: int, expected: float | None) -> dict[str, str]:
    if view.values is None or expected is None:
        return {"tone": "", "note": ""}
    value = float(view.values[index])
    label = view.attribute.label
    note = f"{label} of this move: {telling(value)}; expected here: {telling(expected)}"
    return {"tone": "more-of-it" if value > expected else "less-of-it", "note": note}


def _arrows(
    sweep: Sweep, chances: npt.NDArray[np.float64], sans: Mapping[int, str], turn: chess.Color
) -> str:
    ranked = sorted(sans, key=lambda index: -chances[index])
    considered = [Candidate(sweep.moves[i], sans[i], float(chances[i]), False) for i in ranked]
    return draw_arrows(arrows(considered), turn)


def _numbers(values: npt.NDArray[np.float64]) -> list[str]:
    """Return numbers with as many digits as tell the first from the last."""
    spread = float(np.ptp(values))
    digits = 1 if spread <= 0 else int(np.clip(np.ceil(1 - np.log10(spread)), 0, 6))
    return [minus(f"{value:.{digits}f}") for value in values]


def _offer(offer: Offer, attribute: AttributeInfo) -> dict[str, Any]:
    change = ("+" if offer.change > 0 else "") + telling(offer.change, 2)
    mover = chess.COLOR_NAMES[offer.board.turn].capitalize()
    return {
        "index": offer.index,
        "svg": _drawing(offer.board),
        "caption": change,
        "label": f"{mover} to move; a step changes {attribute.label.lower()} by {change}",
    }


def _point(amount: float, shift: Shift, factor: float = 1.0) -> list[float | None]:
    numbers = (shift.value, shift.low, shift.high)
    return [amount, *(None if n is None else round(n * factor, 4) for n in numbers)]


def _curve(response: DoseResponse | None, key: str) -> list[list[float | None]]:
    if response is None:
        return []
    return [_point(amount, shift) for amount, shift in response.curve(key)]


def _source(response: DoseResponse | None) -> str:
    if response is None:
        return "Nothing was measured of this slider. Measure it now, below."
    origin = {
        "report": "From the shipped report",
        "calibration": "From the shipped calibration of the sliders",
        "space": "From the shipped style space",
        "now": "Measured now",
    }[response.source]
    games = "" if response.in_games is None else _games_words(response.in_games)
    words = (f"{origin}: {response.about}.", games, *response.notes)
    return " ".join(word for word in words if word)


def _games_words(shift: Shift) -> str:
    words = f"In played games one step moved it by {signed(shift.value, 2)}"
    if shift.low is not None and shift.high is not None:
        words += f" ({signed(shift.low, 2)} to {signed(shift.high, 2)})"
    return f"{words}."


def _leaks(response: DoseResponse | None, sliders: Collection[str]) -> list[dict[str, Any]]:
    """Return what happens to all other attributes, those that move most first."""
    if response is None:
        return []
    # One amount is compared with another, so only those count at which everything was measured.
    full = [dose for dose in response.doses if len(dose.shifts) > 1]
    keys = list(dict.fromkeys(key for dose in full for key in dose.shifts if key != response.key))
    one = min(full, key=lambda dose: abs(dose.amount - 1), default=None)
    size = {key: abs(one.shifts[key].value) if one and key in one.shifts else 0.0 for key in keys}
    return [
        {
            "label": _label(key),
            "note": BY_KEY[key].description if key in BY_KEY else "",
            "slider": key in sliders,
            "doses": [_point(dose.amount, dose.shifts[key]) for dose in full if key in dose.shifts],
        }
        for key in sorted(keys, key=lambda key: -size[key])
    ]


def _costs(response: DoseResponse | None, strength_unit: float | None) -> list[dict[str, Any]]:
    if response is None:
        return []

    def cost(
        label: str, note: str, read: Callable[[Dose], Shift | None], factor: float, digits: int
    ) -> dict[str, Any]:
        found = [(dose.amount, read(dose)) for dose in response.doses]
        doses = [_point(amount, shift, factor) for amount, shift in found if shift is not None]
        return {"label": label, "note": note, "doses": doses, "digits": digits, "signed": True}

    strength = cost(
        "Strength",
        "expected points kept in 100 moves, judged by Stockfish on the fixed positions",
        lambda dose: dose.shifts.get(STRENGTH) if response.key != STRENGTH else None,
        100 * (strength_unit or 0.0),
        3,
    )
    match = cost(
        "Move match",
        "of 100 moves of the player's own games, those that it predicts first",
        lambda dose: dose.move_match,
        100,
        2,
    )
    rating = cost("Rating", "in games against the style as it was", lambda dose: dose.elo, 1, 0)
    same = cost(
        "Same favourite move",
        "fixed positions in which it still likes the same move best",
        lambda dose: dose.same_favourite,
        100,
        1,
    )
    costs = [match | {"unit": " in 100"}, rating | {"unit": " Elo"}]
    if strength_unit and response.key != STRENGTH:
        costs.insert(0, strength | {"unit": " points"})
    if same["doses"]:
        costs.append(same | {"unit": "%", "signed": False})
    return costs


def _label(key: str) -> str:
    return BY_KEY[key].label if key in BY_KEY else key.replace("_", " ").capitalize()
