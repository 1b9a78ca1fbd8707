"""Training one style per player over a frozen backbone, with the inventory or to a frozen one."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import convert_conv2d_weight_memory_format

from engine.errors import StylemateError
from engine.games.rating_groups import is_handle, is_rating_group
from engine.games.records import UNKNOWN_PLAYER
from engine.model.mhr.routing import centre
from engine.model.style_model import StyleModel
from engine.style.artifact import TrainedStyles
from engine.style.records import PlayerInfo
from engine.style.style import Routing
from engine.training.data import TrainingPositions
from engine.training.move_match import MoveMatch, Predictor, Sample, match_moves
from engine.training.natural_gradient import NaturalRows
from engine.training.options import StylesOptions
from engine.training.ranks import Ranks
from engine.training.sampling import BalancedSampler, EpochSampler, fixed_sample
from engine.training.splits import Split

INITIAL_SPREAD = {"adam": 1e-3, "natural": 0.9}
"""Routing logits begin uniform in plus or minus this. 0.001 is arXiv 2211.03831's code; natural
steps begin with styles that differ, since adapters that everybody uses alike learn nobody's
style."""
NO_STYLE = -1
_WARM_POSITIONS = 2000.0
"""What a style known from an earlier training counts for in positions: adapters will change."""


class StyledNetwork(nn.Module):
    """The model with a table of styles; a position is answered in its mover's style."""

    def __init__(self, model: StyleModel, players: int, options: StylesOptions) -> None:
        super().__init__()
        self.model = model
        spread = INITIAL_SPREAD[options.routing_steps]
        logits = torch.empty(players, *model.style_shape).uniform_(-spread, spread)
        self.natural: NaturalRows | None = None
        if options.routing_steps == "natural":
            self.natural = NaturalRows(players, logits[0].numel(), options.routing_spread)
        self.styles = nn.Parameter(logits, requires_grad=self.natural is None)
        self._used: tuple[Tensor, Tensor] | None = None

    def forward(self, planes: Tensor, style: Tensor) -> Tensor:
        """Return policy logits (N, 1858) for planes in the styles of rows ``style`` (N,)."""
        z = self.styles[style]
        if self.natural is not None and torch.is_grad_enabled():
            z = z.detach().requires_grad_(True)
            self._used = (style, z)
        policy: Tensor = self.model(planes, z)[0]
        return policy

    def move_styles(self, ranks: Ranks) -> None:
        """Take the natural step that the last loss, a mean over its positions, asks for."""
        if self.natural is None or self._used is None:
            return
        style, z = self._used
        self._used = None
        assert z.grad is not None
        scores = -len(z) * z.grad
        self.natural.step(self.styles.data, ranks.gather(style), ranks.gather(scores))


class StylesTask:
    """Cross-entropy of the move played, each position in the style of the player to move.

    Args:
        positions: the games.
        options: how to train.
        model: its backbone is frozen; its inventory learns, unless ``routing_only``.
        players: who gets a style.
        metadata: what the result's description says of the model's earlier training.
        routing_only: fit styles to the inventory as it is (arXiv 2502.14998: few-shot; MHR-z).
        start: style (heads, modules) around which all begin, if not zero.
        known: styles (heads, modules) of players from an earlier training of this inventory.
    """

    def __init__(
        self,
        positions: TrainingPositions,
        options: StylesOptions,
        model: StyleModel,
        players: Sequence[PlayerInfo],
        metadata: dict[str, Any],
        routing_only: bool = False,
        start: Tensor | None = None,
        known: Mapping[str, Routing] | None = None,
    ) -> None:
        if not players:
            raise StylemateError(
                f"No player has {options.least_games} games or more. "
                "Ingest more games or lower --least-games."
            )
        torch.manual_seed(options.seed)
        self.positions, self.options, self.players = positions, options, players
        self.fingerprint = positions.fingerprint
        self.metadata = metadata
        self.routing_only = routing_only
        model.requires_grad_(False)
        if not routing_only:
            for parameter in model.inventory_parameters():
                parameter.requires_grad_(True)
        self.population = len(players) if options.population_share > 0 else None
        rows = len(players) + (self.population is not None)
        self.network = StyledNetwork(model, rows, options)
        if start is not None:
            self.network.styles.data += start
        if known:
            self._begin_with(known)
        self.module: nn.Module = self.network.to(positions.device)
        convert_conv2d_weight_memory_format(self.module, torch.channels_last)
        names = [player.name for player in players]
        self.style_of_player = _style_indices(positions, names, self.population)
        self.sampler = self._sampler()
        held_out = self._styled_rows(Split.VALIDATION)
        if self.population is not None:
            styles = self.style_of_player[positions.movers(held_out)]
            held_out = held_out[styles != self.population]
        self.held_out = Sample.of_movers(
            positions, fixed_sample(held_out, options.validation_positions, seed=7)
        )
        self._backbone: MoveMatch | None = None

    def _styled_rows(self, split: Split) -> Tensor:
        rows = self.positions.rows_of(split)
        return rows[self.style_of_player[self.positions.movers(rows)] != NO_STYLE]

    def _begin_with(self, known: Mapping[str, Routing]) -> None:
        table = self.network.styles.data
        places = {player.name: place for place, player in enumerate(self.players)}
        known = {name: z for name, z in known.items() if name in places}
        if not known:
            return
        rows = torch.tensor([places[name] for name in known], dtype=torch.int64)
        styles = torch.from_numpy(np.stack(list(known.values())))
        table[rows] = styles.to(table)
        if self.population is not None:
            table[self.population] = styles.mean(0).to(table)
        if self.network.natural is not None:
            self.network.natural.remember(rows, _WARM_POSITIONS)

    def _sampler(self) -> EpochSampler | BalancedSampler:
        rows, options = self._styled_rows(Split.TRAIN), self.options
        shares = self._shares()
        if options.balance == 1.0 and not shares:
            return EpochSampler(rows.int(), options.seed)
        groups = self.style_of_player[self.positions.movers(rows)]
        return BalancedSampler(rows.int(), groups, options.balance, options.seed, shares)

    def _shares(self) -> list[tuple[Tensor, float]]:
        """Return which rows of the table get a fixed share of the positions."""
        kinds = [is_rating_group(player.name) for player in self.players]
        groups = torch.tensor([*kinds, *([False] * (self.population is not None))])
        shares = []
        if self.options.group_share is not None:
            shares.append((groups, self.options.group_share))
        if self.population is not None:
            everybody = torch.arange(len(groups)) == self.population
            shares.append((everybody, self.options.population_share))
        return shares

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Two speeds: with Adam the routing logits learn ``routing_speed`` times faster."""
        rate = self.options.learning_rate
        inventory = {
            "params": self.network.model.inventory_parameters(),
            "lr": rate,
            "weight_decay": self.options.weight_decay,
        }
        if self.options.routing_steps == "natural":
            return [inventory]
        routing = {
            "params": [self.network.styles],
            "lr": rate * self.options.routing_speed,
            "weight_decay": 0.0,
        }
        if self.routing_only:
            return [routing]
        return [inventory, routing]

    def sample(self, step: int, count: int, ranks: Ranks) -> Tensor:
        return self.sampler.draw(step, count, ranks)

    def loss(self, module: nn.Module, rows: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        batch = self.positions.batch(rows)
        planes = batch.planes.contiguous(memory_format=torch.channels_last)
        policy = module(planes, self.style_of_player[batch.player])
        loss = functional.cross_entropy(policy.float(), batch.policy)
        top1 = (policy.argmax(1) == batch.policy).float().mean()
        return loss, {"policy_loss": loss, "top1": top1}

    def after_step(self, ranks: Ranks) -> None:
        self.network.move_styles(ranks)

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Score own styles beside three controls on the same positions.

        ``another`` is another player's style, ``mean`` the mean style, ``backbone`` no style.
        """
        assert isinstance(module, StyledNetwork)
        shift = len(self.players) // 2
        own = self.style_of_player
        other = torch.where(own == NO_STYLE, own, (own + shift) % len(self.players))
        mean = self._mean_style()
        predictors: dict[str, Predictor] = {
            "": lambda planes, players: module(planes, own[players]),
            "another_": lambda planes, players: module(planes, other[players]),
            "mean_": lambda planes, players: module.model(planes, mean)[0],
        }
        if self._backbone is None:  # it is frozen: one look is enough
            predictors["backbone_"] = lambda planes, _: module.model.backbone_only(planes)[0]
        matches = match_moves(self.held_out, predictors, self.options.precision)
        self._backbone = matches["backbone_"] = self._backbone or matches["backbone_"]
        return {
            key: value
            for prefix, found in matches.items()
            for key, value in found.figures(prefix).items()
        }

    def _mean_style(self) -> Tensor:
        """Return the style (heads, modules) of the population; without one, the styles' mean."""
        styles = centre(self.network.styles.detach())
        return styles.mean(0) if self.population is None else styles[self.population]

    def export(self, directory: Path, metadata: dict[str, Any]) -> None:
        """Write what ``engine.style.artifact.load_trained`` reads."""
        key = "routing_only" if self.routing_only else "styles"
        z = centre(self.network.styles.detach())[: len(self.players)]
        TrainedStyles(
            model=self.network.model,
            metadata={**self.metadata, key: metadata},
            z=z.cpu().numpy(),
            players=tuple(self.players),
            mean=self._mean_style().cpu().numpy(),
        ).save(directory)


def _style_indices(
    positions: TrainingPositions, names: Collection[str], population: int | None
) -> Tensor:
    """Map player indices to style rows, NO_STYLE for players without a style.

    With a row for the population, masters without a style of their own have that one.
    """
    row_of = {name: row for row, name in enumerate(names)}
    others = NO_STYLE if population is None else population

    def row(name: str) -> int:
        is_master = not is_handle(name) and not is_rating_group(name) and name != UNKNOWN_PLAYER
        return row_of.get(name, others if is_master else NO_STYLE)

    rows = [row(name) for name in positions.players]
    return torch.tensor(rows, dtype=torch.int64, device=positions.device)
