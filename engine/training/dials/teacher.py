"""What the dials are to play: policies tilted towards moves that bring a property about.

Every sane move of a position (``TiltOptions.least_probability``) is looked one ply ahead. It gets

* a worth for each dial, ``(1 - discount) * what it does + discount * the future after it``
  (for what is added up over a game: both in full), and
* the expected score of the position after it, by the backbone's value head.

A turned dial multiplies the probability of a sane move by ``exp(push)``, where ::

    push = amount * (worth - mean worth) / spread,         kept within +-largest_push
           * (1 - largest probability) ** certainty
           - bridle * |amount| * (loss of expected score against the policy's own mean)

and moves that are not sane lose their share as the dial is turned. The last term is the bridle:
a dial may choose freely among moves that are as good, and pays for worse ones.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.model.backbone import Backbone
from engine.model.style_model import value_as_wdl
from engine.position.afterstates import positions_after
from engine.position.legal import move_codes
from engine.training.data import TrainingPositions
from engine.training.dials.dials import DIALS
from engine.training.dials.futures import moves_in_chunks
from engine.training.dials.head import FuturesHead, frozen
from engine.training.dials.options import TiltOptions
from engine.training.options import Precision
from engine.training.precision import autocast

_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the teacher thinks of M moves.

    Attributes:
        worth: float32 (M, dials), each in its property's own unit.
        score: float32 (M,), expected points of the mover, 0 to 1.
    """

    worth: Tensor
    score: Tensor


@dataclass(frozen=True, slots=True)
class Candidates:
    """Moves of N positions, likeliest first, and what the teacher thinks of the first C of them.

    Attributes:
        log_probabilities: float32 (N, L), under the style; minus infinity where there is no move.
        sane: bool (N, C).
        worth: float32 (N, C, dials), in usual spreads, from any zero; of moves that are not sane,
            anything finite.
        score: float32 (N, C), likewise.
    """

    log_probabilities: Tensor
    sane: Tensor
    worth: Tensor
    score: Tensor


class Teacher:
    """Looks one ply ahead.

    Args:
        positions: of games.
        backbone: a plain one.
        head: that foresees futures on this backbone.
        discount: as the futures were made.
        precision: of the networks.
    """

    def __init__(
        self,
        positions: TrainingPositions,
        backbone: Backbone,
        head: FuturesHead,
        discount: float,
        precision: Precision = Precision.AUTO,
    ) -> None:
        self.positions, self.precision = positions, precision
        device = positions.device
        self.backbone, self.head = frozen(backbone, device), head.to(device).eval()
        now = [1.0 if dial.sums else 1 - discount for dial in DIALS]
        later = [1.0 if dial.sums else discount for dial in DIALS]
        self.now, self.later = torch.tensor(now), torch.tensor(later, device=device)

    @torch.inference_mode()
    def judge(self, rows: Tensor, indices: Tensor) -> Judgement:
        """Judge legal moves, one in each of M positions.

        Args:
            rows: int64 (M,), positions.
            indices: int64 (M,), policy indices.
        """
        packed = self.positions.packed
        squares = packed.squares(rows)
        black = (packed.plies[rows] & 1).bool()
        codes = torch.empty_like(rows)
        for side in (False, True):
            chosen = (black == side).nonzero()[:, 0]
            codes[chosen] = move_codes(squares[chosen], indices[chosen], side)
        at_once = moves_in_chunks(
            squares.cpu().numpy(),
            packed.plies[rows].cpu().numpy(),
            packed.flags[rows].cpu().numpy(),
            codes.cpu().numpy().astype("uint16"),
        )
        futures, score = self._look_ahead(rows, codes)
        effects = (self.now * torch.from_numpy(at_once)).to(rows.device)
        return Judgement(effects + self.later * futures, score)

    def _look_ahead(self, rows: Tensor, codes: Tensor) -> tuple[Tensor, Tensor]:
        after, places = positions_after(self.positions.packed, self.positions.moves, rows, codes)
        futures, scores = [], []
        for part in torch.split(places, _BATCH):
            planes = after.planes(part).contiguous(memory_format=torch.channels_last)
            with autocast(rows.device, self.precision):
                trunk = self.backbone.trunk(planes)
                futures.append(self.head.futures(trunk))
                value = self.backbone.value(trunk)
            # After the move the opponent is to move: what they lose, the mover wins.
            _, draw, loss = value_as_wdl(value).unbind(1)
            scores.append(loss + draw / 2)
        if not futures:
            return self.later.new_zeros(0, len(DIALS)), self.later.new_zeros(0)
        return torch.cat(futures), torch.cat(scores)


def tilted_policies(moves: Candidates, amounts: Tensor, options: TiltOptions) -> Tensor:
    """Return the policies that turned dials are to play, float32 (N, L), each summing to 1.

    Args:
        moves: of N positions.
        amounts: float32 (N, dials), 1 for a dial turned to its end.
        options: how to tilt.
    """
    probabilities = moves.log_probabilities.exp()
    count = moves.sane.shape[1]
    sane = probabilities[:, :count] * moves.sane
    mass = sane.sum(1, keepdim=True).clamp_min(1e-9)
    pushes = amounts * torch.tensor([dial.push for dial in DIALS], device=amounts.device)
    mean = (sane[..., None] * moves.worth).sum(1, keepdim=True) / mass[..., None]
    push = torch.einsum("ncd,nd->nc", moves.worth - mean, pushes)
    push = push.clamp(-options.largest_push, options.largest_push)
    push = push * (1 - probabilities[:, :1]).clamp_min(0) ** options.certainty
    turned = amounts.abs().amax(1, keepdim=True).clamp(max=1)
    expected = (sane * moves.score).sum(1, keepdim=True) / mass
    push = push - options.bridle * turned * (expected - moves.score).clamp_min(0)
    weighted = sane * push.exp()
    # What insane moves lose goes to the sane ones.
    share = 1 - (1 - mass) * (1 - turned)
    tilted = probabilities * (1 - turned)
    first = weighted / weighted.sum(1, keepdim=True).clamp_min(1e-30) * share
    tilted[:, :count] = torch.where(moves.sane, first, tilted[:, :count])
    return tilted / tilted.sum(1, keepdim=True)
