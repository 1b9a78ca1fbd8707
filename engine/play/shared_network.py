"""One network asked by many threads: whoever computes takes along all that wait.

A search asks for a few positions at a time, and alone that wastes half of a processor's power. Here
the questions of all sessions that arrive while the network is busy go into its next batch.
"""

import threading

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

MOST_ROWS = 256
"""Positions in one batch: beyond that a batch gets no faster, and others wait longer."""

Planes = npt.NDArray[np.float32]
Answer = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


class _Question:
    """Positions that a thread asks about."""

    def __init__(self, planes: Planes) -> None:
        self.planes = planes
        self.answer: Answer | None = None
        self.error: Exception | None = None


class SharedNetwork:
    """A plain network in evaluation mode. Safe to use from many threads."""

    def __init__(self, network: nn.Module) -> None:
        """Share a network, which must not be trained or changed any more."""
        self._network = network.eval()
        self._waiting: list[_Question] = []
        self._list_lock = threading.Lock()
        self._computing = threading.Lock()

    def __call__(self, planes: Planes) -> Answer:
        """Evaluate positions.

        Args:
            planes: float32 (N, 112, 8, 8).

        Returns:
            Policy logits, float32 (N, 1858), and the value head's output, float32 (N, 3) or (N, 1).
        """
        question = _Question(planes)
        with self._list_lock:
            self._waiting.append(question)
        with self._computing:  # whoever enters answers for all; the others find themselves served
            while question.answer is None and question.error is None:
                self._answer(self._taken())
        if question.error is not None:
            raise question.error
        assert question.answer is not None
        return question.answer

    def _taken(self) -> list[_Question]:
        """Take the first waiting questions, as many as fit into a batch and one at least."""
        with self._list_lock:
            rows, count = 0, 0
            for question in self._waiting:
                rows += len(question.planes)
                if count and rows > MOST_ROWS:
                    break
                count += 1
            taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    def _answer(self, questions: list[_Question]) -> None:
        try:
            joined = np.concatenate([question.planes for question in questions])
            device = next(self._network.parameters()).device
            with torch.inference_mode():
                logits, value = self._network(torch.from_numpy(joined).to(device))
            ends = np.cumsum([len(question.planes) for question in questions])[:-1]
            parts = zip(
                np.split(logits.float().cpu().numpy(), ends),
                np.split(value.float().cpu().numpy(), ends),
                strict=True,
            )
            for question, part in zip(questions, parts, strict=True):
                question.answer = part
        except Exception as error:
            for question in questions:
                question.error = error
