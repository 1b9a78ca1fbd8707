"""What a training leaves: a model, routing for every player, who they are, what is typical.

``stylemate train styles`` and ``stylemate train others`` write such a folder, ``styles build``
reads it, and a training goes on from it.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.assets import MODEL_DIRECTORY
from engine.errors import StylemateError
from engine.files import read_json, read_tensors, write_json, write_tensors
from engine.model.checkpoint import load_model, read_description, save_model
from engine.model.style_model import StyleModel
from engine.style.prior import PRIOR_FILE, StylePrior
from engine.style.records import PLAYERS_FILE, PlayerInfo, read_player, read_rows
from engine.style.style import Routing, centred

ROUTING_FILE = "routing.safetensors"


@dataclass(frozen=True, slots=True)
class TrainedStyles:
    """A finished training.

    Attributes:
        model: backbone and inventory.
        metadata: what the training wrote beside the model.
        z: float32 (players, heads, modules), centred.
        players: one for each row of ``z``.
        mean: float32 (heads, modules), the population's style, centred.
        prior: what is known of styles of this model beforehand, if it was learnt.
        signatures: float32 (players, heads, modules), if they were learnt.

    Everything is on the CPU but the model, which may be anywhere.
    """

    model: StyleModel
    metadata: dict[str, Any]
    z: Routing
    players: tuple[PlayerInfo, ...]
    mean: Routing
    prior: StylePrior | None = None
    signatures: Routing | None = None

    def save(self, directory: Path) -> None:
        """Write the folder that ``load_trained`` reads.

        Raises:
            StylemateError: it cannot be written.
        """
        save_model(directory / MODEL_DIRECTORY, self.model, self.metadata)
        tensors = {"z": self.z, "mean": self.mean}
        if self.signatures is not None:
            tensors["signatures"] = self.signatures
        write_tensors(directory / ROUTING_FILE, tensors)
        write_json(directory / PLAYERS_FILE, [asdict(player) for player in self.players])
        if self.prior is not None:
            self.prior.save(directory / PRIOR_FILE)

    def of_player(self) -> dict[str, Routing]:
        """Return the styles (heads, modules) by the players' names."""
        return {player.name: z for player, z in zip(self.players, self.z, strict=True)}


def load_trained(directory: Path) -> TrainedStyles:
    """Load a training's directory.

    Raises:
        StylemateError: a part is missing, damaged or does not fit the others.
    """
    if not directory.is_dir():
        raise StylemateError(f"There is no folder {directory}. `stylemate train styles` makes one.")
    model = load_model(directory / MODEL_DIRECTORY)
    metadata = read_description(directory / MODEL_DIRECTORY).get("metadata", {})
    tensors = read_tensors(directory / ROUTING_FILE)
    try:
        players = read_rows(read_json(directory / PLAYERS_FILE), read_player)
    except StylemateError as error:
        raise StylemateError(f"{directory / PLAYERS_FILE}: {error}") from None
    z = tensors.get("z")
    expected = (len(players), *model.style_shape)
    if z is None or z.shape != expected or not np.isfinite(z).all():
        found = "none" if z is None else str(z.shape)
        raise StylemateError(
            f"{directory / ROUTING_FILE} should hold finite routing numbers 'z' of shape "
            f"{expected} to go with {PLAYERS_FILE} and the model, not {found}."
        )
    prior = directory / PRIOR_FILE
    mean = tensors.get("mean", z.mean(axis=0))
    if mean.shape != model.style_shape or not np.isfinite(mean).all():
        raise StylemateError(f"{directory / ROUTING_FILE} is damaged. Restore it from a copy.")
    return TrainedStyles(
        model,
        metadata,
        centred(z.astype(np.float32)),
        tuple(players),
        centred(mean.astype(np.float32)),
        StylePrior.load(prior) if prior.exists() else None,
        tensors.get("signatures"),
    )
