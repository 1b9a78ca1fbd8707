"""What is measured in games: each slider at five amounts, presets at intensities, and blends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.errors import StylemateError
from engine.style.presets import available_presets
from engine.style.recipe import AVERAGE, MAXIMUM_AMOUNT, Component, Recipe, Steering
from engine.style.space import StyleSpace

CellKind = Literal["unpushed", "slider", "preset", "blend"]

REACH: Final = MAXIMUM_AMOUNT
"""Steps to either end of every slider."""
SHARES: Final = (-1.0, -0.5, 0.5, 1.0)
"""Places of a slider that are measured, as shares of its reach; 0 is the unpushed style."""
INTENSITIES: Final = (0.0, 1.0, 2.0, 3.0)
UNPUSHED: Final = "unpushed"
_BLENDS: Final = (
    ("Tal, Mikhail", "Petrosian, Tigran"),
    ("Kasparov, Garry", "Capablanca, Jose Raul"),
)


@dataclass(frozen=True, slots=True)
class GameCell:
    """One style whose games are measured.

    Attributes:
        name: what tables call it.
        recipe: how to make the style.
        kind: what it is.
        key: the attribute of a slider, "" for others.
        share: the slider's place as a share of its reach.
        intensity: of a preset.
    """

    name: str
    recipe: str
    kind: CellKind
    key: str = ""
    share: float = 0.0
    intensity: float = 1.0

    @property
    def amount(self) -> float:
        """Number of the slider's steps."""
        return self.share * REACH


def lots_of_cells(space: StyleSpace) -> dict[str, list[GameCell]]:
    """Return all cells, by name of the lot that is played at once."""
    lots = {UNPUSHED: [GameCell(UNPUSHED, AVERAGE, "unpushed")]}
    for attribute in space.sliders:
        lots[attribute.key] = [_slider(attribute.key, share) for share in SHARES]
    for intensity in INTENSITIES:
        presets = _presets(space, intensity)
        if presets:
            lots[f"presets-{intensity:g}"] = presets
    blends = [_blend(pair) for pair in _BLENDS if set(pair) <= set(space.names)]
    if blends:
        lots["blends"] = blends
    return lots


def _slider(key: str, share: float) -> GameCell:
    amount = share * REACH
    recipe = Recipe((), (Steering(key, amount),))
    return GameCell(f"{key} {amount:+g}", str(recipe), "slider", key, share)


def _presets(space: StyleSpace, intensity: float) -> list[GameCell]:
    """Return the presets at an intensity; none where recipes do not know it."""
    cells = []
    for preset in available_presets(space):
        recipe, name = str(Recipe((Component(preset.player),))), preset.label
        if intensity != 1:
            recipe, name = f"{recipe} | intensity {intensity:g}", f"{name} x{intensity:g}"
        if _is_known(space, recipe):
            cells.append(GameCell(name, recipe, "preset", intensity=intensity))
    return cells


def _is_known(space: StyleSpace, recipe: str) -> bool:
    try:
        space.style(recipe)
    except StylemateError:
        return False
    return True


def _blend(players: Sequence[str]) -> GameCell:
    recipe = Recipe(tuple(Component(player) for player in players))
    name = " and ".join(player.partition(",")[0] for player in players)
    return GameCell(name, str(recipe), "blend")
