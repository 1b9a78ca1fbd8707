"""What the experiment on steering found of the sliders, as the report keeps it for pages.

The experiment writes this and the Steer page's measurements read it: one type on the floor below
both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from engine.errors import StylemateError
from engine.style.steering.dose_response import Dose, DoseResponse, Shift

Shifts = tuple[Shift | None, ...]
"""One for each amount; None where nobody could be measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseFigures:
    """What a slider does on the fixed positions.

    Attributes:
        amounts: numbers of steps.
        shift: by measured attribute, its change at each amount in deviations over players.
    """

    amounts: tuple[float, ...]
    shift: Mapping[str, Shifts]


@dataclass(frozen=True, kw_only=True, slots=True)
class CostFigures:
    """What a slider costs, as changes from the style as it was.

    Attributes:
        amounts: numbers of steps.
        top1: of the share of the player's own moves that come first, 0.01 for one in a hundred.
        cross_entropy: of the cross-entropy of these moves, in nats a move over the legal moves.
        top1_from_ply_30, cross_entropy_from_ply_30: the same without openings.
        elo: of the rating, from games.
    """

    amounts: tuple[float, ...]
    top1: Shifts | None = None
    cross_entropy: Shifts | None = None
    top1_from_ply_30: Shifts | None = None
    cross_entropy_from_ply_30: Shifts | None = None
    elo: Shifts | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SteeringFigures:
    """All figures of the experiment that pages show.

    Attributes:
        attributes: the sliders' keys.
        measured: keys of all attributes measured.
        players: whose styles were steered.
        matrix: by slider and slider's attribute, what one step does on the fixed positions.
        matrix_from_ply_30: the same on positions without openings.
        matrix_played: the same in played games.
        matrix_all: by slider and measured attribute.
        dose: by slider.
        cost: by slider.
    """

    attributes: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    players: tuple[str, ...] = ()
    matrix: tuple[Shifts, ...] = ()
    matrix_from_ply_30: tuple[Shifts, ...] = ()
    matrix_played: tuple[Shifts, ...] = ()
    matrix_all: tuple[Shifts, ...] = ()
    dose: Mapping[str, DoseFigures] = field(default_factory=dict)
    cost: Mapping[str, CostFigures] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        return values

    @classmethod
    def from_json(cls, values: object) -> "SteeringFigures":
        """Return the figures that JSON values describe.

        Raises:
            StylemateError: something is missing or of the wrong kind.
        """
        try:
            return msgspec.convert(values, cls)
        except msgspec.ValidationError as error:
            raise StylemateError(
                f"The report's figures of the sliders are damaged: {error}. Restore the assets."
            ) from None

    def response(self, key: str, about: str) -> DoseResponse | None:
        """Return what was measured of a slider, None if it was not.

        Args:
            key: the attribute.
            about: on what it was measured, for people.
        """
        if key not in self.dose:
            return None
        dose, cost = self.dose[key], self.cost.get(key, CostFigures(amounts=()))
        shifts = {name: _known(dose.amounts, each) for name, each in dose.shift.items()}
        top1, losses, elo = (
            _known(cost.amounts, each) for each in (cost.top1, cost.cross_entropy, cost.elo)
        )
        doses = tuple(
            Dose(
                amount,
                {name: known[amount] for name, known in shifts.items() if amount in known},
                move_match=top1.get(amount),
                cross_entropy=losses.get(amount),
                elo=elo.get(amount),
            )
            for amount in sorted({*dose.amounts, *cost.amounts})
            if amount
        )
        return DoseResponse(key, doses, "report", about, in_games=self._in_games(key))

    def _in_games(self, key: str) -> Shift | None:
        """Return what one step does to its own attribute in played games."""
        if key not in self.attributes:
            return None
        row = self.attributes.index(key)
        cells = self.matrix_played[row] if row < len(self.matrix_played) else ()
        return cells[row] if row < len(cells) else None


def _known(amounts: Sequence[float], shifts: Shifts | None) -> dict[float, Shift]:
    """Return what was measured, by amount."""
    return {a: s for a, s in zip(amounts, shifts or (), strict=False) if s is not None}
