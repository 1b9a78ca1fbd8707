"""What every experiment is given: games, model, styles, a seed, and a place for partial results."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.assets import MODEL_DIRECTORY, STYLES_DIRECTORY, TRAINING_DIRECTORY
from engine.errors import StylemateError
from engine.files import read_arrays, read_json, write_arrays, write_json
from engine.games.rating_groups import is_rating_group
from engine.model.checkpoint import load_model
from engine.model.fingerprint import model_fingerprint
from engine.model.style_model import StyleModel
from engine.progress import TellShare
from engine.style.space import StyleSpace
from engine.training.data import Games, TrainingPositions, load_games, prepare_positions
from engine.training.run import UNSEEN_FILE
from engine.training.splits import Split, split_of_games

Size = Literal["smoke", "small", "full"]
Kept = TypeVar("Kept")
_PARTIALS_VERSION = "2"
"""Raised when partial results mean something else than before: older ones are measured anew."""


@dataclass(frozen=True)
class Context:
    """One run of the suite.

    Attributes:
        store: game store that ``stylemate ingest`` wrote.
        assets: directory with ``model/``, ``styles/`` and, if known, ``training/unseen.json``.
        device: where to compute.
        seed: every choice at random derives from it.
        size: "full" for a GPU; "small" ends in minutes on two cores; "smoke" in seconds, to see
            that everything works, its figures mean nothing.
        directory: where partial results are kept, so that a stopped run goes on where it was.
        progress: told of the share done, 0 to 1, and what is going on.
        references: lc0 files, such as Maia's, to compare the backbone with.
    """

    store: Path
    assets: Path
    device: torch.device
    seed: int
    size: Size
    directory: Path
    progress: TellShare = lambda share, note: None
    references: tuple[Path, ...] = ()

    @cached_property
    def games(self) -> Games:
        """All games of the store, those of unseen players too.

        Online players without a style of their own are named by their rating group.
        """
        return load_games(self.store, apart={*self.space.names, *self.unseen})

    @cached_property
    def positions(self) -> TrainingPositions:
        """All positions of the games, on the device, those of unseen players too."""
        return prepare_positions(self.games, (), self.device)

    @cached_property
    def model(self) -> StyleModel:
        """The model, on the device, in evaluation mode."""
        return load_model(self.assets / MODEL_DIRECTORY, self.device)

    @cached_property
    def space(self) -> StyleSpace:
        """All styles of the model."""
        return StyleSpace.load(self.assets / STYLES_DIRECTORY)

    @cached_property
    def unseen(self) -> tuple[str, ...]:
        """Players on whose games the model was not trained; none if it is not noted."""
        path = self.assets / TRAINING_DIRECTORY / UNSEEN_FILE
        if not path.exists():
            return ()
        names = read_json(path)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise StylemateError(f"{path} should be a JSON list of players' names.")
        return tuple(names)

    @cached_property
    def model_fingerprint(self) -> str:
        """Fingerprint of the model's weights; see ``engine.model.fingerprint``."""
        return model_fingerprint(self.model)

    @cached_property
    def styles_fingerprint(self) -> str:
        """Digest of all styles with their names."""
        digest = hashlib.blake2b(self.space.z.tobytes(), digest_size=8)
        digest.update("\n".join(self.space.names).encode())
        return digest.hexdigest()

    def pick(self, smoke: Kept, small: Kept, full: Kept) -> Kept:
        """Return the value that goes with this run's size."""
        return {"smoke": smoke, "small": small, "full": full}[self.size]

    def games_of(self, name: str, splits: Collection[Split] | None = None) -> npt.NDArray[np.int64]:
        """Return a player's games as indices into ``games``, ascending.

        Args:
            name: exact; a name without games has none. Games against oneself are left out, but
                for rating groups, whose players are many.
            splits: only games of these parts; of all by default.
        """
        number = self._player_numbers.get(name)
        if number is None:
            return np.empty(0, dtype=np.int64)
        order, begins = self._games_by_player
        of_player = order[begins[number] : begins[number + 1]]
        found: npt.NDArray[np.int64] = np.unique(of_player % self.games.count)
        if not is_rating_group(name):
            found = found[self.games.white[found] != self.games.black[found]]
        if splits is not None:
            found = found[np.isin(self._splits[found], [int(split) for split in splits])]
        return found

    def rows_of_games(
        self, name: str, games: npt.NDArray[np.int64], from_ply: int = 0, device: bool = True
    ) -> Tensor:
        """Return the positions, int64 ascending by game, in which a player moves.

        Args:
            name: one of the two sides in each of the games.
            games: indices, as ``games_of`` gives them.
            from_ply: positions with fewer plies played before them are left out: 30 leaves out
                the first 15 moves.
            device: whether to put them where the positions are, rather than in main memory.
        """
        begins, ends = self.games.offsets[games], self.games.offsets[games + 1]
        white, black = self.games.white[games], self.games.black[games]
        both, side = white == black, (black == self._player_numbers.get(name, -1)).astype(np.int64)
        # The first ply from which this side moves: White at even plies, Black at odd ones.
        first = from_ply + np.where(both, 0, (from_ply + side) % 2)
        step = np.where(both, 1, 2)
        counts = np.maximum((ends - begins - first + step - 1) // step, 0)
        starts = np.repeat(begins + first, counts)
        within = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
        rows = torch.from_numpy(starts + np.repeat(step, counts) * within)
        return rows.to(self.device) if device else rows

    def rows_of_players(
        self,
        names: Sequence[str],
        splits: Collection[Split] | None = None,
        from_ply: int = 0,
    ) -> list[Tensor]:
        """Return for each player the positions, int64 on the device, in which the player moves."""
        return [self.rows_of_games(name, self.games_of(name, splits), from_ply) for name in names]

    def cached(
        self,
        key: str,
        function: Callable[[], Kept],
        settings: Mapping[str, Any] | None = None,
        of_styles: bool = True,
    ) -> Kept:
        """Return what a function gives, from the file of an earlier run if there is one.

        Files belong to this store, model, seed and size; a damaged one is made anew. What is
        returned has always been through the file, so that a run that was stopped and one that was
        not end alike: tuples become lists, and keys of objects texts.

        Args:
            key: names the part, such as ``stylometry/seen-100``; letters, digits, ``._-`` and
                ``/`` for folders.
            function: returns JSON values, or a mapping of names to arrays.
            settings: JSON values on which the part depends besides.
            of_styles: whether the part depends on the known styles, and not on the model alone.
        """
        digest = hashlib.blake2b(
            json.dumps(settings or {}, sort_keys=True).encode(), digest_size=6
        ).hexdigest()
        base = self._partials(of_styles) / f"{key}-{digest}"
        arrays, values = base.with_name(base.name + ".npz"), base.with_name(base.name + ".json")
        if arrays.exists() or values.exists():
            try:
                return cast(Kept, _read_partial(arrays, values))
            except StylemateError:  # damaged: it costs no more than its time to make it again
                arrays.unlink(missing_ok=True)
        made = function()
        if _is_arrays(made):
            write_arrays(arrays, cast(Mapping[str, npt.NDArray[Any]], made))
        else:
            write_json(values, made)
        return cast(Kept, _read_partial(arrays, values))

    @property
    def partials(self) -> Path:
        """Where this store's, model's, styles', seed's and size's partial results are kept."""
        return self._partials(of_styles=True)

    def _partials(self, of_styles: bool) -> Path:
        parts = (
            _PARTIALS_VERSION,
            self.games.fingerprint,
            self.model_fingerprint,
            self.styles_fingerprint if of_styles else "",
            str(self.seed),
            self.size,
        )
        return self.directory / hashlib.blake2b(" ".join(parts).encode(), digest_size=8).hexdigest()

    @cached_property
    def _player_numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.games.players)}

    @cached_property
    def _games_by_player(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Games by player, and where each player's begin; White's, then ``count`` more as Black."""
        players = np.concatenate((self.games.white, self.games.black))
        counts = np.bincount(players, minlength=len(self.games.players))
        return np.argsort(players, kind="stable"), np.concatenate(([0], counts.cumsum()))

    @cached_property
    def _splits(self) -> npt.NDArray[np.int8]:
        return split_of_games(self.games.game_ids)


def _read_partial(arrays: Path, values: Path) -> Any:
    return read_arrays(arrays) if arrays.exists() else read_json(values)


def _is_arrays(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) > 0
        and all(isinstance(array, np.ndarray) for array in value.values())
    )
