"""Positions to learn dials on, with a style each and what the teacher thinks of their moves.

They are made once, in parts that are kept on disk, and drawn many times with dials turned anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from engine.errors import StylemateError
from engine.files import read_tensors, write_tensors
from engine.model.style_model import StyleModel
from engine.training.data import TrainingPositions
from engine.training.dials.dials import DIALS
from engine.training.dials.options import DialOptions, TiltOptions
from engine.training.dials.teacher import Candidates, Teacher
from engine.training.options import Precision
from engine.training.precision import autocast

_BATCH = 512
_BATCHES_OF_PART = 8
_LARGEST_WORTH: Final = 200.0
_FIRST_PLIES, _FIRST_SHARE = 4, 0.4
_LAST_PLIES, _LAST_SHARE = 110, 0.5


@dataclass(frozen=True, slots=True)
class Targets:
    """N positions with their likeliest moves; see ``Candidates`` for the last four.

    Attributes:
        rows: int64 (N,), positions.
        styles: int64 (N,), whose policy it is: a row of the table of styles.
        moves: int16 (N, L), policy indices, likeliest first.
        log_probabilities: float16 (N, L).
        sane: bool (N, C).
        worth: float16 (N, C, dials), against that of the likeliest move.
        score: float16 (N, C).
    """

    rows: Tensor
    styles: Tensor
    moves: Tensor
    log_probabilities: Tensor
    sane: Tensor
    worth: Tensor
    score: Tensor

    def __len__(self) -> int:
        return len(self.rows)

    def candidates(self, places: Tensor) -> Candidates:
        """Return what the teacher thinks of the moves in some positions, int64 (N,) places."""
        return Candidates(
            self.log_probabilities[places].float(),
            self.sane[places],
            self.worth[places].float(),
            self.score[places].float(),
        )

    def to(self, device: torch.device) -> "Targets":
        """Return the same targets on a device."""
        return Targets(*(getattr(self, field.name).to(device) for field in fields(self)))

    def save(self, path: Path) -> None:
        """Write the targets.

        Raises:
            StylemateError: they cannot be written.
        """
        arrays = {field.name: getattr(self, field.name).cpu().numpy() for field in fields(self)}
        write_tensors(path, arrays)

    @classmethod
    def load(cls, paths: Sequence[Path]) -> "Targets":
        """Read targets that were written in parts.

        Raises:
            StylemateError: a part is missing or damaged.
        """
        parts = [read_tensors(path) for path in paths]
        try:
            return cls(
                *(
                    torch.from_numpy(np.concatenate([part[field.name] for part in parts]))
                    for field in fields(cls)
                )
            )
        except (KeyError, ValueError) as error:
            raise StylemateError(
                f"The targets in {paths[0].parent} are damaged ({error}). Delete them and run "
                "again."
            ) from None


class TargetMaker:
    """Makes targets: positions, styles, policies, and the teacher's judgement.

    Args:
        positions: of games.
        model: plays the styles.
        styles: float32 (S, heads, modules), players' styles, and the average style last.
        teacher: judges.
        spread: float32 (dials,), unit of the worths.
        options: what to make.
    """

    def __init__(
        self,
        positions: TrainingPositions,
        model: StyleModel,
        styles: Tensor,
        teacher: Teacher,
        spread: Tensor,
        options: DialOptions,
    ) -> None:
        self.positions, self.model, self.teacher = positions, model, teacher
        self.styles, self.spread = styles.to(positions.device), spread.to(positions.device)
        self.options = options
        self.precision: Precision = options.distillation.precision

    @torch.inference_mode()
    def make(self, rows: Tensor, styles: Tensor) -> Targets:
        """Return targets of some positions, int64 (N,), in styles, int64 (N,)."""
        tilt = self.options.tilt
        policy = log_policy(self.model, self.positions, rows, self.styles[styles], self.precision)
        listed, indices = policy.topk(tilt.listed_moves, dim=1)
        sane = sane_moves(listed, tilt)
        places, ranks = sane.nonzero(as_tuple=True)
        judged = self.teacher.judge(rows[places], indices[places, ranks])
        worth = listed.new_zeros(*sane.shape, len(DIALS))
        worth[places, ranks] = judged.worth / self.spread
        worth = (worth - worth[:, :1]).clamp(-_LARGEST_WORTH, _LARGEST_WORTH)
        score = listed.new_zeros(sane.shape)
        score[places, ranks] = judged.score
        return Targets(
            rows,
            styles,
            indices.to(torch.int16),
            listed.half(),
            sane,
            (worth * sane[..., None]).half(),
            score.half(),
        )


def sane_moves(log_probabilities: Tensor, tilt: TiltOptions) -> Tensor:
    """Tell which of the likeliest moves, (N, L) in order, the teacher looks at, bool (N, C)."""
    first = log_probabilities[:, : tilt.sane_moves]
    sane = first.exp() >= tilt.least_probability
    sane[:, 0] = True
    return sane


def log_policy(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    z: Tensor,
    precision: Precision = Precision.AUTO,
) -> Tensor:
    """Return log-probabilities over the legal moves, float32 (N, 1858), minus infinity elsewhere.

    Args:
        model: plays.
        positions: of games.
        rows: int64 (N,), positions.
        z: float32 (N, heads, modules), or (heads, modules) for all.
        precision: of the network.
    """
    planes = positions.packed.planes(rows).contiguous(memory_format=torch.channels_last)
    with autocast(rows.device, precision):
        policy = model(planes, z)[0]
    legal = positions.legal_masks(rows)
    normalised: Tensor = policy.float().masked_fill(~legal, -torch.inf).log_softmax(1)
    return normalised


def choose_rows(positions: TrainingPositions, rows: Tensor, count: int, seed: int) -> Tensor:
    """Choose positions to learn on, int64: any of ``rows``, but fewer first and last moves.

    The first moves would repeat the same few positions, and long games their endings.
    """
    generator = torch.Generator().manual_seed(seed)
    rows = rows.cpu()[torch.randperm(len(rows), generator=generator)]
    plies = positions.packed.plies.cpu()[rows]
    chance = torch.rand(2, len(rows), generator=generator)
    kept = (plies >= _FIRST_PLIES) | (chance[0] < _FIRST_SHARE)
    kept &= (plies < _LAST_PLIES) | (chance[1] < _LAST_SHARE)
    return rows[kept][:count].to(positions.device)


def choose_styles(count: int, players: int, average_share: float, seed: int) -> Tensor:
    """Choose a style for each of ``count`` positions, int64: a player's, or ``players``."""
    generator = torch.Generator().manual_seed(seed)
    styles = torch.randint(players, (count,), generator=generator)
    average = torch.rand(count, generator=generator) < average_share
    return torch.where(average, players, styles)


def kept_targets(
    maker: TargetMaker,
    rows: Tensor,
    styles: Tensor,
    directory: Path,
    report: Callable[[int, int], None] = lambda done, total: None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> Targets | None:
    """Make targets in parts, of which those in a directory are not made again.

    Returns:
        The targets, or None if a stop was requested.

    Raises:
        StylemateError: a part cannot be written or read.
    """
    paths = []
    done = 0
    size = _BATCH * _BATCHES_OF_PART
    parts = zip(torch.split(rows, size), torch.split(styles.to(rows.device), size), strict=True)
    for number, (some, style) in enumerate(parts):
        path = directory / f"{number:05d}.safetensors"
        if not path.exists():
            batches = []
            for batch in zip(torch.split(some, _BATCH), torch.split(style, _BATCH), strict=True):
                if stop_requested():
                    return None
                batches.append(maker.make(*batch))
                report(done + sum(map(len, batches)), len(rows))
            _joined(batches).save(path)
        paths.append(path)
        done += len(some)
        report(done, len(rows))
    return Targets.load(paths)


@torch.inference_mode()
def spread_of_worths(
    model: StyleModel,
    positions: TrainingPositions,
    rows: Tensor,
    z: Tensor,
    teacher: Teacher,
    options: DialOptions,
) -> Tensor:
    """Return by how much moves of one position differ in what they bring about.

    Args:
        model: plays.
        positions: of games.
        rows: int64 (N,), positions.
        z: float32 (heads, modules), the average style.
        teacher: judges.
        options: which moves count.

    Returns:
        float32 (dials,): the root mean square, over the moves that the style plays, of the
        difference from the position's mean.
    """
    variances = []
    for some in torch.split(rows, _BATCH):
        policy = log_policy(model, positions, some, z, options.distillation.precision).exp()
        places, indices = (policy >= options.spread_least_probability).nonzero(as_tuple=True)
        weight = policy[places, indices]
        worth = teacher.judge(some[places], indices).worth
        mass = weight.new_zeros(len(some)).index_add_(0, places, weight).clamp_min(1e-9)
        share = (weight / mass[places])[:, None]
        nothing = worth.new_zeros(len(some), worth.shape[1])
        mean = nothing.index_add(0, places, share * worth)
        apart = (worth - mean[places]).square()
        variances.append(nothing.index_add(0, places, share * apart))
    spread = torch.cat(variances).mean(0).sqrt()
    # A property in which no two moves differ turns nothing, whatever its unit.
    return torch.where(spread > 0, spread, torch.ones_like(spread))


def _joined(parts: Sequence[Targets]) -> Targets:
    return Targets(
        *(torch.cat([getattr(p, field.name) for p in parts]) for field in fields(Targets))
    )
