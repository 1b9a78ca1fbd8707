"""Measuring what a style does: the expected attributes of its moves on the fixed positions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.attributes.fixed_positions import FixedPosition
from engine.model.style_model import StyleModel
from engine.position.moves import legal_moves_and_indices
from engine.position.planes import board_planes
from engine.progress import TellCount
from engine.style.style import Routing

Measurements = npt.NDArray[np.float64]
"""Attribute values: float64 (styles, attributes), in each attribute's own unit."""
Gradients = npt.NDArray[np.float64]
"""Attribute changes per routing number: float64 (styles, attributes, heads, modules)."""

_GRADIENT_CHUNK = 100  # positions whose activations are kept for the way back


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """What one style does in each position.

    Attributes:
        expected: float64 (positions, attributes), expected values of the attributes there.
        favourites: int64 (positions,), policy index of the likeliest legal move.
    """

    expected: Measurements
    favourites: npt.NDArray[np.int64]


class AttributeMeter:
    """Measures styles of one model on the same positions.

    An attribute of a style is the mean over the positions of the attribute's expected value under
    the style's move probabilities at temperature 1.
    """

    def __init__(
        self,
        model: StyleModel,
        positions: Sequence[FixedPosition],
        device: torch.device | str = "cpu",
    ) -> None:
        """Encode the positions once.

        Args:
            model: the model whose styles are measured; it is moved to the device.
            positions: with the attributes of every legal move; all with the same attributes.
            device: where to compute.
        """
        self.keys = tuple(positions[0].attributes)
        self._device = torch.device(device)
        self._model = model.to(self._device)
        planes = np.stack([board_planes(position.board) for position in positions])
        layout = torch.channels_last
        self._planes = torch.from_numpy(planes).to(self._device, memory_format=layout)
        rows, indices, values = _moves_of(positions, self.keys)
        self._rows = torch.from_numpy(rows).to(self._device)
        self._indices = torch.from_numpy(indices).to(self._device)
        self._values = torch.from_numpy(values).to(self._device)
        self.starts: npt.NDArray[np.int64] = np.searchsorted(rows, np.arange(len(positions)))
        """Number of each position's first legal move among those of all positions."""

    def __len__(self) -> int:
        """Return the number of positions."""
        return self._planes.shape[0]

    def measure(self, styles: Routing, progress: TellCount = lambda count: None) -> Measurements:
        """Return the attributes of styles (N, heads, modules) as float64 (N, attributes)."""
        measured = np.empty((len(styles), len(self.keys)))
        for row, z in enumerate(styles):
            measured[row] = self._measure_one(torch.from_numpy(np.ascontiguousarray(z)))
            progress(1)
        return measured

    @torch.inference_mode()
    def policies(self, z: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return how likely a style (heads, modules) plays each legal move of each position.

        Returns:
            float64 (L,): position by position, and in each in the order of the board's legal moves;
            ``starts`` says where each begins.
        """
        probabilities = self._probabilities(torch.from_numpy(np.array(z, dtype=np.float32)))
        return np.asarray(probabilities.double().cpu().numpy())

    def expected(self, policies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the attributes, float64 (attributes,), that follow from all policies (L,)."""
        return np.asarray(policies @ self._values.cpu().numpy() / len(self))

    def read(self, z: npt.NDArray[np.float32]) -> Reading:
        """Return what a style (heads, modules) does in each position."""
        with torch.inference_mode():
            probabilities = self._probabilities(torch.from_numpy(np.array(z, dtype=np.float32)))
            expected = self._values.new_zeros(len(self), len(self.keys))
            expected.index_add_(0, self._rows, probabilities.double()[:, None] * self._values)
        chances = probabilities.cpu().numpy()
        rows, indices = self._rows.cpu().numpy(), self._indices.cpu().numpy()
        # Of all legal moves, by position and then likelihood, the last of each position.
        order = np.lexsort((chances, rows))
        last = np.append(np.flatnonzero(np.diff(rows[order])), len(order) - 1)
        return Reading(expected.cpu().numpy(), indices[order[last]])

    def gradients(self, styles: Routing, progress: TellCount = lambda count: None) -> Gradients:
        """Return how the attributes change with each routing number, at each of some styles.

        Args:
            styles: float32 (N, heads, modules).
            progress: told of each style.

        Returns:
            float64 (N, attributes, heads, modules), in each attribute's own unit.
        """
        found = np.empty((len(styles), len(self.keys), *styles.shape[1:]))
        for row, z in enumerate(styles):
            found[row] = self._gradient_one(torch.from_numpy(np.ascontiguousarray(z)))
            progress(1)
        return found

    def _gradient_one(self, z: Tensor) -> npt.NDArray[np.float64]:
        total = np.zeros((len(self.keys), *z.shape))
        for first in range(0, len(self), _GRADIENT_CHUNK):
            last = min(first + _GRADIENT_CHUNK, len(self))
            moves = slice(
                *torch.searchsorted(self._rows, self._rows.new_tensor([first, last])).tolist()
            )
            leaf = z.float().to(self._device).requires_grad_()
            logits, _ = self._model(self._planes[first:last], leaf)
            probabilities = self._move_probabilities(
                logits, self._rows[moves] - first, self._indices[moves]
            )
            expected = probabilities @ self._values[moves].float() / len(self)
            for column, value in enumerate(expected):
                (gradient,) = torch.autograd.grad(value, leaf, retain_graph=True)
                total[column] += gradient.double().cpu().numpy()
        return total

    @torch.inference_mode()
    def _measure_one(self, z: Tensor) -> npt.NDArray[np.float64]:
        expected = self._probabilities(z).double() @ self._values / len(self)
        return np.asarray(expected.cpu().numpy())

    def _probabilities(self, z: Tensor) -> Tensor:
        """Return a style's probability of each legal move of all positions (L,)."""
        network = self._model.merge(z.float())
        # Full precision: players differ so little that bfloat16 alone would add up to half a
        # standard deviation of error.
        logits, _ = network(self._planes)
        return self._move_probabilities(logits, self._rows, self._indices)

    @staticmethod
    def _move_probabilities(logits: Tensor, rows: Tensor, indices: Tensor) -> Tensor:
        """Return the probability of each legal move of some positions, one after another (L,)."""
        chosen = logits[rows, indices]
        largest = logits.new_full((len(logits),), -torch.inf)
        largest = largest.scatter_reduce(0, rows, chosen.detach(), "amax")
        weights = torch.exp(chosen - largest[rows])
        totals = torch.zeros_like(largest).index_add(0, rows, weights)
        return weights / totals[rows]


def _moves_of(
    positions: Sequence[FixedPosition], keys: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return position (L,), policy index (L,) and attributes (L, K) of all legal moves."""
    rows, indices, values = [], [], []
    for row, position in enumerate(positions):
        moves, policy_indices = legal_moves_and_indices(position.board)
        place = {move: number for number, move in enumerate(position.moves)}
        order = [place[move] for move in moves]
        rows.append(np.full(len(moves), row, dtype=np.int64))
        indices.append(policy_indices)
        values.append(np.stack([position.attributes[key][order] for key in keys], axis=1))
    return np.concatenate(rows), np.concatenate(indices), np.concatenate(values).astype(np.float64)
