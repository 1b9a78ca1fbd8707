"""From boards to policies: one shared model, merged once for each style that plays."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import chess
import numpy as np
import torch
from cachetools import LRUCache
from scipy.special import softmax
from torch import Tensor, nn

from engine.errors import StylemateError
from engine.model.style_model import StyleModel, value_as_wdl
from engine.play.batcher import Answer, Batcher, BatchLimits, Planes, RowStyle
from engine.play.engine import Policy
from engine.play.search.memory import Memory
from engine.play.shared_network import forward
from engine.position.moves import NO_INDEX, legal_moves_and_indices
from engine.position.planes import board_planes
from engine.style.style import Routing, Style, stacked

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

    Safe to use from many threads: networks are only read once they are made, and what sessions ask
    meets in common batches.
    """

    def __init__(
        self,
        model: StyledModel,
        kept: int = MERGED_NETWORKS_KEPT,
        limits: BatchLimits | None = None,
    ) -> None:
        """Wrap a model.

        Args:
            model: it must not be trained or changed while it is shared.
            kept: how many merged networks to remember.
            limits: how much to compute at once and to let wait.
        """
        self.model = model
        self._plain = model.plain_backbone().eval()
        self.batcher = Batcher(self._forward, limits)
        self.memory = Memory()
        """What the network without any style said to searches."""
        self._networks: LRUCache[bytes, PlayingNetwork] = LRUCache(kept)
        self._lock = threading.Lock()

    def network(self, style: Style) -> PlayingNetwork:
        """Return the plain network of a style, in evaluation mode."""
        return self._network(style.z)

    def _network(self, z: Routing) -> PlayingNetwork:
        key = z.tobytes()
        with self._lock:
            network = self._networks.get(key)
            if network is None:
                with torch.inference_mode():
                    merged = self.model.merge(torch.from_numpy(z.copy()))
                network = PlayingNetwork(merged, self._plain).eval()
                self._networks[key] = network
        return network

    def plain(self, planes: Planes) -> Answer:
        """Evaluate positions (N, 112, 8, 8) without any style, as searches do."""
        return self.batcher.ask(planes, [None] * len(planes))

    def evaluate(
        self,
        style: Style,
        boards: Sequence[chess.Board],
        stop: threading.Event | None = None,
    ) -> list[Policy]:
        """Return a style's policy for each board, computed together with what others ask.

        Args:
            style: how to play.
            boards: with or without a history; they are left as they are.
            stop: gives the question up soon after it is set.

        Raises:
            StylemateError: a game is over, or a board is not of standard chess.
            BusyError: too much is asked at once.
            CancelledError: ``stop`` was set.
        """
        if not boards:
            return []
        question = Question.of(style, boards)
        return question.policies(self.batcher.ask(question.planes, question.styles, stop))

    def _forward(self, planes: Planes, styles: Sequence[RowStyle]) -> Answer:
        """Evaluate a batch: rows without a style by the plain network, others by their style."""
        plain = [row for row, z in enumerate(styles) if z is None]
        styled = [(row, z) for row, z in enumerate(styles) if z is not None]
        parts = []
        if plain:
            parts.append((plain, forward(self._plain, planes[plain])))
        if styled:
            rows = [row for row, _ in styled]
            parts.append((rows, self._styled(planes[rows], [z for _, z in styled])))
        if len(parts) == 1:
            return parts[0][1]
        logits, values = (
            np.empty((len(styles), part.shape[1]), np.float32) for part in parts[0][1]
        )
        for rows, answer in parts:
            logits[rows], values[rows] = answer
        return logits, values

    def _styled(self, planes: Planes, styles: Sequence[Routing]) -> Answer:
        """Evaluate each row in its own style; faster if they are all of one."""
        first = styles[0]
        if all(z is first for z in styles) or not isinstance(self.model, StyleModel):
            return self._by_style(planes, styles)
        device = next(self.model.parameters()).device
        z = torch.from_numpy(stacked(styles)).to(device)
        with torch.inference_mode():
            logits, values = self.model(torch.from_numpy(planes).to(device), z)
        return logits.float().cpu().numpy(), values.float().cpu().numpy()

    def _by_style(self, planes: Planes, styles: Sequence[Routing]) -> Answer:
        """Evaluate rows by the merged network of each style, one style after the other."""
        answers: list[Answer] = []
        start = 0
        for end in range(1, len(styles) + 1):
            if end == len(styles) or styles[end] is not styles[start]:
                merged = self._network(styles[start]).merged
                answers.append(forward(merged, planes[start:end]))
                start = end
        return (
            np.concatenate([logits for logits, _ in answers]),
            np.concatenate([values for _, values in answers]),
        )


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """What to ask a batcher about boards: moves of a style, chances of the plain network.

    See ``PlayingNetwork`` for why they differ.

    Attributes:
        moves: of each board, the legal moves and their policy indices, int64 (moves,).
        planes: float32 (N, 112, 8, 8), all boards for the style and all for the plain network.
        styles: of each row.
    """

    moves: list[tuple[list[chess.Move], np.ndarray]]
    planes: Planes
    styles: list[RowStyle]

    @classmethod
    def of(cls, style: Style, boards: Sequence[chess.Board]) -> "Question":
        """Ask about one or more boards.

        Raises:
            StylemateError: a game is over, or a board is not of standard chess.
        """
        moves = [playable_moves(board) for board in boards]
        planes = np.stack([board_planes(board) for board in boards])
        styles: list[RowStyle] = [style.z] * len(boards)
        return cls(moves, np.concatenate((planes, planes)), styles + [None] * len(boards))

    def policies(self, answer: Answer) -> list[Policy]:
        """Return the policy of each board from the batcher's answer."""
        count = len(self.moves)
        wdl = value_as_wdl(torch.from_numpy(answer[1][count:])).numpy().astype(np.float64)
        logits = answer[0][:count].astype(np.float64)
        return [
            _policy(legal, logits[row, indices], wdl[row])
            for row, (legal, indices) in enumerate(self.moves)
        ]


def plain_policies(network: nn.Module, boards: Sequence[chess.Board]) -> list[Policy]:
    """Return the policy of a plain network for each board, in one batch.

    The boards need not have a history and are left as they are.

    Raises:
        StylemateError: a game is over, or a board is not of standard chess.
    """
    if not boards:
        return []
    moves = [playable_moves(board) for board in boards]
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


def evaluate_styles(networks: MergedNetworks, board: chess.Board, styles: Routing) -> list[Policy]:
    """Return the policy of many styles for one board, computed together with what others ask.

    Args:
        networks: the model.
        board: it need not have a history, and is left as it is.
        styles: float32 (N, heads, modules).

    Raises:
        StylemateError: the game is over, or the board is not of standard chess.
        BusyError: too much is asked at once.
    """
    moves, indices = playable_moves(board)
    planes = board_planes(board)
    rows = np.broadcast_to(planes, (len(styles) + 1, *planes.shape))
    # Chances are the plain network's; see ``PlayingNetwork``.
    logits, values = networks.batcher.ask(rows, [*styles, None])
    wdl = value_as_wdl(torch.from_numpy(values[-1:])).numpy().astype(np.float64)[0]
    policy_logits = logits[:-1, indices].astype(np.float64)
    return [_policy(moves, row, wdl) for row in policy_logits]


def playable_moves(board: chess.Board) -> tuple[list[chess.Move], np.ndarray]:
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
    win, draw, loss = (float(chance) for chance in wdl)
    return Policy(
        moves=tuple(moves[i] for i in order),
        probabilities=np.asarray(softmax(logits[order])),
        wdl=(win, draw, loss),
        value=win - loss,
    )
