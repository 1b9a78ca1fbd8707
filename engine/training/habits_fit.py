"""Habits of players: tilts of the backbone's policy, fitted to what they play after the opening.

The reference is the backbone, not the network of the population's style: it stays as it is while
inventories are trained anew, so habits outlive them, and what the population does otherwise than
the backbone is a tilt itself (``population``), against which everybody's habits count. Of each
position the moves that the backbone gives some chance are compared; a move it thinks all but
impossible is an accident more often than a choice, and leaving such positions out is fair, because
what is left is a choice among the moves that are compared.

Each player's fit is a file in the directory of the run, so an interrupted run goes on.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import StylemateError
from engine.files import read_tensor_metadata, read_tensors, write_tensors
from engine.games.rating_groups import is_rating_group
from engine.model.backbone import Backbone
from engine.model.fingerprint import backbone_fingerprint
from engine.position.phases import HABIT_PLIES
from engine.progress import TellDone
from engine.style.habits import (
    HABIT_KEYS,
    LARGEST_HABIT,
    HabitMeasure,
    Habits,
    HabitScale,
    HabitTable,
)
from engine.style.records import PlayerInfo
from engine.training.data import Games, TrainingPositions, prepare_positions
from engine.training.habit_choices import LEAST_CHANCE, read_choices
from engine.training.habit_evidence import (
    FREE_SPREAD,
    LEAST_HALF,
    REFERENCE_HALF,
    Agreement,
    PlayerEvidence,
    stacked_evidence,
)
from engine.training.options import Precision
from engine.training.splits import Split, split_of_games
from engine.training.tilt import (
    Choices,
    Evidence,
    Floats,
    fit_tilt,
    spread_over_players,
    usual_spread,
)

MANY_GAMES = 1000
"""Games from which more is read of a player."""
_POSITIONS_AT_ONCE = 6_000
POPULATION_FILE = "population.safetensors"
_PLAYERS_DIRECTORY = "players"
_WIDE_SPREAD = 0.06
"""Prior of the fits from which the true spread is learnt: at least twice what players differ by."""
_NEVER_DIFFERS = 1e-6
_LEAST_POSITIONS = 2 * LEAST_HALF
"""Positions from which a player counts for the spread over players: of fewer, what is rare says
little, and what it says is no parabola."""


@dataclass(frozen=True, kw_only=True)
class HabitOptions:
    """How much to read."""

    # positions of a player with many games (``MANY_GAMES``), at most
    positions: int = 12_000
    # positions of any other player, at most
    positions_of_few: int = 800
    # players of whom as much is read as of those with many games
    featured: frozenset[str] = frozenset()
    # mixed precision: bfloat16 where the machine computes it natively
    precision: Precision = Precision.AUTO

    def asked(self, player: PlayerInfo) -> int:
        """Return how many positions to read of a player."""
        much = player.games >= MANY_GAMES or player.name in self.featured
        return self.positions if much else self.positions_of_few


def person_habits(
    backbone: Backbone,
    positions: TrainingPositions,
    rows: Tensor,
    scale: HabitScale,
    precision: Precision = Precision.AUTO,
) -> Habits:
    """Fit somebody's habits to their games.

    Args:
        backbone: the one that the scale was made with, on the positions' device.
        positions: games.
        rows: int64, positions in which they move.
        scale: how habits are measured; what is known of players beforehand.
    """
    backbone = _channels_last(backbone)
    later = rows[positions.packed.plies[rows] >= HABIT_PLIES]
    choices, _ = read_choices(backbone, positions, later, precision)
    choices = choices.in_units(scale.unit)
    tilt, _ = fit_tilt(choices, scale.tilt, scale.spread)
    evidence = Evidence.at(choices, tilt, scale.tilt).dispersed(scale.dispersion)
    return _habits(*evidence.posterior(scale.spread), len(choices))


def _habits(values: Floats, errors: Floats, positions: int) -> Habits:
    bounded = np.clip(values, -LARGEST_HABIT, LARGEST_HABIT)
    return Habits(bounded.astype(np.float32), errors.astype(np.float32), positions)


class HabitRun:
    """One measurement of everybody's habits, in a directory from which it goes on."""

    def __init__(
        self, directory: Path, backbone: Backbone, games: Games, options: HabitOptions
    ) -> None:
        """Begin or go on.

        Args:
            directory: gets a file for each player.
            backbone: the reference, on the device to compute on.
            games: of the store, players named as in the style space.
            options: how much to read.
        """
        self.directory, self.games, self.options = directory, games, options
        self.backbone = _channels_last(backbone)
        self.fingerprint = backbone_fingerprint(backbone)
        self.device = next(backbone.parameters()).device
        self._numbers = {name: number for number, name in enumerate(games.players)}
        self._is_training = split_of_games(games.game_ids) == int(Split.TRAIN)
        self._unit = self._tilt = np.zeros(0)

    def learn_population(self, players: Sequence[PlayerInfo]) -> None:
        """Learn the units of properties and the population's tilt, of one game of each player.

        Rating groups are left out: they are no players, and far from all others.
        """
        path = self.directory / POPULATION_FILE
        if not path.exists():
            people = [player.name for player in players if not is_rating_group(player.name)]
            one_each = [(name, game) for name in people for game in self._games_of(name)[:1]]
            choices = self._choices(one_each)[0]
            unit = usual_spread(choices)
            unit[unit < _NEVER_DIFFERS] = 1.0
            size = len(HABIT_KEYS)
            tilt, _ = fit_tilt(choices.in_units(unit), np.zeros(size), np.full(size, FREE_SPREAD))
            counts = np.array([len(choices)], dtype=np.int64)
            tensors = {"unit": unit, "tilt": tilt, "positions": counts}
            write_tensors(path, tensors, self._metadata())
        if read_tensor_metadata(path) != self._metadata():
            raise StylemateError(
                f"{self.directory} holds habits that were measured against another backbone or "
                "with other properties. Choose another folder."
            )
        kept = read_tensors(path)
        self._unit, self._tilt = kept["unit"], kept["tilt"]

    def fit(
        self,
        players: Sequence[PlayerInfo],
        report: TellDone = lambda done, total: None,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Fit players, those left that were not yet.

        A player is fitted anew if more positions are asked for now than were then.

        Returns:
            Whether all were done; False if it was stopped.
        """
        left = [p for p in players if self._asked_before(p.name) < self.options.asked(p)]
        done = len(players) - len(left)
        for group in self._groups(left):
            if is_stopped():
                return False
            report(done, len(players))
            self._fit(group)
            done += len(group)
        report(len(players), len(players))
        return True

    def _groups(self, players: Sequence[PlayerInfo]) -> Iterator[list[PlayerInfo]]:
        """Yield players in groups of which enough is to be read at once to be quick."""
        group: list[PlayerInfo] = []
        for player in players:
            group.append(player)
            if sum(map(self.options.asked, group)) >= _POSITIONS_AT_ONCE:
                yield group
                group = []
        if group:
            yield group

    def evidence(self, players: Sequence[PlayerInfo]) -> list[PlayerEvidence]:
        """Return what is known so far, of those players of whom anything is."""
        found = []
        for player in players:
            path = self._path(player.name)
            if path.exists():
                kept = read_tensors(path)
                halves = Evidence(kept["pull"], kept["information"])
                found.append(PlayerEvidence(player, halves, kept["positions"]))
        return found

    def table(self, evidence: Sequence[PlayerEvidence]) -> tuple[HabitTable, dict[str, Any]]:
        """Return everybody's habits, and how they were measured and how well, as JSON.

        Raises:
            StylemateError: there is nobody to learn from.
        """
        if not evidence:
            raise StylemateError("Nobody's habits are fitted yet.")
        counted = [
            one
            for one in evidence
            if one.positions.sum() >= _LEAST_POSITIONS and not is_rating_group(one.player.name)
        ]
        agreement = Agreement.of(counted)
        dispersion = np.array(agreement.dispersion)
        known = stacked_evidence([one.whole for one in counted or evidence]).dispersed(dispersion)
        spread = spread_over_players(known)
        measures = [
            HabitMeasure(key, float(unit), float(tilt), float(own), more, agreed)
            for key, unit, tilt, own, more, agreed in zip(
                HABIT_KEYS,
                self._unit,
                self._tilt,
                spread,
                agreement.dispersion,
                agreement.expected,
                strict=True,
            )
        ]
        scale = HabitScale(self.fingerprint, tuple(measures))
        whole = stacked_evidence([one.whole for one in evidence]).dispersed(dispersion)
        mean, error = whole.posterior(spread)
        table = HabitTable(
            scale,
            [one.player.name for one in evidence],
            np.clip(mean, -LARGEST_HABIT, LARGEST_HABIT).astype(np.float32),
            error.astype(np.float32),
            np.array([one.positions.sum() for one in evidence], dtype=np.int32),
        )
        return table, self._account(evidence, counted, spread, agreement)

    def _account(
        self,
        evidence: Sequence[PlayerEvidence],
        counted: Sequence[PlayerEvidence],
        spread: Floats,
        agreement: "Agreement",
    ) -> dict[str, Any]:
        free = np.full(len(HABIT_KEYS), FREE_SPREAD)
        whole = stacked_evidence([one.whole for one in evidence])
        raw, error = whole.dispersed(np.array(agreement.dispersion)).posterior(free)
        return {
            "backbone": self.fingerprint,
            "games": self.games.fingerprint,
            "first_ply": HABIT_PLIES,
            "least_chance": LEAST_CHANCE,
            "population_positions": int(
                read_tensors(self.directory / POPULATION_FILE)["positions"][0]
            ),
            "players": len(evidence),
            "players_for_spread": len(counted),
            "positions": int(sum(one.positions.sum() for one in evidence)),
            "players_for_agreement": agreement.players,
            "positions_of_a_half": round(agreement.half),
            "positions_of_a_reference_half": REFERENCE_HALF,
            "properties": {
                key: {
                    "spread": round(float(spread[k]), 5),
                    "dispersion": agreement.dispersion[k],
                    "halves_correlate": agreement.measured[k],
                    "reference_halves_correlate": agreement.expected[k],
                }
                for k, key in enumerate(HABIT_KEYS)
            },
            "not_shrunk": {
                one.player.name: {
                    "positions": int(one.positions.sum()),
                    "habits": {
                        key: [round(float(raw[row, k]), 4), round(float(error[row, k]), 4)]
                        for k, key in enumerate(HABIT_KEYS)
                    },
                }
                for row, one in enumerate(evidence)
                if self.options.asked(one.player) == self.options.positions
            },
        }

    def _metadata(self) -> dict[str, str]:
        return {"backbone": self.fingerprint, "properties": ",".join(HABIT_KEYS)}

    def _path(self, name: str) -> Path:
        digest = hashlib.blake2b(name.encode(), digest_size=12).hexdigest()
        return self.directory / _PLAYERS_DIRECTORY / f"{digest}.safetensors"

    def _asked_before(self, name: str) -> int:
        path = self._path(name)
        return int(read_tensor_metadata(path)["asked"]) if path.exists() else 0

    def _games_of(self, name: str) -> npt.NDArray[np.int64]:
        """Return a player's training games, as good as in random order: an identity is a hash."""
        number = self._numbers.get(name, -1)
        white, black = self.games.white == number, self.games.black == number
        own = np.flatnonzero((white ^ black) & self._is_training).astype(np.int64)
        ordered: npt.NDArray[np.int64] = own[np.argsort(self.games.game_ids[own], kind="stable")]
        return ordered

    def _enough_games(self, name: str, positions: int) -> npt.NDArray[np.int64]:
        """Return as many of a player's games as have so many positions after the opening."""
        own = self._games_of(name)
        lengths = self.games.offsets[own + 1] - self.games.offsets[own]
        as_white = self.games.white[own] == self._numbers.get(name, -1)
        counts = np.maximum(lengths - HABIT_PLIES + as_white, 0) // 2
        enough: npt.NDArray[np.int64] = own[np.cumsum(counts) - counts < positions]
        return enough

    def _choices(self, games: Sequence[tuple[str, int]]) -> tuple[Choices, npt.NDArray[np.int64]]:
        """Return what players chose in games, and in which of these, int64, each choice was made.

        Args:
            games: a player, and a game of theirs.
        """
        part = self.games.part(np.array([game for _, game in games], dtype=np.int64))
        positions = prepare_positions(part, (), self.device)
        wanted = torch.tensor([self._numbers[name] for name, _ in games], device=self.device)
        rows = (positions.packed.plies >= HABIT_PLIES).nonzero()[:, 0]
        game = positions.games[rows].long()
        own = positions.movers(rows) == wanted[game]
        rows, game = rows[own], game[own]
        choices, kept = read_choices(self.backbone, positions, rows, self.options.precision)
        return choices, game.cpu().numpy()[kept]

    def _fit(self, players: Sequence[PlayerInfo]) -> None:
        """Fit some players, each alone, whose games are read together."""
        games = [
            (player.name, int(number))
            for player in players
            for number in self._enough_games(player.name, self.options.asked(player))
        ]
        choices, game = self._choices(games)
        names = np.array([name for name, _ in games], dtype=object)
        for player in players:
            own = names[game] == player.name
            # Every other game of the player, in their own order, whoever is read beside them.
            order = game[own] - game[own].min(initial=len(games))
            self._fit_one(player, choices.part(own).in_units(self._unit), order % 2)

    def _fit_one(self, player: PlayerInfo, choices: Choices, half: npt.NDArray[np.int64]) -> None:
        wide = np.full(len(HABIT_KEYS), _WIDE_SPREAD)
        tilt, _ = fit_tilt(choices, self._tilt, wide)
        halves = [choices.part(half == number) for number in (0, 1)]
        evidence = stacked_evidence([Evidence.at(part, tilt, self._tilt) for part in halves])
        tensors = {
            "pull": evidence.pull,
            "information": evidence.information,
            "positions": np.array([len(part) for part in halves], dtype=np.int64),
        }
        asked = str(self.options.asked(player))
        metadata = self._metadata() | {"name": player.name, "asked": asked}
        write_tensors(self._path(player.name), tensors, metadata)


def _channels_last(backbone: Backbone) -> Backbone:
    """Return the network with its weights laid out as its planes are, which is faster."""
    changed = backbone.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return cast(Backbone, changed)
