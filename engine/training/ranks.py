"""One process or several: the few facts a run needs to know about its ranks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed


@dataclass(frozen=True, slots=True)
class Ranks:
    """Place of this process among those that train together."""

    rank: int
    count: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process writes logs and checkpoints."""
        return self.rank == 0

    def agree(self, value: bool) -> bool:
        """Return whether any process says yes; every process must ask at the same step."""
        if self.count == 1:
            return value
        flag = torch.tensor([float(value)], device=self.device)
        distributed.all_reduce(flag, distributed.ReduceOp.MAX)
        return bool(flag.item())

    def gather(self, rows: Tensor) -> Tensor:
        """Return the rows of all processes, in the order of their ranks; all bring as many."""
        if self.count == 1:
            return rows
        parts = [torch.empty_like(rows) for _ in range(self.count)]
        distributed.all_gather(parts, rows.contiguous())
        return torch.cat(parts)


@contextmanager
def joined_ranks(device: str) -> Iterator[Ranks]:
    """Join the processes that ``torchrun`` started, or be alone.

    Args:
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``; with ``torchrun`` every process takes the
            GPU of its local rank.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if count == 1:
        yield Ranks(0, 1, torch.device(device))
        return
    chosen = torch.device(device)
    if chosen.type == "cuda":
        chosen = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(chosen)
    distributed.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        yield Ranks(distributed.get_rank(), count, chosen)
    finally:
        distributed.destroy_process_group()
