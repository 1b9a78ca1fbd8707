"""Natural-gradient steps of a table of styles, against the normal equations they approximate."""

import numpy as np
import torch

from engine.training.natural_gradient import NaturalRows

ROWS, HEADS, MODULES = 3, 2, 4
SIZE = HEADS * MODULES


def linear_world(
    steps: int, batch: int = 64, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Let rows learn a linear-Gaussian model; return truth, what was learnt, and information."""
    random = torch.Generator().manual_seed(seed)
    truth = torch.randn(ROWS, SIZE, generator=random)
    scale = torch.linspace(0.05, 1.0, SIZE)
    natural = NaturalRows(ROWS, SIZE)
    styles = torch.zeros(ROWS, HEADS, MODULES)
    for _ in range(steps):
        row = torch.randint(0, ROWS, (batch,), generator=random)
        x = torch.randn(batch, SIZE, generator=random) * scale
        y = (x * truth[row]).sum(1) + torch.randn(batch, generator=random)
        error = y - (x * styles.view(ROWS, SIZE)[row]).sum(1)
        natural.step(styles, row, (error[:, None] * x).view(-1, HEADS, MODULES))
    return truth, styles.view(ROWS, SIZE), scale**2


def test_rows_find_the_truth_where_there_is_information() -> None:
    truth, learnt, information = linear_world(steps=200)
    strong = information > 0.1
    error = (learnt - truth)[:, strong].square().mean().sqrt()
    assert error < 0.1, error


def test_one_pass_comes_near_what_the_prior_and_all_positions_say() -> None:
    """Directions that tell little stay near the prior's mean; noise throws no row about."""
    truth, learnt, information = linear_world(steps=40)
    count = 40 * 64 / ROWS
    posterior = truth * (count * information / (count * information + 1))
    assert (learnt - posterior).square().mean() < 0.05
    assert learnt.norm() < 1.2 * truth.norm()


def test_a_row_moves_by_its_own_positions_only() -> None:
    natural = NaturalRows(ROWS, SIZE)
    styles = torch.zeros(ROWS, HEADS, MODULES)
    scores = torch.from_numpy(np.random.default_rng(1).normal(size=(5, HEADS, MODULES))).float()
    natural.step(styles, torch.tensor([1, 1, 1, 1, 1]), scores)
    assert styles[1].abs().max() > 0
    assert styles[[0, 2]].abs().max() == 0
    assert natural.seen.tolist() == [0, 5, 0]


def test_a_step_is_never_longer_than_allowed() -> None:
    natural = NaturalRows(ROWS, SIZE, longest_step=0.25)
    styles = torch.zeros(ROWS, HEADS, MODULES)
    natural.step(styles, torch.tensor([0]), 1e6 * torch.ones(1, HEADS, MODULES))
    assert styles[0].norm() <= 0.25 + 1e-6


def test_steps_go_on_from_a_checkpoint_as_if_uninterrupted() -> None:
    random = np.random.default_rng(2)
    batches = [
        (
            torch.from_numpy(random.integers(0, ROWS, 16)),
            torch.from_numpy(random.normal(size=(16, HEADS, MODULES))).float(),
        )
        for _ in range(30)
    ]
    whole, parted = (torch.zeros(ROWS, HEADS, MODULES) for _ in range(2))
    natural, first = NaturalRows(ROWS, SIZE), NaturalRows(ROWS, SIZE)
    for row, scores in batches:
        natural.step(whole, row, scores)
    for row, scores in batches[:13]:
        first.step(parted, row, scores)
    second = NaturalRows(ROWS, SIZE)
    second.load_state_dict(first.state_dict())
    for row, scores in batches[13:]:
        second.step(parted, row, scores)
    assert torch.equal(whole, parted)
