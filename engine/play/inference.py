"""From boards to policies: one shared model, merged once for each style that plays."""

import threading
from collections.abc import Sequence
from typing import Protocol

import chess
import numpy as np
import torch
from cachetools import LRUCache
from torch import Tensor, nn

from engine.errors import StylemateError
from engine.model.style_model import StyleModel, value_as_wdl
from engine.play.engine import Policy
from engine.play.shared_network import SharedNetwork
from engine.position.moves import NO_INDEX, legal_moves_and_indices
from engine.position.planes import board_planes
from engine.style.style import Routing, Style

MERGED_NETWORKS_KEPT = 16


class StyledModel(Protocol):
    """What play needs of a model: turning one style into a plain network."""

    def merge(self, z: Tensor) -> nn.Module:
        """Return the network (planes -> policy logits, value) of one style (heads, modules)."""
        ...

    def plain_backbone(self) -> nn.Module:
        """Return the network without any style."""
        ...


class PlayingNetwork(nn.Module):
    """Moves by a style, and chances by the network without one.

    Styles learn from moves alone: what they make of the result was never taught, and is far off for
    styles far from the mean.
    """

    def __init__(self, merged: nn.Module, plain: nn.Module) -> None:
        super().__init__()
        self.merged, self.plain = merged, plain

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor]:
        """Return the style's policy logits and the plain network's value."""
        return self.merged(planes)[0], self.plain(planes)[1]


class MergedNetworks:
    """A model shared by all sessions, with the merged networks of the styles used last.

    Safe to use from many threads: networks are only read once they are made.
    """

    def __init__(self, model: StyledModel, kept: int = MERGED_NETWORKS_KEPT) -> None:
        """Wrap a model.

        Args:
            model: it must not be trained or changed while it is shared.
            kept: how many merged networks to remember.

        ``plain`` is the network without any style, which searches of all sessions ask together.
        """
        self.model = model
        self._plain = model.plain_backbone().eval()
        self.plain = SharedNetwork(self._plain)
        self._networks: LRUCache[str, nn.Module] = LRUCache(kept)
        self._lock = threading.Lock()

    def network(self, style: Style) -> nn.Module:
        """Return the plain network of a style, in evaluation mode."""
        key = style.fingerprint
        with self._lock:
            network = self._networks.get(key)
            if network is None:
                with torch.inference_mode():
                    merged = self.model.merge(torch.from_numpy(style.z.copy()))
                network = PlayingNetwork(merged, self._plain).eval()
                self._networks[key] = network
        return network


def evaluate(network: nn.Module, boards: Sequence[chess.Board]) -> list[Policy]:
    """Return the policy of a plain network for each board, in one batch.

    The boards need not have a history and are left as they are.

    Raises:
        StylemateError: a game is over, or a board is not of standard chess.
    """
    if not boards:
        return []
    moves = [legal_moves(board) for board in boards]
    planes = torch.from_numpy(np.stack([board_planes(board) for board in boards]))
    device = next(network.parameters()).device
    with torch.inference_mode():
        logits, value = network(planes.to(device))
        wdl = value_as_wdl(value).cpu().numpy().astype(np.float64)
    policy_logits = logits.float().cpu().numpy().astype(np.float64)
    return [
        _policy(legal, policy_logits[row, indices], wdl[row])
        for row, (legal, indices) in enumerate(moves)
    ]


def evaluate_styles(model: StyleModel, board: chess.Board, styles: Routing) -> list[Policy]:
    """Return the policy of many styles for one board, in one batch.

    Args:
        model: the model; its networks need not be merged.
        board: it need not have a history, and is left as it is.
        styles: float32 (N, heads, modules).

    Raises:
        StylemateError: the game is over, or the board is not of standard chess.
    """
    moves, indices = legal_moves(board)
    device = next(model.parameters()).device
    planes = torch.from_numpy(board_planes(board)).to(device)
    with torch.inference_mode():
        z = torch.from_numpy(np.array(styles, dtype=np.float32)).to(device)
        logits = model(planes.expand(len(z), *planes.shape), z)[0]
        # Chances are the plain network's; see ``PlayingNetwork``.
        value = model.backbone_only(planes[None])[1].expand(len(z), -1)
        wdl = value_as_wdl(value).cpu().numpy().astype(np.float64)
    policy_logits = logits[:, torch.from_numpy(indices)].float().cpu().numpy().astype(np.float64)
    return [_policy(moves, row, chances) for row, chances in zip(policy_logits, wdl, strict=True)]


def legal_moves(board: chess.Board) -> tuple[list[chess.Move], np.ndarray]:
    """Return the legal moves of a board and their policy indices, int64 (moves,).

    Raises:
        StylemateError: the game is over, or the board is not of standard chess.
    """
    if board.uci_variant != "chess" or board.chess960:
        raise StylemateError("Only standard chess can be played.")
    if board.king(chess.WHITE) is None or board.king(chess.BLACK) is None:
        raise StylemateError("Each side needs exactly one king.")
    moves, indices = legal_moves_and_indices(board)
    if not moves:
        ending = "checkmate" if board.is_check() else "stalemate"
        raise StylemateError(f"The game is over by {ending}: there is no move to play.")
    if (indices == NO_INDEX).any():
        move = moves[int(np.argmin(indices))]
        raise StylemateError(f"The move {move.uci()} cannot occur in standard chess.")
    return moves, indices


def _policy(moves: list[chess.Move], logits: np.ndarray, wdl: np.ndarray) -> Policy:
    order = np.argsort(-logits, kind="stable")
    weights = np.exp(logits[order] - logits[order[0]])
    win, draw, loss = (float(chance) for chance in wdl)
    return Policy(
        moves=tuple(moves[i] for i in order),
        probabilities=np.asarray(weights / weights.sum()),
        wdl=(win, draw, loss),
        value=win - loss,
    )
