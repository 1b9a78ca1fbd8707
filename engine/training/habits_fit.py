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

from engine.attributes.move_properties import (
    LegalMoveList,
    move_properties,
)
from engine.errors import StylemateError
from engine.files import read_tensor_metadata, read_tensors, write_tensors
from engine.games.rating_groups import is_rating_group
from engine.model.backbone import Backbone
from engine.model.fingerprint import backbone_fingerprint
from engine.progress import TellDone
from engine.style.habits import (
    FIRST_PLY,
    HABIT_KEYS,
    LARGEST_HABIT,
    HabitMeasure,
    Habits,
    HabitScale,
    HabitTable,
)
from engine.style.records import PlayerInfo
from engine.training.data import Games, TrainingPositions, prepare_positions
from engine.training.options import Precision
from engine.training.precision import autocast
from engine.training.splits import Split, split_of_games
from engine.training.tilt import (
    Choices,
    Evidence,
    Floats,
    fit_tilt,
    spread_over_players,
    usual_spread,
)

LEAST_CHANCE = 0.002
"""Chance, by the backbone, of moves that are compared."""
MANY_GAMES = 1000
"""Games from which more is read of a player."""
REFERENCE_HALF = 10_000
"""Positions of a half of a thousand games, for which the agreement of halves is given."""
LEAST_HALF = 1_000
"""Positions of a half of somebody's games from which it is held against the other half."""
LEAST_PLAYERS = 10
"""Players with so many without whom no agreement of halves is measured."""
_BATCH = 512
_POSITIONS_AT_ONCE = 6_000
_POPULATION_FILE = "population.safetensors"
_PLAYERS_DIRECTORY = "players"
_WIDE_SPREAD = 0.06
"""Prior of the fits from which the true spread is learnt: at least twice what players differ by."""
_FREE_SPREAD = 0.3
"""Prior under which figures count as not shrunk."""
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


def read_choices(
    backbone: Backbone,
    positions: TrainingPositions,
    rows: Tensor,
    precision: Precision = Precision.AUTO,
) -> tuple[Choices, npt.NDArray[np.bool_]]:
    """Read what was to choose from in positions, and what was chosen.

    Args:
        backbone: the reference, on the positions' device.
        positions: games.
        rows: int64 (N,).

    Returns:
        The choices, with ``HABIT_KEYS`` in own units, of those positions in which the move played
        was one of several that the backbone gives ``LEAST_CHANCE``; and which those are, bool (N,).
    """
    kept = np.zeros(len(rows), dtype=np.bool_)
    values, chances, counts, played = [], [], [], []
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        found = _likely_moves(backbone, positions, part, precision)
        chosen, listed, log_chance, place = found
        kept[first : first + len(part)] = chosen.cpu().numpy()
        own = move_properties(positions.packed, part[chosen], listed)
        values.append(np.concatenate((own, log_chance[:, None]), axis=1))
        chances.append(log_chance)
        counts.append(np.bincount(listed.rows.cpu().numpy(), minlength=int(chosen.sum())))
        played.append(place)
    count = np.concatenate([np.zeros(0, dtype=np.int64), *counts])
    starts = np.cumsum(count) - count
    size = len(HABIT_KEYS)
    choices = Choices(
        starts,
        np.concatenate([np.zeros((0, size), dtype=np.float32), *values]),
        np.concatenate([np.zeros(0, dtype=np.float32), *chances]),
        starts + np.concatenate([np.zeros(0, dtype=np.int64), *played]),
    )
    return choices, kept


@torch.inference_mode()
def _likely_moves(
    backbone: Backbone, positions: TrainingPositions, rows: Tensor, precision: Precision
) -> tuple[Tensor, LegalMoveList, npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return which of N positions are choices, bool (N,); of those the moves that are compared,
    the logarithms of their chances, and which of a position's moves was played.
    """
    batch = positions.batch(rows)
    planes = batch.planes.contiguous(memory_format=torch.channels_last)
    with autocast(positions.device, precision):
        logits = backbone(planes)[0].float()
    legal = positions.legal_masks(rows)
    log_chance = logits.masked_fill(~legal, -torch.inf).log_softmax(1)
    likely = legal & (log_chance >= float(np.log(LEAST_CHANCE)))
    chosen = likely.gather(1, batch.policy[:, None])[:, 0] & (likely.sum(1) > 1)
    likely, log_chance, policy = likely[chosen], log_chance[chosen], batch.policy[chosen]
    row, index = likely.nonzero(as_tuple=True)
    before = likely.cumsum(1).gather(1, policy[:, None])[:, 0] - 1
    listed = LegalMoveList(row, index)
    return chosen, listed, log_chance[row, index].cpu().numpy(), before.cpu().numpy()


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
    later = rows[positions.packed.plies[rows] >= FIRST_PLY]
    choices, _ = read_choices(backbone, positions, later, precision)
    choices = choices.in_units(scale.unit)
    tilt, _ = fit_tilt(choices, scale.tilt, scale.spread)
    evidence = Evidence.at(choices, tilt, scale.tilt).dispersed(scale.dispersion)
    return _habits(*evidence.posterior(scale.spread), len(choices))


def _habits(values: Floats, errors: Floats, positions: int) -> Habits:
    bounded = np.clip(values, -LARGEST_HABIT, LARGEST_HABIT)
    return Habits(bounded.astype(np.float32), errors.astype(np.float32), positions)


@dataclass(frozen=True, slots=True)
class PlayerEvidence:
    """What two halves of a player's games say of their habits.

    Attributes:
        player: whose.
        halves: evidence (2, K) and (2, K, K).
        positions: of each half, int64 (2,).
    """

    player: PlayerInfo
    halves: Evidence
    positions: npt.NDArray[np.int64]

    @property
    def whole(self) -> Evidence:
        """What all games say, (K,) and (K, K)."""
        return Evidence(self.halves.pull.sum(axis=0), self.halves.information.sum(axis=0))


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
        path = self.directory / _POPULATION_FILE
        if not path.exists():
            people = [player.name for player in players if not is_rating_group(player.name)]
            one_each = [(name, game) for name in people for game in self._games_of(name)[:1]]
            choices = self._choices(one_each)[0]
            unit = usual_spread(choices)
            unit[unit < _NEVER_DIFFERS] = 1.0
            size = len(HABIT_KEYS)
            tilt, _ = fit_tilt(choices.in_units(unit), np.zeros(size), np.full(size, _FREE_SPREAD))
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
        agreement = _Agreement.of(counted)
        dispersion = np.array(agreement.dispersion)
        known = _stacked([one.whole for one in counted or evidence]).dispersed(dispersion)
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
        whole = _stacked([one.whole for one in evidence]).dispersed(dispersion)
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
        agreement: "_Agreement",
    ) -> dict[str, Any]:
        free = np.full(len(HABIT_KEYS), _FREE_SPREAD)
        whole = _stacked([one.whole for one in evidence])
        raw, error = whole.dispersed(np.array(agreement.dispersion)).posterior(free)
        return {
            "backbone": self.fingerprint,
            "games": self.games.fingerprint,
            "first_ply": FIRST_PLY,
            "least_chance": LEAST_CHANCE,
            "population_positions": int(
                read_tensors(self.directory / _POPULATION_FILE)["positions"][0]
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
        counts = np.maximum(lengths - FIRST_PLY + as_white, 0) // 2
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
        rows = (positions.packed.plies >= FIRST_PLY).nonzero()[:, 0]
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
        evidence = _stacked([Evidence.at(part, tilt, self._tilt) for part in halves])
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


def _stacked(parts: Sequence[Evidence]) -> Evidence:
    return Evidence(
        np.stack([part.pull for part in parts]), np.stack([part.information for part in parts])
    )


@dataclass(frozen=True, slots=True)
class _Agreement:
    """How well habits from two halves of players' games agree.

    Attributes:
        players: number of players with enough games.
        half: positions of a half, harmonic mean over these players.
        measured: correlation over these players for each of ``HABIT_KEYS``, of habits that are not
            shrunk; None for all if there are too few players.
        dispersion: variance of the difference of two halves, as a multiple of what it would be if
            every choice were made for itself; at least 1, and 1 for all if there are too few.
        expected: the correlation for halves of ``REFERENCE_HALF`` positions (Spearman-Brown).
    """

    players: int
    half: float
    measured: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    dispersion: tuple[float, ...] = (1.0,) * len(HABIT_KEYS)

    @classmethod
    def of(cls, evidence: Sequence[PlayerEvidence]) -> "_Agreement":
        many = [one for one in evidence if one.positions.min() >= LEAST_HALF]
        if len(many) < LEAST_PLAYERS:
            unknown = (None,) * len(HABIT_KEYS)
            return cls(len(many), 0.0, unknown, unknown)
        half = float(1 / np.mean(1 / np.stack([one.positions for one in many])))
        free = np.full(len(HABIT_KEYS), _FREE_SPREAD)
        pairs, errors = _stacked([one.halves for one in many]).posterior(free)
        alone = (errors**2).sum(axis=1).mean(axis=0)
        dispersion = np.maximum((pairs[:, 0] - pairs[:, 1]).var(axis=0) / alone, 1.0)
        found = [_correlation(pairs[:, 0, k], pairs[:, 1, k]) for k in range(len(HABIT_KEYS))]
        times = REFERENCE_HALF / half
        expected = [times * r / (1 + (times - 1) * r) if r > 0 else 0.0 for r in found]
        return cls(
            len(many),
            half,
            tuple(found),
            tuple(round(value, 4) for value in expected),
            tuple(np.round(dispersion, 3).tolist()),
        )


def _correlation(first: Floats, second: Floats) -> float:
    if not (first.std() > 0 and second.std() > 0):
        return 0.0
    return round(float(np.corrcoef(first, second)[0, 1]), 4)
