"""The eight players whom the pages offer first, and whose games every report looks at."""

from dataclasses import dataclass

from engine.style.space import StyleSpace


@dataclass(frozen=True, slots=True)
class Preset:
    """An inviting opponent.

    Attributes:
        player: name in the style space.
        label: short name for a chip.
        character: how they play, in a line.
    """

    player: str
    label: str
    character: str


PRESETS = (
    Preset("Tal, Mikhail", "Tal", "The magician from Riga: attack first, proof later."),
    Preset("Petrosian, Tigran", "Petrosian", "Iron Tigran: stops your idea before you have it."),
    Preset("Capablanca, Jose Raul", "Capablanca", "Simple moves, clear plans, deadly endgames."),
    Preset("Fischer, Bobby", "Fischer", "Clarity, energy, and no draws by courtesy."),
    Preset("Karpov, Anatoly", "Karpov", "Takes your squares away, one by one."),
    Preset("Kasparov, Garry", "Kasparov", "Initiative above all: pressure on every move."),
    Preset("Polgar, Judit", "Polgar", "Fearless tactics, straight at your king."),
    Preset("Carlsen, Magnus", "Carlsen", "Plays on where others shake hands."),
)


def available_presets(space: StyleSpace) -> tuple[Preset, ...]:
    """Return the presets whose players the style space knows."""
    return tuple(preset for preset in PRESETS if preset.player in space.names)
