import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.training.ranks import Ranks
from engine.training.sampling import BalancedSampler, EpochSampler, fixed_sample
from engine.training.schedule import learning_rate_factor

ALONE = Ranks(0, 1, torch.device("cpu"))


@given(st.integers(1, 50), st.integers(1, 20), st.integers(1, 3), st.integers(0, 99))
def test_an_epoch_draws_every_position_once(
    positions: int, batch: int, ranks: int, seed: int
) -> None:
    rows = torch.arange(100, 100 + positions, dtype=torch.int32)
    samplers = [EpochSampler(rows, seed) for _ in range(ranks)]
    drawn: list[int] = []
    step = 0
    while len(drawn) < 2 * positions:
        for rank, sampler in enumerate(samplers):
            drawn += sampler.draw(step, batch, Ranks(rank, ranks, torch.device("cpu"))).tolist()
        step += 1
    assert sorted(drawn[:positions]) == rows.tolist()
    assert sorted(drawn[positions : 2 * positions]) == rows.tolist()


def test_a_draw_depends_on_seed_and_step_alone() -> None:
    rows, groups = torch.arange(1000, dtype=torch.int32), torch.arange(1000) % 7
    for make in (
        lambda seed: EpochSampler(rows, seed),
        lambda seed: BalancedSampler(rows, groups, 0.5, seed),
    ):
        walked, jumped = make(1), make(1)
        for step in range(60):
            last = walked.draw(step, 32, ALONE)
        assert torch.equal(jumped.draw(59, 32, ALONE), last)
        assert not torch.equal(make(2).draw(59, 32, ALONE), last)


def test_balance_sets_how_often_a_player_is_drawn() -> None:
    groups = torch.cat((torch.zeros(900), torch.ones(100), torch.full((4,), 3))).long()
    rows = torch.arange(len(groups), dtype=torch.int32)
    for balance in (0.0, 0.5, 1.0):
        sampler = BalancedSampler(rows, groups, balance, seed=0)
        drawn = groups[sampler.draw(0, 60_000, ALONE)]
        shares = torch.bincount(drawn, minlength=4) / len(drawn)
        weights = torch.tensor([900.0, 100.0, 0.0, 4.0]) ** balance
        weights[2] = 0
        torch.testing.assert_close(shares, weights / weights.sum(), atol=0.01, rtol=0)


def test_shares_are_kept_whatever_the_balance() -> None:
    groups = torch.cat((torch.zeros(900), torch.ones(100), torch.full((50,), 2))).long()
    rows = torch.arange(len(groups), dtype=torch.int32)
    some = torch.tensor([False, True, False])
    nobody = torch.tensor([False, False, False])
    last = torch.tensor([False, False, True])
    shares = [(some, 0.3), (nobody, 0.2), (last, 0.5)]
    sampler = BalancedSampler(rows, groups, 0.5, 0, shares)
    drawn = groups[sampler.draw(0, 60_000, ALONE)]
    found = torch.bincount(drawn, minlength=3) / len(drawn)
    # Nobody's share goes to those without one.
    torch.testing.assert_close(found, torch.tensor([0.2, 0.3, 0.5]), atol=0.01, rtol=0)


def test_the_fixed_sample_is_fixed_and_without_repeats() -> None:
    rows = torch.arange(0, 5000, 3, dtype=torch.int32)
    sample = fixed_sample(rows, 100, seed=7)
    assert torch.equal(sample, fixed_sample(rows, 100, seed=7))
    assert len(set(sample.tolist())) == 100
    assert set(sample.tolist()) <= set(rows.tolist())


def test_schedules_peak_once_and_end_low() -> None:
    for schedule in ("one-cycle", "cosine", "linear"):
        factors = [learning_rate_factor(schedule, k / 100, 0.1) for k in range(101)]  # type: ignore[arg-type]
        peak = factors.index(max(factors))
        assert max(factors) == 1
        assert peak == (10 if schedule == "one-cycle" else 0)
        assert factors[peak:] == sorted(factors[peak:], reverse=True)
        assert factors[: peak + 1] == sorted(factors[: peak + 1])
        assert 0 < factors[-1] <= 0.01
