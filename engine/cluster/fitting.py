"""Many players' styles from one game store: each is fitted by some machine, once.

A style's file is called by the hash of what it is made from: the model, the player, and the games.
So a style that is there is not fitted again, and one that more games came for is.
"""

import hashlib
import os
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ray.data
import torch

from engine.cluster.connection import connect
from engine.errors import StylemateError
from engine.games.chosen_player import choose_player
from engine.games.records import GameRecord
from engine.games.store import GameStore
from engine.play.opponents import OpponentRegistry
from engine.style.style_file import save_style
from engine.training.person_fit import fit_player, style_file_of

PLAYERS_AT_ONCE = 8
"""Players for whom the store is read once; a machine that dies takes no more fits with it."""


@dataclass(frozen=True, slots=True)
class FittedPlayer:
    """A player whose style was fitted.

    Attributes:
        player: the name in the games.
        style: name of the style's file.
        games: that were used.
        problem: why there is none, for people.
    """

    player: str
    style: str = ""
    games: int = 0
    problem: str = ""


def fit_players(
    store: Path, players: Sequence[str], out: Path, assets: Path, actors: int = 2
) -> list[FittedPlayer]:
    """Fit players on all machines of the cluster.

    Args:
        store: the game store, which all machines see.
        players: names as the store has them.
        out: folder for the style files, which all machines see.
        assets: the model and its styles, likewise.
        actors: processes that fit, each with the model in memory.

    Returns:
        The players in the order of ``players``, those without a style with the reason.
    """
    connect()
    names = list(dict.fromkeys(players))
    rows = [{"number": number, "player": name} for number, name in enumerate(names)]
    blocks = -(-len(rows) // PLAYERS_AT_ONCE)
    fitted = ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
        Fitter,
        fn_constructor_args=(store, out, assets),
        batch_size=PLAYERS_AT_ONCE,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=actors),
        num_cpus=1,
    )
    kept = sorted(fitted.take_all(), key=lambda row: row["number"])
    return [FittedPlayer(r["player"], r["style"], r["games"], r["problem"]) for r in kept]


class Fitter:
    """Fits players one after the other; the model stays in memory."""

    def __init__(self, store: Path, out: Path, assets: Path) -> None:
        """Load the model.

        Raises:
            StylemateError: the assets are missing or damaged.
        """
        torch.set_num_threads(1)
        self._store, self._out = store, out
        self._registry = OpponentRegistry.load(assets)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        """Fit the players of a batch of rows; return the rows with what came of them."""
        names = [str(name) for name in batch["player"]]
        games: dict[str, list[GameRecord]] = {name: [] for name in names}
        for record in GameStore.open(self._store).records(names):
            for name in {record.white, record.black} & games.keys():
                games[name].append(record)
        found = [asdict(self._fitted(name, games[name])) for name in names]
        return {
            "number": list(batch["number"]),
            **{key: [row[key] for row in found] for key in found[0]},
        }

    def _fitted(self, name: str, records: list[GameRecord]) -> FittedPlayer:
        style = f"{self._content(name, records)}.style"
        try:
            if not (self._out / style).exists():
                self._fit(name, records, self._out / style)
        except StylemateError as error:
            return FittedPlayer(name, problem=str(error))
        return FittedPlayer(name, style, len(records))

    def _fit(self, name: str, records: list[GameRecord], path: Path) -> None:
        space = self._registry.space
        chosen = choose_player(records, [name])
        fitted = fit_player(
            self._registry.model, records, chosen, space.prior, habits=space.habit_scale
        )
        model = self._registry.fingerprint
        # Two machines may come to the same player, when one was believed dead.
        made = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        save_style(made, style_file_of(fitted, name, chosen, records, model))
        os.replace(made, path)

    def _content(self, name: str, records: Sequence[GameRecord]) -> str:
        digest = hashlib.blake2b(f"{self._registry.fingerprint}\n{name}".encode(), digest_size=16)
        for identity in sorted(record.game_id for record in records):
            digest.update(f"\n{identity}".encode())
        return digest.hexdigest()
